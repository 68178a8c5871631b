//! Selections, as the worker runs them: each on a machine of its own, what it prints collected.
//!
//! The machine reads no files, and the process could not open any.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytecode::CodeObject;
use compiler::{SourceError, SourceOptions, compile_source};
use interp::report::Place;
use object::raw::frame::FrameRef;
use object::{Obj, Raised, Res, Vm};
use sandbox::{Ending, Exception, Machine, Outcome, Piece, Run, Stream, Value};
use stdlib::Config;
use stdlib::import::LIBRARY_ROOT;
use syntax::ast::{Cursor, ExprId, ExprKind, StmtKind};
use text::TextRange;

use crate::hook::Compiler;
use crate::syntax_error;

/// Longest `repr` that is sent back, in bytes.
const LONGEST_REPR: usize = 64 << 10;

/// Runs what a server asks for.
pub struct Evaluator;

impl Evaluator {
    /// A machine that has run nothing yet.
    pub fn new() -> Evaluator {
        Evaluator
    }
}

impl Machine for Evaluator {
    fn run(self, run: &Run, output: &mut dyn FnMut(Stream, &str), interrupt: &Arc<AtomicBool>) -> Outcome {
        let program = match Program::compile(run) {
            Ok(program) => program,
            Err(refusal) => return *refusal,
        };
        let machine = match machine(run, interrupt) {
            Ok(machine) => machine,
            Err(report) => return Outcome::bare(Ending::Crashed(report)),
        };
        let vm = machine.vm();
        let done = program.execute(&machine, &run.filename);
        let outcome = describe(vm, run, &program, done, interrupt);
        flush(vm);
        for (stream, bytes) in OUTPUT.take() {
            output(stream, &String::from_utf8_lossy(&bytes));
        }
        Outcome { output_cut: CUT.get(), ..outcome }
    }
}

thread_local! {
    /// What the program has written.
    static OUTPUT: RefCell<Vec<(Stream, Vec<u8>)>> = const { RefCell::new(Vec::new()) };
    /// How many bytes it may still write.
    static ROOM: Cell<usize> = const { Cell::new(0) };
    /// Whether it has written more than that.
    static CUT: Cell<bool> = const { Cell::new(false) };
}

/// Keeps what the program writes, as far as there is room.
fn collect(stream: Stream, bytes: &[u8]) {
    let kept = &bytes[..bytes.len().min(ROOM.get())];
    ROOM.set(ROOM.get() - kept.len());
    CUT.set(CUT.get() || kept.len() < bytes.len());
    OUTPUT.with_borrow_mut(|output| match output.last_mut() {
        Some((last, written)) if *last == stream => written.extend_from_slice(kept),
        _ => output.push((stream, kept.to_vec())),
    });
}

/// Has the program's streams let go of what they hold back.
fn flush(vm: &Vm) {
    let Some(import) = vm.hooks.import.get() else { return };
    for name in ["stdout", "stderr"] {
        // The program may have put anything in their place; what that raises is nobody's business now.
        let stream = import(vm, "sys").and_then(|sys| vm.getattr_text(&sys, name));
        let _ = stream.and_then(|stream| vm.call_method(&stream, &vm.names.flush, &[]));
    }
}

/// The code of a run, in the order in which it is executed, and the text that its line numbers are about.
struct Program {
    statements: Vec<Arc<CodeObject>>,
    /// The expression that the selection ends in, or the name that it ends in giving a value.
    value: Option<Arc<CodeObject>>,
    text: String,
}

impl Program {
    fn compile(run: &Run) -> Result<Program, Box<Outcome>> {
        let setup = run.setup.laid_out();
        let body = run.body.laid_out();
        let (statements, value) = split(&body);
        let compile = |source: &str, mode| {
            let options = SourceOptions { mode, ..SourceOptions::default() };
            let compiled = compile_source(source, &run.filename, &options);
            compiled.code.map_err(|error| syntax_error(run, error, source))
        };
        Ok(Program {
            statements: vec![compile(&setup, syntax::Mode::Exec)?, compile(statements, syntax::Mode::Exec)?],
            value: value.map(|value| compile(&value, syntax::Mode::Eval)).transpose()?,
            text: overlay(&run.setup, &run.body),
        })
    }

