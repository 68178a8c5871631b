//! The compiler as the machine sees it: what `import`, `exec`, `eval` and `compile` call.

use bytecode::compile_flags;
use compiler::{
    CompiledSource, ErrorStage, SourceError, SourceOptions, Warning, compile_source, compile_tree,
    parse_source, symbol_table,
};
use object::exceptions::{SyntaxErrorData, SyntaxErrorKind, SyntaxErrorStage};
use object::vm::{
    CompileHook, CompileMode, CompileRequest, CompiledProgram, ParsedProgram, ProgramBlock, ProgramSymbols,
    ProgramToken, ProgramWarning, TokenProblem,
};
use object::{Obj, Res, SourceForm, Vm};
use symtable::{FutureFeatures, SymbolTable};
use syntax::ErrorKind;
use syntax::ast::Unit;
use syntax::lexer::{ErrorClass, ErrorPlace, NULL_BYTES};
use syntax::optimize::Optimize;
use syntax::source::{FileSource, decode_file};
use syntax::tokenize::{TokenError, TokenRow};
use text::LineIndex;

use crate::compile::Problem;

/// Compiles with the project's own front end.
pub struct Compiler;

impl CompileHook for Compiler {
    fn compile(&self, request: &CompileRequest<'_>) -> CompiledProgram {
        let text = match text(request) {
            Ok(text) => text,
            Err(Refused { error, warnings }) => return CompiledProgram { code: Err(error), warnings },
        };
        program(compile_source(&text, request.filename, &options(request)), request, Some(&text))
    }

    fn parse(&self, vm: &Vm, request: &CompileRequest<'_>) -> ParsedProgram {
        let text = match text(request) {
            Ok(text) => text,
            Err(Refused { error, warnings }) => return ParsedProgram { tree: Err(error), warnings },
        };
        let parsed = parse_source(&text, &options(request));
        let tree = parsed
            .tree
            .map_err(|error| data(error.into(), request, &text))
            .map(|tree| crate::tree::objects(vm, &tree.module, optimized(request, tree.future)));
        ParsedProgram { tree, warnings: issued(parsed.warnings, request, Some(&text)) }
    }

    fn compile_tree(&self, vm: &Vm, tree: &Obj, request: &CompileRequest<'_>) -> Res<CompiledProgram> {
        let module = crate::tree::unit(vm, tree, root_class(request.mode))?;
        Ok(program(compile_tree(&module, request.filename, &options(request)), request, None))
    }

    fn remake_tree(&self, vm: &Vm, tree: &Obj, request: &CompileRequest<'_>) -> Res<Obj> {
        let module = crate::tree::unit(vm, tree, root_class(request.mode))?;
        // Future statements in the wrong place are for who compiles the tree.
        let imported = symtable::future_features(&module).unwrap_or_default();
        let given = options(request).symtable_options().future;
        crate::tree::objects(vm, &module, optimized(request, given | imported))
    }

