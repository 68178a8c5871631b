//! The compiler as the machine sees it: what `import`, `exec`, `eval` and `compile` call.

use std::sync::Arc;

use bytecode::CodeObject;
use compiler::{CompileOptions, compile_module};
use object::exceptions::{SyntaxErrorData, SyntaxErrorKind};
use object::vm::{CompileHook, CompileMode, CompileRequest};
use symtable::SymbolTable;
use syntax::lexer::ErrorPlace;
use syntax::{ErrorKind, ParseOptions};
use text::LineIndex;

use crate::compile::{place_of_location, place_of_range};

/// Compiles with the project's own front end.
pub struct Compiler;

const FUTURE_ANNOTATIONS: u32 = 0x100_0000;
const FUTURE_BARRY_AS_BDFL: u32 = 0x40_0000;

impl CompileHook for Compiler {
    fn compile(&self, request: &CompileRequest<'_>) -> Result<Arc<CodeObject>, SyntaxErrorData> {
        let text = source_text(request)?;
        let mode = match request.mode {
            CompileMode::Exec => syntax::Mode::Exec,
            CompileMode::Eval => syntax::Mode::Eval,
            CompileMode::Single => syntax::Mode::Single,
        };
        let parsed = syntax::parse(&text, ParseOptions { mode, ..ParseOptions::default() });
        let error = |kind, message: &str, place| data(request.filename, kind, message, Some(place), &text);
        if let Some(first) = parsed.errors.first() {
            let kind = match first.kind {
                ErrorKind::IndentationError => SyntaxErrorKind::Indentation,
                ErrorKind::TabError => SyntaxErrorKind::Tab,
                _ => SyntaxErrorKind::Syntax,
            };
            return Err(error(kind, &first.message, first.place));
        }
        let lines = LineIndex::new(&text);
        let mut options = symtable::Options::default();
        options.future.set(symtable::FutureFeatures::ANNOTATIONS, request.flags & FUTURE_ANNOTATIONS != 0);
        options
            .future
            .set(symtable::FutureFeatures::BARRY_AS_BDFL, request.flags & FUTURE_BARRY_AS_BDFL != 0);
        let (table, errors) = SymbolTable::build(&parsed.module, options);
        if let Some(first) = errors.first() {
            let place = place_of_range(first.range, &text, &lines);
            return Err(error(SyntaxErrorKind::Syntax, &first.message, place));
        }
        let options = CompileOptions {
            optimize: u8::try_from(request.optimize).unwrap_or(0),
            interactive: request.mode == CompileMode::Single,
        };
        let compiled = compile_module(&parsed.module, &table, request.filename, &options);
        compiled.code.map_err(|first| {
            error(SyntaxErrorKind::Syntax, &first.message, place_of_location(first.loc, &text, &lines))
        })
    }
}

fn source_text(request: &CompileRequest<'_>) -> Result<String, SyntaxErrorData> {
    if request.is_text {
        return Ok(String::from_utf8_lossy(request.source).into_owned());
    }
    let decoded = syntax::source::decode(request.source);
    match decoded.error {
        None => Ok(decoded.text),
        Some(error) => {
            let kind = SyntaxErrorKind::Syntax;
            Err(data(request.filename, kind, &error.message, error.place, &decoded.text))
        }
    }
}

fn data(
    filename: &str,
    kind: SyntaxErrorKind,
    message: &str,
    place: Option<ErrorPlace>,
    text: &str,
) -> SyntaxErrorData {
    let lines = LineIndex::new(text);
    let line = place.and_then(|place| place.line.checked_sub(1)).filter(|&line| line < lines.line_count());
    let positive = |n: i32| usize::try_from(n).ok();
    SyntaxErrorData {
        message: message.to_owned(),
        filename: filename.to_owned(),
        line: place.map(|place| place.line as usize),
        offset: place.and_then(|place| positive(place.offset)),
        end_line: place.map(|place| place.end_line as usize),
        end_offset: place.and_then(|place| positive(place.end_offset)),
        text: line.map(|line| text[lines.line_range(line).to_usize()].to_owned()),
        kind,
    }
}
