//! Operands as text: by name or value where that says which is meant, else `#` and the number.

use std::hash::Hash;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::cursor::{Cursor, Res};
use super::literal;
use crate::CodeObject;
use crate::dis::{self, Labels};
use crate::instruction::Instruction;
use crate::opcode::compare_operand;
use crate::{Const, Flags, Opcode, PyString};

/// What can follow the name of an attribute or a global
const NULL_MARKS: [&str; 2] = [" + NULL|self", " + NULL"];

/// A list that knows where each value first stands
#[derive(Debug)]
pub(super) struct Table<T> {
    pub(super) items: Vec<T>,
    index: FxHashMap<T, u32>,
}

impl<T> Default for Table<T> {
    fn default() -> Table<T> {
        Table { items: Vec::new(), index: FxHashMap::default() }
    }
}

impl<T: Clone + Eq + Hash> Table<T> {
    /// Appends a value, and gives its index.
    pub(super) fn push(&mut self, value: T) -> u32 {
        let index = self.items.len() as u32;
        self.index.entry(value.clone()).or_insert(index);
        self.items.push(value);
        index
    }

    fn find(&self, value: &T) -> Option<u32> {
        self.index.get(value).copied()
    }
}

impl<T: Clone + Eq + Hash> FromIterator<T> for Table<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Table<T> {
        let mut table = Table::default();
        for value in values {
            table.push(value);
        }
        table
    }
}

/// The tables that operands point into, as far as they are known; names and constants that are used but not listed
/// come behind the others.
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) names: Table<PyString>,
    pub(super) slots: Table<PyString>,
    pub(super) consts: Table<Const>,
}

/// The operand's text; empty if the instruction has none. Jumps are not written here.
pub(super) fn write(code: &CodeObject, instruction: &Instruction, tables: &Tables) -> String {
    let Instruction { op, arg, .. } = *instruction;
    if !op.has(Flags::ARG) {
        return if arg == 0 { String::new() } else { format!("#{arg}") };
    }
    let text = text(code, instruction);
    let read = text.as_ref().and_then(|text| {
        let mut cursor = Cursor::new(text, 0);
        let arg = lookup(&mut cursor, op, tables).ok()?;
        cursor.end().ok().map(|()| arg)
    });
    match text {
        Some(text) if read == Some(Found::At(arg)) => text,
        _ if is_plain(op) => arg.to_string(),
        _ => format!("#{arg}"),
    }
}

/// The operand is a number and nothing else.
fn is_plain(op: Opcode) -> bool {
    let index = [Flags::CONST, Flags::NAME, Flags::LOCAL, Flags::FREE].into_iter().any(|flag| op.has(flag));
    !index && !is_pair(op) && words(op).is_empty()
}

fn text(code: &CodeObject, instruction: &Instruction) -> Option<String> {
    let Instruction { op, arg, .. } = *instruction;
    if op.has(Flags::CONST) {
        let mut out = String::new();
        literal::write(&mut out, code.consts.get(arg as usize)?)?;
        return Some(out);
    }
    let detail = dis::operand(code, &Labels::new(), instruction);
    (!is_plain(op) && !detail.is_empty()).then_some(detail)
}

/// What was found in a table
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Found {
    /// The operand
    At(u32),
    /// A name that is not in the table, and the bits below its index
    NewName(PyString, u32, u32),
    /// A constant that is not in the table
    NewConst(Const),
}

/// Reads an operand, and adds to the tables what they do not have.
pub(super) fn read(text: &mut Cursor<'_>, op: Opcode, tables: &mut Tables) -> Res<u32> {
    text.blanks();
    if !op.has(Flags::ARG) && !text.rest().starts_with('#') {
        return Ok(0);
    }
    if text.rest().is_empty() {
        return Err(text.error(format!("{} needs an operand: {}", op.name(), wanted(op))));
    }
    if text.take("#") || is_plain(op) {
        return text.number();
    }
    Ok(match lookup(text, op, tables)? {
        Found::At(arg) => arg,
        Found::NewName(name, shift, low) => tables.names.push(name) << shift | low,
        Found::NewConst(value) => tables.consts.push(value),
    })
}

/// What the operand of an instruction is, in words.
fn wanted(op: Opcode) -> &'static str {
    match op {
        _ if op.has(Flags::JUMP) => "a label, as L1",
        _ if op.has(Flags::CONST) => "a constant, as 1 or 'text'",
        _ if op.has(Flags::NAME) => "a name",
        _ if is_pair(op) => "two local variables with a comma between",
        _ if op.has(Flags::LOCAL) || op.has(Flags::FREE) => "a variable that has a .slot",
        _ if is_plain(op) => "a number",
        _ => "one of its words, or # and a number",
    }
}

