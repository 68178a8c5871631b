//! Which error comes first: CPython reports one, and weighs those of its parser against those of its tokenizer.

use text::{LineIndex, TextSize};

use super::ParseOptions;
use super::errors::{Input, Machine, Verdict, Warned};
use super::findings::{Findings, Pass, Report};
use super::incomplete::has_met_end;
use crate::error::SyntaxError;
use crate::lexer::{LexError, LexErrorKind, Lexer, LexerOptions};
use crate::token::{Token, TokenKind as T};

/// The text as CPython's tokenizer sees it: a bracket that is not closed stays open.
pub(super) struct Strict {
    pub tokens: Vec<Token>,
    /// The first error of the lexer, and the token in whose place CPython meets it.
    pub first_error: Option<(LexError, usize)>,
}

/// What stops CPython first.
pub(super) struct First {
    pub strict: Strict,
    /// What its parser says.
    pub verdict: Option<Verdict>,
    /// Where the statement starts that it says that of.
    pub statement: u32,
}

impl First {
    pub fn of(source: &str, options: ParseOptions, findings: &Findings, lines: &LineIndex) -> First {
        let strict = Strict::new(source, options);
        let mut verdict = strict.too_new(source, lines, options);
        let mut statement = 0;
        for report in findings.mistakes() {
            if verdict.is_some() {
                break;
            }
            verdict = strict.judge(report, source, options, lines);
            statement = report.statement;
            if report.error.is_some() {
                break;
            }
        }
        let suspect = findings.suspect_before(statement);
        if let Some(verdict) = verdict.as_mut().filter(|verdict| verdict.pass == Pass::Second)
            && let Some(suspect) = suspect
        {
            verdict.prefer(suspect);
        }
        First { strict, verdict, statement }
    }
}

impl Strict {
    pub fn new(source: &str, options: ParseOptions) -> Strict {
        let options = LexerOptions { strict: true, ..options.lexer() };
        let mut lexer = Lexer::new(source, options);
        let mut tokens = Vec::new();
        loop {
            let token = lexer.next_token();
            if token.kind != T::TypeIgnore {
                tokens.push(token);
            }
            if token.kind == T::EndMarker {
                break;
            }
        }
        let first_error = lexer.errors().first().map(|error| {
            let mut token = tokens.partition_point(|token| token.range.end < error.found_at);
            // What is wrong inside of an f-string is met after its start.
            if matches!(tokens[token].kind, T::FStringStart | T::TStringStart)
                && tokens[token].range.start >= error.range.start
                && tokens[token].range.end <= error.found_at
            {
                token += 1;
            }
            let until = |is_there: fn(T) -> bool| {
                tokens[token..].iter().take_while(|token| !is_there(token.kind)).count()
            };
            match error.kind {
                // That is met at the end of the text.
                LexErrorKind::NeverClosed(_) => {
                    token += until(|kind| matches!(kind, T::Newline | T::Dedent | T::EndMarker));
                }
                // That is met where there is text, maybe none, after the last expression.
                LexErrorKind::UnterminatedFString { .. }
                | LexErrorKind::UnterminatedTripleFString { .. }
                | LexErrorKind::FStringNewlineInSpec(_) => token += until(T::is_fstring_text),
                _ => {}
            }
            (error.clone(), token)
        });
        Strict { tokens, first_error }
    }

    /// Asks what CPython says of an invalid statement, if the lexer's errors can matter.
    fn judge(
        &self,
        report: &Report,
        source: &str,
        options: ParseOptions,
        lines: &LineIndex,
    ) -> Option<Verdict> {
        let Strict { tokens, first_error } = self;
        let from = TextSize(report.statement);
        if first_error.as_ref().is_some_and(|(error, _)| error.found_at <= from) {
            return None;
        }
        let stop = first_error.as_ref().map_or(tokens.len(), |(_, stop)| *stop);
        let mut start = tokens.partition_point(|token| token.range.start < from);
        if report.first != T::Dedent {
            start += tokens[start..].iter().take_while(|token| token.kind == T::Dedent).count();
        }
        let until = tokens.partition_point(|token| token.range.start.0 < report.here);
        let Report { mode, barry_as_flufl, .. } = *report;
        let (version, whole) = (None, options.mode);
        let input = Input { source, lines, tokens, start, until, stop, mode, whole, barry_as_flufl, version };
        Machine::judge(input).0
    }

    /// What CPython warns of as it looks for a mistake, from the start of a program on, after a first pass that has looked
    /// at so many tokens.
    pub fn second_warnings(
        &self,
        source: &str,
        options: ParseOptions,
        lines: &LineIndex,
        looked_at: usize,
    ) -> Vec<Warned> {
        Machine::second_warnings(self.whole(source, options, lines), looked_at)
    }

    /// What CPython says of the first thing in the text that the version to be read does not have.
    fn too_new(&self, source: &str, lines: &LineIndex, options: ParseOptions) -> Option<Verdict> {
        options.feature_version.and_then(|_| Machine::too_new(self.whole(source, options, lines)))
    }

