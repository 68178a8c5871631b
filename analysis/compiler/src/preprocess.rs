//! What is checked in the tree before anything else (`ast_preprocess.c`): PEP 765's warnings about statements that leave
//! a `finally` block and so drop the exception in flight.
//!
//! The rest of that file needs no pass of its own here: code generation folds `__debug__`, `%` formats and the numbers
//! of patterns, and strips docstrings, where it meets them.

use syntax::ast::*;

use crate::errors::Warning;
use crate::instr::Location;

/// Stack that must be left before descending into a block, and what is added if it is not.
const RED_ZONE: usize = 64 * 1024;
const STACK_STEP: usize = 1024 * 1024;

/// The warnings for `return`, `break` and `continue` in `finally` blocks, in order.
pub(crate) fn control_flow_in_finally(module: &Unit) -> Vec<Warning> {
    let mut warnings = Vec::new();
    visit(Cursor::new(module), module.body(), false, &mut warnings);
    warnings
}

/// Visits a block. `in_finally`: it belongs to a `finally` with no loop or function in between. (A loop hides the
/// `finally` around it from `return` too, as in CPython.)
fn visit(cx: Cursor<'_>, block: StmtList, in_finally: bool, warnings: &mut Vec<Warning>) {
    stacker::maybe_grow(RED_ZONE, STACK_STEP, || {
        for &id in cx.unit.list(block) {
            visit_statement(cx, id, in_finally, warnings);
        }
    });
}

fn visit_statement(cx: Cursor<'_>, id: StmtId, in_finally: bool, warnings: &mut Vec<Warning>) {
    let mut leaves = |keyword: &str| {
        if in_finally {
            let Span { line, col, end_line, end_col } = cx.stmt_span(id);
            let (line, end_line) = (line as i32, end_line as i32);
            let loc = Location { line, end_line, col: col as i32, end_col: end_col as i32 };
            warnings.push(Warning { message: format!("'{keyword}' in a 'finally' block"), loc });
        }
    };
    match cx.unit.stmt(id).kind {
        StmtKind::Return { .. } => leaves("return"),
        StmtKind::Break => leaves("break"),
        StmtKind::Continue => leaves("continue"),
        StmtKind::FunctionDef(child) | StmtKind::AsyncFunctionDef(child) => {
            let child = cx.child(child);
            visit(child, child.unit.body(), false, warnings);
        }
        StmtKind::ClassDef(child) => {
            let child = cx.child(child);
            visit(child, child.unit.body(), in_finally, warnings);
        }
        StmtKind::For { body, orelse, .. }
        | StmtKind::AsyncFor { body, orelse, .. }
        | StmtKind::While { body, orelse, .. } => {
            visit(cx, body, false, warnings);
            visit(cx, orelse, in_finally, warnings);
        }
        StmtKind::If { body, orelse, .. } => {
            visit(cx, body, in_finally, warnings);
            visit(cx, orelse, in_finally, warnings);
        }
        StmtKind::With { body, .. } | StmtKind::AsyncWith { body, .. } => {
            visit(cx, body, in_finally, warnings)
        }
        StmtKind::Match { cases, .. } => {
            for case in cx.unit.list(cases) {
                visit(cx, case.body, in_finally, warnings);
            }
        }
        StmtKind::Try { body, handlers, orelse, finalbody }
        | StmtKind::TryStar { body, handlers, orelse, finalbody } => {
            visit(cx, body, in_finally, warnings);
            for handler in cx.unit.list(handlers) {
                visit(cx, handler.body, in_finally, warnings);
            }
            visit(cx, orelse, in_finally, warnings);
            visit(cx, finalbody, true, warnings);
        }
        _ => {}
    }
}
