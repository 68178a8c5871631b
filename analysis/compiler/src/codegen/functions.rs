//! `def`, `async def` and `lambda`.

use std::sync::Arc;

use bytecode::{CodeObject, Const, Op};
use symtable::Node;
use syntax::ast::*;

use super::node::{Cx, Expr, Stmt};
use super::scope::{FBlockKind, ScopeKind};
use super::{Generator, ParamCounts, intrinsic1, intrinsic2, make_function};
use crate::errors::Res;
use crate::instr::{Instr, Location};

impl<'a> Generator<'a> {
    /// The context of a nested unit.
    pub(super) fn child_cx(&self, cx: Cx<'a>, child: ChildId) -> Cx<'a> {
        let index = self.table.child(cx.index, child).unwrap_or(cx.index);
        Cx { cursor: cx.cursor.child(child), index, lines: cx.lines }
    }

    pub(super) fn decorators(&mut self, cx: Cx<'a>, decorators: ExprList) -> Res {
        cx.exprs(decorators).try_for_each(|decorator| self.expr(decorator))
    }

    pub(super) fn apply_decorators(&mut self, cx: Cx<'a>, decorators: ExprList) {
        for decorator in cx.exprs(decorators).rev() {
            self.emit_arg(Op::CALL, 0, decorator.loc());
        }
    }

    /// The line of a `def` or `class`: that of its first decorator, if it has any.
    pub(super) fn first_line(&self, cx: Cx<'a>, decorators: ExprList, loc: Location) -> i32 {
        cx.exprs(decorators).next().map_or(loc.line, |decorator| decorator.loc().line)
    }

    fn params(&self, cx: Cx<'a>, args: ArgumentsId) -> ParamCounts {
        let args = cx.unit().arguments(args);
        ParamCounts {
            args: args.args.len() as u32,
            posonly: args.posonlyargs.len() as u32,
            kwonly: args.kwonlyargs.len() as u32,
        }
    }

    /// Pushes the defaults; which attributes of the function they are.
    fn default_arguments(&mut self, cx: Cx<'a>, args: ArgumentsId, loc: Location) -> Res<u32> {
        let args = *cx.unit().arguments(args);
        let mut attributes = 0;
        if !args.defaults.is_empty() {
            for default in cx.exprs(args.defaults) {
                self.expr(default)?;
            }
            self.emit_arg(Op::BUILD_TUPLE, args.defaults.len() as u32, loc);
            attributes |= make_function::DEFAULTS;
        }
        let mut count = 0;
        for (arg, default) in cx.unit().list(args.kwonlyargs).iter().zip(cx.unit().list(args.kw_defaults)) {
            if let Some(default) = default {
                let name = self.mangled(cx.name(arg.arg));
                self.load_const(Const::Str(self.names.text(name).clone()), loc);
                self.expr(cx.expr(*default))?;
                count += 1;
            }
        }
        if count > 0 {
            self.emit_arg(Op::BUILD_MAP, count, loc);
            attributes |= make_function::KWDEFAULTS;
        }
        Ok(attributes)
    }

    pub(super) fn function(&mut self, stmt: Stmt<'a>, child: ChildId) -> Res {
        let cx = self.child_cx(stmt.cx, child);
        let UnitHeader::Function(header) = cx.unit().header() else { return Ok(()) };
        self.decorators(cx, header.decorators)?;
        let loc = stmt.loc();
        let line = self.first_line(cx, header.decorators, loc);
        let mut attributes = self.default_arguments(cx, header.args, loc)?;
        let is_generic = !header.type_params.is_empty();
        let passed = (attributes & (make_function::DEFAULTS | make_function::KWDEFAULTS)).count_ones();
        if is_generic {
            if passed == 2 {
                self.emit_arg(Op::SWAP, 2, loc);
            }
            let name = format!("<generic parameters of {}>", cx.name(header.name));
            let params = ParamCounts { args: passed, ..ParamCounts::default() };
            self.enter_block(ScopeKind::Annotations, cx, Node::TypeParams, &name, line, None, params);
            self.type_params(cx, header.type_params)?;
            for i in 0..passed {
                self.emit_arg(Op::LOAD_FAST, i, loc);
            }
        }
        attributes |= self.function_annotations(cx, header.args, header.returns, loc)?;
        let code = match self.hole(child, cx.name(header.name)) {
            Some(hole) => hole,
            None => self.function_code(cx, header, line)?,
        };
        self.make_closure(code, attributes, loc)?;
        if is_generic {
            self.emit_arg(Op::SWAP, 2, loc);
            self.emit_arg(Op::CALL_INTRINSIC_2, intrinsic2::SET_FUNCTION_TYPE_PARAMS, loc);
            let code = self.leave_scope(false)?;
            self.make_closure(code, 0, loc)?;
            if passed > 0 {
                self.emit_arg(Op::SWAP, passed + 1, loc);
                self.emit_arg(Op::CALL, passed - 1, loc);
            } else {
                self.emit(Op::PUSH_NULL, loc);
                self.emit_arg(Op::CALL, 0, loc);
            }
        }
        self.apply_decorators(cx, header.decorators);
        let name = self.name_of(cx, header.name.name);
        self.name_op(name, ExprContext::Store, loc)
    }

    /// The code of the body.
    pub(super) fn function_code(
        &mut self,
        cx: Cx<'a>,
        header: &'a FunctionHeader,
        line: i32,
    ) -> Res<Arc<CodeObject>> {
        let kind = if header.is_async { ScopeKind::AsyncFunction } else { ScopeKind::Function };
        let params = self.params(cx, header.args);
        self.enter_block(kind, cx, Node::Body, cx.name(header.name), line, None, params);
        let mut body = cx.unit().list(cx.unit().body());
        if let Some(docstring) = self.docstring(cx, body)? {
            self.scope_mut().meta.consts.add(Const::Str(docstring.text));
            body = docstring.rest;
        }
        let start = self.new_label();
        self.use_label(start);
        let block = self.block();
        let wraps = block.coroutine || block.generator;
        if wraps {
            self.push_block(FBlockKind::StopIteration, Some(start), None, Location::NONE)?;
        }
        self.body_statements(cx, body)?;
        if wraps {
            self.wrap_in_stopiteration_handler();
            self.pop_block();
        }
        self.leave_scope(true)
    }

    /// Turns a `StopIteration` that leaves the unit into a `RuntimeError`.
    pub(super) fn wrap_in_stopiteration_handler(&mut self) {
        let handler = self.new_label();
        let setup = Instr { op: Op::SETUP_CLEANUP, arg: handler.0, loc: Location::NONE };
        self.seq().insert(0, setup);
        self.load_none(Location::NONE);
        self.emit(Op::RETURN_VALUE, Location::NONE);
        self.use_label(handler);
        self.emit_arg(Op::CALL_INTRINSIC_1, intrinsic1::STOPITERATION_ERROR, Location::NONE);
        self.emit_arg(Op::RERAISE, 1, Location::NONE);
    }

    pub(super) fn lambda(&mut self, expr: Expr<'a>, args: ArgumentsId, body: ExprId) -> Res {
        let cx = expr.cx;
        let loc = expr.loc();
        let attributes = self.default_arguments(cx, args, loc)?;
        let params = self.params(cx, args);
        self.enter_block(ScopeKind::Lambda, cx, Node::Lambda(expr.id), "<lambda>", loc.line, None, params);
        let body = cx.expr(body);
        self.expr(body)?;
        let code = if self.block().generator {
            self.leave_scope(false)?
        } else {
            self.emit(Op::RETURN_VALUE, body.loc());
            self.leave_scope(true)?
        };
        self.make_closure(code, attributes, loc)
    }

    /// Enters the unit of a node's block.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn enter_block(
        &mut self,
        kind: ScopeKind,
        cx: Cx<'a>,
        node: Node,
        name: &str,
        line: i32,
        private: Option<&'a str>,
        params: ParamCounts,
    ) {
        let block = self.table.lookup(cx.index, node).unwrap_or_else(|| {
            self.fault.get_or_insert_with(|| format!("{node:?} has a block"));
            self.table.module()
        });
        self.enter_scope(kind, block, name, line, private, params);
    }
}
