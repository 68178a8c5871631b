//! What has to run so that a selection can be evaluated.
//!
//! A name that the selection reads without having bound it comes from the top-level statements that bind it; these
//! read names in their turn, and so on. Statements that neither bind a needed name nor change it do not run.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};
use symtable::{BlockType, NamePlace, Role, is_builtin};
use syntax::ast::{Cursor, StmtKind, Unit};
use text::{TextRange, TextSize};

use crate::effects::{Statement, statements, top_level};
use crate::file::{File, unit_range};
use crate::hover::describe;
use crate::types::{EvaluationPlan, LineMapping, PlannedStatement};

/// What to run to evaluate `range`; an empty one stands for the statement there, none for the file.
pub fn plan(file: &File<'_>, range: Option<TextRange>) -> Option<EvaluationPlan> {
    let Some(range) = range else {
        return Some(whole(file));
    };
    let (mut plan, needed) = selected(file, range)?;
    if plan.obstacle.is_none() {
        match prerequisites(file, &top_level(file, plan.range), plan.range, needed) {
            Ok(before) => plan.before = before,
            Err(obstacle) => plan.obstacle = Some(obstacle),
        }
        for statement in &plan.before {
            append(&mut plan.setup, &mut plan.setup_lines, cut(file, statement.range));
        }
    }
    Some(plan)
}

/// Whether there is something at `range` that can be evaluated.
pub fn can_run(file: &File<'_>, range: TextRange) -> bool {
    selected(file, range).is_some_and(|(plan, _)| plan.obstacle.is_none())
}

/// The plan for a selection without what comes before it, and the names that have to come from there.
fn selected(file: &File<'_>, range: TextRange) -> Option<(EvaluationPlan, Vec<String>)> {
    let range = if range.is_empty() { statement_at(file, range.start)? } else { trimmed(file, range)? };
    let (mut source, mut source_lines) = cut(file, range);
    let mut parsed = syntax::parse_module(&source);
    if !parsed.errors.is_empty()
        && let Some(bracketed) = bracketed(&source, &source_lines)
    {
        let again = syntax::parse_module(&bracketed.0);
        if again.errors.is_empty() {
            (source, source_lines) = bracketed;
            parsed = again;
        }
    }
    let mut needed = Vec::new();
    let obstacle = match parsed.errors.first() {
        Some(error) => Some(format!("the selection cannot run by itself: {}", error.message)),
        None => {
            needed = needed_names(&parsed.module);
            local_name(file, range, &needed)
        }
    };
    let plan = EvaluationPlan {
        range,
        before: Vec::new(),
        setup: String::new(),
        setup_lines: Vec::new(),
        source,
        source_lines,
        obstacle,
    };
    Some((plan, needed))
}

/// A piece in brackets, as which an expression may go over several lines. The opening one takes the column before the
/// piece, so that all else stays where it is.
fn bracketed(source: &str, lines: &[LineMapping]) -> Option<(String, Vec<LineMapping>)> {
    let (first, rest) = lines.split_first()?;
    let dedent = first.dedent.checked_sub(1)?;
    let alone = LineMapping { count: 1, dedent, ..*first };
    let after = LineMapping {
        source_line: first.source_line + 1,
        document_line: first.document_line + 1,
        count: first.count - 1,
        dedent: first.dedent,
    };
    let mapping = [alone].into_iter().chain((after.count > 0).then_some(after)).chain(rest.iter().copied());
    Some((format!("({})\n", source.trim_end()), mapping.collect()))
}

/// Why names that are needed cannot be had: they are those of a scope that does not run.
fn local_name(file: &File<'_>, range: TextRange, needed: &[String]) -> Option<String> {
    let table = file.table();
    let places = file.places();
    let from = places.partition_point(|place| place.range.start < range.start);
    let inside = places[from..].iter().take_while(|place| place.range.start < range.end);
    let cursors = table.cursors(file.module());
    inside.filter(|place| needed.contains(&place.name)).find_map(|place| {
        let owner = table.owner(place.block, &place.name).filter(|owner| *owner != table.module())?;
        let block = table.block(owner);
        let cursor = *cursors.get(owner.unit.index())?;
        let extent = if block.parent.is_none() { unit_range(cursor) } else { cursor.range(block.range) };
        // A scope that is all in the selection runs with it.
        (!range.contains_range(extent)).then(|| {
            let kind = if block.kind == BlockType::Class { "an attribute" } else { "a variable" };
            let owner = describe(file, owner).replace('`', "");
            format!("'{}' is {kind} of {owner}, which does not run here", place.name)
        })
    })
}

