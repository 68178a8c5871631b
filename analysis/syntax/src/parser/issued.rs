//! The warnings that CPython issues, in the order in which it does.
//!
//! Its tokenizer warns as it makes a token; its parser warns of a literal as it comes to it, which for the text of
//! f-strings is at their end. What stands behind a mistake is read for errors of the tokenizer, and parts of it are parsed to
//! find a better word for the mistake: of them CPython warns as well, and may do so twice.

use text::{LineIndex, TextSize};

use super::errors::Warned;
use super::findings::Pass;
use super::first_error::{First, Strict};
use super::{Mode, Parsed};
use crate::error::{SyntaxError, SyntaxWarning};

/// A warning with what it is where warnings are errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedWarning {
    pub warning: SyntaxWarning,
    /// Not always about the same: errors of the tokenizer come before those of the parser.
    pub error: SyntaxError,
}

impl Parsed {
    /// The warnings that CPython issues for the text, which is `source`, in its order.
    pub fn issued_warnings(&self, source: &str) -> Vec<IssuedWarning> {
        // Behind a mistake there may be some that are not known yet.
        if self.warnings.is_empty() && (self.errors.is_empty() || !source.contains('\\')) {
            return Vec::new();
        }
        let lines = &LineIndex::new(source);
        let Issue { strict, of_parser, until } = self.issue(source, lines);
        let cut = strict.as_ref().and_then(|strict| strict.first_error.as_ref());
        let cut = cut.map_or(u32::MAX, |(error, _)| error.found_at.0);
        let of_lexer = self.warnings.iter().filter(|it| it.is_of_lexer() && it.range.start.0 < cut);
        let of_lexer: Vec<&SyntaxWarning> = of_lexer.collect();
        let ended = self.options.mode == Mode::Exec;
        let own = |it: &SyntaxWarning, read: u32| {
            let read = lines.line(TextSize(read.min(source.len() as u32)));
            it.as_error(source, lines, read, ended)
        };
        let said =
            |it: &SyntaxWarning| IssuedWarning { warning: it.clone(), error: own(it, it.token.start.0) };
        let mut order = Vec::with_capacity(of_lexer.len() + of_parser.len());
        let mut rest = &of_lexer[..];
        let mut next_before = |place: u32| {
            let (before, behind) = rest.split_at(rest.partition_point(|it| it.range.start.0 < place));
            rest = behind;
            before
        };
        for Warned { warning, read } in of_parser {
            order.extend(next_before(read.min(until)).iter().map(|it| said(it)));
            // As an error of the parser it makes CPython look for errors of the tokenizer, and that one's warnings are.
            let later = of_lexer.iter().find(|it| it.range.start.0 >= read);
            let error = match (later, &strict) {
                _ if read > source.len() as u32 => own(&warning, read),
                (Some(later), _) => own(later, later.token.start.0),
                (None, Some(strict)) => {
                    let preferred = strict.preferred(lines.line(warning.token.start), lines);
                    preferred.map_or_else(
                        || own(&warning, read),
                        |error| SyntaxError::of_lexer(&error, source, lines),
                    )
                }
                (None, None) => own(&warning, read),
            };
            order.push(IssuedWarning { warning, error });
        }
        order.extend(next_before(until).iter().map(|it| said(it)));
        order
    }

    fn issue(&self, source: &str, lines: &LineIndex) -> Issue {
        let before = |limit: u32| {
            let literals = self.warnings.iter().filter(|it| !it.is_of_lexer() && it.token.end.0 <= limit);
            let warned = |it: &SyntaxWarning| Warned { warning: it.clone(), read: it.token.end.0 };
            let mut warned: Vec<Warned> = literals.map(warned).collect();
            warned.sort_by_key(|warned| warned.read);
            warned
        };
        if self.errors.is_empty() {
            return Issue { strict: None, of_parser: before(u32::MAX), until: u32::MAX };
        }
        if let Some(report) = self.findings.mistakes().next().filter(|report| report.is_final) {
            let until = report.error.as_ref().map_or(report.here, |it| it.error.range.end.0);
            return Issue {
                strict: Some(Strict::new(source, self.options)),
                of_parser: before(until),
                until,
            };
        }
        let First { strict, verdict, statement } = First::of(source, self.options, &self.findings, lines);
        let lexed = strict.first_error.as_ref().map_or(u32::MAX, |(error, _)| error.found_at.0);
        match verdict {
            None => {
                // The token in whose place the error is may be a literal.
                let stop = strict.first_error.as_ref().and_then(|(_, stop)| strict.tokens.get(*stop));
                let of_parser = before(stop.map_or(lexed, |token| token.range.start.0));
                Issue { of_parser, strict: Some(strict), until: lexed }
            }
            Some(mut verdict) => {
                let searched = strict.is_searched(&verdict, source, self.options);
                let mut of_parser = before(statement);
                // What comes before the mistake is looked at again, too.
                let again = !of_parser.is_empty() && verdict.pass == Pass::Second;
                let again = again.then(|| {
                    verdict.warned.truncate(verdict.first.warned);
                    strict.second_warnings(source, self.options, lines, verdict.first.fill)
                });
                of_parser.extend(verdict.warned.into_iter().chain(again.into_iter().flatten()));
                let until = if searched { lexed } else { verdict.read.min(lexed) };
                Issue { strict: Some(strict), of_parser, until }
            }
        }
    }
}

/// What there is to put in order.
struct Issue {
    /// The text as the tokenizer sees it, if there is anything wrong with it.
    strict: Option<Strict>,
    of_parser: Vec<Warned>,
    /// How far the tokenizer reads.
    until: u32,
}
