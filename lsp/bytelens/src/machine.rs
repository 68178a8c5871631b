//! Selections, as the worker runs them: each on a machine of its own, what it prints collected.
//!
//! The machine reads no files, and the process could not open any.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytecode::CodeObject;
use compiler::{SourceError, compile_source};
use object::raw::frame::FrameRef;
use object::{Obj, Raised, Res, Vm};
use sandbox::{Ending, Exception, Machine, Outcome, Piece, Run, Stream, Value};
use stdlib::Config;
use stdlib::import::LIBRARY_ROOT;
use syntax::ast::{Cursor, StmtKind};

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
    fn run(
        &mut self,
        run: &Run,
        output: &mut dyn FnMut(Stream, &str),
        interrupt: &Arc<AtomicBool>,
    ) -> Outcome {
        let program = match Program::compile(run) {
            Ok(program) => program,
            Err(refusal) => return *refusal,
        };
        let machine = match machine(run, interrupt) {
            Ok(machine) => machine,
            Err(report) => return Outcome::bare(Ending::Crashed(report)),
        };
        let vm = machine.vm();
        let done = program.execute(&machine);
        let outcome = describe(vm, run, &program, done, interrupt);
        flush(vm);
        for (stream, bytes) in OUTPUT.take() {
            output(stream, &String::from_utf8_lossy(&bytes));
        }
        outcome
    }
}

thread_local! {
    /// What the program has written.
    static OUTPUT: RefCell<Vec<(Stream, Vec<u8>)>> = const { RefCell::new(Vec::new()) };
    /// How many bytes it may still write.
    static ROOM: Cell<usize> = const { Cell::new(0) };
}

/// Keeps what the program writes, as far as there is room.
fn collect(stream: Stream, bytes: &[u8]) {
    let kept = &bytes[..bytes.len().min(ROOM.get())];
    ROOM.set(ROOM.get() - kept.len());
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
    /// The expression that the selection ends in.
    value: Option<Arc<CodeObject>>,
    text: String,
}

impl Program {
    fn compile(run: &Run) -> Result<Program, Box<Outcome>> {
        let setup = run.setup.laid_out();
        let body = run.body.laid_out();
        let (statements, value) = split(&body);
        let compile = |source: &str, mode| {
            let future = symtable::FutureFeatures::empty();
            let compiled = compile_source(source, &run.filename, mode, 0, future);
            compiled.map(|(code, _)| code).map_err(|error| syntax_error(run, error, source))
        };
        Ok(Program {
            statements: vec![compile(&setup, syntax::Mode::Exec)?, compile(statements, syntax::Mode::Exec)?],
            value: value.map(|value| compile(&value, syntax::Mode::Eval)).transpose()?,
            text: overlay(&run.setup, &run.body),
        })
    }

    /// Runs everything in one namespace; the result is the value, if there is one to be had.
    fn execute(&self, machine: &stdlib::Machine) -> Res<Option<Obj>> {
        let vm = machine.vm();
        let globals = machine.main_module(None)?.dict.clone();
        for code in &self.statements {
            interp::execute(vm, code, &globals, None)?;
        }
        self.value.as_ref().map(|code| interp::execute(vm, code, &globals, None)).transpose()
    }
}

/// Divides a text into the statements and the expression that it ends in, each with its lines where they were.
fn split(text: &str) -> (&str, Option<String>) {
    let parsed = syntax::parse_module(text);
    let module = &parsed.module;
    let Some(last) = module.list(module.body()).last().map(|id| module.stmt(*id)) else {
        return (text, None);
    };
    if !matches!(last.kind, StmtKind::Expr { .. }) {
        return (text, None);
    }
    let range = Cursor::new(module).range(last.range).to_usize();
    let before = &text[..range.start];
    let lines = text::LineIndex::new(before).line_count() - 1;
    let value = format!("{}{}", "\n".repeat(lines as usize), &text[range]);
    (before, Some(value))
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
    let traceback = interp::report::text(vm, &raised.0, &source);
    Exception {
        type_name: type_name(vm, &raised.0),
        message: vm.str_text(&raised.0).unwrap_or_default(),
        line: innermost_line(&traceback, &run.filename),
        columns: None,
        traceback,
    }
}

/// The line of the document that a traceback names last.
fn innermost_line(traceback: &str, filename: &str) -> Option<u32> {
    let start = format!("File \"{filename}\", line ");
    let line = traceback.lines().rev().find_map(|line| line.trim_start().strip_prefix(&start))?;
    line.split(',').next()?.trim().parse().ok()
}

/// The outcome for source that does not compile.
fn syntax_error(run: &Run, error: SourceError, source: &str) -> Box<Outcome> {
    let SourceError { kind, message, place, .. } = error;
    let type_name = kind.name().to_owned();
    let traceback = syntax_error::format(&run.filename, &type_name, &message, Some(place), source);
    let exception = Exception { type_name, message, traceback, line: Some(place.line), columns: None };
    Box::new(Outcome { exception: Some(exception), ..Outcome::bare(Ending::Raised) })
}
