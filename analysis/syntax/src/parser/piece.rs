//! Parsing a piece of a module as it would come out in the whole of it.

use text::{LineIndex, TextSize};

use super::findings::Findings;
use super::tokens::Tokens;
use super::{ParseOptions, Parser, recovery};
use crate::ast::{Nested, Unit};
use crate::error::SyntaxWarning;
use crate::lexer::{Indents, KnownUnit, LexError, Lexer};
use crate::token::TokenKind;

/// A piece of a module: all of it, or a `def` or `class` with the line that follows.
pub(crate) struct Piece<'a> {
    /// The text, with [`KNOWN_UNIT`](crate::lexer::KNOWN_UNIT) in the place of units that are known.
    pub text: &'a str,
    pub places: &'a [KnownUnit],
    pub known: &'a [Nested],
    /// The text ends where that of the module ends.
    pub at_end: bool,
}

/// Why a piece does not come out as it does in the whole.
pub(crate) enum Void {
    /// What follows the piece matters, and there is not enough of it.
    MoreText,
    /// Known units are no more what they were, or the piece does not end where it should.
    Misfit,
}

/// A piece, parsed; everything in it counts from its start.
pub(crate) struct Parsed<T> {
    pub tree: T,
    pub findings: Findings,
    pub warnings: Vec<SyntaxWarning>,
}

impl Piece<'_> {
    /// Parses all of a module. An error if the known units cannot stay what they are.
    pub fn module(&self) -> Result<Parsed<Unit>, Void> {
        let lines = LineIndex::new(self.text);
        let read = self.read(Indents::default(), None)?;
        let mut parser = Parser::new(self.text, &lines, &read, self.known, ParseOptions::default());
        let (header, body) = parser.file(&[]);
        let Parser { builder, warnings, reports, misjudged: false, barry_as_flufl: false, .. } = parser
        else {
            return Err(Void::Misfit);
        };
        let module = builder.end_module(header, body, TextSize::of(self.text).0);
        let warnings = recovery::with_lexer_warnings(warnings, &read.warnings, &lines);
        Ok(Parsed {
            tree: module,
            findings: Findings { reports, lex_errors: read.errors, barry_as_flufl: false },
            warnings,
        })
    }

    /// Parses the `def` or `class` that the piece starts with, where the blocks `indents` are open, the unit's own among
    /// them. An error if there is none, or if the line that follows does not start at `next_line`, or if more of the text
    /// is needed.
    pub fn definition(&self, indents: &Indents, next_line: TextSize) -> Result<Parsed<Nested>, Void> {
        let lines = LineIndex::new(self.text);
        let mut read = self.read(indents.clone(), Some(next_line))?;
        if read.indents_at(0) != *indents {
            return Err(Void::Misfit);
        }
        let mut parser = Parser::new(self.text, &lines, &read, self.known, ParseOptions::default());
        if !parser.is_compound() {
            return Err(Void::Misfit);
        }
        parser.known_depth = 1;
        parser.statement();
        let Parser { builder, warnings, reports, pos, misjudged: false, barry_as_flufl: false, .. } = parser
        else {
            return Err(Void::Misfit);
        };
        let (nested, found) = builder.into_only_child().ok_or(Void::Misfit)?;
        let indented = read.tokens[pos].kind == TokenKind::Indent;
        if found != next_line.0 || indented || read.cut && pos + 1 >= read.tokens.len() {
            return Err(Void::Misfit);
        }
        // What is wrong with the next line, if there is one, is not the unit's affair.
        if read.cut || starts_line(self.text, next_line) {
            let own = |error: &LexError| error.range.start < next_line;
            // Brackets that reach into the next line, where there is nothing but errors.
            if read.errors.iter().skip_while(|error| own(error)).any(own) {
                return Err(Void::Misfit);
            }
            read.errors.retain(own);
            read.warnings.retain(|warning| warning.range.start < next_line);
        }
        let warnings = recovery::with_lexer_warnings(warnings, &read.warnings, &lines);
        Ok(Parsed {
            tree: nested,
            findings: Findings { reports, lex_errors: read.errors, barry_as_flufl: false },
            warnings,
        })
    }

    fn read(&self, indents: Indents, stop: Option<TextSize>) -> Result<Tokens, Void> {
        let lexer = Lexer::resume(self.text, TextSize::ZERO, indents, ParseOptions::default().lexer());
        let read = Tokens::read(lexer.with_known_units(self.places), self.places, stop);
        match read.fits {
            false => Err(Void::Misfit),
            true if read.cut || self.at_end => Ok(read),
            true => Err(Void::MoreText),
        }
    }
}

fn starts_line(text: &str, offset: TextSize) -> bool {
    text[..offset.to_usize()].ends_with(['\n', '\r'])
}
