//! Statements, and the modules, functions and classes that they are in.

use std::sync::Arc;

use text::TextRange;

use super::nodes::list;
use super::{Maker, NOWHERE, Res, Source, UnitInMaking};
use crate::ast::*;

impl<S: Source> Maker<'_, S> {
    pub(super) fn module(&mut self, root: &S::Value, class: &'static str) -> Res<(UnitHeader, StmtList), S> {
        Ok(match class {
            "Expression" => {
                (UnitHeader::Expression { body: self.sub(root, class, "body")? }, StmtList::EMPTY)
            }
            "FunctionType" => {
                let argtypes = self.exprs(root, class, "argtypes")?;
                let returns = self.sub(root, class, "returns")?;
                (UnitHeader::FunctionType { argtypes, returns }, StmtList::EMPTY)
            }
            "Interactive" => (UnitHeader::Interactive, self.body(root, class, "body")?),
            _ => {
                let body = self.body(root, class, "body")?;
                (UnitHeader::Module { type_ignores: self.type_ignores(root)? }, body)
            }
        })
    }

    fn type_ignores(&mut self, root: &S::Value) -> Res<List<TypeIgnore>, S> {
        const CLASS: &str = "TypeIgnore";
        let mut made = Vec::new();
        for item in self.items(root, "Module", "type_ignores")? {
            self.source.class(&item, "type_ignore")?;
            let line = self.required(&item, CLASS, "lineno")?;
            let line = u32::try_from(self.source.number(&line)? - 1).unwrap_or(0);
            let tag = self.required(&item, CLASS, "tag")?;
            made.push(TypeIgnore { line, tag: self.string(&tag)? });
        }
        Ok(list!(self, type_ignores, made))
    }

    /// The statements in a field.
    fn body(&mut self, node: &S::Value, owner: &'static str, name: &'static str) -> Res<StmtList, S> {
        let mut made = Vec::new();
        for item in self.items(node, owner, name)? {
            if self.source.is_none(&item) {
                return Err(self.value_error("None disallowed in statement list".to_owned()));
            }
            made.push(self.nested(|maker| maker.stmt(&item))?);
        }
        Ok(list!(self, stmt_lists, made))
    }

    fn stmt(&mut self, node: &S::Value) -> Res<StmtId, S> {
        let class = self.source.class(node, "stmt")?;
        let (kind, range) = match class {
            "FunctionDef" => (StmtKind::FunctionDef(self.definition(node, class)?), NOWHERE),
            "AsyncFunctionDef" => (StmtKind::AsyncFunctionDef(self.definition(node, class)?), NOWHERE),
            "ClassDef" => (StmtKind::ClassDef(self.definition(node, class)?), NOWHERE),
            _ => {
                let range = self.place(node, "stmt")?;
                (self.stmt_kind(node, class, range)?, range)
            }
        };
        self.unit.arenas.stmts.push(Stmt { kind, range });
        Ok(StmtId::new(self.unit.arenas.stmts.len() - 1))
    }

    /// A function or class: a unit of its own.
    fn definition(&mut self, node: &S::Value, class: &'static str) -> Res<ChildId, S> {
        let outer = std::mem::take(&mut self.unit);
        let made = self.unit(node, class);
        let unit = std::mem::replace(&mut self.unit, outer);
        let (header, body, range) = made?;
        self.units += 1;
        let unit = Arc::new(unit.finish(header, body, range));
        let nested = Nested { id: UnitId(self.units), unit, extent: Extent::default() };
        self.unit.children.push(nested);
        Ok(ChildId::new(self.unit.children.len() - 1))
    }

    fn unit(&mut self, node: &S::Value, class: &'static str) -> Res<(UnitHeader, StmtList, TextRange), S> {
        let UnitInMaking { spans, .. } = &mut self.unit;
        spans.push(Span { line: 0, col: 0, end_line: 0, end_col: 0 });
        let range = self.place(node, "stmt")?;
        let name = self.name(node, class, "name", range)?;
        if class == "ClassDef" {
            let bases = self.exprs(node, class, "bases")?;
            let keywords = self.keywords(node, class)?;
            let body = self.body(node, class, "body")?;
            let decorators = self.exprs(node, class, "decorator_list")?;
            let type_params = self.type_params(node, class)?;
            let header = ClassHeader { name, type_params, bases, keywords, decorators };
            return Ok((UnitHeader::Class(header), body, range));
        }
        let args = self.required(node, class, "args")?;
        let args = self.arguments(&args)?;
        let body = self.body(node, class, "body")?;
        let header = FunctionHeader {
            name,
            args,
            decorators: self.exprs(node, class, "decorator_list")?,
            returns: self.opt_sub(node, "returns")?,
            type_comment: self.type_comment(node)?,
            type_params: self.type_params(node, class)?,
            is_async: class == "AsyncFunctionDef",
        };
        Ok((UnitHeader::Function(header), body, range))
    }

    fn stmt_kind(&mut self, node: &S::Value, class: &'static str, range: TextRange) -> Res<StmtKind, S> {
        Ok(match class {
            "Return" => StmtKind::Return { value: self.opt_sub(node, "value")? },
            "Delete" => StmtKind::Delete { targets: self.exprs(node, class, "targets")? },
            "Assign" => StmtKind::Assign {
                targets: self.exprs(node, class, "targets")?,
                value: self.sub(node, class, "value")?,
                type_comment: self.type_comment(node)?,
            },
            "TypeAlias" => StmtKind::TypeAlias {
                name: self.sub(node, class, "name")?,
                type_params: self.type_params(node, class)?,
                value: self.sub(node, class, "value")?,
            },
            "AugAssign" => StmtKind::AugAssign {
                target: self.sub(node, class, "target")?,
                op: self.operator(node, class)?,
                value: self.sub(node, class, "value")?,
            },
            "AnnAssign" => {
                let target = self.sub(node, class, "target")?;
                let annotation = self.sub(node, class, "annotation")?;
                let value = self.opt_sub(node, "value")?;
                let simple = self.required(node, class, "simple")?;
                StmtKind::AnnAssign { target, annotation, value, simple: self.source.number(&simple)? != 0 }
            }
            "For" | "AsyncFor" => {
                let (target, iter) = (self.sub(node, class, "target")?, self.sub(node, class, "iter")?);
                let (body, orelse) = self.body_and_else(node, class)?;
                let type_comment = self.type_comment(node)?;
                if class == "For" {
                    StmtKind::For { target, iter, body, orelse, type_comment }
                } else {
                    StmtKind::AsyncFor { target, iter, body, orelse, type_comment }
                }
            }
            "While" | "If" => {
                let test = self.sub(node, class, "test")?;
                let (body, orelse) = self.body_and_else(node, class)?;
                if class == "If" {
                    StmtKind::If { test, body, orelse }
                } else {
                    StmtKind::While { test, body, orelse }
                }
            }
            "With" | "AsyncWith" => {
                let items = self.with_items(node, class)?;
                let body = self.body(node, class, "body")?;
                let type_comment = self.type_comment(node)?;
                if class == "With" {
                    StmtKind::With { items, body, type_comment }
                } else {
                    StmtKind::AsyncWith { items, body, type_comment }
                }
            }
            "Match" => {
                let subject = self.sub(node, class, "subject")?;
                StmtKind::Match { subject, cases: self.cases(node)? }
            }
            "Raise" => {
                StmtKind::Raise { exc: self.opt_sub(node, "exc")?, cause: self.opt_sub(node, "cause")? }
            }
            "Try" | "TryStar" => {
                let body = self.body(node, class, "body")?;
                let handlers = self.handlers(node, class)?;
                let (orelse, finalbody) =
                    (self.body(node, class, "orelse")?, self.body(node, class, "finalbody")?);
                if class == "Try" {
                    StmtKind::Try { body, handlers, orelse, finalbody }
                } else {
                    StmtKind::TryStar { body, handlers, orelse, finalbody }
                }
            }
            "Assert" => {
                StmtKind::Assert { test: self.sub(node, class, "test")?, msg: self.opt_sub(node, "msg")? }
            }
            "Import" => StmtKind::Import { names: self.aliases(node, class)? },
            "ImportFrom" => {
                let module = self.opt_name(node, "module", range)?;
                let names = self.aliases(node, class)?;
                let level = match self.optional(node, "level")? {
                    Some(level) => self.source.number(&level)?,
                    None => 0,
                };
                let level = u32::try_from(level)
                    .map_err(|_| self.value_error("Negative ImportFrom level".to_owned()))?;
                StmtKind::ImportFrom { module, names, level }
            }
            "Global" => StmtKind::Global { names: self.names(node, class, "names", range)? },
            "Nonlocal" => StmtKind::Nonlocal { names: self.names(node, class, "names", range)? },
            "Expr" => StmtKind::Expr { value: self.sub(node, class, "value")? },
            "Break" => StmtKind::Break,
            "Continue" => StmtKind::Continue,
            _ => StmtKind::Pass,
        })
    }

    fn body_and_else(&mut self, node: &S::Value, class: &'static str) -> Res<(StmtList, StmtList), S> {
        Ok((self.body(node, class, "body")?, self.body(node, class, "orelse")?))
    }

    fn with_items(&mut self, node: &S::Value, class: &'static str) -> Res<List<WithItem>, S> {
        let mut made = Vec::new();
        for item in self.items(node, class, "items")? {
            let context_expr = self.sub(&item, "withitem", "context_expr")?;
            made.push(WithItem { context_expr, optional_vars: self.opt_sub(&item, "optional_vars")? });
        }
        Ok(list!(self, with_items, made))
    }

    fn cases(&mut self, node: &S::Value) -> Res<List<MatchCase>, S> {
        let mut made = Vec::new();
        for item in self.items(node, "Match", "cases")? {
            let pattern = self.required(&item, "match_case", "pattern")?;
            let pattern = self.pattern(&pattern)?;
            let guard = self.opt_sub(&item, "guard")?;
            made.push(MatchCase { pattern, guard, body: self.body(&item, "match_case", "body")? });
        }
        Ok(list!(self, match_cases, made))
    }

    fn handlers(&mut self, node: &S::Value, class: &'static str) -> Res<List<ExceptHandler>, S> {
        let mut made = Vec::new();
        for item in self.items(node, class, "handlers")? {
            let range = self.place(&item, "excepthandler")?;
            let class = self.source.class(&item, "excepthandler")?;
            let typ = self.opt_sub(&item, "type")?;
            let name = self.opt_name(&item, "name", range)?;
            made.push(ExceptHandler { typ, name, body: self.body(&item, class, "body")?, range });
        }
        Ok(list!(self, handlers, made))
    }

    fn aliases(&mut self, node: &S::Value, class: &'static str) -> Res<List<Alias>, S> {
        let mut made = Vec::new();
        for item in self.items(node, class, "names")? {
            let range = self.place(&item, "alias")?;
            let name = self.name(&item, "alias", "name", range)?;
            made.push(Alias { name, asname: self.opt_name(&item, "asname", range)?, range });
        }
        Ok(list!(self, aliases, made))
    }
}