fn whole(file: &File<'_>) -> EvaluationPlan {
    let range = TextRange::new(0u32, TextSize::of(file.text()));
    let (source, source_lines) = cut(file, range);
    let obstacle =
        file.parsed().errors.first().map(|error| format!("the file has an error: {}", error.message));
    EvaluationPlan {
        range,
        before: Vec::new(),
        setup: String::new(),
        setup_lines: Vec::new(),
        source,
        source_lines,
        obstacle,
    }
}

/// The global names that a piece of code reads before it has bound them.
fn needed_names(module: &Unit) -> Vec<String> {
    let (table, _) = symtable::SymbolTable::build(module, symtable::Options::default());
    let places = table.places(module);
    let global = |place: &&NamePlace| table.owner(place.block, &place.name) == Some(table.module());
    // An assignment binds when its right-hand side has been evaluated: at its end.
    let cursor = Cursor::new(module);
    let mut assignments = Vec::new();
    let mut augmented = FxHashSet::default();
    for (_, stmt) in module.all_stmts() {
        match stmt.kind {
            StmtKind::Assign { .. } | StmtKind::AnnAssign { .. } => {
                assignments.push(cursor.range(stmt.range))
            }
            StmtKind::AugAssign { target, .. } => {
                augmented.insert(cursor.range(module.expr(target).range));
            }
            _ => {}
        }
    }
    let effect = |place: &NamePlace| {
        let around = assignments.iter().find(|range| range.contains(place.range.start));
        around.filter(|_| place.role == Role::Store).map_or(place.range.end, |range| range.end)
    };
    let mut bound: FxHashMap<&str, TextSize> = FxHashMap::default();
    let in_module = |place: &&NamePlace| place.block == table.module();
    for place in places
        .iter()
        .filter(in_module)
        .filter(|place| place.role.binds() && !augmented.contains(&place.range))
    {
        let at = effect(place);
        let first = bound.entry(&place.name).or_insert(at);
        *first = (*first).min(at);
    }
    let mut needed: Vec<String> = Vec::new();
    for place in places.iter().filter(global) {
        let reads = !place.role.binds() || augmented.contains(&place.range);
        let unbound = bound.get(place.name.as_str()).is_none_or(|at| place.range.start < *at);
        if reads && unbound && !needed.contains(&place.name) {
            needed.push(place.name.clone());
        }
    }
    needed
}

/// The statements that give the needed names their values, and what these need; or why there is no value for one.
fn prerequisites(
    file: &File<'_>,
    statements: &[Statement],
    selection: TextRange,
    needed: Vec<String>,
) -> Result<Vec<PlannedStatement>, String> {
    // Code of a function runs when everything around it has; other code runs in its place.
    let inside = statements.iter().any(|statement| {
        statement.range.contains_range(selection)
            && statement.range != selection
            && is_definition(file, statement)
    });
    let usable = |statement: &Statement| {
        statement.runs
            && statement.range.intersect(selection).is_none_or(TextRange::is_empty)
            && (inside || statement.range.end <= selection.start)
    };
    let mut chosen: BTreeSet<usize> = BTreeSet::new();
    let mut reasons: FxHashMap<usize, Vec<String>> = FxHashMap::default();
    let mut seen: FxHashSet<String> = needed.iter().cloned().collect();
    let mut open: Vec<(String, TextSize)> = needed.into_iter().map(|name| (name, selection.start)).collect();
    let mut unknown = false;
    while let Some((name, reader)) = open.pop() {
        let binds_after = |start| {
            statements.iter().any(|it| it.range.start > start && usable(it) && it.binds.contains(&name))
        };
        let mut heads =
            statements.iter().filter(|it| it.is_head && it.range.start <= reader && it.binds.contains(&name));
        if heads.any(|head| !binds_after(head.range.start)) {
            return Err(format!(
                "'{name}' gets its value from the statement around the selection, which does not run"
            ));
        }
        let mut found = false;
        for (index, statement) in statements.iter().enumerate().filter(|(_, statement)| usable(statement)) {
            let binds = statement.binds.contains(&name);
            // What calls do to a value they have done only to what comes after them.
            let called = statement.affects.contains(&name) && statement.range.end <= selection.start;
            if !binds && !called && !statement.changes.contains(&name) {
                continue;
            }
            found |= binds || called;
            reasons.entry(index).or_default().push(name.clone());
            if chosen.insert(index) {
                let new = statement.reads.iter().filter(|read| seen.insert((*read).clone()));
                open.extend(new.map(|read| (read.clone(), statement.range.start)));
            }
        }
        unknown |= !found && !is_builtin(&name);
    }
    for (index, statement) in statements.iter().enumerate() {
        if statement.always && usable(statement) && (unknown || !chosen.is_empty()) {
            chosen.insert(index);
        }
    }
    let planned = chosen.into_iter().map(|index| {
        let mut names = reasons.remove(&index).unwrap_or_default();
        names.sort();
        PlannedStatement { range: statements[index].range, names }
    });
    Ok(planned.collect())
}

