//! What happens after a mistake: it is reported once, what was read stays in the tree, and parsing goes on with the
//! next line or with the block that the mistaken header has.

use text::{ColumnUnit, LineCol, LineIndex, TextRange, TextSize};

use super::errors::{Input, Machine};
use super::findings::{Pass, Report, Spot};
use super::tokens::{end_of_last_line, line_end};
use super::{Fail, Mode, Parse, Parser};
use crate::ast::*;
use crate::error::{ErrorKind, ErrorPlace, SyntaxError, SyntaxWarning, WarningKind};
use crate::lexer::{LexError, LexErrorKind};
use crate::token::{Token, TokenKind as T};

/// The warnings of parser and lexer in the order of the text.
pub(super) fn with_lexer_warnings(
    mut warnings: Vec<SyntaxWarning>,
    lex_warnings: &[LexError],
    lines: &LineIndex,
) -> Vec<SyntaxWarning> {
    warnings.extend(lex_warnings.iter().map(|warning| SyntaxWarning {
        kind: WarningKind::SyntaxWarning,
        message: warning.message(|at| lines.line(at) + 1),
        lineno: lines.line(warning.range.start) + 1,
        range: warning.range,
        literal_start: warning.range.start,
        token: TextRange::empty(match warning.kind {
            LexErrorKind::InvalidNumber(_) => warning.range.start,
            _ => warning.range.start + TextSize(1),
        }),
    }));
    warnings.sort_by_key(|warning| warning.range.start);
    warnings
}

/// How the statements of a block went that stand right before the one in hand: a mistake can make a run of them invalid.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Run {
    /// How many of them in a row were not valid.
    failed: u32,
    /// The one in hand is not.
    failing: bool,
}

impl Run {
    /// From so many statements in a row that make no sense the others are not looked at: they are no Python at all, or
    /// what is left of a bracket that was closed too early.
    const ENOUGH: u32 = 2;

    pub fn end_statement(&mut self) {
        self.failed = if self.failing { self.failed + 1 } else { 0 };
        self.failing = false;
    }

    /// A statement that starts with this token is not valid. Returns whether that is a mistake of its own.
    fn fail(&mut self, first: T) -> bool {
        self.failing = true;
        match first {
            // What it belongs to could not be read.
            T::Elif | T::Else | T::Except | T::Finally => self.failed == 0,
            _ => self.failed < Self::ENOUGH,
        }
    }
}

