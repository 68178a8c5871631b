//! Compiling a file: the tree and its tables in, the code object out.

use std::sync::Arc;

use bytecode::{CodeObject, PyString};
use symtable::SymbolTable;
use syntax::ast::{Cursor, Unit};

use crate::codegen::Generator;
use crate::errors::{Error, Warning};
use crate::instr::Location;
use crate::preprocess::control_flow_in_finally;
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
    let mut generator = Generator::new(table, options, PyString::from(filename));
    let mut events = control_flow_in_finally(Cursor::new(module), false, true);
    let code = generator.module(Cursor::new(module));
    events.extend(generator.events);
    let warnings = events.into_iter().filter_map(|event| match event {
        Event::Warning(warning) => Some(warning),
        Event::Unit { .. } => None,
    });
    Compiled { code, warnings: warnings.collect() }
}

/// Compiles source text as `compile(source, filename, mode)` does: the first error of any stage ends it.
pub fn compile_source(
    source: &str,
    filename: &str,
    mode: syntax::Mode,
    options: &CompileOptions,
) -> Compiled {
    let parsed = syntax::parse(source, syntax::ParseOptions { mode, ..syntax::ParseOptions::default() });
    if let Some(error) = parsed.errors.first() {
        let error = Error { message: error.message.clone(), loc: Location::line(1) };
        return Compiled { code: Err(error), warnings: Vec::new() };
    }
    let (table, errors) = SymbolTable::build(&parsed.module, symtable::Options::default());
    if let Some(error) = errors.into_iter().next() {
        let span = error.span;
        let loc = Location {
            line: span.line as i32,
            end_line: span.end_line as i32,
            col: span.col as i32,
            end_col: span.end_col as i32,
        };
        return Compiled { code: Err(Error { message: error.message, loc }), warnings: Vec::new() };
    }
    let options = CompileOptions { interactive: mode == syntax::Mode::Single, ..*options };
    compile_module(&parsed.module, &table, filename, &options)
}