    /// Runs everything in one namespace; the result is the value, if there is one to be had.
    fn execute(&self, machine: &stdlib::Machine, filename: &str) -> Res<Option<Obj>> {
        let vm = machine.vm();
        let globals = machine.main_module(None)?.dict.clone();
        globals.set_str(&vm.names.__file__, vm.str(filename));
        for code in &self.statements {
            interp::execute(vm, code, &globals, None)?;
        }
        self.value.as_ref().map(|code| interp::execute(vm, code, &globals, None)).transpose()
    }
}

/// Divides a text into the statements and the expression that gives its value, which stands where it stood.
fn split(text: &str) -> (&str, Option<String>) {
    let parsed = syntax::parse_module(text);
    let module = &parsed.module;
    let Some(last) = module.list(module.body()).last().map(|id| module.stmt(*id)) else {
        return (text, None);
    };
    let cursor = Cursor::new(module);
    let is_name = |id: &ExprId| matches!(module.expr(*id).kind, ExprKind::Name { .. });
    match last.kind {
        // As an expression of its own it has another error.
        StmtKind::Expr { value }
            if matches!(module.expr(value).kind, ExprKind::Yield { .. } | ExprKind::YieldFrom { .. }) =>
        {
            (text, None)
        }
        StmtKind::Expr { .. } => {
            let range = cursor.range(last.range);
            (&text[..range.start.to_usize()], Some(in_place(text, range)))
        }
        StmtKind::Assign { targets, .. } => {
            let target = module.list(targets).first().copied().filter(is_name);
            (text, target.map(|id| in_place(text, cursor.range(module.expr(id).range))))
        }
        StmtKind::AugAssign { target, .. } | StmtKind::AnnAssign { target, value: Some(_), .. }
            if is_name(&target) =>
        {
            (text, Some(in_place(text, cursor.range(module.expr(target).range))))
        }
        _ => (text, None),
    }
}

/// A piece of a text on the line and in the column that it has there: an expression for mode `eval`.
fn in_place(text: &str, range: TextRange) -> String {
    let before = &text[..range.start.to_usize()];
    let lines = text::LineIndex::new(before);
    let line = lines.line_count() - 1;
    let column = before.len() - lines.line_start(line).to_usize();
    let piece = &text[range];
    let breaks = "\n".repeat(line as usize);
    match column.checked_sub(1) {
        None => format!("{breaks}{piece}"),
        // Blanks alone would be an indentation.
        Some(blanks) => format!("{breaks}({}{piece}\n)", " ".repeat(blanks)),
    }
}

/// The document as far as it takes part, for the source lines in tracebacks.
fn overlay(setup: &Piece, body: &Piece) -> String {
    let mut lines: BTreeMap<usize, String> = BTreeMap::new();
    for piece in [setup, body] {
        for (number, line) in piece.laid_out().lines().enumerate().filter(|(_, line)| !line.is_empty()) {
            lines.insert(number, line.to_owned());
        }
    }
    let last = lines.keys().next_back().copied().unwrap_or(0);
    (0..=last).map(|number| lines.remove(&number).unwrap_or_default() + "\n").collect()
}

/// A new machine with the limits of a run.
fn machine(run: &Run, interrupt: &Arc<AtomicBool>) -> Result<stdlib::Machine, String> {
    OUTPUT.take();
    ROOM.set(usize::try_from(run.limits.output).unwrap_or(usize::MAX));
    let machine = stdlib::Machine::new(Config {
        argv: vec![run.filename.clone()],
        path: Vec::new(),
        may_read_files: false,
        grants: stdlib::Grants::default(),
        environment: Vec::new(),
        stdout: Box::new(|bytes| collect(Stream::Stdout, bytes)),
        stderr: Box::new(|bytes| collect(Stream::Stderr, bytes)),
        stdin: Box::new(std::io::empty()),
        terminals: [false; 3],
        compiler: Rc::new(Compiler),
    })?;
    let vm = machine.vm();
    vm.thread.recursion_limit.set(run.limits.depth as usize);
    let watcher =
        Meter { interrupt: interrupt.clone(), most: run.limits.instructions, time: run.limits.milliseconds };
    interp::trace::watch(vm, Some(Rc::new(watcher)));
    Ok(machine)
}

