//! Arguments of calls and class definitions.

use text::TextRange;

use super::{Fail, Parse, Parser};
use crate::ast::*;
use crate::token::TokenKind as T;

impl Parser<'_> {
    /// From `(` to `)`: arguments of a class.
    pub(super) fn class_arguments(&mut self) -> Parse<(ExprList, List<Keyword>)> {
        self.arguments(false)
    }

    /// From `(` to `)`: arguments, or a lone generator expression that shares the parentheses.
    pub(super) fn call_arguments(&mut self) -> Parse<(ExprList, List<Keyword>)> {
        self.arguments(true)
    }

    fn arguments(&mut self, lone_generator: bool) -> Parse<(ExprList, List<Keyword>)> {
        let open = self.start();
        self.bump();
        let args = self.builder.begin_list::<ExprId>();
        let keywords = self.builder.begin_list::<Keyword>();
        // What came already forbids some kinds of arguments.
        let (mut seen_keyword, mut seen_mapping) = (false, false);
        let mut first = true;
        while !self.at(T::RPar) {
            let start = self.start();
            match self.kind {
                T::DoubleStar => {
                    self.bump();
                    let value = self.expression()?;
                    self.keyword(None, value, start);
                    seen_mapping = true;
                }
                T::Star if seen_mapping => return Err(Fail),
                T::Star => {
                    self.bump();
                    let value = self.expression()?;
                    let kind = ExprKind::Starred { value, ctx: ExprContext::Load };
                    let starred = self.builder.expr(kind, start, self.prev_end);
                    self.builder.push(starred);
                }
                kind if kind.is_name() && self.peek(1) == T::Equal => {
                    let arg = self.ident()?;
                    self.bump();
                    let value = self.expression()?;
                    self.keyword(Some(arg), value, start);
                    seen_keyword = true;
                }
                _ => {
                    let mut value = self.named_expression()?;
                    if self.at_comprehension() {
                        if !first || !lone_generator {
                            return Err(Fail);
                        }
                        value = self.generator_argument(open, value)?;
                    }
                    if seen_keyword || seen_mapping || self.at(T::Equal) {
                        return Err(Fail);
                    }
                    self.builder.push(value);
                }
            }
            if !self.eat(T::Comma) {
                break;
            }
            first = false;
        }
        self.expect(T::RPar)?;
        let keywords = self.builder.end_list(keywords);
        Ok((self.builder.end_list(args), keywords))
    }

    /// The clauses after `value`, which make a generator expression: it must be the only argument, and its range
    /// includes the call's parentheses.
    fn generator_argument(&mut self, open: u32, value: ExprId) -> Parse {
        let generators = self.comprehension_clauses()?;
        if !self.at(T::RPar) {
            return Err(Fail);
        }
        let end = self.token().range.end.0;
        Ok(self.builder.expr(ExprKind::GeneratorExp { elt: value, generators }, open, end))
    }

    fn keyword(&mut self, arg: Option<Ident>, value: ExprId, start: u32) {
        let unit = &self.builder.unit;
        let range = TextRange { start: unit.own(start), end: unit.own(self.prev_end) };
        self.builder.push(Keyword { arg, value, range });
    }
}