fn is_definition(file: &File<'_>, statement: &Statement) -> bool {
    file.definitions().values().any(|definition| definition.range == statement.range)
}

/// The statement of the module at an offset: the one on its line, if there is one.
fn statement_at(file: &File<'_>, offset: TextSize) -> Option<TextRange> {
    let line = file.lines().line_range(file.lines().line(offset));
    let ranges = || statements(file.module()).map(|(_, range)| range);
    let at = ranges().find(|range| range.touches(offset));
    at.or_else(|| ranges().find(|range| range.start < line.end && line.start < range.end))
}

/// A selection without the blanks around it.
fn trimmed(file: &File<'_>, range: TextRange) -> Option<TextRange> {
    let text = file.text().get(range.to_usize())?;
    let start = range.start.0 + TextSize::from(text.len() - text.trim_start().len()).0;
    let length = TextSize::of(text.trim());
    (length.0 > 0).then(|| TextRange::new(start, start + length.0))
}

/// A piece of the text, whole lines from its first column on, dedented by what stands before that.
fn cut(file: &File<'_>, range: TextRange) -> (String, Vec<LineMapping>) {
    let lines = file.lines();
    let first = lines.line_col_utf8(range.start);
    let text = &file.text()[range];
    let prefix = &file.text()[TextRange::new(lines.line_start(first.line), range.start)];
    // Code that begins in the middle of a line has no indentation for the other lines to share.
    let indent = if prefix.trim().is_empty() { prefix } else { "" };
    let mut source = String::with_capacity(text.len() + 1);
    let mut mapping: Vec<LineMapping> = Vec::new();
    for (index, line) in (0u32..).zip(split_lines(text)) {
        let (kept, dedent) = match index {
            0 => (line, first.col),
            _ if !indent.is_empty() && line.starts_with(indent) => (&line[indent.len()..], first.col),
            _ => (line, 0),
        };
        source.push_str(kept);
        match mapping.last_mut().filter(|last| last.dedent == dedent) {
            Some(last) => last.count += 1,
            None => mapping.push(LineMapping {
                source_line: index,
                document_line: first.line + index,
                count: 1,
                dedent,
            }),
        }
    }
    if !source.ends_with(['\n', '\r']) {
        source.push('\n');
    }
    (source, mapping)
}

/// The lines of a text with their ends; `\n`, `\r\n` and lone `\r` end one.
fn split_lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest
            .find(['\n', '\r'])
            .map_or(rest.len(), |at| at + if rest[at..].starts_with("\r\n") { 2 } else { 1 });
        let (line, tail) = rest.split_at(end);
        rest = tail;
        Some(line)
    })
}

/// Adds a piece after what is there.
fn append(source: &mut String, mapping: &mut Vec<LineMapping>, (piece, lines): (String, Vec<LineMapping>)) {
    let offset = TextSize::from(split_lines(source).count()).0;
    source.push_str(&piece);
    mapping.extend(lines.into_iter().map(|it| LineMapping { source_line: it.source_line + offset, ..it }));
}
