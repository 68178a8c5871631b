//! Annotations, evaluated when asked for (PEP 649) or kept as strings (PEP 563).

use bytecode::{Const, Op};
use symtable::{BlockId, Node};
use syntax::ast::*;

use super::node::{Cx, Expr};
use super::scope::ScopeKind;
use super::{Generator, ParamCounts, common_constant, make_function, unparse};
use crate::errors::Res;
use crate::instr::Location;
use bytecode::CodeObject;
use std::sync::Arc;

/// `annotationlib.Format.VALUE_WITH_FAKE_GLOBALS`: formats above it are not for compiled functions.
const VALUE_WITH_FAKE_GLOBALS: i64 = 2;

impl<'a> Generator<'a> {
    /// Enters the unit of an `__annotate__` function or the like, which first refuses formats it does not know.
    pub(super) fn enter_annotations(&mut self, block: BlockId, name: &str, loc: Location) {
        let params = ParamCounts { posonly: 1, ..ParamCounts::default() };
        self.enter_scope(ScopeKind::Annotations, block, name, loc.line, None, params);
        self.emit_arg(Op::LOAD_FAST, 0, loc);
        self.load_const(Const::Int(VALUE_WITH_FAKE_GLOBALS), loc);
        self.compare_op(CmpOp::Gt, loc);
        let body = self.new_label();
        self.jump(Op::POP_JUMP_IF_FALSE, body, loc);
        self.emit_arg(Op::LOAD_COMMON_CONSTANT, common_constant::NOT_IMPLEMENTED_ERROR, loc);
        self.emit_arg(Op::RAISE_VARARGS, 1, loc);
        self.use_label(body);
    }

    fn leave_annotations(&mut self, loc: Location) -> Res {
        self.emit(Op::RETURN_VALUE, loc);
        let mut code = self.leave_scope(true)?;
        rename_format(&mut code);
        if let Some(unit) = self.stages.as_mut().and_then(|stages| stages.last_mut()) {
            unit.code = code.clone();
        }
        self.make_closure(code, 0, loc)
    }

    /// Pushes the function's `__annotate__`, if it has annotations; which attribute it is.
    pub(super) fn function_annotations(
        &mut self,
        cx: Cx<'a>,
        args: ArgumentsId,
        returns: Option<ExprId>,
        loc: Location,
    ) -> Res<u32> {
        let Some(block) = self.table.lookup(cx.index, Node::Annotations) else { return Ok(0) };
        let facts = self.table.block(block);
        if !facts.annotations_used {
            return Ok(0);
        }
        let name = self.table.name(block, facts.name).to_owned();
        self.enter_annotations(block, &name, loc);
        let arguments = *cx.unit().arguments(args);
        let unit = cx.unit();
        let all = unit
            .list(arguments.args)
            .iter()
            .chain(unit.list(arguments.posonlyargs))
            .chain(&arguments.vararg)
            .chain(unit.list(arguments.kwonlyargs))
            .chain(&arguments.kwarg)
            .map(|arg| (cx.name(arg.arg), arg.annotation))
            .chain([("return", returns)]);
        let annotated: Vec<(&str, ExprId)> = all.filter_map(|(name, a)| Some((name, a?))).collect();
        for (name, annotation) in &annotated {
            self.argument_annotation(name, cx.expr(*annotation), loc)?;
        }
        self.emit_arg(Op::BUILD_MAP, annotated.len() as u32, loc);
        self.leave_annotations(loc)?;
        Ok(make_function::ANNOTATE)
    }

    fn argument_annotation(&mut self, name: &str, annotation: Expr<'a>, loc: Location) -> Res {
        let mangled = self.mangled(name);
        self.load_const(Const::Str(self.names.text(mangled).clone()), loc);
        if self.future_annotations() {
            self.load_const(Const::Str(unparse::expression(annotation)), annotation.loc());
            return Ok(());
        }
        match annotation.kind() {
            ExprKind::Starred { value, .. } => {
                self.expr(annotation.at(value))?;
                self.emit_arg(Op::UNPACK_SEQUENCE, 1, loc);
                Ok(())
            }
            _ => self.expr(annotation),
        }
    }

    /// The `__annotate__` of the annotated variables of a module or class, at its end.
    pub(super) fn deferred_annotations(&mut self, loc: Location) -> Res {
        let deferred = std::mem::take(&mut self.scope_mut().deferred_annotations);
        if deferred.is_empty() {
            return Ok(());
        }
        let outer = self.scope().kind;
        let is_module = outer == ScopeKind::Module;
        if is_module {
            let main = std::mem::take(&mut self.scope_mut().seq);
            self.scope_mut().main_seq = Some(main);
        }
        let own = self.scope().block;
        let Some(block) = self.table.annotation_block(own) else {
            self.expect(None, "annotated variables have an annotation block");
            return Ok(());
        };
        let name = self.table.name(block, self.table.block(block).name).to_owned();
        self.enter_annotations(block, &name, loc);
        self.emit_arg(Op::BUILD_MAP, 0, loc);
        for (stmt, conditional) in deferred {
            let StmtKind::AnnAssign { target, annotation, .. } = stmt.kind() else { continue };
            let place = stmt.loc();
            let name = self.mangled(stmt.cx.expr(target).as_name().unwrap_or_default());
            let not_set = self.new_label();
            if let Some(index) = conditional {
                self.load_const(Const::Int(index.into()), place);
                if outer == ScopeKind::Class {
                    // No symbol says so: using it makes it free.
                    let meta = &mut self.scope_mut().meta;
                    let free = meta.freevars.add_name("__conditional_annotations__");
                    let free = meta.cellvars.len() as u32 + free;
                    self.emit_arg(Op::LOAD_DEREF, free, place);
                } else {
                    let global = self.add_name("__conditional_annotations__");
                    self.emit_arg(Op::LOAD_GLOBAL, global, place);
                }
                self.emit_arg(Op::CONTAINS_OP, 0, place);
                self.jump(Op::POP_JUMP_IF_FALSE, not_set, place);
            }
            self.expr(stmt.cx.expr(annotation))?;
            self.emit_arg(Op::COPY, 2, place);
            self.load_const(Const::Str(self.names.text(name).clone()), place);
            self.emit(Op::STORE_SUBSCR, loc);
            self.use_label(not_set);
        }
        self.leave_annotations(loc)?;
        let target = if is_module { "__annotate__" } else { "__annotate_func__" };
        self.name_op(target, ExprContext::Store, loc)?;
        if is_module {
            let scope = self.scope_mut();
            let main = scope.main_seq.take().unwrap_or_default();
            let annotations = std::mem::replace(&mut scope.seq, main);
            scope.seq.annotations = Some(annotations);
        }
        Ok(())
    }
}

/// The parameter is `.format` while names are resolved, so that an annotation can say `format`, and `format` for all
/// who look at the function.
pub(super) fn rename_format(code: &mut Arc<CodeObject>) {
    let code = Arc::make_mut(code);
    let mut names = code.localsplusnames.to_vec();
    if let Some(first) = names.first_mut() {
        *first = "format".into();
    }
    code.localsplusnames = names.into();
}
