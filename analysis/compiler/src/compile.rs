//! Compiling a file: the tree and its tables in, the code object out.

use std::sync::Arc;

use bytecode::{CodeObject, PyString};
use symtable::{FutureFeatures, SymbolTable};
use syntax::ErrorKind;
use syntax::ast::{Cursor, Unit};
use syntax::lexer::ErrorPlace;
use text::{ColumnUnit, LineCol, LineIndex, TextRange};

use crate::codegen::Generator;
use crate::codegen::node::location;
use crate::errors::{Error, Warning};
use crate::instr::Location;
use crate::preprocess::control_flow_in_finally;
use crate::stages::UnitStages;
use crate::unit::Event;

/// How to compile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CompileOptions {
    /// `-O` and `-OO`: 1 leaves assertions and `__debug__` out, 2 docstrings too.
    pub optimize: u8,
    /// Mode `single`: expression statements print their value.
    pub interactive: bool,
}

/// What compiling gave.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The code of the whole file, or the first error.
    pub code: Result<Arc<CodeObject>, Error>,
    /// The warnings met on the way, in order.
    pub warnings: Vec<Warning>,
}

/// Compiles a module (or expression, or interactive statement) whose tables have been built without errors.
pub fn compile_module(
    module: &Unit,
    table: &SymbolTable,
    filename: &str,
    options: &CompileOptions,
) -> Compiled {
    let checked = control_flow_in_finally(Cursor::new(module), false, true);
    let checked = checked.into_iter().filter_map(Event::warning);
    let Compiled { code, warnings } = generate(module, table, filename, options);
    Compiled { code, warnings: checked.chain(warnings).collect() }
}

/// The same for a module that has been looked through before.
fn generate(module: &Unit, table: &SymbolTable, filename: &str, options: &CompileOptions) -> Compiled {
    let mut generator = Generator::new(table, options, PyString::from(filename));
    let code = generator.module(Cursor::new(module));
    Compiled { code, warnings: generator.events.into_iter().filter_map(Event::warning).collect() }
}

/// A source that does not compile: a SyntaxError, or one of its subclasses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceError {
    /// The exception's type
    pub kind: ErrorKind,
    /// CPython's message
    pub message: String,
    /// `lineno`, `offset` and the like
    pub place: ErrorPlace,
    /// Who has found it.
    pub stage: ErrorStage,
    /// What CPython has warned of before.
    pub warnings: Vec<Warning>,
}

/// The stages that find errors. CPython's exceptions differ by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorStage {
    /// The lexer, while it makes a token
    Lexer,
    /// The parser, and the lexer between tokens
    Parser,
    /// The symbol table, and the reading of future statements
    Symbols,
    /// Code generation
    Codegen,
}

impl SourceError {
    /// A SyntaxError at a range of `text`. CPython counts bytes where it is not the parser that complains.
    pub fn at(message: String, range: TextRange, text: &str, stage: ErrorStage) -> SourceError {
        let lines = LineIndex::new(text);
        let at = |offset| lines.line_col(text, offset, ColumnUnit::Utf8);
        let (start, end) = (at(range.start), at(range.end));
        let offset = |column: u32| i32::try_from(column).unwrap_or(i32::MAX - 1) + 1;
        let place = ErrorPlace {
            line: start.line + 1,
            offset: offset(start.col),
            end_line: end.line + 1,
            end_offset: offset(end.col),
        };
        SourceError { kind: ErrorKind::SyntaxError, message, place, stage, warnings: Vec::new() }
    }

    /// A SyntaxError at a place whose columns count bytes.
    pub fn at_place(message: String, loc: Location, stage: ErrorStage) -> SourceError {
        let line = |line: i32| u32::try_from(line).unwrap_or(0);
        let place = ErrorPlace {
            line: line(loc.line),
            offset: loc.col.saturating_add(1),
            end_line: line(loc.end_line),
            end_offset: loc.end_col.saturating_add(1),
        };
        SourceError { kind: ErrorKind::SyntaxError, message, place, stage, warnings: Vec::new() }
    }

    /// A SyntaxError where the compiler has found something.
    pub fn at_location(message: String, loc: Location, text: &str) -> SourceError {
        let lines = LineIndex::new(text);
        let at = |line: i32, col: i32| {
            let line = u32::try_from(line).unwrap_or(1).saturating_sub(1);
            let col = u32::try_from(col).unwrap_or(0);
            lines.offset(text, LineCol { line, col }, ColumnUnit::Utf8)
        };
        let Location { line, end_line, col, end_col } = loc;
        let (start, end) = (at(line, col), at(end_line, end_col));
        SourceError::at(message, TextRange::new(start, end.max(start)), text, ErrorStage::Codegen)
    }

    /// An error of the compiler.
    pub fn of_compiler(error: Error, text: &str) -> SourceError {
        let Error { kind, message, loc } = error;
        SourceError { kind, ..SourceError::at_location(message, loc, text) }
    }

    /// The error with the warnings that come before it.
    fn after(self, warnings: Vec<Warning>) -> SourceError {
        SourceError { warnings, ..self }
    }

    /// The error of a text that the parser refuses.
    pub fn of_parser(parsed: &syntax::Parsed) -> Option<SourceError> {
        let error = parsed.errors.first()?;
        let before = parsed.warnings.iter().filter(|warning| warning.range.start.0 < error.read_to);
        let warnings = before.cloned().map(Warning::from).collect();
        Some(SourceError::from(error).after(warnings))
    }
}