/// Counts, and ends what takes too long.
struct Meter {
    interrupt: Arc<AtomicBool>,
    most: u64,
    time: u64,
}

impl interp::trace::Watcher for Meter {
    fn instruction(&self, vm: &Vm, _: FrameRef, _: usize) -> Res<()> {
        self.native(vm)
    }

    fn native(&self, vm: &Vm) -> Res<()> {
        if self.interrupt.load(Ordering::Relaxed) {
            return Err(vm.runtime_error(format!("it took longer than {} ms", self.time)));
        }
        if vm.thread.instructions.get() > self.most {
            return Err(vm.runtime_error(format!("it took more than {} instructions", self.most)));
        }
        Ok(())
    }
}

/// What came of a run.
fn describe(
    vm: &Vm,
    run: &Run,
    program: &Program,
    done: Res<Option<Obj>>,
    interrupt: &AtomicBool,
) -> Outcome {
    // The value's own `repr` is the program's, too.
    let done = done.and_then(|value| {
        let shown = value.filter(|value| program.value.is_some() && !value.is(&vm.none));
        shown
            .map(|value| Ok(Value { repr: vm.repr_text(&value)?, type_name: type_name(vm, &value) }))
            .transpose()
    });
    let ended = Outcome { instructions: vm.thread.instructions.get(), ..Outcome::bare(Ending::Finished) };
    match done {
        Ok(value) => {
            let cut = |value: Value| {
                let end = value.repr.floor_char_boundary(LONGEST_REPR);
                if end == value.repr.len() {
                    value
                } else {
                    Value { repr: format!("{}…", &value.repr[..end]), ..value }
                }
            };
            Outcome { value: value.map(cut), ..ended }
        }
        Err(raised) => {
            let exception = exception(vm, run, program, &raised);
            let limit = interrupt.load(Ordering::Relaxed).then(|| exception.message.clone());
            let ending = limit.map_or(Ending::Raised, Ending::Limit);
            Outcome { ending, exception: Some(exception), ..ended }
        }
    }
}

fn type_name(vm: &Vm, value: &Obj) -> String {
    object::types::qualified_type_name(vm, value.ty())
        .map_or_else(|_| value.ty().name().to_string(), |name| name.to_string())
}

fn exception(vm: &Vm, run: &Run, program: &Program, raised: &Raised) -> Exception {
    let source = |file: &str| {
        if file == run.filename {
            return Some(program.text.clone());
        }
        let inside = file.strip_prefix(LIBRARY_ROOT)?.trim_start_matches('/');
        Some(String::from_utf8_lossy(&stdlib::library::read(inside)?).into_owned())
    };
    let place = interp::report::innermost_in(&raised.0, &run.filename);
    let line = place.as_ref().and_then(|place| u32::try_from(place.line?).ok());
    Exception {
        type_name: type_name(vm, &raised.0),
        message: vm.str_text(&raised.0).unwrap_or_default(),
        traceback: interp::report::text(vm, &raised.0, &source),
        line,
        columns: place.zip(line).and_then(|(place, line)| columns(run, &place, line)),
    }
}

/// The columns of a place on its line (from 1) of the document.
fn columns(run: &Run, place: &Place, line: u32) -> Option<(u32, u32)> {
    let index = line.checked_sub(1)?;
    let moved = match (run.body.dedent(index), run.setup.dedent(index)) {
        // A line that both have a part of: whose column this is cannot be told.
        (Some(body), Some(setup)) if body != setup => return None,
        (body, setup) => body.or(setup)?,
    };
    let in_document = |column: i32| u32::try_from(column).ok()?.checked_add(moved);
    let start = in_document(place.column?)?;
    let end = if place.end_line == place.line { in_document(place.end_column?)? } else { u32::MAX };
    Some((start, end))
}

/// The outcome for source that does not compile.
fn syntax_error(run: &Run, error: SourceError, source: &str) -> Box<Outcome> {
    let SourceError { kind, message, place, .. } = error;
    let type_name = kind.name().to_owned();
    let traceback = syntax_error::format(&run.filename, &type_name, &message, Some(place), source);
    let line = u32::try_from(place.line).ok();
    let exception = Exception { type_name, message, traceback, line, columns: None };
    Box::new(Outcome { exception: Some(exception), ..Outcome::bare(Ending::Raised) })
}
