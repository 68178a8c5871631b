//! One instruction over abstract values.

use super::{CELL, Kinds, MAX_DEPTH, NULL, Problem, State, VALUE};
use crate::instruction::Instruction;
use crate::opcode::effect::effect;
use crate::{CodeObject, Opcode, local_kind};

/// Where control goes after an instruction
pub(super) struct Next {
    /// The state at the jump's target, if it may jump
    pub jump: Option<State>,
    /// Whether control may go on to the next instruction
    pub falls_through: bool,
    /// Fewest values on the stack while it ran
    pub lowest: usize,
    /// Whether it can raise after having taken its operands
    pub may_raise: bool,
    /// Whether slots, or stack entries that were there before and stayed, changed
    pub changed: bool,
}

/// Runs an instruction whose operand is in range.
pub(super) fn step(state: &mut State, instruction: &Instruction, code: &CodeObject) -> Result<Next, Problem> {
    let lowest = state.stack.len();
    let mut run = Run { state, lowest, changed: false };
    let op = instruction.op;
    run.execute(op, instruction.arg, code)?;
    let Run { lowest, changed, .. } = run;
    let (jump, falls_through) = match op {
        Opcode::JUMP_FORWARD | Opcode::JUMP_BACKWARD | Opcode::JUMP_BACKWARD_NO_INTERRUPT => (true, false),
        Opcode::POP_JUMP_IF_FALSE
        | Opcode::POP_JUMP_IF_TRUE
        | Opcode::POP_JUMP_IF_NONE
        | Opcode::POP_JUMP_IF_NOT_NONE
        | Opcode::SEND
        | Opcode::FOR_ITER => (true, true),
        Opcode::RETURN_VALUE | Opcode::RAISE_VARARGS | Opcode::RERAISE => (false, false),
        _ => (false, true),
    };
    // What is thrown into a generator arrives after a value has been pushed for its YIELD_VALUE.
    let may_raise = !never_raises(op) && !matches!(op, Opcode::PUSH_EXC_INFO | Opcode::YIELD_VALUE);
    Ok(Next { jump: jump.then(|| state.clone()), falls_through, lowest, may_raise, changed })
}

/// Whether no handler ever sees the frame as it is before the instruction or in the middle of it. Those that set aside what
/// is a comprehension's for a while, and those that put it back, are such: the handlers around it have them in their ranges.
pub fn never_raises(op: Opcode) -> bool {
    matches!(
        op,
        Opcode::SWAP
            | Opcode::POP_TOP
            | Opcode::STORE_FAST
            | Opcode::STORE_FAST_STORE_FAST
            | Opcode::LOAD_FAST_AND_CLEAR
            | Opcode::MAKE_CELL
    )
}

struct Run<'a> {
    state: &'a mut State,
    lowest: usize,
    changed: bool,
}