fn lookup(text: &mut Cursor<'_>, op: Opcode, tables: &Tables) -> Res<Found> {
    if op.has(Flags::CONST) {
        let value = literal::read(text)?;
        return Ok(tables.consts.find(&value).map_or(Found::NewConst(value), Found::At));
    }
    if op.has(Flags::NAME) {
        return name(text, op, tables);
    }
    let words = words(op);
    if !words.is_empty() {
        let rest = text.rest();
        let longest = words
            .iter()
            .filter(|(word, _)| rest.starts_with(word.as_str()))
            .max_by_key(|(word, _)| word.len());
        let (word, arg) =
            longest.ok_or_else(|| text.error(format!("{rest:?} is no operand of {}", op.name())))?;
        text.take(word);
        return Ok(Found::At(*arg));
    }
    let first = slot(text, tables)?;
    if !is_pair(op) {
        return Ok(Found::At(first));
    }
    text.expect(", ")?;
    let second = slot(text, tables)?;
    if first > 15 || second > 15 {
        return Err(text.error(format!("{} reaches the first 16 slots only", op.name())));
    }
    Ok(Found::At(first << 4 | second))
}

fn is_pair(op: Opcode) -> bool {
    matches!(
        op,
        Opcode::LOAD_FAST_LOAD_FAST
            | Opcode::LOAD_FAST_BORROW_LOAD_FAST_BORROW
            | Opcode::STORE_FAST_LOAD_FAST
            | Opcode::STORE_FAST_STORE_FAST
    )
}

/// A name as it stands in a table: bare, or in quotes if it is no word.
pub(super) fn bare(text: &mut Cursor<'_>) -> Res<PyString> {
    if matches!(text.peek(), Some('\'' | '"')) {
        return literal::string(text);
    }
    match text.while_(is_bare) {
        "" => Err(text.error("a name is missing")),
        name => Ok(name.into()),
    }
}

/// Whether a character needs no quotes in a name
pub(super) fn is_bare(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '<' | '>')
}

fn name(text: &mut Cursor<'_>, op: Opcode, tables: &Tables) -> Res<Found> {
    let shift = match op {
        Opcode::LOAD_GLOBAL | Opcode::LOAD_ATTR => 1,
        Opcode::LOAD_SUPER_ATTR => 2,
        _ => 0,
    };
    let name = bare(text)?;
    let low = u32::from(shift > 0 && NULL_MARKS.iter().any(|mark| text.take(mark)));
    Ok(match tables.names.find(&name) {
        Some(index) => Found::At(index << shift | low),
        None => Found::NewName(name, shift, low),
    })
}

fn slot(text: &mut Cursor<'_>, tables: &Tables) -> Res<u32> {
    let name = bare(text)?;
    let unknown = || {
        let name = name.to_string_lossy();
        text.error(format!(
            "no local variable {name:?}; a line `.slot {name} local` before the code declares one"
        ))
    };
    tables.slots.find(&name).ok_or_else(unknown)
}

/// The words that operands of this instruction can be, with the operands: what a listing shows for them.
fn words(op: Opcode) -> &'static [(String, u32)] {
    static WORDS: OnceLock<Vec<Vec<(String, u32)>>> = OnceLock::new();
    &WORDS.get_or_init(|| (0..=u8::MAX).map(|op| words_of(Opcode(op))).collect())[usize::from(op.0)]
}

fn words_of(op: Opcode) -> Vec<(String, u32)> {
    let index = [Flags::JUMP, Flags::CONST, Flags::NAME, Flags::LOCAL, Flags::FREE];
    if index.into_iter().any(|flag| op.has(flag)) || is_pair(op) {
        return Vec::new();
    }
    let candidates: Vec<u32> = match op {
        Opcode::COMPARE_OP => {
            (0..6).flat_map(|n| [compare_operand(n), compare_operand(n) | BOOL_OUTCOME]).collect()
        }
        _ => (0..64).collect(),
    };
    let code = CodeObject::default();
    let mut words: Vec<(String, u32)> = Vec::new();
    for arg in candidates {
        let instruction = Instruction { offset: 0, start: 0, op, arg };
        let word = dis::operand(&code, &Labels::new(), &instruction);
        let known = words.iter().any(|(known, _)| *known == word);
        if !word.is_empty() && !word.starts_with("<unknown") && !known {
            words.push((word, arg));
        }
    }
    words
}

/// The bit of `COMPARE_OP`'s operand that asks for a `bool`
const BOOL_OUTCOME: u32 = 16;
