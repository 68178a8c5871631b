//! Compiling a file: the tree and its tables in, the code object out.

use std::sync::Arc;

use bytecode::{CodeObject, PyString, compile_flags, flags};
use symtable::{FutureFeatures, SymbolTable};
use syntax::ErrorKind;
use syntax::ast::{Cursor, Unit};
use syntax::lexer::ErrorPlace;
use text::{ColumnUnit, LineCol, LineIndex, TextRange};

use crate::codegen::Generator;
use crate::codegen::node::{Lines, location};
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
    /// The flags of `compile()` ([`compile_flags`]), those inherited from running code among them.
    pub flags: u32,
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
    let lines = Lines::default();
    let mut generator = Generator::new(table, options, PyString::from(filename), &lines);
    let mut events = control_flow_in_finally(Cursor::new(module), false, true);
    let code = generator.module(Cursor::new(module));
    events.extend(generator.events);
    Compiled { code, warnings: events.into_iter().filter_map(Event::warning).collect() }
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
        let from_one = |number: u32| i32::try_from(number).unwrap_or(i32::MAX - 1) + 1;
        let place = ErrorPlace {
            line: from_one(start.line),
            offset: from_one(start.col),
            end_line: from_one(end.line),
            end_offset: from_one(end.col),
        };
        SourceError { kind: ErrorKind::SyntaxError, message, place, stage }
    }

    /// A SyntaxError at a place whose columns count bytes; it may be none.
    pub fn at_place(message: String, loc: Location, stage: ErrorStage) -> SourceError {
        let place = ErrorPlace {
            line: loc.line,
            offset: loc.col.saturating_add(1),
            end_line: loc.end_line,
            end_offset: loc.end_col.saturating_add(1),
        };
        SourceError { kind: ErrorKind::SyntaxError, message, place, stage }
    }

    /// A SyntaxError where the compiler has found something.
    pub fn at_location(message: String, loc: Location, text: &str) -> SourceError {
        if loc.line < 0 {
            return SourceError::at_place(message, loc, ErrorStage::Codegen);
        }
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
}

impl From<&syntax::SyntaxError> for SourceError {
    fn from(error: &syntax::SyntaxError) -> SourceError {
        SourceError {
            kind: error.kind,
            message: error.message.clone(),
            place: error.place,
            stage: if error.of_token { ErrorStage::Lexer } else { ErrorStage::Parser },
        }
    }
}

/// Builds the symbol tables of a parsed text.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn symbol_table(
    text: &str,
    module: &Unit,
    options: symtable::Options,
) -> Result<SymbolTable, SourceError> {
    let (table, errors) = SymbolTable::build(module, options);
    match errors.into_iter().next() {
        None => Ok(table),
        Some(error) => Err(SourceError::at(error.message, error.range, text, ErrorStage::Symbols)),
    }
}

/// A text that was parsed.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The tree as it is parsed.
    pub module: Arc<Unit>,
    /// The future features in force.
    pub future: FutureFeatures,
}

/// What came of parsing a source.
#[derive(Clone, Debug)]
pub struct ParsedSource {
    /// The tree, or the first error of the parser or of the future statements.
    pub tree: Result<Tree, SourceError>,
    /// What was warned of until then, in order.
    pub warnings: Vec<Warning>,
}

/// Parses a text as `ast.parse` does: future statements are looked at, but what there is to warn of in the tree is left to
/// the compiler.
pub fn parse_source(source: &str, options: &SourceOptions) -> ParsedSource {
    let parsed = syntax::parse(source, options.parse_options());
    let warnings = Warning::of_parser(&parsed, source);
    if let Some(error) = parsed.errors.first() {
        return ParsedSource { tree: Err(error.into()), warnings };
    }
    let imported = match symtable::future_features(&parsed.module) {
        Ok(imported) => imported,
        Err(error) => {
            let range = error.place.file_range(Cursor::new(&parsed.module));
            let error = SourceError::at(error.message, range, source, ErrorStage::Symbols);
            return ParsedSource { tree: Err(error), warnings };
        }
    };
    let future = options.symtable_options().future | imported;
    ParsedSource { tree: Ok(Tree { module: parsed.module, future }), warnings }
}

/// What each pass does to each code unit of a module; the units in the order in which they are finished.
///
/// # Errors
/// The first error of any stage.
pub fn source_stages(source: &str, filename: &str, optimize: u8) -> Result<Vec<UnitStages>, SourceError> {
    let parsed = syntax::parse(source, syntax::ParseOptions::default());
    if let Some(error) = parsed.errors.first() {
        return Err(error.into());
    }
    let table = symbol_table(source, &parsed.module, symtable::Options::default())?;
    let options = CompileOptions { optimize, ..CompileOptions::default() };
    let lines = Lines::default();
    let mut generator = Generator::new(&table, &options, PyString::from(filename), &lines);
    generator.stages = Some(Vec::new());
    generator.module(Cursor::new(&parsed.module)).map_err(|error| SourceError::of_compiler(error, source))?;
    Ok(generator.stages.unwrap_or_default())
}

