//! Proving that a code object keeps to the rules which the machine relies on without looking.
//!
//! CPython trusts its code objects; ours can come out of a `.pyc` that anyone wrote. [`verify`] runs the code
//! over abstract values and accepts it only if, on every path, exceptional ones included:
//!
//! - every instruction reached is one that the compiler can write, with an operand in range: constants, names,
//!   slots, operators, intrinsics;
//! - jumps and handlers go to the start of instructions, and control does not run off the end;
//! - every instruction finds as many values on the stack as it takes, and the depth at each instruction is one
//!   number, never more than [`VerifiedCode::max_depth`]; an exception leaves as many as its handler keeps;
//! - where an instruction needs a value, it does not find the empty reference (that of `PUSH_NULL`, of an
//!   unbound local); where it needs a slot that holds a cell, the slot holds one;
//! - `RETURN_GENERATOR` runs once, before anything but the making of cells, in the code of generators and
//!   coroutines, and `YIELD_VALUE` only after it.
//!
//! An instruction that raises may have taken its operands, but nothing below them; those that only look at the top
//! (`FOR_ITER`, `SEND`, `GET_ANEXT`, `GET_LEN`, `IMPORT_FROM`, the `MATCH_*` tests, `CHECK_EXC_MATCH`) leave it there.
//! What is thrown into a suspended generator arrives after a value was pushed for its `YIELD_VALUE`.
//!
//! It does not say of what type values are (that the closure tuple holds cells, that `CALL_KW`'s names are a
//! tuple of strings, that `RERAISE`'s offset is an integer): the machine checks those when it uses them.
//! Code objects among the constants are verified on their own. Code that is never reached is not looked at.

mod operand;
mod step;

use std::fmt;
use std::sync::Arc;

use crate::exceptiontable::{self, Entry};
use crate::instruction::{Instruction, instructions};
use crate::{CodeObject, Opcode, flags, local_kind};

/// What a stack entry or slot may hold: a set of the bits below
type Kinds = u8;
/// The empty reference
const NULL: Kinds = 1;
/// An object
const VALUE: Kinds = 2;
/// A cell
const CELL: Kinds = 4;

/// Longest code, in bytes: operands and offsets must fit in 32 bits with room to spare.
const MAX_CODE: usize = 1 << 30;
/// Deepest stack. Nothing that a person writes comes near.
const MAX_DEPTH: usize = 1 << 20;
/// Most that is remembered of the states at targets, in entries
const MAX_REMEMBERED: usize = 1 << 28;

/// A code object that [`verify`] has accepted.
#[derive(Clone, Debug)]
pub struct VerifiedCode {
    code: Arc<CodeObject>,
    max_depth: u32,
}

impl VerifiedCode {
    /// The code object
    pub fn code(&self) -> &Arc<CodeObject> {
        &self.code
    }

    /// Most values that are on the stack at once between instructions
    pub fn max_depth(&self) -> u32 {
        self.max_depth
    }
}

/// Why a code object was refused, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Error {
    /// The code unit
    pub offset: usize,
    /// What is wrong there
    pub problem: Problem,
}

/// What can be wrong with a code object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Problem {
    /// The code is empty, of odd length, too long or too complex
    Size,
    /// Names and kinds of slots, argument counts or flags do not fit together
    Slots,
    /// Not an instruction that code can hold here
    Opcode(Opcode),
    /// More than three `EXTENDED_ARG`s, or nothing after them
    ExtendedArg,
    /// The operand is out of range
    Operand(Opcode, u32),
    /// A jump to what is no instruction
    Jump,
    /// Control runs off the end
    End,
    /// An instruction takes more than there is
    Underflow,
    /// Two paths meet with these depths, of which the first was known first
    Depth(u32, u32),
    /// An instruction may find the empty reference where it needs a value
    Null,
    /// A slot may hold something else than the cell that is needed
    NoCell,
    /// Malformed exception table
    ExceptionTable,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what: std::borrow::Cow<'_, str> = match *self {
            Problem::Size => "bad size".into(),
            Problem::Slots => "slots and arguments do not fit together".into(),
            Problem::Opcode(op) => format!("{} has no place here", op.name()).into(),
            Problem::ExtendedArg => "misplaced EXTENDED_ARG".into(),
            Problem::Operand(op, arg) => format!("operand of {} out of range: {arg}", op.name()).into(),
            Problem::Jump => "jump to what is no instruction".into(),
            Problem::End => "control runs off the end".into(),
            Problem::Underflow => "stack underflow".into(),
            Problem::Depth(known, new) => format!("inconsistent stack depth, {known} or {new}").into(),
            Problem::Null => "a value may be missing".into(),
            Problem::NoCell => "a cell may be missing".into(),
            Problem::ExceptionTable => "malformed exception table".into(),
        };
        f.write_str(&what)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid code object: {} (offset {})", self.problem, self.offset * 2)
    }
}

