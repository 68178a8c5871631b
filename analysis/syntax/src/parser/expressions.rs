//! Expressions: operators by precedence climbing, and the atoms.

use super::{BRACKET_LEVELS, Fail, Parse, Parser};
use crate::ast::*;
use crate::token::TokenKind as T;

/// Binding strengths of the left-associative binary operators; `**` is handled apart.
fn binary_operator(kind: T) -> Option<(u8, Operator)> {
    Some(match kind {
        T::VBar => (1, Operator::BitOr),
        T::Circumflex => (2, Operator::BitXor),
        T::Amper => (3, Operator::BitAnd),
        T::LeftShift => (4, Operator::LShift),
        T::RightShift => (4, Operator::RShift),
        T::Plus => (5, Operator::Add),
        T::Minus => (5, Operator::Sub),
        T::Star => (6, Operator::Mult),
        T::Slash => (6, Operator::Div),
        T::DoubleSlash => (6, Operator::FloorDiv),
        T::Percent => (6, Operator::Mod),
        T::At => (6, Operator::MatMult),
        _ => return None,
    })
}

/// Whether a token comes after an expression, and is not a part of it whatever came before.
fn ends_expression(kind: T) -> bool {
    matches!(
        kind,
        T::Newline | T::Comma | T::RPar | T::RSqb | T::RBrace | T::Colon | T::Equal | T::Semi | T::EndMarker
    )
}

fn starts_atom_of_one_token(kind: T) -> bool {
    matches!(kind, T::Number | T::String | T::None | T::True | T::False | T::Ellipsis) || kind.is_name()
}

