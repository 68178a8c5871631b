//! `co_linetable` and `co_exceptiontable`.

use bytecode::exceptiontable;
use bytecode::linetable::{Position, Writer};

use crate::flowgraph::{Handler, Linear, LinearInstr};
use crate::instr::Location;

#[inline]
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

/// The line table, in memory that was used before; settles locations that are those of the next instruction. `offsets`
/// are where instructions begin, and where the last ends.
pub(super) fn lines(
    instrs: &mut [LinearInstr],
    offsets: &[u32],
    firstlineno: i32,
    memory: Vec<u8>,
) -> Vec<u8> {
    if instrs.iter().any(|instr| instr.loc == Location::NEXT) {
        let mut next = Location::NONE;
        for instr in instrs.iter_mut().rev() {
            if instr.loc == Location::NEXT {
                instr.loc = if instr.op.is_terminator() { Location::NONE } else { next };
            }
            next = instr.loc;
        }
    }
    let mut writer = Writer::new(firstlineno, memory);
    let mut runs = instrs.iter().map(|instr| instr.loc).zip(&offsets[1..]);
    let Some((mut loc, &(mut end))) = runs.next() else { return writer.finish() };
    let mut start = 0;
    for (next, &next_end) in runs {
        if next != loc {
            writer.push((end - start) as usize, position(loc));
            (loc, start) = (next, end);
        }
        end = next_end;
    }
    writer.push((end - start) as usize, position(loc));
    writer.finish()
}

/// The exception table: an entry for each run of instructions with one handler
pub(super) fn exceptions(code: &Linear, offsets: &[u32], table: &mut Vec<u8>) {
    if code.instrs.iter().all(|instr| instr.handler.is_none()) {
        return;
    }
    let target = |instr: &LinearInstr| code.handler(instr).map(|handler| handler.target);
    let mut first = 0;
    for run in code.instrs.chunk_by(|a, b| a.handler == b.handler || target(a) == target(b)) {
        let last = first + run.len();
        if let Some(Handler { target, startdepth, preserve_lasti }) = code.handler(&run[0]) {
            // The handler's depth counts what is pushed for it.
            let pushed = 1 + u32::from(preserve_lasti);
            let entry = exceptiontable::Entry {
                start: offsets[first],
                end: offsets[last],
                target: offsets[target as usize],
                depth: startdepth.saturating_sub(pushed),
                lasti: preserve_lasti,
            };
            exceptiontable::push(table, entry);
        }
        first = last;
    }
}