impl Run<'_> {
    fn push(&mut self, kinds: Kinds) {
        self.state.stack.push(kinds);
    }

    /// Takes what may be empty.
    fn pop(&mut self) -> Result<Kinds, Problem> {
        let top = self.state.stack.pop().ok_or(Problem::Underflow)?;
        self.lowest = self.lowest.min(self.state.stack.len());
        Ok(top)
    }

    fn value(&mut self) -> Result<Kinds, Problem> {
        let top = self.pop()?;
        if top & NULL == 0 { Ok(top) } else { Err(Problem::Null) }
    }

    fn values(&mut self, n: u32) -> Result<(), Problem> {
        if n as usize > self.state.stack.len() {
            return Err(Problem::Underflow);
        }
        (0..n).try_for_each(|_| self.value().map(drop))
    }

    /// Position of the `n`th value from the top, from 1
    fn position(&self, n: u32) -> Result<usize, Problem> {
        if n == 0 {
            return Err(Problem::Underflow);
        }
        self.state.stack.len().checked_sub(n as usize).ok_or(Problem::Underflow)
    }

    /// The `n`th value from the top must be there and not empty.
    fn peek_value(&self, n: u32) -> Result<(), Problem> {
        if self.state.stack[self.position(n)?] & NULL == 0 { Ok(()) } else { Err(Problem::Null) }
    }

    fn set(&mut self, slot: u32, kinds: Kinds) {
        let slot = &mut self.state.slots[slot as usize];
        self.changed |= *slot != kinds;
        *slot = kinds;
    }

    fn load(&mut self, slot: u32) -> Result<(), Problem> {
        let kinds = self.state.slots[slot as usize];
        if kinds & NULL != 0 {
            return Err(Problem::Null);
        }
        self.push(kinds);
        Ok(())
    }

    fn store(&mut self, slot: u32) -> Result<(), Problem> {
        let kinds = self.pop()?;
        self.set(slot, kinds);
        Ok(())
    }

    fn cell(&self, slot: u32) -> Result<(), Problem> {
        if self.state.slots[slot as usize] == CELL { Ok(()) } else { Err(Problem::NoCell) }
    }

    /// A value, and with the operand's low bit what a method call takes for `self`
    fn push_callable(&mut self, with_self: bool, kinds: Kinds) {
        self.push(VALUE);
        if with_self {
            self.push(kinds);
        }
    }

    fn execute(&mut self, op: Opcode, arg: u32, code: &CodeObject) -> Result<(), Problem> {
        match op {
            Opcode::PUSH_NULL => self.push(NULL),
            Opcode::LOAD_FAST | Opcode::LOAD_FAST_BORROW => self.load(arg)?,
            Opcode::LOAD_FAST_LOAD_FAST | Opcode::LOAD_FAST_BORROW_LOAD_FAST_BORROW => {
                self.load(arg >> 4)?;
                self.load(arg & 15)?;
            }
            Opcode::LOAD_FAST_CHECK => {
                // If it does not raise, there was a value.
                let kinds = match self.state.slots[arg as usize] & !NULL {
                    0 => VALUE,
                    kinds => kinds,
                };
                self.set(arg, kinds);
                self.push(kinds);
            }
            Opcode::LOAD_FAST_AND_CLEAR => {
                self.push(self.state.slots[arg as usize]);
                self.set(arg, NULL);
            }
            Opcode::DELETE_FAST => self.set(arg, NULL),
            Opcode::STORE_FAST => self.store(arg)?,
            Opcode::STORE_FAST_LOAD_FAST => {
                self.store(arg >> 4)?;
                self.load(arg & 15)?;
            }
            Opcode::STORE_FAST_STORE_FAST => {
                self.store(arg >> 4)?;
                self.store(arg & 15)?;
            }
            Opcode::MAKE_CELL => self.set(arg, CELL),
            Opcode::COPY_FREE_VARS => {
                for (slot, kind) in (0..).zip(code.localspluskinds.iter()) {
                    if kind & local_kind::FREE != 0 {
                        self.set(slot, CELL);
                    }
                }
            }
            Opcode::LOAD_DEREF => {
                self.cell(arg)?;
                self.push(VALUE);
            }
            Opcode::STORE_DEREF => {
                self.cell(arg)?;
                self.value()?;
            }
            Opcode::DELETE_DEREF => self.cell(arg)?,
            Opcode::LOAD_FROM_DICT_OR_DEREF => {
                self.cell(arg)?;
                self.value()?;
                self.push(VALUE);
            }
            Opcode::COPY => {
                let at = self.position(arg)?;
                self.push(self.state.stack[at]);
            }
            Opcode::SWAP => {
                let at = self.position(arg)?;
                let top = self.position(1)?;
                self.state.stack.swap(at, top);
                // Handlers below that keep these entries must hear of it.
                self.changed = true;
            }
            Opcode::POP_TOP | Opcode::END_FOR => {
                self.pop()?;
            }
            Opcode::END_SEND => {
                let result = self.value()?;
                self.pop()?;
                self.push(result);
            }
            Opcode::LOAD_GLOBAL => self.push_callable(arg & 1 == 1, NULL),
            Opcode::LOAD_ATTR => {
                self.value()?;
                self.push_callable(arg & 1 == 1, NULL | VALUE);
            }
            Opcode::LOAD_SUPER_ATTR => {
                self.values(3)?;
                self.push_callable(arg & 1 == 1, NULL | VALUE);
            }
            Opcode::LOAD_SPECIAL => {
                self.value()?;
                self.push_callable(true, NULL | VALUE);
            }
            Opcode::CALL | Opcode::CALL_KW => {
                if op == Opcode::CALL_KW {
                    self.value()?;
                }
                self.values(arg)?;
                self.pop()?;
                self.value()?;
                self.push(VALUE);
            }
            Opcode::CALL_FUNCTION_EX => {
                self.pop()?;
                self.value()?;
                self.pop()?;
                self.value()?;
                self.push(VALUE);
            }
            Opcode::WITH_EXCEPT_START => {
                // The method, its self, the offset, the exception before, the exception
                self.peek_value(1)?;
                self.peek_value(5)?;
                self.push(VALUE);
            }
            Opcode::LIST_APPEND
            | Opcode::LIST_EXTEND
            | Opcode::SET_ADD
            | Opcode::SET_UPDATE
            | Opcode::DICT_UPDATE => {
                self.value()?;
                self.peek_value(arg)?;
            }
            Opcode::MAP_ADD => {
                self.values(2)?;
                self.peek_value(arg)?;
            }
            Opcode::DICT_MERGE => {
                // The function is looked at for the message.
                self.value()?;
                self.peek_value(arg)?;
                self.peek_value(arg.saturating_add(3))?;
            }
            // These leave what they look at, also when they raise.
            Opcode::FOR_ITER
            | Opcode::GET_ANEXT
            | Opcode::GET_LEN
            | Opcode::IMPORT_FROM
            | Opcode::MATCH_MAPPING
            | Opcode::MATCH_SEQUENCE => {
                self.peek_value(1)?;
                self.push(VALUE);
            }
            Opcode::MATCH_KEYS => {
                self.peek_value(1)?;
                self.peek_value(2)?;
                self.push(VALUE);
            }
            Opcode::SEND | Opcode::CHECK_EXC_MATCH => {
                self.value()?;
                self.peek_value(1)?;
                self.push(VALUE);
            }
            Opcode::RERAISE => {
                self.value()?;
                if arg > 0 {
                    self.peek_value(arg)?;
                }
            }
            _ => {
                let effect = effect(op, arg).ok_or(Problem::Operand(op, arg))?;
                self.values(effect.pops)?;
                if effect.pushes as usize > MAX_DEPTH {
                    return Err(Problem::Size);
                }
                let depth = self.state.stack.len() + effect.pushes as usize;
                self.state.stack.resize(depth, VALUE);
            }
        }
        Ok(())
    }
}
