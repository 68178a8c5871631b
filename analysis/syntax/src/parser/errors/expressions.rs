//! Expressions.

use text::TextSize;

use super::machine::{Kind, Machine, N, Node, Rule};
use super::raise::Position;
use crate::token::{Token, TokenKind as T};

/// The comparison operators of one token.
const COMPARISONS: [T; 8] =
    [T::EqEqual, T::NotEqual, T::LessEqual, T::Less, T::GreaterEqual, T::Greater, T::In, T::Is];

/// What the messages call `@`.
pub(super) const MATRIX_PRODUCT: &str = "The '@' operator is";

impl Machine<'_> {
    /// A tuple without parentheses, or one element.
    pub(super) fn tuple_of(&mut self, element: fn(&mut Self) -> Option<N>) -> Option<N> {
        let start = self.mark;
        self.alt(|m| {
            let mut parts = vec![element(m)?];
            let rest = m.many(|m| {
                m.tok(T::Comma)?;
                element(m)
            })?;
            parts.extend(rest);
            let trailing = m.opt(|m| m.tok(T::Comma))?;
            if parts.len() == 1 && trailing.is_none() {
                return None;
            }
            Some(m.node(Kind::Tuple, start, parts))
        })
        .or_else(|| self.alt(element))
    }

    pub(super) fn expressions(&mut self) -> Option<N> {
        self.tuple_of(Self::expression)
    }

    pub(super) fn expression(&mut self) -> Option<N> {
        self.memo(Rule::Expression, |m| {
            m.alt_invalid(Self::invalid_expression)
                .or_else(|| m.alt_invalid(Self::invalid_legacy_expression))
                .or_else(|| m.conditional())
                .or_else(|| m.alt(Self::disjunction))
                .or_else(|| m.alt(Self::lambdef))
        })
    }

    fn conditional(&mut self) -> Option<N> {
        let start = self.mark;
        self.alt(|m| {
            m.disjunction()?;
            m.tok(T::If)?;
            m.disjunction()?;
            m.tok(T::Else)?;
            m.expression()?;
            Some(m.node(Kind::IfExp, start, Vec::new()))
        })
    }

    /// An expression none of whose parts is looked at for mistakes.
    fn expression_without_invalid(&mut self) -> Option<N> {
        let invalid = std::mem::replace(&mut self.invalid, false);
        let result =
            self.conditional().or_else(|| self.alt(Self::disjunction)).or_else(|| self.alt(Self::lambdef));
        self.invalid = invalid;
        result
    }

    fn invalid_expression(&mut self) -> Option<N> {
        self.alt(|m| {
            m.tok(T::String)?;
            let parts = m.many1(|m| {
                m.not_tok(&[T::String])?;
                m.expression_without_invalid()
            })?;
            m.tok(T::String)?;
            let (first, last) = (parts[0], parts[parts.len() - 1]);
            m.raise_nodes(first, last, "invalid syntax. Is this intended to be part of the string?")
        })
        .or_else(|| {
            self.alt(|m| {
                m.not(|m| {
                    m.alt(|m| {
                        m.name()?;
                        m.tok(T::String)
                    })
                    .or_else(|| m.tok_of(&[T::Underscore, T::Case, T::Match, T::Type]))
                })?;
                let a = m.disjunction()?;
                let b = m.expression_without_invalid()?;
                if m.is_legacy_statement(a) || m.level(m.mark - 1) == 0 {
                    return None;
                }
                m.raise_nodes(a, b, "invalid syntax. Perhaps you forgot a comma?")
            })
        })
        .or_else(|| {
            self.alt(|m| {
                let a = m.disjunction()?;
                m.tok(T::If)?;
                let b = m.disjunction()?;
                m.not_tok(&[T::Else, T::Colon])?;
                m.raise_nodes(a, b, "expected 'else' after 'if' expression")
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.disjunction()?;
                m.tok(T::If)?;
                m.disjunction()?;
                m.tok(T::Else)?;
                m.not(Self::expression)?;
                m.raise_on_next("expected expression after 'else', but statement is given")
            })
        })
        .or_else(|| {
            self.alt(|m| {
                let statement = m.tok_of(&[T::Pass, T::Break, T::Continue])?;
                m.tok(T::If)?;
                m.disjunction()?;
                m.tok(T::Else)?;
                m.simple_stmt()?;
                m.raise_token(statement, "expected expression before 'if', but statement is given")
            })
        })
        .or_else(|| self.lambda_in_string(T::FStringMiddle, "f"))
        .or_else(|| self.lambda_in_string(T::TStringMiddle, "t"))
    }

    fn lambda_in_string(&mut self, middle: T, letter: &str) -> Option<N> {
        self.alt(|m| {
            let lambda = m.tok(T::Lambda)?;
            m.opt(Self::lambda_params)?;
            let colon = m.tok(T::Colon)?;
            m.look_tok(&[middle])?;
            let (start, end) = (m.token_range(lambda).0, m.token_range(colon).1);
            m.raise_range(
                start,
                end,
                format!("{letter}-string: lambda expressions are not allowed without parentheses"),
            )
        })
    }

    /// `print` and `exec`, statements once.
    fn is_legacy_statement(&self, node: N) -> bool {
        self.kind(node) == Kind::Name && matches!(self.node_text(node), "print" | "exec")
    }

    fn invalid_legacy_expression(&mut self) -> Option<N> {
        let a = self.name()?;
        self.not_tok(&[T::LPar])?;
        let b = self.star_expressions()?;
        if !self.is_legacy_statement(a) {
            return None;
        }
        let name = self.node_text(a);
        self.raise_nodes(a, b, format!("Missing parentheses in call to '{name}'. Did you mean {name}(...)?"))
    }

    pub(super) fn yield_expr(&mut self) -> Option<N> {
        let start = self.mark;
        self.alt(|m| {
            m.tok(T::Yield)?;
            m.tok(T::From)?;
            m.expression()?;
            Some(m.node(Kind::Yield, start, Vec::new()))
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::Yield)?;
                m.opt(Self::star_expressions)?;
                Some(m.node(Kind::Yield, start, Vec::new()))
            })
        })
    }

    pub(super) fn annotated_rhs(&mut self) -> Option<N> {
        self.alt(Self::yield_expr).or_else(|| self.alt(Self::star_expressions))
    }

    pub(super) fn star_expressions(&mut self) -> Option<N> {
        self.tuple_of(Self::star_expression)
    }

    pub(super) fn star_expression(&mut self) -> Option<N> {
        self.memo(Rule::StarExpression, |m| m.starred_operand().or_else(|| m.alt(Self::expression)))
    }

    fn starred_operand(&mut self) -> Option<N> {
        let start = self.mark;
        self.alt(|m| {
            m.tok(T::Star)?;
            let value = m.bitwise_or()?;
            Some(m.node(Kind::Starred, start, vec![value]))
        })
    }

    /// `star_named_expressions`, as the elements of a tuple.
    pub(super) fn star_named_expressions(&mut self) -> Option<Vec<N>> {
        let items = self.gather(Self::star_named_expression)?;
        self.opt(|m| m.tok(T::Comma))?;
        Some(items)
    }

    pub(super) fn star_named_expression(&mut self) -> Option<N> {
        self.starred_operand().or_else(|| self.alt(Self::named_expression))
    }

    pub(super) fn assignment_expression(&mut self) -> Option<N> {
        let start = self.mark;
        self.alt(|m| {
            m.name()?;
            m.tok(T::ColonEqual)?;
            m.expression()?;
            m.since(8, "Assignment expressions are")?;
            Some(m.node(Kind::NamedExpr, start, Vec::new()))
        })
    }

    /// `assignment_expression`, which cuts: after `:=` the others are not tried.
    fn at_assignment_expression(&mut self) -> bool {
        self.look(|m| {
            m.name()?;
            m.tok(T::ColonEqual)
        })
        .is_some()
    }

    pub(super) fn named_expression(&mut self) -> Option<N> {
        if let Some(node) = self.assignment_expression() {
            return Some(node);
        }
        self.alt_invalid(Self::invalid_named_expression).or_else(|| self.plain_expression())
    }

    /// `expression !':='`
    pub(super) fn plain_expression(&mut self) -> Option<N> {
        self.alt(|m| {
            let value = m.expression()?;
            m.not_tok(&[T::ColonEqual])?;
            Some(value)
        })
    }

    /// `assignment_expression | expression !':='`
    pub(super) fn argument_value(&mut self) -> Option<N> {
        if let Some(node) = self.assignment_expression() {
            return Some(node);
        }
        if self.failed() || self.at_assignment_expression() {
            return None;
        }
        self.plain_expression()
    }

    fn invalid_named_expression(&mut self) -> Option<N> {
        self.memo(Rule::NamedInvalid, |m| {
            m.alt(|m| {
                let a = m.expression()?;
                m.tok(T::ColonEqual)?;
                m.expression()?;
                let name = m.kind(a).name();
                m.raise_node(a, format!("cannot use assignment expressions with {name}"))
            })
            .or_else(|| {
                m.alt(|m| {
                    let a = m.name()?;
                    m.tok(T::Equal)?;
                    let b = m.bitwise_or()?;
                    m.not_tok(&[T::Equal, T::ColonEqual])?;
                    m.raise_nodes(a, b, "invalid syntax. Maybe you meant '==' or ':=' instead of '='?")
                })
            })
            .or_else(|| {
                m.alt(|m| {
                    m.not(|m| {
                        m.alt(Self::list)
                            .or_else(|| m.alt(Self::tuple))
                            .or_else(|| m.alt(Self::genexp))
                            .or_else(|| m.tok_of(&[T::True, T::None, T::False]).map(|_| 0))
                    })?;
                    let a = m.bitwise_or()?;
                    m.tok(T::Equal)?;
                    m.bitwise_or()?;
                    m.not_tok(&[T::Equal, T::ColonEqual])?;
                    let name = m.kind(a).name();
                    m.raise_node(
                        a,
                        format!("cannot assign to {name} here. Maybe you meant '==' instead of '='?"),
                    )
                })
            })
        })
    }

    /// Operands between operators of one kind.
    fn joined(&mut self, operator: T, operand: fn(&mut Self) -> Option<N>) -> Option<N> {
        let start = self.mark;
        self.alt(|m| {
            operand(m)?;
            m.many1(|m| {
                m.tok(operator)?;
                operand(m)
            })?;
            Some(m.node(Kind::Operator, start, Vec::new()))
        })
        .or_else(|| self.alt(operand))
    }

    pub(super) fn disjunction(&mut self) -> Option<N> {
        self.memo(Rule::Disjunction, |m| m.joined(T::Or, Self::conjunction))
    }

    fn conjunction(&mut self) -> Option<N> {
        self.memo(Rule::Conjunction, |m| m.joined(T::And, Self::inversion))
    }

    pub(super) fn inversion(&mut self) -> Option<N> {
        self.memo(Rule::Inversion, |m| {
            let start = m.mark;
            m.alt(|m| {
                m.tok(T::Not)?;
                m.inversion()?;
                Some(m.node(Kind::Operator, start, Vec::new()))
            })
            .or_else(|| m.alt(Self::comparison))
        })
    }

    fn comparison(&mut self) -> Option<N> {
        let start = self.mark;
        self.alt(|m| {
            let left = m.bitwise_or()?;
            let first_is_in = m.look_tok(&[T::In]).is_some();
            m.many1(Self::compare_op_bitwise_or_pair)?;
            let kind = if first_is_in { Kind::CompareIn } else { Kind::Compare };
            Some(m.node(kind, start, vec![left]))
        })
        .or_else(|| self.alt(Self::bitwise_or))
    }

    /// The two tokens of `<>`, if these are next.
    fn at_less_greater(&self) -> Option<(Token, Token)> {
        match self.input.tokens[self.mark..] {
            [less, greater, ..]
                if (less.kind, greater.kind) == (T::Less, T::Greater)
                    && less.range.end == greater.range.start =>
            {
                Some((less, greater))
            }
            _ => None,
        }
    }

    fn compare_op_bitwise_or_pair(&mut self) -> Option<N> {
        if self.input.barry_as_flufl {
            if self.tok(T::NotEqual).is_some() {
                return self.raise("with Barry as BDFL, use '<>' instead of '!='");
            }
            if self.at_less_greater().is_some() {
                return self.alt(|m| {
                    m.tok(T::Less)?;
                    m.tok(T::Greater)?;
                    m.bitwise_or()
                });
            }
        } else if self.invalid
            && let Some((less, greater)) = self.at_less_greater()
        {
            let (start, end) = (less.range.start.0, greater.range.end.0);
            return self.raise_range(start, end, "invalid syntax.  Maybe you meant '!=' instead of '<>'?");
        }
        self.alt(|m| {
            m.tok(T::Not)?;
            m.tok(T::In)?;
            m.bitwise_or()
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::Is)?;
                m.tok(T::Not)?;
                m.bitwise_or()
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok_of(&COMPARISONS)?;
                m.bitwise_or()
            })
        })
    }

    /// A left-recursive rule: `operand (operator operand)*`.
    fn left(&mut self, rule: Rule, operators: &[T], operand: fn(&mut Self) -> Option<N>) -> Option<N> {
        self.memo(rule, |m| {
            let start = m.mark;
            m.invalid_operand(rule)?;
            let mut value = operand(m)?;
            while let Some(next) = m.alt(|m| {
                let operator = m.tok_of(operators)?;
                operand(m)?;
                if m.input.tokens[operator].kind == T::At {
                    m.since(5, MATRIX_PRODUCT)?;
                }
                Some(m.node(Kind::Operator, start, Vec::new()))
            }) {
                value = next;
            }
            if m.failed() { None } else { Some(value) }
        })
    }

    /// `invalid_arithmetic` and `invalid_factor`, which come before the operand. They fail only by raising.
    fn invalid_operand(&mut self, rule: Rule) -> Option<()> {
        const NOT: &str = "'not' after an operator must be parenthesized";
        let mark = self.mark;
        match rule {
            Rule::Shift => self.alt_invalid(|m| {
                m.sum()?;
                m.tok_of(&[T::Plus, T::Minus, T::Star, T::Slash, T::Percent, T::DoubleSlash, T::At])?;
                let not = m.tok(T::Not)?;
                let value = m.inversion()?;
                m.raise_range::<N>(m.token_range(not).0, m.at(value).end, NOT)
            }),
            Rule::Term => self.alt_invalid(|m| {
                m.tok_of(&[T::Plus, T::Minus, T::Tilde])?;
                let not = m.tok(T::Not)?;
                let value = m.factor()?;
                m.raise_range::<N>(m.token_range(not).0, m.at(value).end, NOT)
            }),
            _ => None,
        };
        self.mark = mark;
        if self.failed() { None } else { Some(()) }
    }

    pub(super) fn bitwise_or(&mut self) -> Option<N> {
        self.left(Rule::BitwiseOr, &[T::VBar], Self::bitwise_xor)
    }

    fn bitwise_xor(&mut self) -> Option<N> {
        self.left(Rule::BitwiseXor, &[T::Circumflex], Self::bitwise_and)
    }

    fn bitwise_and(&mut self) -> Option<N> {
        self.left(Rule::BitwiseAnd, &[T::Amper], Self::shift_expr)
    }

    fn shift_expr(&mut self) -> Option<N> {
        self.left(Rule::Shift, &[T::LeftShift, T::RightShift], Self::sum)
    }

    fn sum(&mut self) -> Option<N> {
        self.left(Rule::Sum, &[T::Plus, T::Minus], Self::term)
    }

    fn term(&mut self) -> Option<N> {
        self.left(Rule::Term, &[T::Star, T::Slash, T::DoubleSlash, T::Percent, T::At], Self::factor)
    }

    fn factor(&mut self) -> Option<N> {
        self.memo(Rule::Factor, |m| {
            let start = m.mark;
            m.alt(|m| {
                m.tok_of(&[T::Plus, T::Minus, T::Tilde])?;
                m.factor()?;
                Some(m.node(Kind::Operator, start, Vec::new()))
            })
            .or_else(|| m.alt(Self::power))
        })
    }

    fn power(&mut self) -> Option<N> {
        let start = self.mark;
        self.alt(|m| {
            m.await_primary()?;
            m.tok(T::DoubleStar)?;
            m.factor()?;
            Some(m.node(Kind::Operator, start, Vec::new()))
        })
        .or_else(|| self.alt(Self::await_primary))
    }

    fn await_primary(&mut self) -> Option<N> {
        self.memo(Rule::AwaitPrimary, |m| {
            let start = m.mark;
            m.alt(|m| {
                m.tok(T::Await)?;
                m.primary()?;
                m.since(5, "Await expressions are")?;
                Some(m.node(Kind::Await, start, Vec::new()))
            })
            .or_else(|| m.alt(Self::primary))
        })
    }

    fn lambdef(&mut self) -> Option<N> {
        let start = self.mark;
        self.tok(T::Lambda)?;
        self.opt(Self::lambda_params)?;
        self.tok(T::Colon)?;
        self.expression()?;
        Some(self.node(Kind::Lambda, start, Vec::new()))
    }

    /// Reports a target that cannot be one (`RAISE_SYNTAX_ERROR_INVALID_TARGET`).
    pub(super) fn raise_invalid_target(&mut self, node: N, targets: Targets) -> Option<N> {
        let target = self.invalid_target(node, targets)?;
        let verb = if targets == Targets::Del { "delete" } else { "assign to" };
        let name = self.kind(target).name();
        self.raise_node(target, format!("cannot {verb} {name}"))
    }

    /// The first part of a target that cannot be one.
    fn invalid_target(&self, node: N, targets: Targets) -> Option<N> {
        let mut rest = vec![node];
        while let Some(node) = rest.pop() {
            let inside = self.at(node);
            match inside.kind {
                Kind::List | Kind::Tuple => rest.extend(inside.parts.iter().rev()),
                Kind::Starred if targets == Targets::Del => return Some(node),
                Kind::Starred => rest.extend(&inside.parts),
                // `for a in b` was read as a comparison.
                Kind::CompareIn if targets == Targets::For => rest.extend(&inside.parts),
                Kind::Compare if targets == Targets::For => {}
                Kind::Name | Kind::Subscript | Kind::Attribute => {}
                _ => return Some(node),
            }
        }
        None
    }

    /// The place right before the end of a node.
    pub(super) fn last_column(&self, node: N) -> Position {
        let Node { start, end, .. } = *self.at(node);
        let lines = self.input.lines;
        if lines.line(TextSize(start)) == lines.line(TextSize(end)) {
            return Position::At(end, 0);
        }
        // CPython puts that column on the line where the node starts.
        Position::Line(start, self.column_cut(start, end, 0))
    }
}

/// What targets are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Targets {
    Star,
    Del,
    For,
}
