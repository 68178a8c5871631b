//! Compound statements and blocks.

use text::{TextRange, TextSize};

use super::{Fail, Parse, Parser, with_stack};
use crate::ast::*;
use crate::token::TokenKind as T;

impl Parser<'_> {
    /// The statements up to a token that ends a block or the text.
    pub(super) fn statements(&mut self) -> StmtList {
        let list = self.builder.begin_list::<StmtId>();
        let outer = std::mem::take(&mut self.run);
        loop {
            match self.kind {
                T::EndMarker | T::Dedent => break,
                _ => self.statement_or_stray(),
            }
        }
        self.run = outer;
        self.builder.end_list(list)
    }

    /// One statement, or the simple statements of one line, pushed to the list in hand.
    pub(super) fn statement(&mut self) {
        // Statements are read on their own: nothing is left over from the one before.
        (self.bad_literal, self.too_complex) = (false, false);
        if self.at(T::Unit) {
            self.known_unit();
        } else if self.is_compound() {
            self.statement_starts.push(self.pos);
            with_stack(|| self.compound_statement());
            self.statement_starts.pop();
        } else {
            self.simple_statements();
        }
        self.run.end_statement();
    }

    /// Whether the next statement is a compound one, as far as its first words tell.
    pub(super) fn is_compound(&self) -> bool {
        match self.kind {
            T::Def | T::At | T::Class | T::If | T::With | T::For | T::Try | T::While => true,
            T::Async => matches!(self.peek(1), T::Def | T::With | T::For),
            T::Match => self.is_match_statement(),
            _ => false,
        }
    }

    /// Whether `match` starts a statement: then, and only then, the line ends with a colon, the next is indented and
    /// starts with `case`. The line's tokens are looked at just once.
    fn is_match_statement(&self) -> bool {
        if matches!(
            self.peek(1),
            T::Equal
                | T::Dot
                | T::Comma
                | T::Newline
                | T::Colon
                | T::RPar
                | T::Semi
                | T::ColonEqual
                | T::EqEqual
        ) {
            return false;
        }
        let rest = &self.tokens[self.pos..];
        let Some(line_end) = rest.iter().position(|token| token.kind == T::Newline) else { return false };
        rest[line_end - 1].kind == T::Colon
            && rest.get(line_end + 1).is_some_and(|token| token.kind == T::Indent)
            && rest.get(line_end + 2).is_some_and(|token| token.kind == T::Case)
    }

    fn compound_statement(&mut self) {
        match self.kind {
            T::If => self.if_statement(),
            T::While => self.while_statement(),
            T::For => self.for_statement(false),
            T::With => self.with_statement(false),
            T::Try => self.try_statement(),
            T::Match => self.match_statement(),
            T::Async if self.peek(1) == T::For => self.for_statement(true),
            T::Async if self.peek(1) == T::With => self.with_statement(true),
            _ => self.definition(),
        }
    }

    /// Completes a compound statement.
    pub(super) fn finish_statement(&mut self, kind: StmtKind, start: TextSize) {
        let stmt = self.builder.stmt(kind, start, self.prev_end);
        self.builder.push(stmt);
    }

    /// `block`: what follows the colon of a header. `header_ok` tells whether the header was valid; a block that is
    /// missing after an invalid one is no second error.
    pub(super) fn block(&mut self, header_ok: bool) -> StmtList {
        if !self.at(T::Newline) {
            if !header_ok {
                return List::EMPTY;
            }
            return self.inline_block();
        }
        self.bump_layout();
        if !self.at(T::Indent) {
            if header_ok {
                self.report_statement();
            }
            return List::EMPTY;
        }
        self.bump_layout();
        let body = self.statements();
        if self.at(T::Dedent) {
            self.bump_layout();
        }
        body
    }

    fn if_statement(&mut self) {
        // A chain of `elif` makes a tower of `If` nodes: collected going up, built going down.
        struct Clause {
            start: TextSize,
            test: ExprId,
            body: StmtList,
        }
        let mut clauses = Vec::new();
        loop {
            let start = self.own_start();
            self.bump();
            let (test, ok) = self.header_expression(Self::named_expression);
            let body = self.block(ok);
            clauses.push(Clause { start, test, body });
            if !self.at(T::Elif) {
                break;
            }
        }
        if clauses.len() as u32 > super::MAX_LEVELS {
            self.too_complex = true;
            self.report_statement();
        }
        let mut orelse = self.else_block();
        while let Some(Clause { start, test, body }) = clauses.pop() {
            let stmt = self.builder.stmt(StmtKind::If { test, body, orelse }, start, self.prev_end);
            if clauses.is_empty() {
                self.builder.push(stmt);
            } else {
                orelse = self.builder.list(&[stmt]);
            }
        }
    }

    fn else_block(&mut self) -> StmtList {
        if !self.at(T::Else) {
            return List::EMPTY;
        }
        self.bump();
        let ok = self.header_colon();
        let body = self.block(ok);
        if self.at(T::Elif) {
            self.stray_clause();
        }
        body
    }

    fn while_statement(&mut self) {
        let start = self.own_start();
        self.bump();
        let (test, ok) = self.header_expression(Self::named_expression);
        let body = self.block(ok);
        let orelse = self.else_block();
        self.finish_statement(StmtKind::While { test, body, orelse }, start);
    }

    fn for_statement(&mut self, is_async: bool) {
        let start = self.own_start();
        if is_async {
            self.bump();
        }
        self.bump();
        let mut target = None;
        let (iter, ok) = self.header_expression(|parser| {
            target = Some(parser.star_targets()?);
            parser.keep_parts();
            parser.expect(T::In)?;
            parser.star_expressions()
        });
        let target = target.unwrap_or_else(|| self.invalid_expression(List::EMPTY, self.prev_end));
        let type_comment = self.type_comment();
        let body = self.block(ok);
        let orelse = self.else_block();
        let kind = if is_async {
            StmtKind::AsyncFor { target, iter, body, orelse, type_comment }
        } else {
            StmtKind::For { target, iter, body, orelse, type_comment }
        };
        self.finish_statement(kind, start);
    }

    fn with_statement(&mut self, is_async: bool) {
        let start = self.own_start();
        if is_async {
            self.bump();
        }
        self.bump();
        let (items, ok) = self.header(Self::with_items);
        let items = items.unwrap_or_else(|parts| {
            // Whatever was read of an invalid header counts as one item.
            let context_expr = self.invalid_expression(parts, self.prev_end);
            self.builder.list(&[WithItem { context_expr, optional_vars: None }])
        });
        let type_comment = self.type_comment();
        let body = self.block(ok);
        let kind = if is_async {
            StmtKind::AsyncWith { items, body, type_comment }
        } else {
            StmtKind::With { items, body, type_comment }
        };
        self.finish_statement(kind, start);
    }

    /// The items of a `with`. Parentheses may go around all of them, or belong to the first expression; the former
    /// comes first, as in the grammar.
    fn with_items(&mut self) -> Parse<List<WithItem>> {
        if self.at(T::LPar) {
            let (pos, prev_end, mark) = (self.pos, self.prev_end, self.builder.mark());
            let (reports, warnings) = (self.reports.len(), self.warnings.len());
            if let Ok(items) = self.parenthesized_with_items() {
                return Ok(items);
            }
            self.seek(pos, prev_end);
            self.builder.rewind(&mark);
            self.reports.truncate(reports);
            self.warnings.truncate(warnings);
        }
        let list = self.builder.begin_list::<WithItem>();
        loop {
            self.with_item()?;
            if !self.eat(T::Comma) {
                break;
            }
        }
        Ok(self.builder.end_list(list))
    }

    fn parenthesized_with_items(&mut self) -> Parse<List<WithItem>> {
        self.bump();
        let list = self.builder.begin_list::<WithItem>();
        loop {
            self.with_item()?;
            if !self.eat(T::Comma) || self.at(T::RPar) {
                break;
            }
        }
        self.expect(T::RPar)?;
        if !self.at(T::Colon) {
            return Err(Fail);
        }
        Ok(self.builder.end_list(list))
    }

    fn with_item(&mut self) -> Parse<()> {
        let context_expr = self.expression()?;
        let optional_vars = if self.eat(T::As) { Some(self.star_target()?) } else { None };
        self.builder.push(WithItem { context_expr, optional_vars });
        Ok(())
    }

    fn try_statement(&mut self) {
        let start = self.own_start();
        self.bump();
        let ok = self.header_colon();
        let body = self.block(ok);
        let list = self.builder.begin_list::<ExceptHandler>();
        let mut star = None;
        let mut mixed = false;
        while self.at(T::Except) {
            let starred = self.peek(1) == T::Star;
            mixed |= *star.get_or_insert(starred) != starred;
            self.except_clause();
        }
        let handlers = self.builder.end_list(list);
        let orelse = if handlers.is_empty() { List::EMPTY } else { self.else_block() };
        let mut finalbody = List::EMPTY;
        let finally = self.at(T::Finally);
        if finally {
            self.bump();
            let ok = self.header_colon();
            finalbody = self.block(ok);
        }
        if mixed || handlers.is_empty() && !finally {
            self.report_statement();
            if self.at(T::Indent) {
                with_stack(|| self.indented_statements());
            }
        }
        let kind = if star == Some(true) {
            StmtKind::TryStar { body, handlers, orelse, finalbody }
        } else {
            StmtKind::Try { body, handlers, orelse, finalbody }
        };
        self.finish_statement(kind, start);
    }

    fn except_clause(&mut self) {
        let start = self.own_start();
        self.bump();
        let star = self.eat(T::Star);
        let mut name = None;
        let (typ, ok) = self.header(|parser| {
            if parser.at(T::Colon) && !star {
                return Ok(None);
            }
            let start = parser.start();
            let first = parser.expression()?;
            if parser.eat(T::As) {
                name = Some(parser.ident()?);
                return Ok(Some(first));
            }
            parser.rest_of_tuple(start, first, Self::expression).map(Some)
        });
        let typ = typ.unwrap_or_else(|parts| Some(self.invalid_expression(parts, self.prev_end)));
        let body = self.block(ok);
        let range = TextRange { start, end: self.builder.unit.own(self.prev_end) };
        self.builder.push(ExceptHandler { typ, name, body, range });
    }

    fn match_statement(&mut self) {
        let start = self.own_start();
        self.bump();
        let (subject, _) = self.header_expression(Self::subject);
        // What comes after the line was looked at before, an indentation and a case; that its colon is the first was not.
        if !self.at(T::Newline) {
            self.report_statement();
            self.skip_line();
        }
        self.bump_layout();
        self.bump_layout();
        let list = self.builder.begin_list::<MatchCase>();
        loop {
            match self.kind {
                T::EndMarker | T::Dedent => break,
                T::Newline => self.stray_newline(),
                T::Case => self.match_case(),
                _ => self.statement_among_cases(),
            }
        }
        let cases = self.builder.end_list(list);
        if self.at(T::Dedent) {
            self.bump_layout();
        }
        self.finish_statement(StmtKind::Match { subject, cases }, start);
    }

    /// `subject_expr`
    fn subject(&mut self) -> Parse {
        let start = self.start();
        let starred = self.at(T::Star);
        let first = self.star_named_expression()?;
        if starred && !self.at(T::Comma) {
            return Err(Fail);
        }
        self.rest_of_tuple(start, first, Self::star_named_expression)
    }

    fn match_case(&mut self) {
        self.bump();
        let mut pattern = None;
        let (guard, ok) = self.header(|parser| {
            pattern = Some(parser.case_patterns()?);
            parser.keep_parts();
            if parser.eat(T::If) { parser.named_expression().map(Some) } else { Ok(None) }
        });
        let end = self.prev_end;
        let guard = guard.unwrap_or_else(|parts| Some(self.invalid_expression(parts, end)));
        let pattern = pattern.unwrap_or_else(|| {
            self.builder.pattern(PatternKind::MatchAs { pattern: None, name: None }, end, end)
        });
        let body = self.block(ok);
        self.builder.push(MatchCase { pattern, guard, body });
    }

    /// A statement where only cases can stand: it is reported, and kept out of the tree.
    fn statement_among_cases(&mut self) {
        self.report_statement();
        let list = self.builder.begin_list::<StmtId>();
        self.statement_or_stray();
        self.builder.end_list::<StmtId>(list);
    }
}