    /// All of the text.
    fn whole<'a>(&'a self, source: &'a str, options: ParseOptions, lines: &'a LineIndex) -> Input<'a> {
        let ParseOptions { mode, barry_as_flufl, feature_version: version, .. } = options;
        let tokens = &self.tokens;
        let until = tokens.len();
        let stop = self.first_error.as_ref().map_or(until, |(_, stop)| *stop);
        Input { source, lines, tokens, start: 0, until, stop, mode, whole: mode, barry_as_flufl, version }
    }

    /// Whether CPython looks through the rest of the text for errors of the tokenizer, when its parser says that: it does
    /// for want of a better error, or for syntax errors, if its tokenizer has not met the end.
    pub fn is_searched(&self, verdict: &Verdict, source: &str, options: ParseOptions) -> bool {
        let tokens = self.tokens.get(..verdict.fill).unwrap_or(&self.tokens);
        let for_better = || verdict.error.error.kind.has_place() && !has_met_end(source, options, tokens);
        !verdict.is_final && (verdict.is_plain || for_better())
    }

    /// What CPython reports in place of an error of the parser when it looks through the rest of the text for errors of
    /// the tokenizer and comes upon the first. `last_line` is the line that the parser had come to.
    pub fn preferred(&self, last_line: u32, lines: &LineIndex) -> Option<LexError> {
        use LexErrorKind::*;
        let (error, stop) = self.first_error.as_ref()?;
        let stop = *stop;
        // How many f-strings the text is inside of behind so many tokens.
        let depth = |tokens: usize| {
            self.tokens[..tokens].iter().fold(0, |depth, token| match token.kind {
                T::FStringStart | T::TStringStart => depth + 1,
                T::FStringEnd | T::TStringEnd => depth - 1,
                _ => depth,
            })
        };
        let has_message = match error.kind {
            NeverClosed(_) => {
                let matters = depth(stop) == 0 && last_line > lines.line(error.range.start);
                return matters.then(|| error.clone());
            }
            // It knows nothing of what names stand for.
            ForbiddenIdentifier(_) => return None,
            // What is wrong with an f-string does not interest it.
            FStringExpectsBrace(_)
            | FStringSingleBrace(_)
            | FStringUnmatched { .. }
            | FStringTooDeep(_)
            | FStringNewlineInSpec(_)
            | UnterminatedFString { .. }
            | UnterminatedTripleFString { .. } => return None,
            // It takes no message from these.
            InconsistentTabs
            | InconsistentDedent { .. }
            | TooDeeplyIndented
            | AfterLineContinuation { .. }
            | UnexpectedEof => false,
            _ => true,
        };
        // Inside of an f-string nothing takes the place of what is wrong with an expression in it.
        let place = || self.tokens.partition_point(|token| token.range.start < error.range.start);
        if depth(if has_message { place() } else { stop }) > 0 {
            return None;
        }
        if has_message {
            return Some(error.clone());
        }
        // But a bracket that is open there will do.
        let bracket = self.open_bracket(stop)?;
        let open = match bracket.kind {
            T::LPar => '(',
            T::LSqb => '[',
            _ => '{',
        };
        let never_closed =
            LexError { kind: NeverClosed(open), range: bracket.range, found_at: error.found_at };
        (last_line > lines.line(bracket.range.start)).then_some(never_closed)
    }

    /// The innermost bracket open before the token `end`.
    fn open_bracket(&self, end: usize) -> Option<Token> {
        let mut open = Vec::new();
        for token in &self.tokens[..end.min(self.tokens.len())] {
            match token.kind {
                T::LPar | T::LSqb | T::LBrace => open.push(*token),
                T::RPar | T::RSqb | T::RBrace => {
                    open.pop();
                }
                _ => {}
            }
        }
        open.pop()
    }
}

/// The errors of a text. The first is the one that CPython reports; the others are in the order of the text.
pub(crate) fn errors_of(source: &str, options: ParseOptions, findings: &Findings) -> Vec<SyntaxError> {
    if findings.lex_errors.is_empty() && options.feature_version.is_none() {
        return findings.parser_errors();
    }
    let Findings { lex_errors, .. } = findings;
    if let Some(Report { is_final: true, error: Some(error), .. }) = findings.mistakes().next() {
        return vec![error.finish()];
    }
    let lines = &LineIndex::new(source);
    let First { strict, verdict, .. } = First::of(source, options, findings, lines);
    let of_lexer = |error: &LexError| SyntaxError::of_lexer(error, source, lines);
    let first = match (&strict.first_error, verdict) {
        (None, None) => None,
        (Some((lex_error, _)), None | Some(Verdict { stopped: true, .. })) => Some(of_lexer(lex_error)),
        (None, Some(verdict)) => Some(verdict.error.finish()),
        (Some(_), Some(verdict)) => {
            let searched = strict.is_searched(&verdict, source, options);
            let preferred = searched.then(|| strict.preferred(verdict.last_line, lines)).flatten();
            Some(preferred.as_ref().map_or_else(|| verdict.error.finish(), of_lexer))
        }
    };
    // That a bracket does not add up is seldom a second mistake.
    let balanced = strict.first_error.is_none();
    let line = first.as_ref().map(|first| lines.line(first.range.start));
    let repeats = |error: &LexError| match error.kind {
        LexErrorKind::NeverClosed(_) => balanced || line == Some(lines.line(error.range.start)),
        LexErrorKind::UnmatchedBracket(_) | LexErrorKind::MismatchedBracket { .. } => balanced,
        LexErrorKind::FStringExpectsBrace(_) => line == Some(lines.line(error.range.start)),
        _ => false,
    };
    let mut errors = findings.parser_errors();
    errors.extend(lex_errors.iter().filter(|error| !repeats(error)).map(of_lexer));
    errors.sort_by_key(|error| error.range.start);
    if let Some(first) = first {
        errors.retain(|error| error.place.line != first.place.line);
        // A quote too many turns the text after it inside out: there is nothing to be learned from it.
        let inside_out = |error: &LexError| {
            use LexErrorKind::{UnterminatedTripleFString, UnterminatedTripleString};
            matches!(error.kind, UnterminatedTripleString { .. } | UnterminatedTripleFString { .. })
        };
        if lex_errors.iter().any(inside_out) {
            errors.truncate(1);
        }
        errors.insert(0, first);
    }
    errors.dedup_by_key(|error| error.place.line);
    errors
}
