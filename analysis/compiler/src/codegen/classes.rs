//! `class` statements and bodies with docstring and annotations.

use std::sync::Arc;

use bytecode::{CodeObject, Const, Op};
use symtable::Node;
use syntax::ast::*;

use super::node::{Cx, Stmt};
use super::scope::ScopeKind;
use super::{Generator, ParamCounts, intrinsic1};
use crate::errors::Res;
use crate::instr::Location;

impl<'a> Generator<'a> {
    /// A module's or class's statements: docstring, statements, annotations.
    pub(super) fn body(&mut self, cx: Cx<'a>, body: StmtList, loc: Location, interactive: bool) -> Res {
        if self.future_annotations() && self.block().annotations_used {
            self.emit(Op::SETUP_ANNOTATIONS, loc);
        }
        let mut statements = cx.unit().list(body);
        if statements.is_empty() {
            return Ok(());
        }
        if interactive {
            self.statement_ids(cx, statements)?;
        } else {
            if let Some(docstring) = self.docstring(cx, statements)? {
                self.load_const(Const::Str(docstring.text), docstring.loc);
                self.name_op("__doc__", ExprContext::Store, Location::NONE)?;
                statements = docstring.rest;
            }
            self.body_statements(cx, statements)?;
        }
        if !self.future_annotations() {
            self.deferred_annotations(loc)?;
        }
        Ok(())
    }

    pub(super) fn class(&mut self, stmt: Stmt<'a>, child: ChildId) -> Res {
        let cx = self.child_cx(stmt.cx, child);
        let UnitHeader::Class(header) = cx.unit().header() else { return Ok(()) };
        self.decorators(cx, header.decorators)?;
        let loc = stmt.loc();
        let line = self.first_line(cx, header.decorators, loc);
        let class_name = cx.name(header.name);
        let is_generic = !header.type_params.is_empty();
        if is_generic {
            let name = format!("<generic parameters of {class_name}>");
            self.enter_block(
                ScopeKind::Annotations,
                cx,
                Node::TypeParams,
                &name,
                line,
                Some(class_name),
                ParamCounts::default(),
            );
            self.type_params(cx, header.type_params)?;
            self.name_op(".type_params", ExprContext::Store, loc)?;
        }
        let code = match self.hole(child, class_name) {
            Some(hole) => hole,
            None => self.class_code(cx, header, line)?,
        };
        self.emit(Op::LOAD_BUILD_CLASS, loc);
        self.emit(Op::PUSH_NULL, loc);
        self.make_closure(code, 0, loc)?;
        self.load_str(class_name, loc);
        let keywords = cx.unit().list(header.keywords);
        let bases = cx.list(header.bases);
        if is_generic {
            self.name_op(".type_params", ExprContext::Load, loc)?;
            self.emit_arg(Op::CALL_INTRINSIC_1, intrinsic1::SUBSCRIPT_GENERIC, loc);
            self.name_op(".generic_base", ExprContext::Store, loc)?;
            self.call_with(cx, 2, bases, Some(".generic_base"), keywords, loc)?;
            let code = self.leave_scope(false)?;
            self.make_closure(code, 0, loc)?;
            self.emit(Op::PUSH_NULL, loc);
            self.emit_arg(Op::CALL, 0, loc);
        } else {
            self.call_with(cx, 2, bases, None, keywords, loc)?;
        }
        self.apply_decorators(cx, header.decorators);
        self.name_op(class_name, ExprContext::Store, loc)
    }

    /// The code of the body.
    pub(super) fn class_code(
        &mut self,
        cx: Cx<'a>,
        header: &'a ClassHeader,
        line: i32,
    ) -> Res<Arc<CodeObject>> {
        let name = cx.name(header.name);
        self.enter_block(ScopeKind::Class, cx, Node::Body, name, line, Some(name), ParamCounts::default());
        let loc = Location { line, end_line: line, col: 0, end_col: 0 };
        self.name_op("__name__", ExprContext::Load, loc)?;
        self.name_op("__module__", ExprContext::Store, loc)?;
        let qualname = self.scope().meta.qualname.clone();
        self.load_const(Const::Str(qualname), loc);
        self.name_op("__qualname__", ExprContext::Store, loc)?;
        self.load_const(Const::Int(line.into()), loc);
        self.name_op("__firstlineno__", ExprContext::Store, loc)?;
        if !header.type_params.is_empty() {
            self.name_op(".type_params", ExprContext::Load, loc)?;
            self.name_op("__type_params__", ExprContext::Store, loc)?;
        }
        let block = self.block();
        if block.needs_classdict {
            self.emit(Op::LOAD_LOCALS, loc);
            self.store_cell("__classdict__", loc);
        }
        if block.has_conditional_annotations {
            self.emit_arg(Op::BUILD_SET, 0, loc);
            self.store_cell("__conditional_annotations__", loc);
        }
        self.body(cx, cx.unit().body(), loc, false)?;
        let none = Location::NONE;
        let attributes = std::mem::take(&mut self.scope_mut().static_attributes);
        self.load_const(Const::Tuple(attributes.into_iter().map(Const::Str).collect()), none);
        self.name_op("__static_attributes__", ExprContext::Store, none)?;
        if block.needs_classdict {
            self.load_cell("__classdict__", none);
            self.name_op("__classdictcell__", ExprContext::Store, none)?;
        }
        if block.needs_class_closure {
            self.load_cell("__class__", none);
            self.emit_arg(Op::COPY, 1, none);
            self.name_op("__classcell__", ExprContext::Store, none)?;
        } else {
            self.load_none(none);
        }
        self.emit(Op::RETURN_VALUE, none);
        self.leave_scope(true)
    }

    fn cell_index(&mut self, name: &str) -> u32 {
        let index = self.scope().meta.cellvars.get(name.as_bytes());
        self.expect(index, "an implicit cell of a class is there")
    }

    fn store_cell(&mut self, name: &str, loc: Location) {
        let index = self.cell_index(name);
        self.emit_arg(Op::STORE_DEREF, index, loc);
    }

    fn load_cell(&mut self, name: &str, loc: Location) {
        let index = self.cell_index(name);
        self.emit_arg(Op::LOAD_CLOSURE, index, loc);
    }
}