impl Parser<'_> {
    /// `star_expressions`: a tuple without parentheses, a lone starred expression, or an expression.
    pub(super) fn star_expressions(&mut self) -> Parse {
        let start = self.start();
        let first = self.star_expression()?;
        self.rest_of_tuple(start, first, Self::star_expression)
    }

    /// `star_expression`: `*` and an operand, or an expression.
    pub(super) fn star_expression(&mut self) -> Parse {
        if self.at(T::Star) { self.starred() } else { self.expression() }
    }

    /// `*` and an operand of `|`.
    fn starred(&mut self) -> Parse {
        let start = self.start();
        self.bump();
        let value = self.bitwise_or()?;
        Ok(self.builder.expr(ExprKind::Starred { value, ctx: ExprContext::Load }, start, self.prev_end))
    }

    /// `star_named_expression`: `*` and an operand, or a named expression.
    pub(super) fn star_named_expression(&mut self) -> Parse {
        if self.at(T::Star) { self.starred() } else { self.named_expression() }
    }

    /// `expressions`: a tuple without parentheses and stars, or an expression.
    pub(super) fn expressions(&mut self) -> Parse {
        let start = self.start();
        let first = self.expression()?;
        self.rest_of_tuple(start, first, Self::expression)
    }

    /// After the first element: the tuple that the commas make, or just that element when there is none.
    pub(super) fn rest_of_tuple(
        &mut self,
        start: u32,
        first: ExprId,
        element: fn(&mut Self) -> Parse,
    ) -> Parse {
        if !self.at(T::Comma) {
            return Ok(first);
        }
        let list = self.builder.begin_list::<ExprId>();
        self.builder.push(first);
        while self.eat(T::Comma) {
            if !self.at_expression() {
                break;
            }
            let item = element(self)?;
            self.builder.push(item);
        }
        let elts = self.builder.end_list(list);
        Ok(self.builder.expr(ExprKind::Tuple { elts, ctx: ExprContext::Load }, start, self.prev_end))
    }

    /// Whether an expression, or a starred one, can start with the next token.
    pub(super) fn at_expression(&self) -> bool {
        matches!(
            self.kind,
            T::Number
                | T::String
                | T::FStringStart
                | T::TStringStart
                | T::LPar
                | T::LSqb
                | T::LBrace
                | T::Minus
                | T::Plus
                | T::Tilde
                | T::Star
                | T::Ellipsis
                | T::None
                | T::True
                | T::False
                | T::Not
                | T::Await
                | T::Lambda
        ) || self.kind.is_name()
    }

    /// `named_expression`: `NAME := value`, or an expression.
    pub(super) fn named_expression(&mut self) -> Parse {
        if self.kind.is_name() && self.peek(1) == T::ColonEqual {
            let start = self.start();
            let target = self.name(ExprContext::Store)?;
            self.bump();
            let value = self.expression()?;
            return Ok(self.builder.expr(ExprKind::NamedExpr { target, value }, start, self.prev_end));
        }
        let value = self.expression()?;
        if self.at(T::ColonEqual) { Err(Fail) } else { Ok(value) }
    }

    /// `expression`: a conditional expression, a lambda, or a disjunction.
    pub(super) fn expression(&mut self) -> Parse {
        // What stands alone is read without asking for each operator.
        if ends_expression(self.peek(1)) && starts_atom_of_one_token(self.kind) {
            return self.atom();
        }
        let start = self.start();
        if self.at(T::Lambda) {
            return self.nested(2, Self::lambda);
        }
        let body = self.disjunction()?;
        if !self.at(T::If) {
            return Ok(body);
        }
        self.bump();
        let test = self.disjunction()?;
        self.expect(T::Else)?;
        let orelse = self.nested(1, Self::expression)?;
        Ok(self.builder.expr(ExprKind::IfExp { test, body, orelse }, start, self.prev_end))
    }

    fn lambda(&mut self) -> Parse {
        let start = self.start();
        self.bump();
        let args = self.lambda_parameters()?;
        self.expect(T::Colon)?;
        let body = self.expression()?;
        Ok(self.builder.expr(ExprKind::Lambda { args, body }, start, self.prev_end))
    }

    /// `yield_expr | star_expressions`
    pub(super) fn annotated_rhs(&mut self) -> Parse {
        if self.at(T::Yield) { self.yield_expression() } else { self.star_expressions() }
    }

    pub(super) fn yield_expression(&mut self) -> Parse {
        let start = self.start();
        self.bump();
        let kind = if self.eat(T::From) {
            ExprKind::YieldFrom { value: self.expression()? }
        } else if self.at_expression() {
            ExprKind::Yield { value: Some(self.star_expressions()?) }
        } else {
            ExprKind::Yield { value: None }
        };
        Ok(self.builder.expr(kind, start, self.prev_end))
    }

    pub(super) fn disjunction(&mut self) -> Parse {
        let start = self.start();
        let first = self.conjunction()?;
        if !self.at(T::Or) {
            return Ok(first);
        }
        let list = self.builder.begin_list::<ExprId>();
        self.builder.push(first);
        while self.eat(T::Or) {
            let value = self.conjunction()?;
            self.builder.push(value);
        }
        let values = self.builder.end_list(list);
        Ok(self.builder.expr(ExprKind::BoolOp { op: BoolOp::Or, values }, start, self.prev_end))
    }

    fn conjunction(&mut self) -> Parse {
        let start = self.start();
        let first = self.inversion()?;
        if !self.at(T::And) {
            return Ok(first);
        }
        let list = self.builder.begin_list::<ExprId>();
        self.builder.push(first);
        while self.eat(T::And) {
            let value = self.inversion()?;
            self.builder.push(value);
        }
        let values = self.builder.end_list(list);
        Ok(self.builder.expr(ExprKind::BoolOp { op: BoolOp::And, values }, start, self.prev_end))
    }

    fn inversion(&mut self) -> Parse {
        if !self.at(T::Not) {
            return self.comparison();
        }
        let start = self.start();
        self.bump();
        let operand = self.nested(1, Self::inversion)?;
        Ok(self.builder.expr(ExprKind::UnaryOp { op: UnaryOp::Not, operand }, start, self.prev_end))
    }

    fn comparison(&mut self) -> Parse {
        let start = self.start();
        let left = self.bitwise_or()?;
        let Some(mut op) = self.comparison_operator() else {
            return Ok(left);
        };
        let ops = self.builder.begin_list::<CmpOp>();
        let comparators = self.builder.begin_list::<ExprId>();
        loop {
            self.builder.push(op);
            let value = self.bitwise_or()?;
            self.builder.push(value);
            match self.comparison_operator() {
                Some(next) => op = next,
                None => break,
            }
        }
        let ops = self.builder.end_list(ops);
        let comparators = self.builder.end_list(comparators);
        Ok(self.builder.expr(ExprKind::Compare { left, ops, comparators }, start, self.prev_end))
    }

    /// Goes past a comparison operator.
    fn comparison_operator(&mut self) -> Option<CmpOp> {
        let op = match self.kind {
            T::EqEqual => CmpOp::Eq,
            T::NotEqual if !self.barry_as_flufl => CmpOp::NotEq,
            T::Less if self.barry_as_flufl && self.peek(1) == T::Greater && self.joins_next() => {
                self.bump();
                CmpOp::NotEq
            }
            T::Less => CmpOp::Lt,
            T::LessEqual => CmpOp::LtE,
            T::Greater => CmpOp::Gt,
            T::GreaterEqual => CmpOp::GtE,
            T::In => CmpOp::In,
            T::Not if self.peek(1) == T::In => {
                self.bump();
                CmpOp::NotIn
            }
            T::Is if self.peek(1) == T::Not => {
                self.bump();
                CmpOp::IsNot
            }
            T::Is => CmpOp::Is,
            _ => return None,
        };
        self.bump();
        Some(op)
    }

    /// Whether there is nothing between the next token and the one after it.
    fn joins_next(&self) -> bool {
        self.tokens.get(self.pos + 1).is_some_and(|after| self.token().range.end == after.range.start)
    }

    pub(super) fn bitwise_or(&mut self) -> Parse {
        self.binary(1)
    }

    /// Operators that bind at least as strongly as `strength`.
    fn binary(&mut self, strength: u8) -> Parse {
        let start = self.start();
        let mut left = self.factor()?;
        while let Some((found, op)) = binary_operator(self.kind) {
            if found < strength {
                break;
            }
            self.bump();
            let right = self.binary(found + 1)?;
            left = self.builder.expr(ExprKind::BinOp { left, op, right }, start, self.prev_end);
        }
        Ok(left)
    }

    /// Signs and powers.
    fn factor(&mut self) -> Parse {
        let op = match self.kind {
            T::Plus => UnaryOp::UAdd,
            T::Minus => UnaryOp::USub,
            T::Tilde => UnaryOp::Invert,
            _ => return self.power(),
        };
        let start = self.start();
        self.bump();
        let operand = self.nested(1, Self::factor)?;
        Ok(self.builder.expr(ExprKind::UnaryOp { op, operand }, start, self.prev_end))
    }

    fn power(&mut self) -> Parse {
        let start = self.start();
        let left = if self.eat(T::Await) {
            let value = self.primary()?;
            self.builder.expr(ExprKind::Await { value }, start, self.prev_end)
        } else {
            self.primary()?
        };
        if !self.eat(T::DoubleStar) {
            return Ok(left);
        }
        let right = self.nested(2, Self::factor)?;
        Ok(self.builder.expr(ExprKind::BinOp { left, op: Operator::Pow, right }, start, self.prev_end))
    }

    /// An atom with what follows it: attributes, calls, subscripts.
    fn primary(&mut self) -> Parse {
        let start = self.start();
        let mut value = self.atom()?;
        loop {
            let kind = match self.kind {
                T::Dot => {
                    self.bump();
                    let attr = self.ident()?;
                    ExprKind::Attribute { value, attr, ctx: ExprContext::Load }
                }
                T::LPar => {
                    let (args, keywords) = self.nested(BRACKET_LEVELS, Self::call_arguments)?;
                    ExprKind::Call { func: value, args, keywords }
                }
                T::LSqb => {
                    self.bump();
                    let slice = self.nested(BRACKET_LEVELS, Self::slices)?;
                    self.expect(T::RSqb)?;
                    ExprKind::Subscript { value, slice, ctx: ExprContext::Load }
                }
                _ => return Ok(value),
            };
            value = self.builder.expr(kind, start, self.prev_end);
        }
    }

    /// `slices`: what stands between the brackets of a subscript.
    fn slices(&mut self) -> Parse {
        let start = self.start();
        let starred = self.at(T::Star);
        let first = self.slice_or_starred()?;
        if !starred && !self.at(T::Comma) {
            return Ok(first);
        }
        let list = self.builder.begin_list::<ExprId>();
        self.builder.push(first);
        while self.eat(T::Comma) {
            if self.at(T::RSqb) {
                break;
            }
            let item = self.slice_or_starred()?;
            self.builder.push(item);
        }
        let elts = self.builder.end_list(list);
        Ok(self.builder.expr(ExprKind::Tuple { elts, ctx: ExprContext::Load }, start, self.prev_end))
    }

    fn slice_or_starred(&mut self) -> Parse {
        let start = self.start();
        if self.eat(T::Star) {
            let value = self.expression()?;
            return Ok(self.builder.expr(
                ExprKind::Starred { value, ctx: ExprContext::Load },
                start,
                self.prev_end,
            ));
        }
        let mut lower = None;
        if !self.at(T::Colon) {
            let value = self.named_expression()?;
            if !self.at(T::Colon) || self.is_bare_named(value, start) {
                return Ok(value);
            }
            lower = Some(value);
        }
        self.expect(T::Colon)?;
        let upper = self.slice_bound()?;
        let step = if self.eat(T::Colon) { self.slice_bound()? } else { None };
        Ok(self.builder.expr(ExprKind::Slice { lower, upper, step }, start, self.prev_end))
    }

    /// Whether an expression that was read from `start` on is a named expression without parentheses, which cannot
    /// be followed by a colon.
    fn is_bare_named(&self, value: ExprId, start: u32) -> bool {
        let Expr { kind, range } = self.builder.expr_at(value);
        matches!(kind, ExprKind::NamedExpr { .. }) && range.start == self.builder.unit.own(start)
    }

    fn slice_bound(&mut self) -> Parse<Option<ExprId>> {
        if matches!(self.kind, T::Colon | T::Comma | T::RSqb) {
            Ok(None)
        } else {
            Ok(Some(self.expression()?))
        }
    }

    /// An identifier as an expression.
    pub(super) fn name(&mut self, ctx: ExprContext) -> Parse {
        if !self.kind.is_name() {
            return Err(Fail);
        }
        let token = self.token();
        let id = self.builder.unit.intern(self.text(token));
        self.bump();
        Ok(self.builder.expr(ExprKind::Name { id, ctx }, token.range.start.0, token.range.end.0))
    }

    fn atom(&mut self) -> Parse {
        let value = match self.kind {
            T::Number => return self.number(),
            T::String | T::FStringStart | T::TStringStart => return self.strings(),
            T::LPar => return self.nested(BRACKET_LEVELS, Self::parenthesized),
            T::LSqb => return self.nested(BRACKET_LEVELS, Self::list_display),
            T::LBrace => return self.nested(BRACKET_LEVELS, Self::brace_display),
            T::None => ConstantRepr::None,
            T::True => ConstantRepr::True,
            T::False => ConstantRepr::False,
            T::Ellipsis => ConstantRepr::Ellipsis,
            _ => {
                let name = self.name(ExprContext::Load);
                if matches!(self.kind, T::LSqb | T::Minus | T::Plus | T::Star) {
                    self.note_old_statement();
                }
                return name;
            }
        };
        Ok(self.constant_token(value))
    }

    /// With these names before it, what is next could be meant as in a statement of Python 2.
    #[inline(never)]
    fn note_old_statement(&mut self) {
        let name = self.tokens[self.pos.saturating_sub(1)];
        self.suspect |= matches!(self.text(name), "print" | "exec");
    }

    /// The next token, a constant of this value.
    pub(super) fn constant_token(&mut self, value: ConstantRepr) -> ExprId {
        let token = self.token();
        self.bump();
        let value = self.builder.unit.constant(value);
        self.builder.expr(ExprKind::Constant { value, u: false }, token.range.start.0, token.range.end.0)
    }

    /// What starts with `(`: an empty tuple, a tuple, a generator expression or an expression in parentheses.
    fn parenthesized(&mut self) -> Parse {
        let start = self.start();
        self.bump();
        if self.eat(T::RPar) {
            return Ok(self.empty_tuple(start));
        }
        if self.at(T::Yield) {
            let value = self.yield_expression()?;
            self.expect(T::RPar)?;
            return Ok(value);
        }
        let starred = self.at(T::Star);
        let first = self.star_named_expression()?;
        if self.at_comprehension() && !starred {
            let generators = self.comprehension_clauses()?;
            self.expect(T::RPar)?;
            return Ok(self.builder.expr(
                ExprKind::GeneratorExp { elt: first, generators },
                start,
                self.prev_end,
            ));
        }
        if !starred && self.eat(T::RPar) {
            return Ok(first);
        }
        if !self.at(T::Comma) {
            return Err(Fail);
        }
        let elts = self.rest_of_elements(first, T::RPar)?;
        Ok(self.builder.expr(ExprKind::Tuple { elts, ctx: ExprContext::Load }, start, self.prev_end))
    }

    fn empty_tuple(&mut self, start: u32) -> ExprId {
        let elts = List::EMPTY;
        self.builder.expr(ExprKind::Tuple { elts, ctx: ExprContext::Load }, start, self.prev_end)
    }

    /// After the first element of a display: the others, up to and past `close`.
    fn rest_of_elements(&mut self, first: ExprId, close: T) -> Parse<ExprList> {
        let list = self.builder.begin_list::<ExprId>();
        self.builder.push(first);
        while self.eat(T::Comma) {
            if self.at(close) {
                break;
            }
            let item = self.star_named_expression()?;
            self.builder.push(item);
        }
        self.expect(close)?;
        Ok(self.builder.end_list(list))
    }

    fn list_display(&mut self) -> Parse {
        let start = self.start();
        self.bump();
        let ctx = ExprContext::Load;
        if self.eat(T::RSqb) {
            return Ok(self.builder.expr(ExprKind::List { elts: List::EMPTY, ctx }, start, self.prev_end));
        }
        let starred = self.at(T::Star);
        let first = self.star_named_expression()?;
        if self.at_comprehension() && !starred {
            let generators = self.comprehension_clauses()?;
            self.expect(T::RSqb)?;
            return Ok(self.builder.expr(
                ExprKind::ListComp { elt: first, generators },
                start,
                self.prev_end,
            ));
        }
        let elts = self.rest_of_elements(first, T::RSqb)?;
        Ok(self.builder.expr(ExprKind::List { elts, ctx }, start, self.prev_end))
    }

    /// What starts with `{`: dict, set, or a comprehension of either.
    fn brace_display(&mut self) -> Parse {
        let start = self.start();
        self.bump();
        if matches!(self.kind, T::RBrace | T::DoubleStar) {
            return self.dict(start, None);
        }
        let first_start = self.start();
        let starred = self.at(T::Star);
        let first = self.star_named_expression()?;
        if self.at(T::Colon) && !starred {
            if self.is_bare_named(first, first_start) {
                return Err(Fail);
            }
            self.bump();
            let value = self.expression()?;
            if self.at_comprehension() {
                let generators = self.comprehension_clauses()?;
                self.expect(T::RBrace)?;
                let kind = ExprKind::DictComp { key: first, value, generators };
                return Ok(self.builder.expr(kind, start, self.prev_end));
            }
            return self.dict(start, Some((first, value)));
        }
        if self.at_comprehension() && !starred {
            let generators = self.comprehension_clauses()?;
            self.expect(T::RBrace)?;
            return Ok(self.builder.expr(ExprKind::SetComp { elt: first, generators }, start, self.prev_end));
        }
        let elts = self.rest_of_elements(first, T::RBrace)?;
        Ok(self.builder.expr(ExprKind::Set { elts }, start, self.prev_end))
    }

    /// The rest of a dict display, after its first item if that is given.
    fn dict(&mut self, start: u32, first: Option<(ExprId, ExprId)>) -> Parse {
        let keys = self.builder.begin_list::<Option<ExprId>>();
        let values = self.builder.begin_list::<ExprId>();
        let mut more = true;
        if let Some((key, value)) = first {
            self.builder.push(Some(key));
            self.builder.push(value);
            more = self.eat(T::Comma);
        }
        while more && !self.at(T::RBrace) {
            if self.eat(T::DoubleStar) {
                let value = self.bitwise_or()?;
                self.builder.push(None::<ExprId>);
                self.builder.push(value);
            } else {
                let key = self.expression()?;
                self.expect(T::Colon)?;
                let value = self.expression()?;
                self.builder.push(Some(key));
                self.builder.push(value);
            }
            more = self.eat(T::Comma);
        }
        self.expect(T::RBrace)?;
        let keys = self.builder.end_list(keys);
        let values = self.builder.end_list(values);
        Ok(self.builder.expr(ExprKind::Dict { keys, values }, start, self.prev_end))
    }

    /// Whether a `for` clause of a comprehension comes next.
    pub(super) fn at_comprehension(&self) -> bool {
        self.at(T::For) || self.at(T::Async) && self.peek(1) == T::For
    }

    /// `for_if_clauses`
    pub(super) fn comprehension_clauses(&mut self) -> Parse<List<Comprehension>> {
        let list = self.builder.begin_list::<Comprehension>();
        while self.at_comprehension() {
            let is_async = self.eat(T::Async);
            self.bump();
            let target = self.star_targets()?;
            self.expect(T::In)?;
            let iter = self.disjunction()?;
            let ifs = self.builder.begin_list::<ExprId>();
            while self.eat(T::If) {
                let condition = self.disjunction()?;
                self.builder.push(condition);
            }
            let ifs = self.builder.end_list(ifs);
            self.builder.push(Comprehension { target, iter, ifs, is_async });
        }
        Ok(self.builder.end_list(list))
    }
}
