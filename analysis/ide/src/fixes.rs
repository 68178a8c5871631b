//! Changes that remove the cause of a finding, or silence it.

use diagnostics::{Diagnostic, Severity, TextEdit};
use rustc_hash::FxHashSet;
use symtable::{Flags, builtins};
use syntax::ast::{Alias, Cursor, StmtId, StmtKind, StmtList, Unit, UnitHeader};
use syntax::token::TokenKind;
use text::{TextRange, TextSize};

use crate::completion::in_reach;
use crate::file::File;
use crate::names;
use crate::types::{CodeAction, Command};

/// Most names that are offered in place of one that is not defined.
const SUGGESTIONS: usize = 3;

/// The changes for the findings that a range touches.
pub fn fixes(file: &File<'_>, range: TextRange) -> Vec<CodeAction> {
    let touched = |it: &&Diagnostic| it.range.start <= range.end && range.start <= it.range.end;
    let mut actions = Vec::new();
    for finding in file.diagnostics().iter().filter(touched) {
        let at = finding.range.start;
        let mut fix = |title: String, edits: Vec<TextEdit>| {
            let command = Command::Edit { edits };
            actions.push(CodeAction { title, command, is_fix: true, fixes: Some(finding.range) });
        };
        match finding.code {
            diagnostics::UNUSED_IMPORT => {
                if let Some((name, edit)) = without_import(file, finding.range) {
                    fix(format!("Remove the import of '{name}'"), vec![edit]);
                }
            }
            diagnostics::UNDEFINED_NAME => {
                let written = &file.text()[finding.range];
                for name in similar(file, at, written) {
                    let edit = TextEdit { range: finding.range, text: name.clone() };
                    fix(format!("Change '{written}' to '{name}'"), vec![edit]);
                }
            }
            diagnostics::UNUSED_VARIABLE => {
                let name = format!("_{}", &file.text()[finding.range]);
                if let Ok(edits) = names::rename(file, at, &name) {
                    fix(format!("Rename to '{name}': not used on purpose"), edits);
                }
            }
            _ => {}
        }
        if (finding.severity < Severity::Error || finding.code != diagnostics::SYNTAX_ERROR)
            && let Some(edit) = silence(file, finding)
        {
            fix(format!("Silence '{}' on this line", finding.code), vec![edit]);
        }
    }
    actions
}

/// Names in reach at `offset` that are spelt nearly like `written`, the most similar first.
fn similar(file: &File<'_>, offset: TextSize, written: &str) -> Vec<String> {
    let mut names: FxHashSet<&str> = builtins().filter(|name| !name.starts_with('_')).collect();
    for block in in_reach(file, offset) {
        let bound = |symbol: symtable::Symbol| symbol.flags.intersects(Flags::DEF_BOUND);
        names.extend(file.table().symbols(block).filter(|(_, it)| bound(*it)).map(|(name, _)| name));
    }
    let furthest = (written.chars().count() / 3).max(1);
    let distance = |name: &str| match name.eq_ignore_ascii_case(written) {
        true => 0,
        false => strsim::osa_distance(name, written),
    };
    let mut near: Vec<(usize, &str)> = names
        .into_iter()
        .filter(|name| *name != written)
        .map(|name| (distance(name), name))
        .filter(|(distance, _)| *distance <= furthest)
        .collect();
    near.sort_unstable();
    near.into_iter().take(SUGGESTIONS).map(|(_, name)| name.to_owned()).collect()
}

/// A comment behind the line that silences a finding; none where a comment would become part of a string.
fn silence(file: &File<'_>, finding: &Diagnostic) -> Option<TextEdit> {
    let line = file.lines().line_range(file.lines().line(finding.range.start));
    let text = file.text()[line].trim_end_matches(['\n', '\r']);
    let end = TextSize(line.start.0 + TextSize::of(text).0);
    if text.ends_with('\\') || !matches!(file.literal_at(end), None | Some(TokenKind::Comment)) {
        return None;
    }
    Some(TextEdit { range: TextRange::empty(end), text: format!("  # bytelens: ignore[{}]", finding.code) })
}

