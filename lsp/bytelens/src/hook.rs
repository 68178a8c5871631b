//! The compiler as the machine sees it: what `import`, `exec`, `eval` and `compile` call.

use bytecode::flags;
use compiler::{SourceError, Warning, compile_source};
use object::Vm;
use object::exceptions::{SyntaxErrorData, SyntaxErrorKind};
use object::vm::{
    CompileHook, CompileMode, CompileRequest, CompiledProgram, ParsedProgram, ProgramToken, TokenProblem,
};
use syntax::lexer::ErrorClass;
use syntax::tokenize::{TokenError, TokenRow};
use syntax::{ErrorKind, ParseOptions};
use text::LineIndex;

use crate::compile::Problem;

/// Compiles with the project's own front end.
pub struct Compiler;

impl CompileHook for Compiler {
    fn compile(&self, request: &CompileRequest<'_>) -> Result<CompiledProgram, SyntaxErrorData> {
        let mode = mode(request);
        let mut future = symtable::FutureFeatures::empty();
        future.set(symtable::FutureFeatures::ANNOTATIONS, request.flags & flags::FUTURE_ANNOTATIONS != 0);
        future.set(symtable::FutureFeatures::BARRY_AS_BDFL, request.flags & flags::FUTURE_BARRY_AS_BDFL != 0);
        let optimize = u8::try_from(request.optimize).unwrap_or(0);
        let text = text(request)?;
        match compile_source(&text, request.filename, mode, optimize, future) {
            Ok((code, warnings)) => {
                Ok(CompiledProgram { code, warnings: as_errors(warnings, request.filename, &text) })
            }
            Err(error) => Err(data(error.into(), request.filename, &text)),
        }
    }

    fn parse(&self, vm: &Vm, request: &CompileRequest<'_>) -> Result<ParsedProgram, SyntaxErrorData> {
        /// `PyCF_TYPE_COMMENTS`
        const TYPE_COMMENTS: u32 = 0x1000;
        let text = text(request)?;
        let type_comments = request.flags & TYPE_COMMENTS != 0;
        let barry_as_flufl = request.flags & flags::FUTURE_BARRY_AS_BDFL != 0;
        let parsed =
            syntax::parse(&text, ParseOptions { mode: mode(request), type_comments, barry_as_flufl });
        if let Some(error) = parsed.errors.first() {
            return Err(data(SourceError::from(error).into(), request.filename, &text));
        }
        let warnings = parsed.warnings.into_iter().map(Warning::from);
        Ok(ParsedProgram {
            tree: crate::tree::objects(vm, &parsed.module),
            warnings: as_errors(warnings, request.filename, &text),
        })
    }

    fn tokens(&self, text: &str) -> (Vec<ProgramToken>, Option<TokenProblem>) {
        let (rows, error) = syntax::tokenize::rows(text);
        let token = |row: TokenRow<'_>| ProgramToken {
            kind: row.kind,
            text: row.text.to_owned(),
            start: row.start,
            end: row.end,
            line: row.line.to_owned(),
        };
        (rows.into_iter().map(token).collect(), error.map(|error| token_problem(error, text)))
    }
}

/// The exception that a tokenizer's error is.
fn token_problem(error: TokenError, text: &str) -> TokenProblem {
    let (line, column) = error.place;
    let offset = usize::try_from(column).ok();
    let has_end = error.class == ErrorClass::SyntaxError;
    let shown = text.split_inclusive('\n').nth(line.saturating_sub(1) as usize).unwrap_or("");
    let data = SyntaxErrorData {
        message: error.message.clone(),
        filename: "<string>".into(),
        line: Some(line as usize),
        offset,
        end_line: Some(line as usize).filter(|_| has_end),
        end_offset: offset.filter(|_| has_end),
        text: Some(shown.trim_end_matches('\n').into()),
        kind: match error.class {
            ErrorClass::SyntaxError => SyntaxErrorKind::Syntax,
            ErrorClass::IndentationError => SyntaxErrorKind::Indentation,
            ErrorClass::TabError => SyntaxErrorKind::Tab,
        },
    };
    TokenProblem { error: data, is_end: error.is_end }
}

/// Warnings as the errors that they are for programs that turn warnings into errors.
fn as_errors(
    warnings: impl IntoIterator<Item = Warning>,
    filename: &str,
    text: &str,
) -> Vec<SyntaxErrorData> {
    let error = |warning: Warning| SourceError::at_location(warning.message, warning.loc, text);
    warnings.into_iter().map(|warning| data(error(warning).into(), filename, text)).collect()
}

fn mode(request: &CompileRequest<'_>) -> syntax::Mode {
    match request.mode {
        CompileMode::Exec => syntax::Mode::Exec,
        CompileMode::Eval => syntax::Mode::Eval,
        CompileMode::Single => syntax::Mode::Single,
        CompileMode::FuncType => syntax::Mode::FuncType,
    }
}

/// The source as text.
fn text(request: &CompileRequest<'_>) -> Result<String, SyntaxErrorData> {
    if request.is_text {
        return Ok(String::from_utf8_lossy(request.source).into_owned());
    }
    let source = syntax::source::decode(request.source);
    match source.error {
        None => Ok(source.text),
        Some(error) => {
            let problem =
                Problem { kind: ErrorKind::SyntaxError, message: error.message, place: error.place };
            Err(data(problem, request.filename, ""))
        }
    }
}

/// A problem as the machine's exception has it.
fn data(problem: Problem, filename: &str, text: &str) -> SyntaxErrorData {
    let lines = LineIndex::new(text);
    let line = problem.place.map(|place| place.line as usize);
    let count = |number: i32| usize::try_from(number).ok();
    SyntaxErrorData {
        message: problem.message,
        filename: filename.to_owned(),
        line,
        offset: problem.place.and_then(|place| count(place.offset)),
        end_line: problem.place.map(|place| place.end_line as usize),
        end_offset: problem.place.and_then(|place| count(place.end_offset)),
        text: problem
            .place
            .map(|place| place.line.saturating_sub(1))
            .filter(|line| *line < lines.line_count())
            .map(|line| text[lines.line_range(line).to_usize()].to_owned()),
        kind: match problem.kind {
            ErrorKind::IndentationError => SyntaxErrorKind::Indentation,
            ErrorKind::TabError => SyntaxErrorKind::Tab,
            _ => SyntaxErrorKind::Syntax,
        },
    }
}
