//! Statements (`symtable_visit_stmt`).

use syntax::ast::{
    Alias, ExceptHandler, ExprContext, ExprId, ExprKind, Ident, List, MatchCase, StmtId, StmtKind, StmtList,
    WithItem,
};
use text::TextRange;

use super::Collector;
use crate::block::{BlockType, LocalBlock};
use crate::occurrence::Role;
use crate::symbol::Flags;

impl Collector<'_> {
    /// The statements of the unit's body.
    pub(super) fn module_statements(&mut self, body: StmtList) {
        for (index, id) in self.unit.list(body).iter().enumerate() {
            self.stmt(*id);
            self.check_future_import(*id, index);
        }
    }

    pub(super) fn stmts(&mut self, list: StmtList) {
        for id in self.unit.list(list) {
            self.stmt(*id);
            self.check_future_import(*id, usize::MAX);
        }
    }

    /// A future import has to be among the module's first statements; `index` counts those of the unit's body.
    fn check_future_import(&mut self, id: StmtId, index: usize) {
        let stmt = self.unit.stmt(id);
        if let StmtKind::ImportFrom { module: Some(module), level: 0, .. } = stmt.kind
            && self.unit.name_bytes(module.name) == b"__future__"
            && index >= self.leading_imports
        {
            self.error(stmt.range, "from __future__ imports must occur at the beginning of the file");
        }
    }

    fn stmt(&mut self, id: StmtId) {
        stacker::maybe_grow(super::RED_ZONE, super::STACK_PIECE, || self.stmt_inner(id));
    }

    fn stmt_inner(&mut self, id: StmtId) {
        let stmt = self.unit.stmt(id);
        let range = stmt.range;
        match stmt.kind {
            StmtKind::FunctionDef(child) | StmtKind::AsyncFunctionDef(child) => self.function(child),
            StmtKind::ClassDef(child) => self.class(child),
            StmtKind::TypeAlias { name, type_params, value } => self.type_alias(id, name, type_params, value),
            StmtKind::Return { value: Some(value) } => {
                self.expr(value);
                self.cur().returns_value = true;
            }
            StmtKind::Delete { targets } => self.exprs(targets),
            StmtKind::Assign { targets, value, .. } => {
                self.exprs(targets);
                self.expr(value);
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target);
                self.expr(value);
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.annotated_assignment(range, target, annotation, value, simple);
            }
            StmtKind::For { target, iter, body, orelse, .. } => self.for_loop(target, iter, body, orelse),
            StmtKind::AsyncFor { target, iter, body, orelse, .. } => {
                self.check_coroutine(range, "'async for' outside async function");
                self.for_loop(target, iter, body, orelse);
            }
            StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
                self.expr(test);
                self.conditional(|this| {
                    this.stmts(body);
                    this.stmts(orelse);
                });
            }
            StmtKind::With { items, body, .. } => self.with(items, body),
            StmtKind::AsyncWith { items, body, .. } => {
                self.check_coroutine(range, "'async with' outside async function");
                self.with(items, body);
            }
            StmtKind::Match { subject, cases } => {
                self.expr(subject);
                self.conditional(|this| this.match_cases(cases));
            }
            StmtKind::Raise { exc, cause } => {
                self.opt_expr(exc);
                self.opt_expr(cause);
            }
            StmtKind::Try { body, handlers, orelse, finalbody }
            | StmtKind::TryStar { body, handlers, orelse, finalbody } => self.conditional(|this| {
                this.stmts(body);
                this.handlers(handlers);
                this.stmts(orelse);
                this.stmts(finalbody);
            }),
            StmtKind::Assert { test, msg } => {
                self.expr(test);
                self.opt_expr(msg);
            }
            StmtKind::Import { names } | StmtKind::ImportFrom { names, .. } => self.aliases(names),
            StmtKind::Global { names } => self.declare(range, names, Flags::DEF_GLOBAL, "global"),
            StmtKind::Nonlocal { names } => self.declare(range, names, Flags::DEF_NONLOCAL, "nonlocal"),
            StmtKind::Expr { value } => self.expr(value),
            StmtKind::Return { value: None } | StmtKind::Pass | StmtKind::Break | StmtKind::Continue => {}
        }
    }

    /// What is visited runs depending on a condition.
    fn conditional(&mut self, visit: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.state().in_conditional_block, true);
        visit(self);
        self.state().in_conditional_block = before;
    }

    fn for_loop(&mut self, target: ExprId, iter: ExprId, body: StmtList, orelse: StmtList) {
        self.expr(target);
        self.expr(iter);
        self.conditional(|this| {
            this.stmts(body);
            this.stmts(orelse);
        });
    }

    fn with(&mut self, items: List<WithItem>, body: StmtList) {
        self.conditional(|this| {
            for item in this.unit.list(items) {
                this.expr(item.context_expr);
                this.opt_expr(item.optional_vars);
            }
            this.stmts(body);
        });
    }

    fn match_cases(&mut self, cases: List<MatchCase>) {
        for case in self.unit.list(cases) {
            self.pattern(case.pattern);
            self.opt_expr(case.guard);
            self.stmts(case.body);
        }
    }

    fn handlers(&mut self, handlers: List<ExceptHandler>) {
        for handler in self.unit.list(handlers) {
            self.opt_expr(handler.typ);
            if let Some(name) = handler.name {
                self.bind(name, Flags::DEF_LOCAL, Role::Store, handler.range);
            }
            self.stmts(handler.body);
        }
    }

    /// An `async` statement belongs in a coroutine.
    fn check_coroutine(&mut self, range: TextRange, message: &str) {
        if self.allows_top_level_await() {
            self.cur().coroutine = true;
        }
        if !self.cur().coroutine {
            self.error(range, message);
        }
    }

    /// `target: annotation = value`. Only a `simple` target, a name without parentheses, is declared by it.
    fn annotated_assignment(
        &mut self,
        range: TextRange,
        target: ExprId,
        annotation: ExprId,
        value: Option<ExprId>,
        simple: bool,
    ) {
        self.cur().annotations_used = true;
        let node = self.unit.expr(target);
        if let ExprKind::Name { id, .. } = node.kind {
            let name = self.unit.name(id);
            let flags = self.flags_in(self.current(), name);
            let module_level = self.cur().kind == BlockType::Module && self.current() == LocalBlock::BODY;
            if simple && !module_level && flags.intersects(Flags::DEF_GLOBAL | Flags::DEF_NONLOCAL) {
                let what = if flags.contains(Flags::DEF_GLOBAL) { "global" } else { "nonlocal" };
                self.error(range, format!("annotated name '{name}' can't be {what}"));
            }
            if simple || value.is_some() {
                let flags = if simple { Flags::DEF_ANNOT | Flags::DEF_LOCAL } else { Flags::DEF_LOCAL };
                self.check_assignable(name.as_bytes(), node.range, ExprContext::Store);
                self.add_to(self.current(), name, flags, node.range);
            }
            let role = if value.is_some() { Role::Store } else { Role::Annotate };
            self.occurrence(name, node.range, role);
        } else {
            self.expr(target);
        }
        self.variable_annotation(annotation);
        self.opt_expr(value);
    }

    fn aliases(&mut self, names: List<Alias>) {
        for alias in self.unit.list(names) {
            let bound = alias.asname.unwrap_or(alias.name);
            let text = self.unit.name(bound.name);
            if text == "*" {
                if self.cur().kind != BlockType::Module {
                    self.error(alias.range, "import * only allowed at module level");
                }
                continue;
            }
            // `import a.b` binds `a`.
            let first = text.split('.').next().unwrap_or(text);
            self.check_assignable(first.as_bytes(), alias.range, ExprContext::Store);
            self.add_to(self.current(), first, Flags::DEF_IMPORT, alias.range);
            let end = bound.range.start.0 + u32::try_from(first.len()).unwrap_or(u32::MAX);
            let range = if first.len() == text.len() {
                bound.range
            } else {
                TextRange { start: bound.range.start, end: text::TextSize(end.min(bound.range.end.0)) }
            };
            self.occurrence(first, range, Role::Import);
        }
    }

    /// `global` and `nonlocal`: before any other mention of the name in the block.
    fn declare(&mut self, range: TextRange, names: List<Ident>, flag: Flags, word: &str) {
        for ident in self.unit.list(names) {
            let name = self.unit.name(ident.name);
            let mut flags = self.flags_in(self.current(), name);
            if name == "__debug__" && !self.uncompiled {
                flags.remove(Flags::USE);
            }
            let message = if flags.contains(Flags::DEF_PARAM) {
                Some(format!("name '{name}' is parameter and {word}"))
            } else if flags.contains(Flags::USE) {
                Some(format!("name '{name}' is used prior to {word} declaration"))
            } else if flags.contains(Flags::DEF_ANNOT) {
                Some(format!("annotated name '{name}' can't be {word}"))
            } else if flags.contains(Flags::DEF_LOCAL) {
                Some(format!("name '{name}' is assigned to before {word} declaration"))
            } else {
                None
            };
            let role = if flag == Flags::DEF_GLOBAL { Role::Global } else { Role::Nonlocal };
            self.occurrence(name, ident.range, role);
            if let Some(message) = message {
                self.error(range, message);
                continue;
            }
            self.add_to(self.current(), name, flag, range);
            self.record_directive(name, range);
        }
    }
}