impl std::error::Error for Error {}

/// Checks a code object. The time it takes grows with the code and with what is on the stack and in the slots
/// where paths meet.
///
/// # Errors
/// The first rule that is found broken.
pub fn verify(code: &Arc<CodeObject>) -> Result<VerifiedCode, Error> {
    let mut verifier = Verifier::new(code)?;
    match verifier.run() {
        Ok(()) => Ok(VerifiedCode { code: code.clone(), max_depth: verifier.max_depth as u32 }),
        Err(problem) => Err(Error { offset: verifier.at, problem }),
    }
}

/// What the machine has before an instruction
#[derive(Clone)]
struct State {
    stack: Vec<Kinds>,
    slots: Vec<Kinds>,
}

struct Verifier<'a> {
    code: &'a CodeObject,
    instructions: Vec<Instruction>,
    /// By code unit: index of the instruction that starts there, its `EXTENDED_ARG`s included
    starts: Vec<Option<u32>>,
    /// By code unit: its entry in the exception table
    handlers: Vec<Option<u32>>,
    entries: Vec<Entry>,
    /// By instruction: a jump or an exception can lead there
    is_target: Vec<bool>,
    /// By instruction that is a target: the states of all ways there that are known
    states: Vec<Option<Box<State>>>,
    remembered: usize,
    todo: Vec<u32>,
    waiting: Vec<bool>,
    max_depth: usize,
    /// Code unit being looked at, for errors
    at: usize,
}

