//! `co_linetable` and `co_exceptiontable`.

use bytecode::exceptiontable;
use bytecode::linetable::{Position, Writer};

use crate::flowgraph::{Handler, Linear, LinearInstr};
use crate::instr::Location;

/// Says where code units come from.
#[inline]
fn push(writer: &mut Writer, units: u32, loc: Location) {
    let Location { line, end_line, col, end_col } = loc;
    if line >= 0 && line == end_line && col >= 0 && end_col >= 0 {
        writer.push_on_line(units as usize, line, col, end_col);
    } else {
        push_any(writer, units, loc);
    }
}

/// The same for what is not all known, or on several lines.
#[cold]
fn push_any(writer: &mut Writer, units: u32, loc: Location) {
    let Location { line, end_line, col, end_col } = loc;
    let known = |x: i32| (x >= 0 && line >= 0).then_some(x);
    let [line, end_line, col, end_col] = [line, end_line, col, end_col].map(known);
    writer.push(units as usize, Position { line, end_line, col, end_col });
}

/// The line table, in memory that was used before; settles locations that are those of the next instruction. `offsets`
/// are where instructions begin, and where the last ends.
pub(super) fn lines(code: &mut Linear, offsets: &[u32], firstlineno: i32, memory: Vec<u8>) -> Vec<u8> {
    let instrs = &mut code.instrs;
    if code.unsettled {
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
            push(&mut writer, end - start, loc);
            (loc, start) = (next, end);
        }
        end = next_end;
    }
    push(&mut writer, end - start, loc);
    writer.finish()
}

/// The exception table: an entry for each run of instructions with one handler
pub(super) fn exceptions(code: &Linear, offsets: &[u32], table: &mut Vec<u8>) {
    if !code.handled {
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
