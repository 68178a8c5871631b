//! What is checked in the tree before anything else (`ast_preprocess.c`): PEP 765's warnings about statements that leave
//! a `finally` block and so drop the exception in flight.
//!
//! The rest of that file needs no pass of its own here: code generation folds `__debug__`, `%` formats and the numbers
//! of patterns, and strips docstrings, where it meets them.

use rustc_hash::FxHashSet;
use syntax::ast::*;

use crate::errors::Warning;
use crate::instr::Location;
use crate::unit::Event;

/// Stack that must be left before descending into a block, and what is added if it is not.
const RED_ZONE: usize = 64 * 1024;
const STACK_STEP: usize = 1024 * 1024;

/// The warnings for `return`, `break` and `continue` in `finally` blocks, in order. `in_finally`: the unit is a class that
/// stands in one. What nested units have to say comes with it if `nested` says so; otherwise they are events.
pub(crate) fn control_flow_in_finally(cx: Cursor<'_>, in_finally: bool, nested: bool) -> Vec<Event> {
    let mut pass = Pass { nested, events: Vec::new(), classes: FxHashSet::default() };
    pass.body(cx, in_finally);
    pass.events
}

/// The classes of a unit that stand in a `finally` block as [`control_flow_in_finally`] sees it.
pub(crate) fn classes_in_finally(unit: &Unit, in_finally: bool) -> FxHashSet<ChildId> {
    let mut pass = Pass { nested: false, events: Vec::new(), classes: FxHashSet::default() };
    pass.body(Cursor::new(unit), in_finally);
    pass.classes
}

struct Pass {
    /// Visit nested units too.
    nested: bool,
    events: Vec<Event>,
    /// Classes of the unit at hand in `finally` blocks.
    classes: FxHashSet<ChildId>,
}

impl Pass {
    /// Visits the body of a unit: most have no `finally`, and nothing to look at but what is nested in them.
    fn body(&mut self, cx: Cursor<'_>, in_finally: bool) {
        if in_finally || cx.unit.all_stmts().any(|(_, stmt)| has_finally(stmt)) {
            return self.visit(cx, cx.unit.body(), in_finally);
        }
        for (child, _) in cx.unit.children() {
            self.unit(cx, child, false);
        }
    }

    /// Visits a block. `in_finally`: it belongs to a `finally` with no loop or function in between. (A loop hides the
    /// `finally` around it from `return` too, as in CPython.)
    fn visit(&mut self, cx: Cursor<'_>, block: StmtList, in_finally: bool) {
        stacker::maybe_grow(RED_ZONE, STACK_STEP, || {
            for &id in cx.unit.list(block) {
                self.visit_statement(cx, id, in_finally);
            }
        });
    }

    fn visit_statement(&mut self, cx: Cursor<'_>, id: StmtId, in_finally: bool) {
        let mut leaves = |keyword: &str| {
            if in_finally {
                let Span { line, col, end_line, end_col } = cx.stmt_span(id);
                let (line, end_line) = (line as i32, end_line as i32);
                let loc = Location { line, end_line, col: col as i32, end_col: end_col as i32 };
                let message = format!("'{keyword}' in a 'finally' block");
                self.events.push(Event::Warning(Warning::new(message, loc)));
            }
        };
        match cx.unit.stmt(id).kind {
            StmtKind::Return { .. } => leaves("return"),
            StmtKind::Break => leaves("break"),
            StmtKind::Continue => leaves("continue"),
            StmtKind::FunctionDef(child) | StmtKind::AsyncFunctionDef(child) => self.unit(cx, child, false),
            StmtKind::ClassDef(child) => {
                if in_finally {
                    self.classes.insert(child);
                }
                self.unit(cx, child, in_finally);
            }
            StmtKind::For { body, orelse, .. }
            | StmtKind::AsyncFor { body, orelse, .. }
            | StmtKind::While { body, orelse, .. } => {
                self.visit(cx, body, false);
                self.visit(cx, orelse, in_finally);
            }
            StmtKind::If { body, orelse, .. } => {
                self.visit(cx, body, in_finally);
                self.visit(cx, orelse, in_finally);
            }
            StmtKind::With { body, .. } | StmtKind::AsyncWith { body, .. } => {
                self.visit(cx, body, in_finally)
            }
            StmtKind::Match { cases, .. } => {
                for case in cx.unit.list(cases) {
                    self.visit(cx, case.body, in_finally);
                }
            }
            StmtKind::Try { body, handlers, orelse, finalbody }
            | StmtKind::TryStar { body, handlers, orelse, finalbody } => {
                self.visit(cx, body, in_finally);
                for handler in cx.unit.list(handlers) {
                    self.visit(cx, handler.body, in_finally);
                }
                self.visit(cx, orelse, in_finally);
                self.visit(cx, finalbody, true);
            }
            _ => {}
        }
    }

    fn unit(&mut self, cx: Cursor<'_>, child: ChildId, in_finally: bool) {
        if self.nested {
            stacker::maybe_grow(RED_ZONE, STACK_STEP, || self.body(cx.child(child), in_finally));
        } else {
            self.events.push(Event::Unit { child, muted: false });
        }
    }
}

fn has_finally(stmt: &Stmt) -> bool {
    match stmt.kind {
        StmtKind::Try { finalbody, .. } | StmtKind::TryStar { finalbody, .. } => !finalbody.is_empty(),
        _ => false,
    }
}
