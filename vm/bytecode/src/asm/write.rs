//! Code objects to text.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use super::operand::{self, Tables};
use super::{Error, KINDS, literal};
use crate::constant::guarded;
use crate::instruction::{Instruction, instructions};
use crate::linetable::{self, Position};
use crate::pyc::Validation;
use crate::{CodeObject, Const, Opcode, PyString, exceptiontable, flags, repr};

/// The text of a `.pyc`.
///
/// # Errors
/// For code that only damage or the interpreter makes: data in inline caches, jumps into instructions, code inside tuples.
pub fn write(code: &Arc<CodeObject>, validation: Validation) -> Result<String, Error> {
    let mut out = String::new();
    match validation {
        Validation::Timestamp { mtime, size } => {
            push(&mut out, 0, format_args!(".pyc timestamp {mtime} {size}"))
        }
        Validation::Hash { hash, check } => {
            let kind = if check { "checked" } else { "unchecked" };
            push(&mut out, 0, format_args!(".pyc {kind} {hash:#018x}"));
        }
    }
    one(&mut out, code, 0)?;
    Ok(out)
}

fn push(out: &mut String, depth: usize, text: std::fmt::Arguments<'_>) {
    writeln!(out, "{:1$}{text}", "", depth * 4).expect("a String takes everything");
}

fn refused(message: impl Into<String>) -> Error {
    Error { line: 0, message: message.into() }
}

/// A name, in quotes if it is no word
fn name(name: &PyString) -> String {
    match name.to_str() {
        Some(text) if !text.is_empty() && text.chars().all(operand::is_bare) => text.to_owned(),
        _ => repr::repr(&Const::Str(name.clone())),
    }
}

fn one(out: &mut String, code: &Arc<CodeObject>, depth: usize) -> Result<(), Error> {
    push(out, depth, format_args!(".code {}", name(&code.name)));
    let inner = depth + 1;
    if code.qualname != code.name {
        push(out, inner, format_args!(".qualname {}", name(&code.qualname)));
    }
    push(out, inner, format_args!(".filename {}", repr::repr(&Const::Str(code.filename.clone()))));
    push(out, inner, format_args!(".firstline {}", code.firstlineno));
    push(out, inner, format_args!(".flags {}", flags::words(code.flags)));
    let counts = [code.argcount, code.posonlyargcount, code.kwonlyargcount];
    if counts != [0; 3] {
        push(out, inner, format_args!(".arguments {} {} {}", counts[0], counts[1], counts[2]));
    }
    push(out, inner, format_args!(".stack {}", code.stacksize));
    for (slot, &kind) in code.localsplusnames.iter().zip(code.localspluskinds.iter()) {
        let known = KINDS.iter().filter(|(bit, _)| kind & bit != 0);
        let words: Vec<&str> = known.map(|(_, word)| *word).collect();
        push(out, inner, format_args!(".slot {} {}", name(slot), words.join(" ")));
    }
    for used in code.names.iter() {
        push(out, inner, format_args!(".name {}", name(used)));
    }
    for value in code.consts.iter() {
        if let Const::Code(child) = value {
            guarded(|| one(out, child, inner))?;
            continue;
        }
        let mut text = String::new();
        literal::write(&mut text, value).ok_or_else(|| refused("code inside a constant has no text"))?;
        push(out, inner, format_args!(".const {text}"));
    }
    body(out, code, inner)?;
    push(out, depth, format_args!(".end"));
    Ok(())
}

/// Instructions and handlers.
fn body(out: &mut String, code: &CodeObject, depth: usize) -> Result<(), Error> {
    let list: Vec<Instruction> = instructions(&code.code).filter(|i| i.op != Opcode::EXTENDED_ARG).collect();
    let labels = labels(code, &list)?;
    let positions: Vec<Position> = linetable::positions(&code.linetable, code.firstlineno).collect();
    let tables = Tables {
        names: code.names.iter().cloned().collect(),
        slots: code.localsplusnames.iter().cloned().collect(),
        consts: code.consts.iter().cloned().collect(),
    };
    let jumps = list.iter().filter(|i| i.jump_target().is_some());
    // How much shorter a jump could be if no jump in between had a prefix
    let slack = jumps.map(|i| (i.offset - i.start) as u32).sum();
    let mut last = Position::default();
    for instruction in &list {
        let caches = code.code.get(instruction.offset * 2 + 2..instruction.end() * 2);
        if caches.is_none_or(|bytes| bytes.iter().any(|&byte| byte != 0)) {
            return Err(refused("the inline caches hold data"));
        }
        if let Some(label) = labels.get(&instruction.start) {
            push(out, depth - 1, format_args!("L{label}:"));
        }
        // A jump's length depends on its own size: some are right in two sizes, and both are met.
        let is_jump = instruction.jump_target().is_some();
        let least = if is_jump { instruction.arg.saturating_sub(slack) } else { instruction.arg };
        let written = instruction.offset - instruction.start;
        if written > prefixes(least) {
            (0..written).for_each(|_| push(out, depth, format_args!("EXTENDED_ARG")));
        }
        let position = positions.get(instruction.offset).copied().unwrap_or_default();
        let place = if position == last { String::new() } else { place(&position) };
        last = position;
        let target = instruction.jump_target().and_then(|unit| labels.get(&unit));
        let operand = match target {
            Some(label) => format!("L{label}"),
            None => operand::write(code, instruction, &tables),
        };
        let line = format!("{place:<16} {} {operand}", instruction.op.name());
        push(out, depth, format_args!("{}", line.trim_end()));
    }
    if let Some(label) = labels.get(&(code.code.len() / 2)) {
        push(out, depth - 1, format_args!("L{label}:"));
    }
    for e in exceptiontable::entries(&code.exceptiontable) {
        let [start, end, target] = [e.start, e.end, e.target].map(|unit| labels[&(unit as usize)]);
        let lasti = if e.lasti { " lasti" } else { "" };
        push(out, depth, format_args!(".handler L{start} L{end} L{target} {}{lasti}", e.depth));
    }
    Ok(())
}

/// How many `EXTENDED_ARG`s an operand needs
pub(super) fn prefixes(arg: u32) -> usize {
    (arg.checked_ilog2().unwrap_or(0) / 8) as usize
}

fn place(p: &Position) -> String {
    match p {
        Position { line: None, end_line: None, col: None, end_col: None } => "-".into(),
        _ => {
            let [line, col, end_line, end_col] = [p.line, p.col, p.end_line, p.end_col]
                .map(|number| number.map_or_else(|| "?".into(), |number| number.to_string()));
            format!("{line}:{col}-{end_line}:{end_col}")
        }
    }
}

/// Numbers for all places that jumps and handlers name.
fn labels(code: &CodeObject, list: &[Instruction]) -> Result<BTreeMap<usize, usize>, Error> {
    let mut units: Vec<usize> = list.iter().filter_map(Instruction::jump_target).collect();
    for e in exceptiontable::entries(&code.exceptiontable) {
        units.extend([e.start as usize, e.end as usize, e.target as usize]);
    }
    units.sort_unstable();
    units.dedup();
    let end = code.code.len() / 2;
    let is_start = |unit: &usize| *unit == end || list.binary_search_by_key(unit, |i| i.start).is_ok();
    match units.iter().find(|unit| !is_start(unit)) {
        Some(unit) => Err(refused(format!("a jump goes into an instruction (offset {})", unit * 2))),
        None => Ok(units.into_iter().zip(1..).collect()),
    }
}
