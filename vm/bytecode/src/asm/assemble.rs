//! Instructions with labels to bytes: how long jumps are depends on how far they go, and the other way round.

use std::collections::HashMap;

use super::Error;
use super::write::prefixes;
use crate::instruction::is_backward;
use crate::linetable::{self, Position};
use crate::{Opcode, exceptiontable};

/// What an instruction's operand is
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Operand {
    Number(u32),
    Label(String),
}

/// An instruction of the text
#[derive(Clone, Debug)]
pub(super) struct Instruction {
    pub(super) op: Opcode,
    pub(super) operand: Operand,
    /// `EXTENDED_ARG`s that it has at least
    pub(super) prefixes: usize,
    pub(super) position: Position,
    /// Line of the text
    pub(super) line: usize,
}

/// A line `.handler`
#[derive(Debug)]
pub(super) struct Handler {
    /// Start, end, target
    pub(super) labels: [String; 3],
    pub(super) depth: u32,
    pub(super) lasti: bool,
    pub(super) line: usize,
}

/// The tables of a code object, and by code unit the line of the text it is from
#[derive(Debug, Default)]
pub(super) struct Assembled {
    pub(super) code: Vec<u8>,
    pub(super) linetable: Vec<u8>,
    pub(super) exceptiontable: Vec<u8>,
    pub(super) lines: Vec<usize>,
}

/// Instructions, and the labels between them: a label is the index of the instruction behind it.
pub(super) fn assemble(
    list: &[Instruction],
    labels: &HashMap<String, usize>,
    handlers: &[Handler],
    firstlineno: i32,
) -> Result<Assembled, Error> {
    let index = |label: &String, line: usize| {
        let unknown =
            || Error { line, message: format!("there is no label {label}; a line `{label}:` makes one") };
        labels.get(label).copied().ok_or_else(unknown)
    };
    let mut sizes: Vec<usize> = list.iter().map(|i| i.prefixes).collect();
    let mut targets = vec![None; list.len()];
    for (i, instruction) in list.iter().enumerate() {
        match &instruction.operand {
            Operand::Number(arg) => sizes[i] = sizes[i].max(prefixes(*arg)),
            Operand::Label(label) => targets[i] = Some(index(label, instruction.line)?),
        }
    }
    // Prefixes only become more, so this ends.
    let (starts, args) = loop {
        let starts = starts(list, &sizes);
        let mut args = Vec::with_capacity(list.len());
        let mut grown = false;
        for (i, instruction) in list.iter().enumerate() {
            let arg = match (&instruction.operand, targets[i]) {
                (Operand::Number(arg), _) => *arg,
                (Operand::Label(_), target) => {
                    distance(instruction, starts[i + 1], starts[target.unwrap_or(0)])?
                }
            };
            args.push(arg);
            if prefixes(arg) > sizes[i] {
                sizes[i] = prefixes(arg);
                grown = true;
            }
        }
        if !grown {
            break (starts, args);
        }
    };
    let mut out = Assembled::default();
    let mut table = linetable::Writer::new(firstlineno, Vec::new());
    let mut run = (0, Position::default());
    for (i, instruction) in list.iter().enumerate() {
        for shift in (1..=sizes[i]).rev() {
            out.code.extend([Opcode::EXTENDED_ARG.0, (args[i] >> (8 * shift)) as u8]);
        }
        out.code.extend([instruction.op.0, args[i] as u8]);
        out.code.resize(starts[i + 1] * 2, 0);
        let units = starts[i + 1] - starts[i];
        out.lines.extend(std::iter::repeat_n(instruction.line, units));
        if instruction.position != run.1 {
            table.push(run.0, run.1);
            run = (0, instruction.position);
        }
        run.0 += units;
    }
    table.push(run.0, run.1);
    out.linetable = table.finish();
    for handler in handlers {
        let mut units = [0; 3];
        for (unit, label) in units.iter_mut().zip(&handler.labels) {
            *unit = starts[index(label, handler.line)?] as u32;
        }
        let [start, end, target] = units;
        if start >= end {
            return Err(Error { line: handler.line, message: "the handler covers nothing".into() });
        }
        let entry = exceptiontable::Entry { start, end, target, depth: handler.depth, lasti: handler.lasti };
        exceptiontable::push(&mut out.exceptiontable, entry);
    }
    Ok(out)
}

/// The code unit in which each instruction starts, and the one behind the last
fn starts(list: &[Instruction], sizes: &[usize]) -> Vec<usize> {
    let mut at = 0;
    let mut starts = vec![0];
    for (instruction, prefixes) in list.iter().zip(sizes) {
        at += prefixes + 1 + instruction.op.caches();
        starts.push(at);
    }
    starts
}

/// The operand of a jump; `end` is behind it and its caches.
fn distance(instruction: &Instruction, end: usize, target: usize) -> Result<u32, Error> {
    let units = if is_backward(instruction.op) { end.checked_sub(target) } else { target.checked_sub(end) };
    let wrong = |message: String| Error { line: instruction.line, message };
    let units = units.ok_or_else(|| {
        let way = if is_backward(instruction.op) { "back" } else { "forward" };
        wrong(format!("{} goes {way} only, and its label is on the other side", instruction.op.name()))
    })?;
    u32::try_from(units).map_err(|_| wrong("the jump is too long".into()))
}