    fn symbols(&self, request: &CompileRequest<'_>) -> ProgramSymbols {
        let text = match text(request) {
            Ok(text) => text,
            Err(Refused { error, warnings }) => return ProgramSymbols { blocks: Err(error), warnings },
        };
        let parsed = parse_source(&text, &options(request));
        let blocks = parsed.tree.and_then(|tree| {
            let options = symtable::Options { uncompiled: true, ..symtable::Options::default() };
            Ok(blocks(&symbol_table(&text, &tree.module, options)?, &tree.module))
        });
        ProgramSymbols {
            blocks: blocks.map_err(|error| data(error.into(), request, &text)),
            warnings: issued(parsed.warnings, request, Some(&text)),
        }
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

/// The class of a tree's root.
fn root_class(mode: CompileMode) -> &'static str {
    match mode {
        CompileMode::Exec => "Module",
        CompileMode::Eval => "Expression",
        CompileMode::Single => "Interactive",
        CompileMode::FuncType => "FunctionType",
    }
}

/// How a tree is changed, if that is wanted.
fn optimized(request: &CompileRequest<'_>, future: FutureFeatures) -> Option<Optimize> {
    (request.flags & compile_flags::OPTIMIZED_AST != 0).then(|| Optimize {
        level: u8::try_from(request.optimize).unwrap_or(0),
        string_annotations: future.contains(FutureFeatures::ANNOTATIONS),
    })
}

/// The blocks of a file, outer before inner.
fn blocks(table: &SymbolTable, module: &Unit) -> Vec<ProgramBlock> {
    let cursors = table.cursors(module);
    let mut ids = vec![table.module()];
    let mut blocks = Vec::new();
    while let Some(&id) = ids.get(blocks.len()) {
        let block = table.block(id);
        let symbols = table.symbols(id).map(|(name, symbol)| (name.to_owned(), symbol.bits()));
        let first = ids.len();
        ids.extend(table.children(id));
        blocks.push(ProgramBlock {
            kind: block.kind.number(),
            name: table.name(id, block.name).to_owned(),
            line: table.line(&cursors, id),
            is_nested: block.nested,
            symbols: symbols.collect(),
            varnames: table.varnames(id).map(str::to_owned).collect(),
            children: (first..ids.len()).collect(),
        });
    }
    blocks
}

/// What came of compiling a text, or a tree without one.
fn program(compiled: CompiledSource, request: &CompileRequest<'_>, text: Option<&str>) -> CompiledProgram {
    CompiledProgram {
        code: compiled.code.map_err(|error| data(error.into(), request, text.unwrap_or_default())),
        warnings: issued(compiled.warnings, request, text),
    }
}

/// The exception that a tokenizer's error is.
fn token_problem(error: TokenError, text: &str) -> TokenProblem {
    let (line, column) = error.place;
    let offset = u32::try_from(column).ok().map(i64::from);
    let has_end = error.class == ErrorClass::SyntaxError;
    let shown = text.split_inclusive('\n').nth(line.saturating_sub(1) as usize).unwrap_or("");
    let data = SyntaxErrorData {
        message: error.message.clone(),
        filename: "<string>".to_owned(),
        args_name_file: true,
        line: Some(line.into()),
        offset,
        end_line: Some(line.into()).filter(|_| has_end),
        end_offset: offset.filter(|_| has_end),
        has_end: true,
        text: Some(shown.trim_end_matches('\n').into()),
        reads_file: false,
        stage: SyntaxErrorStage::Parser,
        kind: exception(error.class.into()),
    };
    TokenProblem { error: data, is_end: error.is_end }
}

/// Warnings with the errors that they are for programs that turn warnings into errors.
fn issued(warnings: Vec<Warning>, request: &CompileRequest<'_>, text: Option<&str>) -> Vec<ProgramWarning> {
    let warning = |warning: Warning| {
        let (message, line) = (warning.message.clone(), warning.loc.line);
        let error = match text {
            Some(text) => warning.into_error(text),
            None => SourceError::at_place(warning.message, warning.loc, ErrorStage::Codegen),
        };
        ProgramWarning { message, line, error: data(error.into(), request, text.unwrap_or_default()) }
    };
    warnings.into_iter().map(warning).collect()
}

fn options(request: &CompileRequest<'_>) -> SourceOptions {
    let mode = match request.mode {
        CompileMode::Exec => syntax::Mode::Exec,
        CompileMode::Eval => syntax::Mode::Eval,
        CompileMode::Single => syntax::Mode::Single,
        CompileMode::FuncType => syntax::Mode::FuncType,
    };
    let optimize = u8::try_from(request.optimize).unwrap_or(0);
    SourceOptions { mode, optimize, flags: request.flags, feature_version: request.feature_version }
}

/// Why a source is not compiled at all.
struct Refused {
    error: SyntaxErrorData,
    warnings: Vec<ProgramWarning>,
}

impl From<SyntaxErrorData> for Refused {
    fn from(error: SyntaxErrorData) -> Refused {
        Refused { error, warnings: Vec::new() }
    }
}

/// The source as text.
fn text(request: &CompileRequest<'_>) -> Result<String, Refused> {
    match request.form {
        SourceForm::Text => Ok(String::from_utf8_lossy(request.source).into_owned()),
        SourceForm::Bytes | SourceForm::Module => {
            let source = syntax::source::decode_as(request.source, request.mode == CompileMode::Exec);
            match source.error {
                None => Ok(source.text),
                Some(error) => {
                    let line = error.place.and_then(|place| {
                        line_of(&source.text, u32::try_from(place.line).ok()?, request, false)
                    });
                    Err(undecodable(error, request, line).into())
                }
            }
        }
        SourceForm::File => match decode_file(request.source, request.filename) {
            FileSource::Text(text) => Ok(text),
            FileSource::Unreadable { error, line } => Err(undecodable(error, request, line).into()),
            FileSource::UpTo { read, error, line } => Err(refused_after(&read, error, line, request)),
        },
    }
}

/// What is wrong with a file that can be read up to a line: a fault before it, or else that line.
fn refused_after(
    read: &str,
    error: syntax::source::SourceError,
    line: String,
    request: &CompileRequest<'_>,
) -> Refused {
    let parsed = parse_source(read, &options(request));
    let before = parsed.tree.err().filter(|error| error.message != NULL_BYTES);
    let error = match before {
        Some(before) => data(before.into(), request, read),
        None => SyntaxErrorData { args_name_file: true, ..undecodable(error, request, Some(line)) },
    };
    Refused { error, warnings: issued(parsed.warnings, request, Some(read)) }
}

/// What is wrong with bytes that are no text. The parser knows the file only where it has no place in it.
fn undecodable(
    error: syntax::source::SourceError,
    request: &CompileRequest<'_>,
    line: Option<String>,
) -> SyntaxErrorData {
    // A file as a whole is line 0.
    let nowhere = ErrorPlace { line: 0, offset: -1, end_line: 0, end_offset: 0 };
    let problem = Problem {
        kind: ErrorKind::SyntaxError,
        message: error.message,
        place: Some(error.place.unwrap_or(nowhere)),
        stage: ErrorStage::Parser,
    };
    let is_placed = error.place.is_some();
    SyntaxErrorData {
        args_name_file: !is_placed,
        text: line,
        has_end: is_placed,
        reads_file: false,
        ..data(problem, request, "")
    }
}

/// A problem as the machine's exception has it.
fn data(problem: Problem, request: &CompileRequest<'_>, text: &str) -> SyntaxErrorData {
    let stage = match problem.stage {
        ErrorStage::Lexer | ErrorStage::Parser => SyntaxErrorStage::Parser,
        ErrorStage::Symbols => SyntaxErrorStage::Symbols,
        ErrorStage::Codegen => SyntaxErrorStage::Compiler,
    };
    // The end has no column where CPython says 0 or -1: it has read on then, unless there is nothing more.
    let last_line = || text.lines().count();
    let of_lexer = problem.stage == ErrorStage::Lexer;
    let line_is_read = !of_lexer
        && problem.place.is_none_or(|place| place.end_offset != 0 || place.line as i64 >= last_line() as i64);
    let located = problem.place.filter(|place| place.line != 0);
    // The lexer has the line that it is at, all others read it again.
    let is_own = matches!(request.form, SourceForm::Module | SourceForm::File) && !of_lexer;
    let line = located.and_then(|place| {
        let line = u32::try_from(place.line).ok()?;
        if is_own { whole_line(text, line) } else { line_of(text, line, request, line_is_read) }
    });
    SyntaxErrorData {
        message: problem.message,
        filename: request.filename.to_owned(),
        args_name_file: true,
        line: problem.place.map(|place| place.line.into()),
        offset: problem.place.map(|place| place.offset.into()),
        end_line: located.map(|place| place.end_line.into()),
        end_offset: located.map(|place| place.end_offset.into()),
        has_end: true,
        text: line.filter(|_| is_own || stage == SyntaxErrorStage::Parser),
        reads_file: !is_own
            && !of_lexer
            && (request.mode == CompileMode::Exec || stage != SyntaxErrorStage::Parser),
        stage,
        kind: exception(problem.kind),
    }
}

/// The machine's exception for a kind of error.
fn exception(kind: ErrorKind) -> SyntaxErrorKind {
    match kind {
        ErrorKind::SyntaxError => SyntaxErrorKind::Syntax,
        ErrorKind::IndentationError => SyntaxErrorKind::Indentation,
        ErrorKind::TabError => SyntaxErrorKind::Tab,
        ErrorKind::IncompleteInput => SyntaxErrorKind::Incomplete,
        ErrorKind::MemoryError => SyntaxErrorKind::Memory,
        // Of which the others are kinds; their other attributes are of no use in this place.
        ErrorKind::ValueError | ErrorKind::UnicodeDecodeError | ErrorKind::UnicodeEncodeError => {
            SyntaxErrorKind::Value
        }
    }
}

/// A line of a file as it is when it is read again.
fn whole_line(text: &str, line: u32) -> Option<String> {
    let lines = LineIndex::new(text);
    let line = line.checked_sub(1).filter(|&line| line < lines.line_count())?;
    let whole = &text[lines.line_range(line).to_usize()];
    // Where a NUL is, CPython's text ends.
    let shown = whole.split(['\0', '\r', '\n']).next().unwrap_or_default();
    let end = if whole[shown.len()..].starts_with(['\r', '\n']) { "\n" } else { "" };
    (!whole.is_empty()).then(|| format!("{shown}{end}"))
}

/// A line of the source as CPython's parser has it: the one that the tokenizer is at with its end, which a program has
/// behind its last line in any case.
fn line_of(text: &str, line: u32, request: &CompileRequest<'_>, is_current: bool) -> Option<String> {
    let lines = LineIndex::new(text);
    let line = line.saturating_sub(1);
    if line >= lines.line_count() {
        return None;
    }
    let mut line = text[lines.line_range(line).to_usize()].trim_end_matches(['\r', '\n']).to_owned();
    // Where a NUL is, CPython's text ends.
    line.truncate(line.find('\0').unwrap_or(line.len()));
    if is_current && (request.mode == CompileMode::Exec || text.len() > line.len()) {
        line.push('\n');
    }
    Some(line)
}