impl<'a> Verifier<'a> {
    fn new(code: &'a CodeObject) -> Result<Verifier<'a>, Error> {
        let fail = |offset, problem| Err(Error { offset, problem });
        let units = code.code.len() / 2;
        if units == 0 || !code.code.len().is_multiple_of(2) || code.code.len() > MAX_CODE {
            return fail(0, Problem::Size);
        }
        let mut starts = vec![None; units];
        let mut list = Vec::new();
        let mut prefixes = 0;
        for instruction in instructions(&code.code) {
            if instruction.op == Opcode::EXTENDED_ARG {
                prefixes += 1;
                continue;
            }
            if prefixes > 3 || instruction.end() > units {
                return fail(instruction.offset, Problem::ExtendedArg);
            }
            prefixes = 0;
            starts[instruction.start] = Some(list.len() as u32);
            list.push(instruction);
        }
        if prefixes > 0 {
            return fail(units, Problem::ExtendedArg);
        }
        let count = list.len();
        let mut verifier = Verifier {
            code,
            instructions: list,
            starts,
            handlers: vec![None; units],
            entries: exceptiontable::entries(&code.exceptiontable).collect(),
            is_target: vec![false; count],
            states: vec![None; count],
            remembered: 0,
            todo: Vec::new(),
            waiting: vec![false; count],
            max_depth: 0,
            at: 0,
        };
        verifier.read_handlers().map_err(|offset| Error { offset, problem: Problem::ExceptionTable })?;
        verifier.mark_targets();
        Ok(verifier)
    }

    /// The index of the instruction that starts at a code unit
    fn index(&self, unit: usize) -> Option<usize> {
        self.starts.get(unit).copied().flatten().map(|i| i as usize)
    }

    /// Entries must be in order, apart, and begin and end with instructions. On failure, where.
    fn read_handlers(&mut self) -> Result<(), usize> {
        let units = self.starts.len();
        let mut previous = 0;
        for (number, e) in (0u32..).zip(&self.entries) {
            let (start, end, target) = (e.start as usize, e.end as usize, e.target as usize);
            let instructions = [start, target].into_iter().all(|unit| self.index(unit).is_some());
            if !instructions || start < previous || start >= end || end != units && self.index(end).is_none()
            {
                return Err(start);
            }
            self.handlers[start..end].fill(Some(number));
            previous = end;
        }
        Ok(())
    }

    fn mark_targets(&mut self) {
        let jumps = self.instructions.iter().filter_map(|i| i.jump_target());
        let handlers = self.entries.iter().map(|e| e.target as usize);
        for unit in jumps.chain(handlers).chain([0]) {
            if let Some(&Some(index)) = self.starts.get(unit) {
                self.is_target[index as usize] = true;
            }
        }
    }

    fn run(&mut self) -> Result<(), Problem> {
        let slots = self.entry_slots()?;
        self.check_generator()?;
        self.flow(0, State { stack: Vec::new(), slots })?;
        while let Some(index) = self.todo.pop() {
            self.waiting[index as usize] = false;
            self.path(index as usize)?;
        }
        Ok(())
    }

    /// Slots when the code is entered: parameters have values, all others are empty.
    fn entry_slots(&self) -> Result<Vec<Kinds>, Problem> {
        let code = self.code;
        let stars = [flags::VARARGS, flags::VARKEYWORDS].iter().filter(|&&f| code.flags & f != 0).count();
        let parameters =
            (code.argcount as usize).saturating_add(code.kwonlyargcount as usize).saturating_add(stars);
        let kinds = &code.localspluskinds;
        // Locals, then cells, then free variables
        let order = |k: &u8| match *k {
            k if k & local_kind::LOCAL != 0 => Some(0),
            k if k & local_kind::CELL != 0 => Some(1),
            k if k & local_kind::FREE != 0 => Some(2),
            _ => None,
        };
        let sound = kinds.len() == code.localsplusnames.len()
            && code.posonlyargcount <= code.argcount
            && kinds.get(..parameters).is_some_and(|p| p.iter().all(|k| order(k) == Some(0)))
            && kinds.iter().all(|k| order(k).is_some())
            && kinds.iter().map(order).is_sorted();
        if !sound {
            return Err(Problem::Slots);
        }
        let mut slots = vec![NULL; kinds.len()];
        slots[..parameters].fill(VALUE);
        Ok(slots)
    }

    /// `RETURN_GENERATOR` stands after the making of cells, and nothing leads back to it.
    fn check_generator(&mut self) -> Result<(), Problem> {
        let makes_cells = |op| matches!(op, Opcode::COPY_FREE_VARS | Opcode::MAKE_CELL);
        let first = self.instructions.iter().position(|i| !makes_cells(i.op)).unwrap_or(0);
        let generators = flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR;
        let is_generator = self.code.flags & generators != 0;
        for (index, i) in self.instructions.iter().enumerate() {
            let misplaced = match i.op {
                Opcode::RETURN_GENERATOR => index != first || !is_generator,
                Opcode::YIELD_VALUE => !is_generator,
                _ => index == first && is_generator,
            };
            let again = index <= first && index > 0 && self.is_target[index] && is_generator;
            if misplaced || again {
                self.at = i.offset;
                return Err(Problem::Opcode(i.op));
            }
        }
        let back_to_start = self.instructions.iter().filter_map(|i| i.jump_target()).any(|unit| unit == 0);
        let handler_at_start = self.entries.iter().any(|e| e.target == 0);
        if is_generator && (back_to_start || handler_at_start) { Err(Problem::Jump) } else { Ok(()) }
    }

    /// Records that control may reach the target at code unit `unit` with `state`.
    fn flow(&mut self, unit: usize, state: State) -> Result<(), Problem> {
        let index = self.index(unit).ok_or(Problem::Jump)?;
        let known = &mut self.states[index];
        let changed = match known {
            None => {
                self.remembered += state.stack.len() + state.slots.len();
                if self.remembered > MAX_REMEMBERED {
                    return Err(Problem::Size);
                }
                *known = Some(Box::new(state));
                true
            }
            Some(known) => {
                let stack = merge(&mut known.stack, &state.stack).inspect_err(|_| self.at = unit)?;
                stack | merge(&mut known.slots, &state.slots)?
            }
        };
        if changed && !std::mem::replace(&mut self.waiting[index], true) {
            self.todo.push(index as u32);
        }
        Ok(())
    }

    /// Follows the code from a target to the next one, or to where it ends.
    fn path(&mut self, mut index: usize) -> Result<(), Problem> {
        let Some(known) = &self.states[index] else { return Ok(()) };
        let mut state = State::clone(known);
        // The handler that has seen the slots as they are
        let mut told = None;
        loop {
            let instruction = self.instructions[index];
            self.at = instruction.offset;
            operand::check(self.code, &instruction)?;
            let handler = self.handlers[instruction.offset];
            if let Some(handler) = handler.filter(|&h| told != Some(h)) {
                self.raise(handler, &state)?;
                told = Some(handler);
            }
            let next = step::step(&mut state, &instruction, self.code)?;
            if let Some(handler) = handler {
                if next.may_raise && next.lowest < self.entries[handler as usize].depth as usize {
                    return Err(Problem::ExceptionTable);
                }
                // Dropping what was in a slot, or a later instruction, can raise with the slots as they are now.
                if next.changed {
                    self.raise(handler, &state)?;
                }
            } else {
                told = None;
            }
            if state.stack.len() > MAX_DEPTH {
                return Err(Problem::Size);
            }
            self.max_depth = self.max_depth.max(state.stack.len());
            if let Some(jump) = next.jump {
                let target = instruction.jump_target().ok_or(Problem::Jump)?;
                self.check_loop_end(instruction.op, target)?;
                self.max_depth = self.max_depth.max(jump.stack.len());
                self.flow(target, jump)?;
            }
            if !next.falls_through {
                return Ok(());
            }
            index += 1;
            let end = instruction.end();
            if index >= self.instructions.len() {
                return Err(Problem::End);
            }
            if self.is_target[index] {
                return self.flow(end, state);
            }
        }
    }

    /// An exhausted iterator leads to `END_FOR` and `POP_ITER`, which the machine does at once.
    fn check_loop_end(&self, op: Opcode, target: usize) -> Result<(), Problem> {
        if op != Opcode::FOR_ITER {
            return Ok(());
        }
        let index = self.index(target).ok_or(Problem::Jump)?;
        match self.instructions.get(index..index + 2) {
            Some([a, b]) if a.op == Opcode::END_FOR && b.op == Opcode::POP_ITER => Ok(()),
            _ => Err(Problem::Jump),
        }
    }

    /// Records that an exception may lead to a handler with the slots as they are.
    fn raise(&mut self, handler: u32, state: &State) -> Result<(), Problem> {
        let entry = self.entries[handler as usize];
        let kept = state.stack.get(..entry.depth as usize).ok_or(Problem::ExceptionTable)?;
        let mut stack = kept.to_vec();
        // The offset, if it is wanted, and the exception
        stack.resize(stack.len() + 1 + usize::from(entry.lasti), VALUE);
        self.max_depth = self.max_depth.max(stack.len());
        self.flow(entry.target as usize, State { stack, slots: state.slots.clone() })
    }
}

/// Adds what `new` may hold to what is known; whether there is something new.
fn merge(known: &mut [Kinds], new: &[Kinds]) -> Result<bool, Problem> {
    if known.len() != new.len() {
        return Err(Problem::Depth(known.len() as u32, new.len() as u32));
    }
    let mut changed = false;
    for (k, n) in known.iter_mut().zip(new) {
        changed |= *k | n != *k;
        *k |= n;
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Const, PyString};

    fn code(instructions: &[(Opcode, u8)], handlers: &[Entry]) -> CodeObject {
        let mut bytes = Vec::new();
        for &(op, arg) in instructions {
            bytes.extend([op.0, arg]);
            bytes.resize(bytes.len() + 2 * op.caches(), 0);
        }
        let mut exceptions = Vec::new();
        handlers.iter().for_each(|&e| exceptiontable::push(&mut exceptions, e));
        CodeObject {
            code: bytes.into(),
            consts: vec![Const::None].into(),
            names: [PyString::from("name")].into(),
            localsplusnames: ["a", "b", "c", "f"].map(PyString::from).into(),
            localspluskinds: [
                local_kind::LOCAL | local_kind::ARG_POS,
                local_kind::LOCAL,
                local_kind::CELL,
                local_kind::FREE,
            ]
            .into(),
            argcount: 1,
            exceptiontable: exceptions.into(),
            ..CodeObject::default()
        }
    }

    #[track_caller]
    fn check(instructions: &[(Opcode, u8)], expect: Result<u32, Problem>) {
        check_handlers(instructions, &[], expect);
    }

    #[track_caller]
    fn check_handlers(instructions: &[(Opcode, u8)], handlers: &[Entry], expect: Result<u32, Problem>) {
        let got = verify(&Arc::new(code(instructions, handlers)));
        assert_eq!(got.map(|v| v.max_depth()).map_err(|e| e.problem), expect);
    }

    const RETURN: (Opcode, u8) = (Opcode::RETURN_VALUE, 0);
    const NONE: (Opcode, u8) = (Opcode::LOAD_CONST, 0);

    #[test]
    fn sound_code() {
        check(&[(Opcode::RESUME, 0), NONE, RETURN], Ok(1));
        check(
            &[
                (Opcode::LOAD_FAST, 0),
                (Opcode::STORE_FAST, 1),
                (Opcode::LOAD_FAST_LOAD_FAST, 1),
                (Opcode::BINARY_OP, 0),
                RETURN,
            ],
            Ok(2),
        );
        check(
            &[
                (Opcode::COPY_FREE_VARS, 1),
                (Opcode::MAKE_CELL, 2),
                (Opcode::LOAD_DEREF, 3),
                (Opcode::STORE_DEREF, 2),
                NONE,
                RETURN,
            ],
            Ok(1),
        );
        let loops = [
            (Opcode::LOAD_FAST, 0),
            (Opcode::GET_ITER, 0),
            (Opcode::FOR_ITER, 3),
            (Opcode::STORE_FAST, 1),
            (Opcode::JUMP_BACKWARD, 5),
            (Opcode::END_FOR, 0),
            (Opcode::POP_ITER, 0),
            NONE,
            RETURN,
        ];
        check(&loops, Ok(2));
    }

    #[test]
    fn operands_out_of_range() {
        check(&[(Opcode::LOAD_CONST, 1), RETURN], Err(Problem::Operand(Opcode::LOAD_CONST, 1)));
        check(&[(Opcode::LOAD_GLOBAL, 3), RETURN], Err(Problem::Operand(Opcode::LOAD_GLOBAL, 3)));
        check(&[(Opcode::LOAD_FAST, 4), RETURN], Err(Problem::Operand(Opcode::LOAD_FAST, 4)));
        check(&[NONE, (Opcode::SWAP, 1), RETURN], Ok(1));
        check(&[NONE, (Opcode::SWAP, 2), RETURN], Err(Problem::Underflow));
        check(&[NONE, (Opcode::COPY, 0), RETURN], Err(Problem::Underflow));
        check(&[(Opcode::CACHE, 0), NONE, RETURN], Err(Problem::Opcode(Opcode::CACHE)));
        check(&[NONE, (Opcode::YIELD_VALUE, 0), RETURN], Err(Problem::Opcode(Opcode::YIELD_VALUE)));
        check(&[(Opcode::EXTENDED_ARG, 1)], Err(Problem::ExtendedArg));
    }

    #[test]
    fn stack_and_slots() {
        check(&[RETURN], Err(Problem::Underflow));
        check(&[NONE], Err(Problem::End));
        check(&[(Opcode::LOAD_FAST, 1), RETURN], Err(Problem::Null));
        check(&[(Opcode::LOAD_FAST_CHECK, 1), (Opcode::POP_TOP, 0), (Opcode::LOAD_FAST, 1), RETURN], Ok(1));
        check(&[(Opcode::PUSH_NULL, 0), RETURN], Err(Problem::Null));
        check(&[(Opcode::LOAD_DEREF, 3), RETURN], Err(Problem::NoCell));
        // A branch that pushes, and one that does not
        let uneven = [(Opcode::LOAD_FAST, 0), (Opcode::POP_JUMP_IF_TRUE, 1), NONE, NONE, RETURN];
        check(&uneven, Err(Problem::Depth(0, 1)));
        // Into the cache of the jump itself
        check(&[(Opcode::JUMP_BACKWARD, 1), NONE, RETURN], Err(Problem::Jump));
    }

    #[test]
    fn handlers() {
        let handler = |depth, lasti| Entry { start: 0, end: 2, target: 2, depth, lasti };
        let body = [(Opcode::LOAD_FAST, 0), RETURN, (Opcode::PUSH_EXC_INFO, 0), (Opcode::RERAISE, 0)];
        check_handlers(&body, &[handler(0, false)], Ok(2));
        check_handlers(&body, &[handler(0, true)], Ok(3));
        check_handlers(&body, &[handler(1, false)], Err(Problem::ExceptionTable));
        check_handlers(&body, &[handler(0, false), handler(0, false)], Err(Problem::ExceptionTable));
        // The local may be gone when the handler runs.
        let deleted =
            [(Opcode::DELETE_FAST, 0), NONE, RETURN, (Opcode::POP_TOP, 0), (Opcode::LOAD_FAST, 0), RETURN];
        let handler = Entry { start: 0, end: 1, target: 3, depth: 0, lasti: false };
        check_handlers(&deleted, &[handler], Err(Problem::Null));
    }
}
