//! `bytelens diff`

use std::ops::Range;
use std::process::ExitCode;
use std::sync::Arc;

use bytecode::dis::{labels, rows};
use bytecode::{CodeObject, Opcode, exceptiontable, flags};

use crate::args::Diff;
use crate::difference::difference;
use crate::failure::Failure;
use crate::output;
use crate::unit::{Chosen, choose, with_nested};

/// Prints what differs, code object by code object. The status is that of `diff`: 1 if anything does, 2 in trouble.
pub fn run(args: &Diff) -> Result<ExitCode, Failure> {
    let side = |path| choose(path).map_err(Failure::trouble);
    let (old, new) = (side(&args.old)?, side(&args.new)?);
    // Two things that were named are compared, whatever their names.
    let named = old.wanted.is_some() && new.wanted.is_some();
    let mut before: Vec<Option<Unit>> = units(&old).into_iter().map(Some).collect();
    let after = units(&new);
    let partners = partners(&mut before, &after, named);
    let mut out = String::new();
    for (unit, partner) in after.iter().zip(&partners) {
        match partner {
            None => out += &format!("only in {}\n", unit.title),
            Some(partner) => compare(&mut out, partner, unit, args.context, named),
        }
    }
    for unit in before.iter().flatten() {
        out += &format!("only in {}\n", unit.title);
    }
    output::print(&out)?;
    Ok(if out.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// A code object as it is compared
#[derive(Debug)]
struct Unit {
    code: Arc<CodeObject>,
    title: String,
    /// What counts, line by line
    text: String,
    /// By line of that, the line of the source
    places: Vec<Option<i32>>,
}

/// All code objects of a side.
fn units(chosen: &Chosen) -> Vec<Unit> {
    let unit = |code: Arc<CodeObject>| {
        let title =
            format!("{}:{} (line {})", chosen.name, code.qualname.to_string_lossy(), code.firstlineno);
        let (text, places) = lines(&code);
        Unit { code, title, text, places }
    };
    chosen.codes.iter().flat_map(with_nested).map(unit).collect()
}

/// How alike two code objects of different names must be to be told as one that was renamed
const ALIKE: f32 = 0.6;
/// Lines of code objects that are still looked at for that
const LONG: usize = 2000;
/// Pairs of them, at most
const MOST_PAIRS: usize = 5000;

/// The partner of each code object of `after`, taken out of `before`: one of its name, or else one that is like it.
fn partners(before: &mut [Option<Unit>], after: &[Unit], named: bool) -> Vec<Option<Unit>> {
    let mut found: Vec<Option<Unit>> = after.iter().map(|_| None).collect();
    if named && let (Some(first), Some(place)) = (before.first_mut(), found.first_mut()) {
        *place = first.take();
    }
    let same_name = |a: &Unit, b: &Unit| a.code.qualname == b.code.qualname;
    let same_text = |a: &Unit, b: &Unit| a.text == b.text;
    let rounds: [&dyn Fn(&Unit, &Unit) -> bool; 3] =
        [&|a, b| same_name(a, b) && same_text(a, b), &same_name, &same_text];
    for fits in rounds {
        for (unit, place) in after.iter().zip(&mut found).filter(|(_, place)| place.is_none()) {
            let fitting =
                before.iter_mut().find(|other| other.as_ref().is_some_and(|other| fits(other, unit)));
            *place = fitting.and_then(Option::take);
        }
    }
    let left = found.iter().filter(|place| place.is_none()).count();
    if left.saturating_mul(before.iter().flatten().count()) > MOST_PAIRS {
        return found;
    }
    for (unit, place) in after.iter().zip(&mut found).filter(|(_, place)| place.is_none()) {
        // Of very different lengths they cannot be alike, and long ones are not worth the time.
        let fits = |other: &&Unit| {
            let (short, long) =
                (other.places.len().min(unit.places.len()), other.places.len().max(unit.places.len()));
            short * 2 >= long && long <= LONG
        };
        let likeness = |other: &Option<Unit>| {
            let other = other.as_ref().filter(fits);
            other.map_or(0.0, |other| difference(&other.text, &unit.text).ratio())
        };
        let best = before.iter_mut().map(|other| (likeness(other), other)).max_by(|a, b| a.0.total_cmp(&b.0));
        *place = best.filter(|(likeness, _)| *likeness >= ALIKE).and_then(|(_, other)| other.take());
    }
    found
}

fn compare(out: &mut String, old: &Unit, new: &Unit, context: usize, named: bool) {
    if old.text == new.text {
        if old.code.qualname != new.code.qualname && !named {
            *out += &format!("renamed {} to {}\n", old.title, new.title);
        }
        return;
    }
    *out += &format!("--- {}\n+++ {}\n", old.title, new.title);
    let diff = difference(&old.text, &new.text);
    for hunk in diff.unified_diff().context_radius(context).iter_hunks() {
        let (Some(first), Some(last)) = (hunk.ops().first(), hunk.ops().last()) else { continue };
        let before = span(&old.places, first.old_range().start..last.old_range().end);
        let after = span(&new.places, first.new_range().start..last.new_range().end);
        *out += &format!("{} {before} -> {after}\n", hunk.header());
        for change in hunk.iter_changes() {
            *out += &format!("{}{}", change.tag(), change.value());
        }
    }
}

/// The lines of the source that lines of the text come from.
fn span(places: &[Option<i32>], range: Range<usize>) -> String {
    let lines = || places.get(range.clone()).unwrap_or_default().iter().flatten();
    match (lines().min(), lines().max()) {
        (Some(first), Some(last)) if first == last => format!("line {first}"),
        (Some(first), Some(last)) => format!("lines {first}-{last}"),
        _ => "no line".to_owned(),
    }
}

/// What counts in a comparison, and the lines of the source: instructions and handlers, not lines and offsets. A jump is
/// shown by how many instructions it goes, so that what stands before it does not matter.
fn lines(code: &CodeObject) -> (String, Vec<Option<i32>>) {
    let labels = labels(code);
    let rows = rows(code, &labels);
    let index = |unit: usize| rows.partition_point(|row| row.instruction.offset < unit) as i64;
    let mut out = format!(
        "    arguments {} {} {}, stack {}, flags {}\n",
        code.argcount,
        code.posonlyargcount,
        code.kwonlyargcount,
        code.stacksize,
        flags::words(code.flags)
    );
    let mut places = vec![None];
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
        places.push(row.position.and_then(|position| position.line));
    }
    for e in exceptiontable::entries(&code.exceptiontable) {
        let [start, end, target] = [e.start, e.end, e.target].map(|unit| index(unit as usize));
        let (covered, away) = (end - start, target - start);
        out += &format!("    handler of {covered} instructions, {away:+} from them, depth {}\n", e.depth);
    }
    (out, places)
}
