//! Folding, and growing selections.

use syntax::ast::{Cursor, ExprKind, StmtKind};
use text::{TextRange, TextSize};

use crate::file::{File, unit_range};
use crate::types::{FoldingKind, FoldingRange};

/// What can be folded: statements with blocks, displays, calls and strings over several lines, runs of imports and of
/// comments.
pub fn folding(file: &File<'_>) -> Vec<FoldingRange> {
    let mut found = Vec::new();
    let mut add = |range: TextRange, kind| {
        if file.lines().line(range.start) < file.lines().line(range.end) {
            found.push(FoldingRange { range, kind });
        }
    };
    for cursor in file.table().cursors(file.module()) {
        if cursor.base != 0 || cursor.unit.text_len() != TextSize::of(file.text()) {
            add(cursor.range(cursor.unit.node_range()), FoldingKind::Code);
        }
        for (_, stmt) in cursor.unit.all_stmts() {
            let has_block = matches!(
                stmt.kind,
                StmtKind::For { .. }
                    | StmtKind::AsyncFor { .. }
                    | StmtKind::While { .. }
                    | StmtKind::If { .. }
                    | StmtKind::With { .. }
                    | StmtKind::AsyncWith { .. }
                    | StmtKind::Match { .. }
                    | StmtKind::Try { .. }
                    | StmtKind::TryStar { .. }
            );
            if has_block {
                add(cursor.range(stmt.range), FoldingKind::Code);
            }
        }
        for (_, expr) in cursor.unit.all_exprs() {
            let bracketed = matches!(
                expr.kind,
                ExprKind::Dict { .. }
                    | ExprKind::Set { .. }
                    | ExprKind::List { .. }
                    | ExprKind::Tuple { .. }
                    | ExprKind::Call { .. }
                    | ExprKind::Constant { .. }
                    | ExprKind::JoinedStr { .. }
                    | ExprKind::ListComp { .. }
                    | ExprKind::DictComp { .. }
                    | ExprKind::SetComp { .. }
                    | ExprKind::GeneratorExp { .. }
            );
            if bracketed {
                add(cursor.range(expr.range), FoldingKind::Code);
            }
        }
        for run in import_runs(cursor) {
            add(run, FoldingKind::Imports);
        }
    }
    for run in comment_runs(file) {
        add(run, FoldingKind::Comment);
    }
    found.sort_by_key(|fold| (fold.range.start, std::cmp::Reverse(fold.range.end)));
    // One fold for each first line: the largest.
    found.dedup_by_key(|fold| file.lines().line(fold.range.start));
    found
}

/// Imports that follow each other in a unit's body.
fn import_runs(cursor: Cursor<'_>) -> Vec<TextRange> {
    let mut runs: Vec<TextRange> = Vec::new();
    let mut in_run = false;
    for id in cursor.unit.list(cursor.unit.body()) {
        let stmt = cursor.unit.stmt(*id);
        let import = matches!(stmt.kind, StmtKind::Import { .. } | StmtKind::ImportFrom { .. });
        if import {
            let range = cursor.range(stmt.range);
            match runs.last_mut().filter(|_| in_run) {
                Some(run) => run.end = range.end,
                None => runs.push(range),
            }
        }
        in_run = import;
    }
    runs
}

/// Comments on lines of their own that follow each other.
fn comment_runs(file: &File<'_>) -> Vec<TextRange> {
    let mut runs: Vec<TextRange> = Vec::new();
    let mut last_line = None;
    for line in 0..file.lines().line_count() {
        let range = file.lines().line_range(line);
        let text = &file.text()[range];
        if !text.trim_start().starts_with('#') {
            continue;
        }
        let end = TextSize(range.start.0 + TextSize::of(text.trim_end()).0);
        match runs.last_mut().filter(|_| last_line.is_some_and(|last: u32| last + 1 == line)) {
            Some(run) => run.end = end,
            None => runs.push(TextRange::new(range.start, end)),
        }
        last_line = Some(line);
    }
    runs
}

/// The ranges around `offset`, from the innermost node to the whole file.
pub fn selection(file: &File<'_>, offset: TextSize) -> Vec<TextRange> {
    let mut ranges = vec![TextRange::new(0u32, TextSize::of(file.text()))];
    for cursor in file.table().cursors(file.module()) {
        let unit = unit_range(cursor);
        if !unit.touches(offset) {
            continue;
        }
        ranges.extend([unit, cursor.range(cursor.unit.node_range())]);
        ranges.extend(cursor.unit.all_stmts().map(|(_, stmt)| cursor.range(stmt.range)));
        ranges.extend(cursor.unit.all_exprs().map(|(_, expr)| cursor.range(expr.range)));
    }
    ranges.retain(|range| range.touches(offset));
    ranges.sort_by_key(|range| (range.len(), range.start));
    // Each has to lie in the next; of two that only touch the offset from its two sides, the first stays.
    let mut chain: Vec<TextRange> = Vec::new();
    for range in ranges {
        if chain.last().is_none_or(|last| range.contains_range(*last) && range != *last) {
            chain.push(range);
        }
    }
    chain
}
