//! The machine, put together: the object model, the loop, the built-in types, the compiler, and streams.
//!
//! There is no import system in it yet: `import` finds `sys`, with its streams, and nothing else.

mod evaluation;

use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;

use object::types::NativeDef;
use object::{Args, Dict, Obj, Ref, Res, Str, Vm};
use sandbox::Stream;

use crate::compile::Hook;

pub use evaluation::Evaluator;

/// Where a program's output goes.
#[derive(Debug)]
pub enum Sink {
    /// To this process's own streams.
    Direct,
    /// Into memory, as far as there is room (in bytes); the rest is dropped.
    Collect { room: usize },
}

thread_local! {
    static SINK: RefCell<Sink> = const { RefCell::new(Sink::Direct) };
    static COLLECTED: RefCell<Vec<(Stream, String)>> = const { RefCell::new(Vec::new()) };
    /// The program's `sys`.
    static SYS: RefCell<Option<Obj>> = const { RefCell::new(None) };
}

/// A new machine. A thread has one at a time.
pub fn new(sink: Sink) -> &'static Vm {
    let vm = Vm::new();
    interp::install(vm);
    builtins::install(vm);
    COLLECTED.take();
    SINK.set(sink);
    SYS.set(Some(sys(vm)));
    vm.hooks.compile.replace(Some(Rc::new(Hook)));
    vm.hooks.import.set(Some(import));
    vm
}

/// The globals of a program: the built-ins, and a name.
pub fn main_namespace(vm: &Vm) -> Ref<Dict> {
    let globals = vm.dict();
    let builtins = builtins::module(vm);
    for def in IMPORT {
        builtins.dict.set_str(&vm.intern(def.name), vm.native_function(def, None, "builtins"));
    }
    globals.set_str(&vm.names.__builtins__, builtins.as_obj().clone());
    globals.set_str(&vm.names.__name__, vm.names.__main__.as_obj().clone());
    globals
}

/// What was written since the machine was made, if it was collected.
pub fn collected() -> Vec<(Stream, String)> {
    COLLECTED.take()
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
    NativeDef::no_args("flush", flush, ""),
];

static STDERR: &[NativeDef] = &[
    NativeDef::one("write", |vm, _, args| write(vm, Stream::Stderr, args), ""),
    NativeDef::no_args("flush", flush, ""),
];

static IMPORT: &[NativeDef] = &[NativeDef::keywords("__import__", import_function, "")];

fn write(vm: &Vm, stream: Stream, args: Args<'_>) -> Res<Obj> {
    let [text] = args.values else { return Err(vm.type_error("write() takes exactly one argument")) };
    let Some(text) = text.get::<Str>() else {
        return Err(vm.type_error(format!("write() argument must be str, not {}", text.ty().name())));
    };
    let length = text.len();
    let text = text.to_text_lossy();
    let written = SINK.with_borrow_mut(|sink| match sink {
        Sink::Direct => match stream {
            Stream::Stdout => std::io::stdout().write_all(text.as_bytes()),
            Stream::Stderr => std::io::stderr().write_all(text.as_bytes()),
        },
        Sink::Collect { room } => {
            let kept = &text[..text.floor_char_boundary(*room)];
            *room -= kept.len();
            collect(stream, kept);
            Ok(())
        }
    });
    match written {
        Ok(()) => Ok(vm.int(i64::try_from(length).unwrap_or(i64::MAX))),
        Err(error) => {
            let words = error.to_string();
            let words = words.split(" (os error").next().unwrap_or_default();
            Err(vm.os_error(error.raw_os_error().unwrap_or(0), words, None))
        }
    }
}

fn collect(stream: Stream, text: &str) {
    COLLECTED.with_borrow_mut(|collected| match collected.last_mut() {
        Some((last, written)) if *last == stream => written.push_str(text),
        _ => collected.push((stream, text.to_owned())),
    });
}

fn flush(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    // Whether anybody still reads shows at the next write.
    let _ = std::io::stdout().flush();
    Ok(vm.none.clone())
}

fn import_function(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let name =
        args.values.first().and_then(|name| name.get::<Str>()).map(|name| name.to_text_lossy().into_owned());
    import(vm, &name.unwrap_or_default())
}

fn import(vm: &Vm, name: &str) -> Res<Obj> {
    let sys = SYS.with_borrow(Clone::clone).filter(|_| name == "sys");
    sys.ok_or_else(|| {
        let message = format!("cannot import '{name}': this build of bytelens has no library yet");
        vm.runtime_error(message)
    })
}