impl From<&syntax::SyntaxError> for SourceError {
    fn from(error: &syntax::SyntaxError) -> SourceError {
        SourceError {
            kind: error.kind,
            message: error.message.clone(),
            place: error.place,
            stage: if error.of_token { ErrorStage::Lexer } else { ErrorStage::Parser },
            warnings: Vec::new(),
        }
    }
}

/// Builds the symbol tables of a parsed text; `future` holds the features that are in force from without.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn symbol_table(text: &str, module: &Unit, future: FutureFeatures) -> Result<SymbolTable, SourceError> {
    let options = symtable::Options { future, ..symtable::Options::default() };
    let (table, errors) = SymbolTable::build(module, options);
    match errors.into_iter().next() {
        None => Ok(table),
        Some(error) => Err(SourceError::at(error.message, error.range, text, ErrorStage::Symbols)),
    }
}

/// A syntax tree that is wanted for itself.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The tree as it is parsed.
    pub module: Arc<Unit>,
    /// The future features in force.
    pub future: FutureFeatures,
    /// Warnings of the parser, and of the checks that follow.
    pub warnings: Vec<Warning>,
}

/// Parses a text as `ast.parse` does, which looks through the tree as if it were to be compiled
/// (`_PyCompile_AstPreprocess`); `future` holds the features that are in force from without.
///
/// # Errors
/// The first error of the parser, or of the future statements.
pub fn parse_source(
    source: &str,
    options: syntax::ParseOptions,
    future: FutureFeatures,
) -> Result<Tree, SourceError> {
    let parsed = syntax::parse(source, options);
    if let Some(error) = SourceError::of_parser(&parsed) {
        return Err(error);
    }
    let syntax::Parsed { module, warnings, .. } = parsed;
    let cursor = Cursor::new(&*module);
    let mut warnings: Vec<Warning> = warnings.into_iter().map(Warning::from).collect();
    let imported = match symtable::future_features(&module) {
        Ok(imported) => imported,
        Err(error) => {
            let range = error.place.file_range(cursor);
            return Err(SourceError::at(error.message, range, source, ErrorStage::Symbols).after(warnings));
        }
    };
    warnings.extend(control_flow_in_finally(cursor, false, true).into_iter().filter_map(Event::warning));
    Ok(Tree { module, future: future | imported, warnings })
}

/// What each pass does to each code unit of a module; the units in the order in which they are finished.
///
/// # Errors
/// The first error of any stage.
pub fn source_stages(source: &str, optimize: u8) -> Result<Vec<UnitStages>, SourceError> {
    let parsed = syntax::parse(source, syntax::ParseOptions::default());
    if let Some(error) = parsed.errors.first() {
        return Err(error.into());
    }
    let table = symbol_table(source, &parsed.module, FutureFeatures::empty())?;
    let options = CompileOptions { optimize, interactive: false };
    let mut generator = Generator::new(&table, &options, PyString::from(""));
    generator.stages = Some(Vec::new());
    generator.module(Cursor::new(&parsed.module)).map_err(|error| SourceError::of_compiler(error, source))?;
    Ok(generator.stages.unwrap_or_default())
}

/// Compiles a tree that was not parsed, as `compile(tree, filename, mode)` does. There is no text that errors could be
/// shown in, so their columns count bytes.
///
/// # Errors
/// The first error of any stage ends it.
pub fn compile_tree(
    module: &Unit,
    filename: &str,
    options: &CompileOptions,
    future: FutureFeatures,
) -> Result<(Arc<CodeObject>, Vec<Warning>), SourceError> {
    let (table, errors) =
        SymbolTable::build(module, symtable::Options { future, ..symtable::Options::default() });
    if let Some(error) = errors.into_iter().next() {
        return Err(SourceError::at_place(error.message, location(error.span), ErrorStage::Symbols));
    }
    let Compiled { code, warnings } = compile_module(module, &table, filename, options);
    let code = code.map_err(|error| SourceError::at_place(error.message, error.loc, ErrorStage::Codegen))?;
    Ok((code, warnings))
}

/// Compiles source text as `compile(source, filename, mode)` does, and gives the warnings of the compiler with it.
///
/// # Errors
/// The first error of any stage ends it.
pub fn compile_source(
    source: &str,
    filename: &str,
    mode: syntax::Mode,
    optimize: u8,
    future: FutureFeatures,
) -> Result<(Arc<CodeObject>, Vec<Warning>), SourceError> {
    let barry_as_flufl = future.contains(FutureFeatures::BARRY_AS_BDFL);
    let options = syntax::ParseOptions { mode, barry_as_flufl, ..syntax::ParseOptions::default() };
    let Tree { module, warnings, .. } = parse_source(source, options, future)?;
    let table = match symbol_table(source, &module, future) {
        Ok(table) => table,
        Err(error) => return Err(error.after(warnings)),
    };
    let options = CompileOptions { optimize, interactive: mode == syntax::Mode::Single };
    let Compiled { code, warnings: later } = generate(&module, &table, filename, &options);
    let warnings = warnings.into_iter().chain(later).collect();
    match code {
        Ok(code) => Ok((code, warnings)),
        Err(error) => Err(SourceError::of_compiler(error, source).after(warnings)),
    }
}