impl Parser<'_> {
    /// An expression that is the whole text.
    pub(super) fn whole_expression(&mut self, parse: impl FnOnce(&mut Self) -> Parse) -> ExprId {
        let mark = self.builder.mark();
        let start = self.start();
        let result = parse(self);
        while self.at(T::Newline) && self.peek(1) != T::Indent {
            self.bump_layout();
        }
        match result {
            Ok(value) if self.at(T::EndMarker) && !self.bad_literal => value,
            _ => {
                self.report(0, self.options.mode);
                self.builder.drop_unfinished_lists(&mark);
                let parts = self.parts_since(mark.first_expr());
                while !self.at(T::EndMarker) {
                    self.bump();
                }
                self.invalid_expression(parts, start)
            }
        }
    }

    /// Interactive mode: reports that there is more after the line of the simple statement. CPython has looked no further
    /// than the end of the line: anything else will do, even if no token can be made of it.
    pub(super) fn report_second_statement(&mut self) {
        let Some(newline) = self.pos.checked_sub(1).filter(|at| self.tokens[*at].kind == T::Newline) else {
            return;
        };
        let read = self.tokens[newline].range.end;
        let lines = self.source[read.to_usize()..].split(['\n', '\r']);
        let mut starts = lines.map(|line| line.trim_start_matches([' ', '\t', '\x0c']).chars().next());
        if self.has_mistake()
            || self.read.errors.iter().any(|error| error.range.start < read)
            || starts.all(|start| matches!(start, None | Some('#')))
        {
            return;
        }
        let message = "multiple statements found while compiling a single statement".to_owned();
        let start = line_end(self.source, self.tokens, newline);
        let end = self.tokens[newline].range.start.0;
        let place = |at| self.lines.line_col(self.source, TextSize(at), ColumnUnit::Utf32);
        let LineCol { line, col } = place(start);
        let place = ErrorPlace::on_lines([line + 1; 2], [col as i32 + 1, place(end).col as i32 + 2]);
        let range = TextRange::new(start, end);
        self.report_as(SyntaxError { kind: ErrorKind::SyntaxError, message, place, range, of_token: false });
        if let Some(report) = self.reports.last_mut() {
            (report.pass, report.is_final) = (Pass::First, true);
        }
    }

    /// In mode `single` the end of the text is one line end more, the one that a compound statement must have behind it.
    /// If the text does not end in one itself, that is gone with the last line: whether there is none left.
    pub(super) fn lacks_newline(&self) -> bool {
        if self.source.ends_with(['\n', '\r']) {
            return false;
        }
        let tokens = &self.tokens[..self.pos];
        let dedents = tokens.iter().rev().take_while(|token| token.kind == T::Dedent).count();
        match tokens[..tokens.len() - dedents].last() {
            Some(Token { kind: T::Newline, range }) => {
                self.options.dont_imply_dedent || range.is_empty() == (dedents == 0)
            }
            _ => false,
        }
    }

    /// Reports that the text ends here.
    pub(super) fn report_end(&mut self) {
        if self.has_mistake() || !self.read.errors.is_empty() {
            return;
        }
        // An empty text has no line.
        let line = self.lines.line(end_of_last_line(self.source)) + u32::from(!self.source.is_empty());
        let place = ErrorPlace::on_lines([line; 2], [0; 2]);
        self.report_as(SyntaxError { place, ..self.plain_error() });
    }

    /// Reports an error that needs no asking.
    fn report_as(&mut self, error: SyntaxError) {
        let last = Spot { place: error.place, range: error.range };
        let (here, first, mode) = (self.start(), self.kind, self.options.mode);
        let failing = first;
        let (barry_as_flufl, error) = (self.barry_as_flufl, Some(error.into()));
        let report = Report {
            statement: here,
            first,
            here,
            failing,
            mode,
            barry_as_flufl,
            pass: Pass::Second,
            last,
            is_final: false,
            error,
        };
        self.reports.push(report);
    }

    /// Whether a statement was not valid.
    fn has_mistake(&self) -> bool {
        self.reports.iter().any(Report::is_mistake)
    }

    /// The statement in hand has something that CPython may take for a mistake, should it come to look for one: if the
    /// statement is valid, that is remembered.
    #[cold]
    #[inline(never)]
    fn report_suspect(&mut self, valid: bool) {
        self.suspect = false;
        if !valid {
            return;
        }
        let start = self.statement_starts.last().copied().unwrap_or(self.pos);
        let first = self.tokens[start];
        let statement = first.range.start.0;
        let known = |report: &Report| !report.is_mistake() && report.statement == statement;
        if self.has_lex_error(first.range.start, self.token().range.end)
            || self.reports.last().is_some_and(known)
        {
            return;
        }
        let mode = Mode::Exec;
        let (error, judged) = Machine::suspect(self.input(start, mode));
        self.misjudged |= self.looks_beyond(start, judged.max(self.pos + 1));
        if let Some(error) = error {
            let last = Spot { place: error.error.place, range: error.error.range };
            self.reports.push(Report {
                statement,
                first: first.kind,
                here: statement,
                failing: first.kind,
                mode,
                barry_as_flufl: self.barry_as_flufl,
                pass: Pass::OfValid,
                last,
                is_final: false,
                error: Some(error),
            });
        }
    }

    fn input(&self, start: usize, mode: Mode) -> Input<'_> {
        Input {
            source: self.source,
            lines: self.lines,
            tokens: self.tokens,
            start,
            until: self.pos,
            stop: self.tokens.len(),
            mode,
            whole: self.options.mode,
            barry_as_flufl: self.barry_as_flufl,
            version: None,
        }
    }

    /// The simple statements after the colon of a header.
    pub(super) fn inline_block(&mut self) -> StmtList {
        let list = self.builder.begin_list::<StmtId>();
        // Seen from CPython's grammar they are a part of the compound statement.
        let start = self.statement_starts.last().copied();
        self.statements_on_line(start);
        self.builder.end_list(list)
    }

    /// The simple statements of one line, pushed to the list in hand, and the line's end. Lines indented deeper after an
    /// invalid one are taken for the block of what it was meant to be.
    pub(super) fn simple_statements(&mut self) {
        let valid = self.statements_on_line(None);
        if self.at(T::Indent) && !valid {
            super::with_stack(|| self.indented_statements());
        }
    }

    /// Returns whether all was well. `start` is where the statement starts that they belong to, if not for themselves.
    fn statements_on_line(&mut self, start: Option<usize>) -> bool {
        let mut valid = true;
        let from = self.token().range.start;
        let line = start.unwrap_or(self.pos);
        loop {
            self.statement_starts.push(line);
            let own = self.pos;
            let ok = self.simple_statement_or_rest_of_line();
            if ok && std::mem::take(&mut self.bad_literal) {
                self.report(start.unwrap_or(own), Mode::Exec);
            }
            if self.suspect {
                self.report_suspect(ok);
            }
            valid &= ok;
            self.statement_starts.pop();
            if !self.eat(T::Semi) || self.at(T::Newline) {
                break;
            }
        }
        let here = self.token().range.start;
        if self.at(T::Newline) {
            self.bump_layout();
        }
        valid && !self.has_lex_error(from, here)
    }

    /// Whether the lexer has complained about something in this range.
    fn has_lex_error(&self, from: TextSize, to: TextSize) -> bool {
        let first_inside = self.read.errors.partition_point(|error| error.found_at < from);
        let mut inside = self.read.errors[first_inside..].iter().map(|error| error.range.start);
        inside.any(|start| from <= start && start <= to)
    }

    /// A simple statement; or, when it is invalid, one that stands for the rest of the line.
    fn simple_statement_or_rest_of_line(&mut self) -> bool {
        let mark = self.builder.mark();
        let start = self.start();
        match self.simple_statement() {
            Ok(stmt) => {
                self.builder.push(stmt);
                true
            }
            Err(Fail) => {
                self.report_statement();
                self.builder.drop_unfinished_lists(&mark);
                let parts = self.parts_since(mark.first_expr());
                self.skip_line();
                let value = self.invalid_expression(parts, start);
                let stmt =
                    self.builder.stmt(StmtKind::Expr { value }, self.builder.unit.own(start), self.prev_end);
                self.builder.push(stmt);
                false
            }
        }
    }

    /// A line end where a statement should be: the end of the text if that has blanks there, see
    /// [`LexerOptions::unended`](crate::lexer::LexerOptions::unended).
    pub(super) fn stray_newline(&mut self) {
        if self.options.mode == Mode::Single && self.token().range.is_empty() {
            self.report_statement_here();
        }
        self.bump_layout();
    }

    /// Lines indented deeper without reason, pushed to the list in hand. After an invalid line they are taken for the
    /// block of what it was meant to be; else they are an error.
    pub(super) fn indented_statements(&mut self) {
        self.bump_layout();
        let outer = std::mem::take(&mut self.run);
        loop {
            match self.kind {
                T::EndMarker => break,
                T::Dedent => {
                    self.bump_layout();
                    break;
                }
                _ => self.statement_or_stray(),
            }
        }
        self.run = outer;
    }

    /// One statement where statements are expected, or something else that must be passed.
    pub(super) fn statement_or_stray(&mut self) {
        match self.kind {
            T::Newline => self.stray_newline(),
            T::Indent => {
                // After an invalid statement it is the block of what that was meant to be.
                if self.run.failed == 0 {
                    self.report_statement_here();
                    self.run.failing = false;
                }
                super::with_stack(|| self.indented_statements());
            }
            _ => self.statement(),
        }
    }

    /// Reads a header up to and past its colon. When that fails, the rest of the line is skipped and the expressions
    /// found so far come back in the result's place. The flag tells whether all was well.
    pub(super) fn header<R>(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Parse<R>,
    ) -> (Result<R, ExprList>, bool) {
        let mark = self.builder.mark();
        self.parts_from = mark.first_expr();
        let result = parse(self);
        if result.is_ok() && self.eat(T::Colon) {
            if std::mem::take(&mut self.bad_literal) {
                self.report_statement();
            }
            if self.suspect {
                self.report_suspect(true);
            }
            return (result.map_err(|Fail| List::EMPTY), true);
        }
        self.report_statement();
        self.builder.drop_unfinished_lists(&mark);
        let result = result.map_err(|Fail| self.parts_since(self.parts_from));
        self.skip_line();
        (result, false)
    }

    /// In a header: what was read so far has its place in the tree, even if the rest fails.
    pub(super) fn keep_parts(&mut self) {
        self.parts_from = self.builder.unit.arenas.exprs.len();
    }

    /// A header of one expression.
    pub(super) fn header_expression(&mut self, parse: impl FnOnce(&mut Self) -> Parse) -> (ExprId, bool) {
        let start = self.start();
        let (result, ok) = self.header(parse);
        (result.unwrap_or_else(|parts| self.invalid_expression(parts, start)), ok)
    }

    /// A header of nothing but its colon.
    pub(super) fn header_colon(&mut self) -> bool {
        self.header(|_| Ok(())).1
    }

    /// An expression that has a line for itself, line end included.
    pub(super) fn line_expression(&mut self, parse: impl FnOnce(&mut Self) -> Parse) -> ExprId {
        let mark = self.builder.mark();
        let start = self.start();
        let result = parse(self);
        let value = match result {
            Ok(value) if self.at(T::Newline) => {
                if std::mem::take(&mut self.bad_literal) {
                    self.report_statement();
                }
                if self.suspect {
                    self.report_suspect(true);
                }
                value
            }
            _ => {
                self.report_statement();
                self.builder.drop_unfinished_lists(&mark);
                let parts = self.parts_since(mark.first_expr());
                self.skip_line();
                self.invalid_expression(parts, start)
            }
        };
        self.bump_layout();
        value
    }

    /// Decorators that decorate nothing.
    pub(super) fn stray_decorators(&mut self) {
        self.report_statement();
        while self.at(T::At) {
            let start = self.own_start();
            let mark = self.builder.mark();
            self.bump();
            let from = self.start();
            let _: Parse = self.named_expression();
            self.builder.drop_unfinished_lists(&mark);
            let parts = self.parts_since(mark.first_expr());
            self.skip_line();
            let value = self.invalid_expression(parts, from);
            self.finish_statement(StmtKind::Expr { value }, start);
            if self.at(T::Newline) {
                self.bump_layout();
            }
        }
        self.bad_literal = false;
    }

    /// An `elif` after `else`.
    pub(super) fn stray_clause(&mut self) {
        self.report_statement();
        self.skip_line();
        self.block(false);
    }

    /// Goes to the end of the logical line.
    pub(super) fn skip_line(&mut self) {
        while !matches!(self.kind, T::Newline | T::EndMarker) {
            self.bump();
        }
        (self.bad_literal, self.suspect) = (false, false);
    }

    /// The expressions from the given one on that are no part of another.
    fn parts_since(&mut self, first: usize) -> ExprList {
        let arenas = &self.builder.unit.arenas;
        let lists = arenas.lists();
        let mut is_part = vec![false; arenas.exprs.len() - first];
        for expr in &arenas.exprs[first..] {
            lists.for_each_child(&expr.kind, &mut |child| {
                if child.index() >= first {
                    is_part[child.index() - first] = true;
                }
            });
        }
        let roots = (0..is_part.len()).filter(|index| !is_part[*index]);
        let roots: Vec<ExprId> = roots.map(|index| ExprId::new(first + index)).collect();
        self.builder.list(&roots)
    }

    /// The expression that text from `start` to here would have been.
    pub(super) fn invalid_expression(&mut self, parts: ExprList, start: u32) -> ExprId {
        self.builder.expr(ExprKind::Invalid { parts }, start.min(self.prev_end), self.prev_end)
    }

    /// Reports what is wrong with the innermost statement in hand.
    pub(super) fn report_statement(&mut self) {
        let start = self.statement_starts.last().copied().unwrap_or(self.pos);
        self.report(start, Mode::Exec);
    }

    /// Reports that no statement can start here.
    pub(super) fn report_statement_here(&mut self) {
        self.report(self.pos, Mode::Exec);
    }

    /// Reports what is wrong with the text from the token `start` on, read as `mode` says. Where the lexer has found
    /// something to complain about, that is enough.
    pub(super) fn report(&mut self, start: usize, mode: Mode) {
        let too_complex = std::mem::take(&mut self.too_complex);
        let first = self.tokens[start];
        if !self.run.fail(first.kind) {
            return;
        }
        let from = first.range.start;
        let barry_as_flufl = self.barry_as_flufl;
        let (statement, here) = (from.0, self.start());
        let SyntaxError { place, range, .. } = self.plain_error();
        let mut report = Report {
            statement,
            first: first.kind,
            here,
            failing: self.kind,
            mode,
            barry_as_flufl,
            pass: Pass::Second,
            last: Spot { place, range },
            is_final: false,
            error: None,
        };
        let mut looked_at = self.pos + 1;
        if !self.complained_on_line(from) {
            report.error = Some(if too_complex {
                report.pass = Pass::First;
                let message = "Parser stack overflowed - Python source too complex to parse".to_owned();
                SyntaxError { kind: ErrorKind::MemoryError, message, ..self.plain_error() }.into()
            } else {
                let (verdict, judged) = Machine::judge(self.input(start, mode));
                looked_at = looked_at.max(judged);
                if let Some(verdict) = &verdict {
                    (report.pass, report.last) = (verdict.pass, verdict.last);
                }
                verdict.map_or_else(|| self.plain_error().into(), |verdict| verdict.error)
            });
        }
        self.misjudged |= self.looks_beyond(start, looked_at);
        self.reports.push(report);
    }

    /// Whether there are tokens among these, or right behind them, that are not what they stand for.
    fn looks_beyond(&self, start: usize, end: usize) -> bool {
        let layout = |token: &&Token| matches!(token.kind, T::Indent | T::Dedent);
        let end = end + self.tokens[end.min(self.tokens.len())..].iter().take_while(layout).count();
        let known = |token: &Token| token.kind == T::Unit;
        self.read.cut && end >= self.tokens.len()
            || !self.known.is_empty() && self.tokens[start..].iter().take(end + 1 - start).any(known)
    }

    /// Whether the lexer has complained about something from here to the end of the line in hand.
    fn complained_on_line(&self, from: TextSize) -> bool {
        if self.read.errors.is_empty() {
            return false;
        }
        let rest = &self.tokens[self.pos..];
        let line_end = rest.iter().find(|token| matches!(token.kind, T::Newline | T::EndMarker));
        let to = line_end.map_or(TextSize::of(self.source), |token| token.range.start);
        self.has_lex_error(from, to)
    }

    /// "invalid syntax" at the next token.
    fn plain_error(&self) -> SyntaxError {
        let range = self.token().range;
        let place = |at: TextSize| self.lines.line_col(self.source, at, ColumnUnit::Utf32);
        let (start, end) = (place(range.start), place(range.end));
        let columns = [start.col, end.col].map(|column| column as i32 + 1);
        let place = ErrorPlace::on_lines([start.line + 1, end.line + 1], columns);
        SyntaxError {
            kind: ErrorKind::SyntaxError,
            message: "invalid syntax".to_owned(),
            place,
            range,
            of_token: false,
        }
    }
}