/// The edit that takes an import's name away, and the name.
fn without_import(file: &File<'_>, name: TextRange) -> Option<(String, TextEdit)> {
    let cursor = file.unit_around(name)?.cursor;
    let (id, aliases) = cursor.unit.all_stmts().find_map(|(id, stmt)| match stmt.kind {
        StmtKind::Import { names } | StmtKind::ImportFrom { names, .. } => {
            cursor.range(stmt.range).contains_range(name).then(|| (id, cursor.unit.list(names)))
        }
        _ => None,
    })?;
    let place = |alias: &Alias| cursor.range(alias.range);
    let at = aliases.iter().position(|alias| place(alias).contains_range(name))?;
    let written = file.text()[place(&aliases[at])].to_owned();
    if aliases.len() == 1 {
        return Some((written, without_statement(file, cursor, id)));
    }
    // With the comma behind it, or of the last one that before it.
    let range = match aliases.get(at + 1) {
        Some(next) => TextRange { start: place(&aliases[at]).start, end: place(next).start },
        None => TextRange { start: place(&aliases[at - 1]).end, end: place(&aliases[at]).end },
    };
    Some((written, TextEdit { range, text: String::new() }))
}

/// The edit that takes a simple statement away.
fn without_statement(file: &File<'_>, cursor: Cursor<'_>, id: StmtId) -> TextEdit {
    let range = cursor.range(cursor.unit.stmt(id).range);
    let unit = cursor.unit;
    let is_only = blocks(unit).any(|block| *unit.list(block) == [id]);
    // A block needs a statement; a module does not.
    let in_module = !matches!(unit.header(), UnitHeader::Function(_) | UnitHeader::Class(_));
    if is_only && !(in_module && *unit.list(unit.body()) == [id]) {
        return TextEdit { range, text: "pass".to_owned() };
    }
    let lines = file.lines();
    let first = lines.line_range(lines.line(range.start));
    let last = lines.line_range(lines.line(range.end));
    let before = &file.text()[TextRange { start: first.start, end: range.start }];
    let behind = &file.text()[TextRange { start: range.end, end: last.end }];
    let rest = behind.trim_start();
    let range = if before.trim().is_empty() && (rest.is_empty() || rest.starts_with('#')) {
        TextRange { start: first.start, end: last.end }
    } else if let Some(next) = rest.strip_prefix(';') {
        let next = next.trim_start_matches([' ', '\t']);
        let end = TextSize(last.end.0 - TextSize::of(next).0);
        let whole_line = before.trim().is_empty() && next.trim().is_empty();
        if whole_line { TextRange { start: first.start, end: last.end } } else { TextRange { end, ..range } }
    } else {
        // The last of its line: the semicolon before it goes, too.
        let kept = before.trim_end().trim_end_matches(';').trim_end();
        TextRange { start: TextSize(first.start.0 + TextSize::of(kept).0), end: range.end }
    };
    TextEdit { range, text: String::new() }
}

/// All blocks of a unit.
fn blocks(unit: &Unit) -> impl Iterator<Item = StmtList> {
    let nested = unit.all_stmts().flat_map(|(_, stmt)| match stmt.kind {
        StmtKind::For { body, orelse, .. }
        | StmtKind::AsyncFor { body, orelse, .. }
        | StmtKind::While { body, orelse, .. }
        | StmtKind::If { body, orelse, .. } => vec![body, orelse],
        StmtKind::With { body, .. } | StmtKind::AsyncWith { body, .. } => vec![body],
        StmtKind::Match { cases, .. } => unit.list(cases).iter().map(|case| case.body).collect(),
        StmtKind::Try { body, handlers, orelse, finalbody }
        | StmtKind::TryStar { body, handlers, orelse, finalbody } => {
            let handlers = unit.list(handlers).iter().map(|handler| handler.body);
            handlers.chain([body, orelse, finalbody]).collect()
        }
        _ => Vec::new(),
    });
    nested.chain([unit.body()])
}
