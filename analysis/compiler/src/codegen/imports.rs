//! `import` and `from … import`.

use bytecode::{Const, Op};
use syntax::ast::*;

use super::node::Stmt;
use super::{Generator, intrinsic1};
use crate::errors::Res;
use crate::instr::Location;

impl<'a> Generator<'a> {
    pub(super) fn import(&mut self, stmt: Stmt<'a>, names: List<Alias>) -> Res {
        let loc = stmt.loc();
        let cx = stmt.cx;
        for alias in cx.unit().list(names) {
            let name = cx.name(alias.name);
            self.load_const(Const::Int(0), loc);
            self.load_none(loc);
            self.name_arg(Op::IMPORT_NAME, name, loc);
            let (first, rest) = match name.split_once('.') {
                Some((first, rest)) => (first, Some(rest)),
                None => (name, None),
            };
            match (alias.asname, rest) {
                (None, _) => self.name_op(first, ExprContext::Store, loc)?,
                (Some(asname), None) => self.name_op(cx.name(asname), ExprContext::Store, loc)?,
                (Some(asname), Some(rest)) => {
                    // `import a.b.c as d` walks from the package to the module.
                    let parts: Vec<&str> = rest.split('.').collect();
                    for (i, part) in parts.iter().enumerate() {
                        let index = self.add_name(*part);
                        self.emit_arg(Op::IMPORT_FROM, index, loc);
                        if i + 1 < parts.len() {
                            self.emit_arg(Op::SWAP, 2, loc);
                            self.emit(Op::POP_TOP, loc);
                        }
                    }
                    self.name_op(cx.name(asname), ExprContext::Store, loc)?;
                    self.emit(Op::POP_TOP, loc);
                }
            }
        }
        Ok(())
    }

    pub(super) fn import_from(
        &mut self,
        stmt: Stmt<'a>,
        module: Option<Ident>,
        names: List<Alias>,
        level: u32,
    ) -> Res {
        let loc = stmt.loc();
        let cx = stmt.cx;
        let aliases = cx.unit().list(names);
        self.load_const(Const::Int(level.into()), loc);
        let tuple = aliases.iter().map(|alias| Const::Str(self.shared(cx.name(alias.name)))).collect();
        self.load_const(Const::Tuple(tuple), loc);
        self.name_arg(Op::IMPORT_NAME, module.map_or("", |module| cx.name(module)), loc);
        for alias in aliases {
            let name = cx.name(alias.name);
            if name == "*" {
                self.emit_arg(Op::CALL_INTRINSIC_1, intrinsic1::IMPORT_STAR, loc);
                self.emit(Op::POP_TOP, Location::NONE);
                return Ok(());
            }
            self.name_arg(Op::IMPORT_FROM, name, loc);
            self.name_op(cx.name(alias.asname.unwrap_or(alias.name)), ExprContext::Store, loc)?;
        }
        self.emit(Op::POP_TOP, loc);
        Ok(())
    }
}
