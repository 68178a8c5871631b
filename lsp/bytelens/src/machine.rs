//! The machine, as the worker drives it.
//!
//! Each run gets a machine of its own. What a program prints is collected; what it imports is refused, but for `sys`
//! with its streams.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytecode::CodeObject;
use compiler::{CompileOptions, compile_source};
use object::raw::frame::FrameRef;
use object::types::NativeDef;
use object::{Args, Obj, Raised, Res, Str, Vm};
use sandbox::{Ending, Exception, Machine, Outcome, Piece, Run, Stream, Value};
use syntax::ast::{Cursor, StmtKind};

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
            Err(refusal) => return refusal,
        };
        let vm = machine(run, interrupt);
        let done = program.execute(vm);
        let outcome = describe(vm, run, &program, done, interrupt);
        // Output goes out before the result, and what finalizers print after the last statement is output too.
        for (stream, text) in OUTPUT.take() {
            output(stream, &text);
        }
        outcome
    }
}

thread_local! {
    /// What the program has written.
    static OUTPUT: RefCell<Vec<(Stream, String)>> = const { RefCell::new(Vec::new()) };
    /// How many bytes it may still write.
    static ROOM: Cell<usize> = const { Cell::new(0) };
    /// Its `sys`.
    static SYS: RefCell<Option<Obj>> = const { RefCell::new(None) };
}

/// The code of a run, in the order in which it is executed, and the text that its line numbers are about.
struct Program {
    statements: Vec<Arc<CodeObject>>,
    /// The expression that the selection ends in.
    value: Option<Arc<CodeObject>>,
    text: String,
}

impl Program {
    fn compile(run: &Run) -> Result<Program, Outcome> {
        let setup = run.setup.laid_out();
        let body = run.body.laid_out();
        let (statements, value) = split(&body);
        let compile = |source: &str, mode| {
            let compiled = compile_source(source, &run.filename, mode, &CompileOptions::default());
            compiled.code.map_err(|error| syntax_error(run, &error))
        };
        Ok(Program {
            statements: vec![compile(&setup, syntax::Mode::Exec)?, compile(statements, syntax::Mode::Exec)?],
            value: value.map(|value| compile(&value, syntax::Mode::Eval)).transpose()?,
            text: overlay(&run.setup, &run.body),
        })
    }

    /// Runs everything in one namespace; the result is the value, if there is one to be had.
    fn execute(&self, vm: &Vm) -> Res<Option<Obj>> {
        let globals = vm.dict();
        let builtins = builtins::module(vm);
        for def in IMPORT {
            builtins.dict.set_str(&vm.intern(def.name), vm.native_function(def, None, "builtins"));
        }
        globals.set_str(&vm.names.__builtins__, builtins.as_obj().clone());
        globals.set_str(&vm.names.__name__, vm.names.__main__.as_obj().clone());
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

/// A new machine, with everything that a run may use and nothing else.
fn machine(run: &Run, interrupt: &Arc<AtomicBool>) -> &'static Vm {
    let vm = Vm::new();
    interp::install(vm);
    builtins::install(vm);
    OUTPUT.take();
    ROOM.set(usize::try_from(run.limits.output).unwrap_or(usize::MAX));
    SYS.set(Some(sys(vm)));
    vm.hooks.import.set(Some(|vm, name| import(vm, name)));
    vm.thread.recursion_limit.set(run.limits.depth as usize);
    let watcher =
        Meter { interrupt: interrupt.clone(), most: run.limits.instructions, time: run.limits.milliseconds };
    interp::trace::watch(vm, Some(Rc::new(watcher)));
    vm
}

/// Counts, and ends what takes too long.
struct Meter {
    interrupt: Arc<AtomicBool>,
    most: u64,
    time: u64,
}

impl interp::trace::Watcher for Meter {
    fn instruction(&self, vm: &Vm, _: FrameRef, _: usize) -> Res<()> {
        if self.interrupt.load(Ordering::Relaxed) {
            return Err(vm.runtime_error(format!("it took longer than {} ms", self.time)));
        }
        if vm.thread.instructions.get() > self.most {
            return Err(vm.runtime_error(format!("it took more than {} instructions", self.most)));
        }
        Ok(())
    }
}

/// The module `sys`, as far as printing needs it.
fn sys(vm: &Vm) -> Obj {
    let sys = builtins::new_module(vm, "sys", None);
    for (name, table) in [("stdout", STDOUT), ("stderr", STDERR)] {
        let stream = builtins::new_module(vm, name, None);
        for def in table {
            stream.dict.set_str(&vm.intern(def.name), vm.native_function(def, None, name));
        }
        sys.dict.set_str(&vm.intern(name), stream.into_obj());
    }
    sys.into_obj()
}

static STDOUT: &[NativeDef] = &[
    NativeDef::one("write", |vm, _, args| write(vm, Stream::Stdout, args), ""),
    NativeDef::no_args("flush", |vm, _, _| Ok(vm.none.clone()), ""),
];

static STDERR: &[NativeDef] = &[
    NativeDef::one("write", |vm, _, args| write(vm, Stream::Stderr, args), ""),
    NativeDef::no_args("flush", |vm, _, _| Ok(vm.none.clone()), ""),
];

static IMPORT: &[NativeDef] = &[NativeDef::keywords("__import__", import_function, "")];

fn write(vm: &Vm, stream: Stream, args: Args<'_>) -> Res<Obj> {
    let [text] = args.values else { return Err(vm.type_error("write() takes exactly one argument")) };
    let Some(text) = text.get::<Str>() else {
        return Err(vm.type_error(format!("write() argument must be str, not {}", text.ty().name())));
    };
    let length = text.len();
    let text = text.to_text_lossy();
    let kept = &text[..text.floor_char_boundary(ROOM.get())];
    ROOM.set(ROOM.get() - kept.len());
    OUTPUT.with_borrow_mut(|output| match output.last_mut() {
        Some((last, written)) if *last == stream => written.push_str(kept),
        _ => output.push((stream, kept.to_owned())),
    });
    Ok(vm.int(i64::try_from(length).unwrap_or(i64::MAX)))
}

fn import_function(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let name =
        args.values.first().and_then(|name| name.get::<Str>()).map(|name| name.to_text_lossy().into_owned());
    import(vm, &name.unwrap_or_default())
}

fn import(vm: &Vm, name: &str) -> Res<Obj> {
    let sys = SYS.with_borrow(Clone::clone).filter(|_| name == "sys");
    sys.ok_or_else(|| {
        let message =
            format!("cannot import '{name}': this build of bytelens runs selections without the library");
        vm.runtime_error(message)
    })
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
    let source = |file: &str| (file == run.filename).then(|| program.text.clone());
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
fn syntax_error(run: &Run, error: &compiler::Error) -> Outcome {
    let line = u32::try_from(error.loc.line).ok();
    let traceback =
        format!("  File \"{}\", line {}\nSyntaxError: {}\n", run.filename, error.loc.line, error.message);
    let exception = Exception {
        type_name: "SyntaxError".into(),
        message: error.message.clone(),
        traceback,
        line,
        columns: None,
    };
    Outcome { exception: Some(exception), ..Outcome::bare(Ending::Raised) }
}
