//! `bytelens diff`

use std::process::ExitCode;
use std::sync::Arc;

use bytecode::dis::{labels, rows};
use bytecode::{CodeObject, Opcode, exceptiontable};
use similar::TextDiff;

use crate::args::Diff;
use crate::failure::Failure;
use crate::output;
use crate::unit::{choose, with_nested};

/// Prints what differs, code object by code object. The status is that of `diff`: 1 if anything does.
pub fn run(args: &Diff) -> Result<ExitCode, Failure> {
    let (old, new) = (choose(&args.old)?, choose(&args.new)?);
    // Two things that were named are compared, whatever their names.
    let named = old.wanted.is_some() && new.wanted.is_some();
    let all =
        |codes: &[Arc<CodeObject>]| -> Vec<Arc<CodeObject>> { codes.iter().flat_map(with_nested).collect() };
    let (mut before, after) = (all(&old.codes), all(&new.codes));
    let mut out = String::new();
    for (index, code) in after.iter().enumerate() {
        let same_name = |other: &Arc<CodeObject>| other.qualname == code.qualname;
        let position = if named && index == 0 { Some(0) } else { before.iter().position(same_name) };
        let Some(partner) = position.filter(|&at| at < before.len()).map(|at| before.remove(at)) else {
            out += &format!("only in {}: {}\n", new.name, title(code));
            continue;
        };
        out += &compare(&partner, code, args.context);
    }
    for code in &before {
        out += &format!("only in {}: {}\n", old.name, title(code));
    }
    output::print(&out)?;
    Ok(if out.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn title(code: &CodeObject) -> String {
    format!("{} (line {})", code.qualname.to_string_lossy(), code.firstlineno)
}

fn compare(old: &CodeObject, new: &CodeObject, context: usize) -> String {
    let (before, after) = (lines(old), lines(new));
    if before == after {
        return String::new();
    }
    let mut out = format!("--- {}\n+++ {}\n", title(old), title(new));
    let diff = TextDiff::from_lines(&before, &after);
    for hunk in diff.unified_diff().context_radius(context).iter_hunks() {
        out += &format!("{}\n", hunk.header());
        for change in hunk.iter_changes() {
            out += &format!("{}{}", change.tag(), change.value());
        }
    }
    out
}

/// What counts in a comparison: instructions and handlers, not lines and offsets. A jump is shown by how many
/// instructions it goes, so that what stands before it does not matter.
fn lines(code: &CodeObject) -> String {
    let labels = labels(code);
    let rows = rows(code, &labels);
    let index = |unit: usize| rows.partition_point(|row| row.instruction.offset < unit) as i64;
    let mut out = format!(
        "    arguments {} {} {}, stack {}, flags {:#x}\n",
        code.argcount, code.posonlyargcount, code.kwonlyargcount, code.stacksize, code.flags
    );
    for (here, row) in rows.iter().enumerate() {
        let stored = rows.get(here + 1).filter(|next| next.instruction.op == Opcode::STORE_NAME);
        let operand = match (row.instruction.jump_target(), row.arg, row.detail.as_str()) {
            // The line of a class is a constant of it.
            _ if stored.is_some_and(|next| next.detail == "__firstlineno__") => "<line>".into(),
            (Some(unit), ..) => format!("{:+}", index(unit) - here as i64),
            (None, None, _) => String::new(),
            (None, Some(arg), "") => arg.to_string(),
            // Where a constant or name stands in its table does not matter; code objects have entries of their own.
            (None, _, detail) if detail.starts_with("<code object") => "<code>".into(),
            (None, _, detail) => detail.to_owned(),
        };
        let line = format!("    {:<24} {operand}", row.instruction.op.name());
        out += line.trim_end();
        out.push('\n');
    }
    for e in exceptiontable::entries(&code.exceptiontable) {
        let [start, end, target] = [e.start, e.end, e.target].map(|unit| index(unit as usize));
        let (covered, away) = (end - start, target - start);
        out += &format!("    handler of {covered} instructions, {away:+} from them, depth {}\n", e.depth);
    }
    out
}
