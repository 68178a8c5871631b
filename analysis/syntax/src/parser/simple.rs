//! Simple statements.

use text::{TextRange, TextSize};

use super::{Fail, Parse, Parser};
use crate::ast::*;
use crate::token::TokenKind as T;

/// The operator of an augmented assignment.
fn augmented_operator(kind: T) -> Option<Operator> {
    Some(match kind {
        T::PlusEqual => Operator::Add,
        T::MinEqual => Operator::Sub,
        T::StarEqual => Operator::Mult,
        T::AtEqual => Operator::MatMult,
        T::SlashEqual => Operator::Div,
        T::PercentEqual => Operator::Mod,
        T::AmperEqual => Operator::BitAnd,
        T::VBarEqual => Operator::BitOr,
        T::CircumflexEqual => Operator::BitXor,
        T::LeftShiftEqual => Operator::LShift,
        T::RightShiftEqual => Operator::RShift,
        T::DoubleStarEqual => Operator::Pow,
        T::DoubleSlashEqual => Operator::FloorDiv,
        _ => return None,
    })
}

impl Parser<'_> {
    /// One simple statement, without what ends it.
    pub(super) fn simple_statement(&mut self) -> Parse<StmtId> {
        let start = self.own_start();
        let kind = match self.kind {
            T::Pass => self.keyword_statement(StmtKind::Pass),
            T::Break => self.keyword_statement(StmtKind::Break),
            T::Continue => self.keyword_statement(StmtKind::Continue),
            T::Return => {
                self.bump();
                let value = if self.at_expression() { Some(self.star_expressions()?) } else { None };
                StmtKind::Return { value }
            }
            T::Raise => self.raise_statement()?,
            T::Del => self.del_statement()?,
            T::Assert => self.assert_statement()?,
            T::Global => StmtKind::Global { names: self.scope_names()? },
            T::Nonlocal => StmtKind::Nonlocal { names: self.scope_names()? },
            T::Import => self.import_statement()?,
            T::From => self.import_from_statement()?,
            T::Yield => self.yield_statement()?,
            T::Type if self.peek(1).is_name() => self.type_alias()?,
            _ => {
                // What follows could be the subject of a statement without its colon.
                self.suspect |= self.at(T::Match);
                self.expression_statement()?
            }
        };
        if !matches!(self.kind, T::Newline | T::Semi) {
            return Err(Fail);
        }
        Ok(self.builder.stmt(kind, start, self.prev_end))
    }

    fn keyword_statement(&mut self, kind: StmtKind) -> StmtKind {
        self.bump();
        kind
    }

    fn raise_statement(&mut self) -> Parse<StmtKind> {
        self.bump();
        if !self.at_expression() {
            return Ok(StmtKind::Raise { exc: None, cause: None });
        }
        let exc = Some(self.expression()?);
        let cause = if self.eat(T::From) { Some(self.expression()?) } else { None };
        Ok(StmtKind::Raise { exc, cause })
    }

    fn del_statement(&mut self) -> Parse<StmtKind> {
        self.bump();
        let list = self.builder.begin_list::<ExprId>();
        loop {
            let target = self.bitwise_or()?;
            self.make_target(target, ExprContext::Del)?;
            self.builder.push(target);
            if !self.eat(T::Comma) || matches!(self.kind, T::Newline | T::Semi) {
                break;
            }
        }
        Ok(StmtKind::Delete { targets: self.builder.end_list(list) })
    }

    fn assert_statement(&mut self) -> Parse<StmtKind> {
        self.bump();
        let test = self.expression()?;
        let msg = if self.eat(T::Comma) { Some(self.expression()?) } else { None };
        Ok(StmtKind::Assert { test, msg })
    }

    fn scope_names(&mut self) -> Parse<List<Ident>> {
        self.bump();
        let list = self.builder.begin_list::<Ident>();
        loop {
            let name = self.ident()?;
            self.builder.push(name);
            if !self.eat(T::Comma) {
                break;
            }
        }
        Ok(self.builder.end_list(list))
    }

    /// A statement that begins with `yield`: `yield` is no target, so nothing but the expression can follow.
    fn yield_statement(&mut self) -> Parse<StmtKind> {
        Ok(StmtKind::Expr { value: self.yield_expression()? })
    }

    fn type_alias(&mut self) -> Parse<StmtKind> {
        self.bump();
        let name = self.name(ExprContext::Store)?;
        let type_params = self.type_params()?;
        // A default looks like a mistake in a subscript.
        self.suspect |= !type_params.is_empty();
        self.expect(T::Equal)?;
        let value = self.expression()?;
        Ok(StmtKind::TypeAlias { name, type_params, value })
    }

    /// What starts with an expression: that expression alone, or an assignment of some kind.
    fn expression_statement(&mut self) -> Parse<StmtKind> {
        let start = self.start();
        let first = self.star_expressions()?;
        match self.kind {
            T::Newline | T::Semi => Ok(StmtKind::Expr { value: first }),
            T::Equal => self.assignment(first),
            T::Colon => self.annotated_assignment(start, first),
            kind => {
                let op = augmented_operator(kind).ok_or(Fail)?;
                self.single_target(first)?;
                self.bump();
                let value = self.annotated_rhs()?;
                Ok(StmtKind::AugAssign { target: first, op, value })
            }
        }
    }

    fn assignment(&mut self, first: ExprId) -> Parse<StmtKind> {
        let list = self.builder.begin_list::<ExprId>();
        let mut value = first;
        while self.eat(T::Equal) {
            self.make_target(value, ExprContext::Store)?;
            self.builder.push(value);
            if self.at(T::Yield) {
                value = self.yield_expression()?;
                break;
            }
            value = self.star_expressions()?;
        }
        let targets = self.builder.end_list(list);
        let type_comment = self.type_comment();
        Ok(StmtKind::Assign { targets, value, type_comment })
    }

    /// The next token if it is a type comment.
    pub(super) fn type_comment(&mut self) -> Option<ConstantId> {
        if !self.at(T::TypeComment) {
            return None;
        }
        let token = self.token();
        self.bump();
        Some(self.builder.unit.string_constant(self.text(token).as_bytes()))
    }

    fn annotated_assignment(&mut self, start: u32, target: ExprId) -> Parse<StmtKind> {
        self.single_target(target)?;
        if self.begins_with_a_target_in_brackets(start, target) {
            return Err(Fail);
        }
        let Expr { kind, range } = self.builder.expr_at(target);
        let simple = matches!(kind, ExprKind::Name { .. }) && range.start == self.builder.unit.own(start);
        self.bump();
        let annotation = self.expression()?;
        let value = if self.eat(T::Equal) { Some(self.annotated_rhs()?) } else { None };
        Ok(StmtKind::AnnAssign { target, annotation, value, simple })
    }

    /// Whether more comes behind a bracket that holds a target, as in `(a).b`. CPython's grammar takes the bracket for the
    /// target of an annotation, and does not look at it again.
    fn begins_with_a_target_in_brackets(&self, start: u32, target: ExprId) -> bool {
        let start = self.builder.unit.own(start);
        let mut at = self.builder.expr_at(target);
        if at.range.start > start {
            return false;
        }
        while at.range.start == start {
            let inner = match at.kind {
                ExprKind::Attribute { value, .. } | ExprKind::Subscript { value, .. } => value,
                ExprKind::Call { func, .. } => func,
                _ => return false,
            };
            at = self.builder.expr_at(inner);
        }
        matches!(at.kind, ExprKind::Name { .. } | ExprKind::Attribute { .. } | ExprKind::Subscript { .. })
    }

    /// `single_target`: a name, an attribute or a subscript.
    fn single_target(&mut self, target: ExprId) -> Parse<()> {
        match &mut self.builder.expr_at_mut(target).kind {
            ExprKind::Name { ctx, .. }
            | ExprKind::Attribute { ctx, .. }
            | ExprKind::Subscript { ctx, .. } => {
                *ctx = ExprContext::Store;
                Ok(())
            }
            _ => Err(Fail),
        }
    }

    fn import_statement(&mut self) -> Parse<StmtKind> {
        self.bump();
        let list = self.builder.begin_list::<Alias>();
        loop {
            let start = self.own_start();
            let name = self.dotted_name()?;
            self.alias(name, start)?;
            if !self.eat(T::Comma) {
                break;
            }
        }
        Ok(StmtKind::Import { names: self.builder.end_list(list) })
    }

    /// The `as name` after `name`, if there is one; completes the alias.
    fn alias(&mut self, name: Ident, start: TextSize) -> Parse<()> {
        let asname = if self.eat(T::As) { Some(self.ident()?) } else { None };
        let range = TextRange { start, end: self.builder.unit.own(self.prev_end) };
        self.builder.push(Alias { name, asname, range });
        Ok(())
    }

    fn dotted_name(&mut self) -> Parse<Ident> {
        let first = self.ident()?;
        if !self.at(T::Dot) {
            return Ok(first);
        }
        let mut text = self.builder.unit.name(first.name).to_owned();
        while self.eat(T::Dot) {
            let next = self.ident()?;
            text.push('.');
            text.push_str(self.builder.unit.name(next.name));
        }
        let name = self.builder.unit.intern_normal(&text);
        let range = TextRange { start: first.range.start, end: self.builder.unit.own(self.prev_end) };
        Ok(Ident { name, range })
    }

    fn import_from_statement(&mut self) -> Parse<StmtKind> {
        self.bump();
        let mut level = 0;
        loop {
            match self.kind {
                T::Dot => level += 1,
                T::Ellipsis => level += 3,
                _ => break,
            }
            self.bump();
        }
        let module = if self.at(T::Import) && level > 0 { None } else { Some(self.dotted_name()?) };
        self.expect(T::Import)?;
        let names = self.import_names()?;
        if module.is_some_and(|module| self.builder.unit.name(module.name) == "__future__") {
            for index in 0..names.len() {
                let Alias { name, .. } = self.builder.item(names, index);
                self.barry_as_flufl |= self.builder.unit.name(name.name) == "barry_as_FLUFL";
            }
        }
        Ok(StmtKind::ImportFrom { module, names, level })
    }

    /// `import_from_targets`
    fn import_names(&mut self) -> Parse<List<Alias>> {
        let list = self.builder.begin_list::<Alias>();
        let start = self.own_start();
        if self.eat(T::Star) {
            let range = TextRange { start, end: self.builder.unit.own(self.prev_end) };
            let name = Ident { name: self.builder.unit.intern_normal("*"), range };
            self.builder.push(Alias { name, asname: None, range });
            return Ok(self.builder.end_list(list));
        }
        let parenthesized = self.eat(T::LPar);
        loop {
            let start = self.own_start();
            let name = self.ident()?;
            self.alias(name, start)?;
            if !self.eat(T::Comma) || parenthesized && self.at(T::RPar) {
                break;
            }
        }
        if parenthesized {
            self.expect(T::RPar)?;
        }
        Ok(self.builder.end_list(list))
    }
}
