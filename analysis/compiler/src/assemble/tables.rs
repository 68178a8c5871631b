//! `co_linetable` and `co_exceptiontable`.

use bytecode::exceptiontable;
use bytecode::linetable::{Position, Writer};

use super::jumps::size;
use crate::flowgraph::{Handler, Linear};
use crate::instr::Location;

fn position(loc: Location) -> Position {
    let known = |x: i32| (x >= 0).then_some(x);
    if loc.line < 0 {
        return Position::default();
    }
    Position {
        line: Some(loc.line),
        end_line: known(loc.end_line),
        col: known(loc.col),
        end_col: known(loc.end_col),
    }
}

/// The line table; settles locations that are those of the next instruction.
pub(super) fn lines(instrs: &mut Linear, firstlineno: i32) -> Vec<u8> {
    let mut next = Location::NONE;
    for instr in instrs.iter_mut().rev() {
        if instr.loc == Location::NEXT {
            instr.loc = if instr.op.is_terminator() { Location::NONE } else { next };
        }
        next = instr.loc;
    }
    let mut writer = Writer::new(firstlineno);
    for run in instrs.chunk_by(|a, b| a.loc == b.loc) {
        let units = run.iter().map(|i| size(i.op, i.arg) as usize).sum();
        writer.push(units, position(run[0].loc));
    }
    writer.finish()
}

/// The exception table: an entry for each run of instructions with one handler
pub(super) fn exceptions(instrs: &Linear) -> Vec<u8> {
    let mut offsets = Vec::with_capacity(instrs.len() + 1);
    let mut end = 0;
    for instr in instrs {
        offsets.push(end);
        end += size(instr.op, instr.arg);
    }
    offsets.push(end);
    let mut table = Vec::new();
    let mut first = 0;
    for run in instrs.chunk_by(|a, b| a.handler.map(|h| h.target) == b.handler.map(|h| h.target)) {
        let last = first + run.len();
        if let Some(Handler { target, startdepth, preserve_lasti }) = run[0].handler {
            // The handler's depth counts what is pushed for it.
            let pushed = 1 + u32::from(preserve_lasti);
            let entry = exceptiontable::Entry {
                start: offsets[first],
                end: offsets[last],
                target: offsets[target as usize],
                depth: startdepth.saturating_sub(pushed),
                lasti: preserve_lasti,
            };
            exceptiontable::push(&mut table, entry);
        }
        first = last;
    }
    table
}
