//! Comprehensions, and the walrus, which binds outside of them (PEP 572).

use syntax::ast::{Comprehension, ExprId, ExprKind, List};
use text::TextRange;

use super::Collector;
use crate::block::{BlockType, ComprehensionKind, Node};
use crate::symbol::Flags;

impl Collector<'_> {
    /// A comprehension is a function of its first iterable, which is evaluated outside of it.
    pub(super) fn comprehension(
        &mut self,
        id: ExprId,
        kind: ComprehensionKind,
        generators: List<Comprehension>,
        elt: ExprId,
        value: Option<ExprId>,
    ) {
        let range = self.unit.expr(id).range;
        let Some((outermost, others)) = self.unit.list(generators).split_first() else { return };
        self.iterable(outermost.iter);
        let name = match kind {
            ComprehensionKind::List => "listcomp",
            ComprehensionKind::Set => "setcomp",
            ComprehensionKind::Dict => "dictcomp",
            ComprehensionKind::Generator => "genexpr",
        };
        self.enter_new(name, BlockType::Function, Node::Comprehension(id), range);
        self.cur().comprehension = Some(kind);
        self.cur().coroutine = outermost.is_async;
        self.implicit(".0", Flags::DEF_PARAM);
        self.iteration_target(outermost.target);
        self.exprs(outermost.ifs);
        for clause in others {
            self.iteration_target(clause.target);
            self.iterable(clause.iter);
            self.exprs(clause.ifs);
            if clause.is_async {
                self.cur().coroutine = true;
            }
        }
        // The value of a dict comprehension comes before its key.
        self.opt_expr(value);
        self.expr(elt);
        let is_generator = kind == ComprehensionKind::Generator;
        self.cur().generator = is_generator;
        let is_async = self.cur().coroutine && !is_generator;
        self.leave();

        if is_async {
            let outer = self.cur();
            let in_async =
                outer.comprehension.is_some() || (outer.kind == BlockType::Function && outer.coroutine);
            if !in_async && !self.allows_top_level_await() {
                self.error(range, "asynchronous comprehension outside of an asynchronous function");
            }
            self.cur().coroutine = true;
        }
    }

    fn iteration_target(&mut self, target: ExprId) {
        self.state().comp_iter_target = true;
        self.expr(target);
        self.state().comp_iter_target = false;
    }

    fn iterable(&mut self, iter: ExprId) {
        self.state().comp_iter_expr += 1;
        self.expr(iter);
        self.state().comp_iter_expr -= 1;
    }

    /// `target := value`
    pub(super) fn named_expr(&mut self, range: TextRange, target: ExprId, value: ExprId) {
        self.check_annotation_scope(range, "named expression");
        if self.state().comp_iter_expr > 0 {
            self.error(range, "assignment expression cannot be used in a comprehension iterable expression");
        }
        if self.cur().comprehension.is_some() {
            self.bind_outside_comprehension(target);
        }
        self.expr(value);
        self.expr(target);
    }

    /// Makes the target of a walrus a variable of the block around the comprehensions
    /// (`symtable_extend_namedexpr_scope`).
    fn bind_outside_comprehension(&mut self, target: ExprId) {
        let node = self.unit.expr(target);
        let ExprKind::Name { id, .. } = node.kind else { return };
        let (name, range) = (self.unit.name(id), node.range);
        for block in self.memory.stack.clone().into_iter().rev() {
            if self.block(block).comprehension.is_some() {
                if self.flags_in(block, name).contains(Flags::DEF_COMP_ITER | Flags::DEF_LOCAL) {
                    let message = format!(
                        "assignment expression cannot rebind comprehension iteration variable '{name}'"
                    );
                    self.error(range, message);
                    return;
                }
                continue;
            }
            let message = match self.block(block).kind {
                // Annotations are evaluated elsewhere; the search goes on around them.
                BlockType::Annotation => continue,
                BlockType::Function => {
                    let global = self.flags_in(block, name).contains(Flags::DEF_GLOBAL);
                    let flag = if global { Flags::DEF_GLOBAL } else { Flags::DEF_NONLOCAL };
                    self.add_to(self.current(), name, flag, range);
                    self.record_directive(name, range);
                    self.add_to(block, name, Flags::DEF_LOCAL, range);
                    return;
                }
                BlockType::Module => {
                    self.add_to(self.current(), name, Flags::DEF_GLOBAL, range);
                    self.record_directive(name, range);
                    self.add_to(block, name, Flags::DEF_GLOBAL, range);
                    return;
                }
                BlockType::Class => "cannot be used in a class body",
                BlockType::TypeParameters => "cannot be used within the definition of a generic",
                BlockType::TypeAlias => "cannot be used in a type alias",
                BlockType::TypeVariable => "cannot be used in a TypeVar bound",
            };
            self.error(range, format!("assignment expression within a comprehension {message}"));
            return;
        }
    }
}
