//! Patterns of `match` statements.

use super::{BRACKET_LEVELS, Fail, Parse, Parser};
use crate::ast::*;
use crate::token::TokenKind as T;

impl Parser<'_> {
    /// `patterns`: what follows `case`, where a sequence needs no brackets.
    pub(super) fn case_patterns(&mut self) -> Parse<PatternId> {
        let start = self.start();
        let starred = self.at(T::Star);
        let first = self.maybe_star_pattern()?;
        if !self.at(T::Comma) {
            return if starred { Err(Fail) } else { Ok(first) };
        }
        let list = self.builder.begin_list::<PatternId>();
        self.builder.push(first);
        while self.eat(T::Comma) {
            if matches!(self.kind, T::Colon | T::If) {
                break;
            }
            let item = self.maybe_star_pattern()?;
            self.builder.push(item);
        }
        let patterns = self.builder.end_list(list);
        Ok(self.builder.pattern(PatternKind::MatchSequence { patterns }, start, self.prev_end))
    }

    fn maybe_star_pattern(&mut self) -> Parse<PatternId> {
        let start = self.start();
        if !self.eat(T::Star) {
            return self.match_pattern();
        }
        let name = if self.at(T::Underscore) {
            self.bump();
            None
        } else {
            Some(self.capture_target()?)
        };
        Ok(self.builder.pattern(PatternKind::MatchStar { name }, start, self.prev_end))
    }

    /// `pattern_capture_target`: a name other than `_` that nothing after makes a value.
    fn capture_target(&mut self) -> Parse<Ident> {
        if self.at(T::Underscore) {
            return Err(Fail);
        }
        let name = self.ident()?;
        if matches!(self.kind, T::Dot | T::LPar | T::Equal) { Err(Fail) } else { Ok(name) }
    }

    /// `pattern`: alternatives, with `as` or without.
    fn match_pattern(&mut self) -> Parse<PatternId> {
        let start = self.start();
        let pattern = self.or_pattern()?;
        if !self.eat(T::As) {
            return Ok(pattern);
        }
        let name = Some(self.capture_target()?);
        Ok(self.builder.pattern(PatternKind::MatchAs { pattern: Some(pattern), name }, start, self.prev_end))
    }

    fn or_pattern(&mut self) -> Parse<PatternId> {
        let start = self.start();
        let first = self.closed_pattern()?;
        if !self.at(T::VBar) {
            return Ok(first);
        }
        let list = self.builder.begin_list::<PatternId>();
        self.builder.push(first);
        while self.eat(T::VBar) {
            let item = self.closed_pattern()?;
            self.builder.push(item);
        }
        let patterns = self.builder.end_list(list);
        Ok(self.builder.pattern(PatternKind::MatchOr { patterns }, start, self.prev_end))
    }

    fn closed_pattern(&mut self) -> Parse<PatternId> {
        let start = self.start();
        let kind = match self.kind {
            T::Number | T::Minus | T::String | T::FStringStart | T::TStringStart => {
                PatternKind::MatchValue { value: self.literal_pattern_value()? }
            }
            T::None => self.singleton(ConstantRepr::None),
            T::True => self.singleton(ConstantRepr::True),
            T::False => self.singleton(ConstantRepr::False),
            T::LPar => return self.nested(BRACKET_LEVELS, Self::parenthesized_pattern),
            T::LSqb => {
                self.bump();
                let patterns = self.nested(BRACKET_LEVELS, |parser| parser.sequence_items(T::RSqb))?;
                PatternKind::MatchSequence { patterns }
            }
            T::LBrace => self.nested(BRACKET_LEVELS, Self::mapping_pattern)?,
            // Whatever follows: `_.a` and `_()` are no patterns.
            T::Underscore => {
                self.bump();
                PatternKind::MatchAs { pattern: None, name: None }
            }
            _ if !matches!(self.peek(1), T::Dot | T::LPar) => {
                PatternKind::MatchAs { pattern: None, name: Some(self.capture_target()?) }
            }
            _ => {
                let value = self.name_or_attribute()?;
                if self.at(T::LPar) {
                    self.nested(BRACKET_LEVELS, |parser| parser.class_pattern(value))?
                } else if self.at(T::Equal) {
                    return Err(Fail);
                } else {
                    PatternKind::MatchValue { value }
                }
            }
        };
        Ok(self.builder.pattern(kind, start, self.prev_end))
    }

    fn singleton(&mut self, value: ConstantRepr) -> PatternKind {
        self.bump();
        PatternKind::MatchSingleton { value: self.builder.unit.constant(value) }
    }

    /// Strings, or a number: signed, or complex in two parts.
    fn literal_pattern_value(&mut self) -> Parse {
        if matches!(self.kind, T::String | T::FStringStart | T::TStringStart) {
            return self.strings();
        }
        let start = self.start();
        let left = self.signed_number()?;
        let op = match self.kind {
            T::Plus => Operator::Add,
            T::Minus => Operator::Sub,
            _ => return Ok(left),
        };
        if self.is_imaginary(left) {
            return Err(Fail);
        }
        self.bump();
        if !self.at(T::Number) {
            return Err(Fail);
        }
        let right = self.number()?;
        if !self.is_imaginary(right) {
            return Err(Fail);
        }
        Ok(self.builder.expr(ExprKind::BinOp { left, op, right }, start, self.prev_end))
    }

    fn signed_number(&mut self) -> Parse {
        let start = self.start();
        let negative = self.eat(T::Minus);
        if !self.at(T::Number) {
            return Err(Fail);
        }
        let operand = self.number()?;
        if !negative {
            return Ok(operand);
        }
        Ok(self.builder.expr(ExprKind::UnaryOp { op: UnaryOp::USub, operand }, start, self.prev_end))
    }

    /// Whether a number, signed or not, is imaginary.
    fn is_imaginary(&self, mut number: ExprId) -> bool {
        if let ExprKind::UnaryOp { operand, .. } = self.builder.expr_kind(number) {
            number = *operand;
        }
        let ExprKind::Constant { value, .. } = self.builder.expr_kind(number) else { return false };
        matches!(self.builder.unit.arenas.constants[value.index()], ConstantRepr::Complex(_))
    }

    /// `name_or_attr`
    fn name_or_attribute(&mut self) -> Parse {
        let start = self.start();
        let mut value = self.name(ExprContext::Load)?;
        while self.eat(T::Dot) {
            let attr = self.ident()?;
            value = self.builder.expr(
                ExprKind::Attribute { value, attr, ctx: ExprContext::Load },
                start,
                self.prev_end,
            );
        }
        Ok(value)
    }

    /// What starts with `(`: a pattern in parentheses or a sequence.
    fn parenthesized_pattern(&mut self) -> Parse<PatternId> {
        let start = self.start();
        self.bump();
        let starred = self.at(T::Star);
        let patterns = if self.eat(T::RPar) {
            List::EMPTY
        } else {
            let first = self.maybe_star_pattern()?;
            if !starred && self.eat(T::RPar) {
                return Ok(first);
            }
            if !self.at(T::Comma) {
                return Err(Fail);
            }
            let list = self.builder.begin_list::<PatternId>();
            self.builder.push(first);
            while self.eat(T::Comma) && !self.at(T::RPar) {
                let item = self.maybe_star_pattern()?;
                self.builder.push(item);
            }
            self.expect(T::RPar)?;
            self.builder.end_list(list)
        };
        Ok(self.builder.pattern(PatternKind::MatchSequence { patterns }, start, self.prev_end))
    }

    fn sequence_items(&mut self, close: T) -> Parse<PatternList> {
        let list = self.builder.begin_list::<PatternId>();
        while !self.at(close) {
            let item = self.maybe_star_pattern()?;
            self.builder.push(item);
            if !self.eat(T::Comma) {
                break;
            }
        }
        self.expect(close)?;
        Ok(self.builder.end_list(list))
    }

    fn mapping_pattern(&mut self) -> Parse<PatternKind> {
        self.bump();
        let keys = self.builder.begin_list::<ExprId>();
        let patterns = self.builder.begin_list::<PatternId>();
        let mut rest = None;
        while !self.at(T::RBrace) {
            if self.eat(T::DoubleStar) {
                rest = Some(self.capture_target()?);
                self.eat(T::Comma);
                break;
            }
            let key = self.mapping_key()?;
            self.expect(T::Colon)?;
            let pattern = self.match_pattern()?;
            self.builder.push(key);
            self.builder.push(pattern);
            if !self.eat(T::Comma) {
                break;
            }
        }
        self.expect(T::RBrace)?;
        let keys = self.builder.end_list(keys);
        let patterns = self.builder.end_list(patterns);
        Ok(PatternKind::MatchMapping { keys, patterns, rest })
    }

    fn mapping_key(&mut self) -> Parse {
        Ok(match self.kind {
            T::None => self.constant_token(ConstantRepr::None),
            T::True => self.constant_token(ConstantRepr::True),
            T::False => self.constant_token(ConstantRepr::False),
            T::Number | T::Minus | T::String | T::FStringStart | T::TStringStart => {
                self.literal_pattern_value()?
            }
            _ => {
                let key = self.name_or_attribute()?;
                if matches!(self.builder.expr_kind(key), ExprKind::Name { .. }) {
                    return Err(Fail);
                }
                key
            }
        })
    }

    fn class_pattern(&mut self, cls: ExprId) -> Parse<PatternKind> {
        self.bump();
        let patterns = self.builder.begin_list::<PatternId>();
        // Keywords come after all positional patterns, so one list can follow the other.
        let mut positional = None;
        let attrs = self.builder.begin_list::<Ident>();
        let mut keyword_patterns = 0;
        while !self.at(T::RPar) {
            if self.kind.is_name() && self.peek(1) == T::Equal {
                if positional.is_none() {
                    positional = Some(self.builder.end_list(patterns));
                    keyword_patterns = self.builder.begin_list::<PatternId>();
                }
                let attr = self.ident()?;
                self.bump();
                self.builder.push(attr);
            } else if positional.is_some() {
                return Err(Fail);
            }
            let pattern = self.match_pattern()?;
            self.builder.push(pattern);
            if !self.eat(T::Comma) {
                break;
            }
        }
        self.expect(T::RPar)?;
        let kwd_attrs = self.builder.end_list(attrs);
        let (patterns, kwd_patterns) = match positional {
            Some(patterns) => (patterns, self.builder.end_list(keyword_patterns)),
            None => (self.builder.end_list(patterns), List::EMPTY),
        };
        Ok(PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns })
    }
}