/// What `compile()` takes besides the source and its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SourceOptions {
    /// What the text is parsed as
    pub mode: syntax::Mode,
    /// `-O`s
    pub optimize: u8,
    /// Future features and [`compile_flags`]
    pub flags: u32,
    /// Refuse what Python 3.`n` does not have (`feature_version` of `ast.parse`)
    pub feature_version: Option<u8>,
}

impl SourceOptions {
    /// How the parser is to read the text.
    pub fn parse_options(&self) -> syntax::ParseOptions {
        let is_set = |flag| self.flags & flag != 0;
        syntax::ParseOptions {
            mode: self.mode,
            type_comments: is_set(compile_flags::TYPE_COMMENTS),
            barry_as_flufl: is_set(flags::FUTURE_BARRY_AS_BDFL),
            dont_imply_dedent: is_set(compile_flags::DONT_IMPLY_DEDENT),
            allow_incomplete_input: is_set(compile_flags::ALLOW_INCOMPLETE_INPUT),
            feature_version: self.feature_version,
        }
    }

    /// How the symbol tables are to be made.
    pub fn symtable_options(&self) -> symtable::Options {
        let is_set = |flag| self.flags & flag != 0;
        let mut future = FutureFeatures::empty();
        future.set(FutureFeatures::ANNOTATIONS, is_set(flags::FUTURE_ANNOTATIONS));
        future.set(FutureFeatures::BARRY_AS_BDFL, is_set(flags::FUTURE_BARRY_AS_BDFL));
        symtable::Options {
            future,
            top_level_await: is_set(compile_flags::ALLOW_TOP_LEVEL_AWAIT),
            uncompiled: false,
        }
    }

    fn compile_options(&self) -> CompileOptions {
        let interactive = self.mode == syntax::Mode::Single;
        CompileOptions { optimize: self.optimize, interactive, flags: self.flags }
    }
}

/// What came of a source.
#[derive(Clone, Debug)]
pub struct CompiledSource {
    /// The code, or the first error of any stage: it ends all of them.
    pub code: Result<Arc<CodeObject>, SourceError>,
    /// What was warned of until then, in order
    pub warnings: Vec<Warning>,
}

impl CompiledSource {
    /// A source that stops at its first error, with a warning or without.
    pub fn refused(error: SourceError, warnings: Vec<Warning>) -> CompiledSource {
        CompiledSource { code: Err(error), warnings }
    }
}

/// Compiles source text as `compile(source, filename, mode)` does.
pub fn compile_source(source: &str, filename: &str, options: &SourceOptions) -> CompiledSource {
    let parsed = syntax::parse(source, options.parse_options());
    let mut warnings = Warning::of_parser(&parsed, source);
    if let Some(error) = parsed.errors.first() {
        return CompiledSource::refused(error.into(), warnings);
    }
    let table = match symbol_table(source, &parsed.module, options.symtable_options()) {
        Ok(table) => table,
        Err(error) => {
            let events = control_flow_in_finally(Cursor::new(&parsed.module), false, true);
            warnings.extend(events.into_iter().filter_map(Event::warning));
            return CompiledSource::refused(error, warnings);
        }
    };
    let Compiled { code, warnings: later } =
        compile_module(&parsed.module, &table, filename, &options.compile_options());
    warnings.extend(later);
    let code = code.map_err(|error| SourceError::of_compiler(error, source));
    CompiledSource { code, warnings }
}

/// Compiles a tree that was not parsed, as `compile(tree, filename, mode)` does. There is no text that errors could be
/// shown in, so their columns count bytes.
pub fn compile_tree(module: &Unit, filename: &str, options: &SourceOptions) -> CompiledSource {
    let (table, errors) = SymbolTable::build(module, options.symtable_options());
    if let Some(error) = errors.into_iter().next() {
        let error = SourceError::at_place(error.message, location(error.span), ErrorStage::Symbols);
        let events = control_flow_in_finally(Cursor::new(module), false, true);
        return CompiledSource::refused(error, events.into_iter().filter_map(Event::warning).collect());
    }
    let Compiled { code, warnings } = compile_module(module, &table, filename, &options.compile_options());
    let code = code.map_err(|error| SourceError {
        kind: error.kind,
        ..SourceError::at_place(error.message, error.loc, ErrorStage::Codegen)
    });
    CompiledSource { code, warnings }
}
