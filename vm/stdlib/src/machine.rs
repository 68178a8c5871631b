//! A machine with its library: what the command line and the sandbox's worker drive.

use std::cell::{Cell, RefCell};
use std::io::Read;
use std::path::Path;
use std::rc::Rc;

use object::vm::CompileHook;
use object::{CompileMode, CompileRequest, Dict, Module, Obj, ObjCell, Raised, Ref, Res, SourceForm, Vm};

use crate::io::Streams;
use crate::system::{Grants, Sink, World};
use crate::{import, io, library, sys};

/// How a machine is set up.
pub struct Config {
    /// `sys.argv`
    pub argv: Vec<String>,
    /// Folders before the library in `sys.path`.
    pub path: Vec<String>,
    /// Whether files may be read: modules of the program, `open`.
    pub may_read_files: bool,
    /// What the program may reach of the world outside.
    pub grants: Grants,
    /// The environment variables that it finds.
    pub environment: Vec<(Vec<u8>, Vec<u8>)>,
    /// Standard output.
    pub stdout: Sink,
    /// Standard error.
    pub stderr: Sink,
    /// Standard input.
    pub stdin: Box<dyn Read>,
    /// Whether standard input, output and error are terminals.
    pub terminals: [bool; 3],
    /// The compiler.
    pub compiler: Rc<dyn CompileHook>,
}

/// What the library keeps for a machine.
#[derive(Default)]
pub(crate) struct Library {
    pub modules: ObjCell,
    sys: ObjCell,
    builtins: ObjCell,
    may_read_files: Cell<bool>,
    /// Functions to call at the end, with their arguments: the last registered first.
    pub exit_functions: RefCell<Vec<(Obj, Vec<Obj>, Option<Ref<Dict>>)>>,
    /// The text of programs that are in no file, by the name they run under.
    pub sources: RefCell<Vec<(String, String)>>,
}

impl Library {
    pub(crate) fn may_read_files(&self) -> bool {
        self.may_read_files.get()
    }

    /// An attribute of `sys`.
    pub(crate) fn sys_attribute(&self, vm: &Vm, name: &str) -> Option<Obj> {
        self.sys.get()?.get::<Module>()?.dict.get_str(&vm.intern(name))
    }

    pub(crate) fn builtins(&self, vm: &Vm) -> Res<Ref<Module>> {
        let module = self.builtins.get().and_then(|module| module.into_ref().ok());
        module.ok_or_else(|| vm.runtime_error("lost builtins module"))
    }
}

/// What to do about the end of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExitStatus(pub i32);

/// A machine with its library.
pub struct Machine {
    vm: &'static Vm,
}

impl Machine {
    /// A new machine for this thread.
    ///
    /// # Errors
    /// If the library cannot be set up, with the text of the exception.
    pub fn new(config: Config) -> Result<Machine, String> {
        let vm = Vm::new();
        interp::install(vm);
        builtins::install(vm);
        let machine = Machine { vm };
        machine.set_up(config).map_err(|raised| machine.report(&raised))?;
        Ok(machine)
    }

    /// The machine itself.
    pub fn vm(&self) -> &'static Vm {
        self.vm
    }

    fn set_up(&self, config: Config) -> Res<()> {
        let vm = self.vm;
        let state = vm.state::<Library>();
        state.may_read_files.set(config.may_read_files);
        vm.state::<World>().set_up(config.grants, config.environment);
        state.modules.set(Some(vm.dict().into_obj()));
        vm.hooks.compile.replace(Some(config.compiler));
        vm.hooks.import.set(Some(import::import_module));
        vm.hooks.unraisable.set(Some(sys::unraisable));
        vm.hooks.warn.set(Some(crate::warnings::warn));
        vm.hooks.source_of.set(Some(source_for_program));
        vm.hooks.warn_explicit.set(Some(crate::warnings::warn_explicit));
        let builtins = builtins::module(vm);
        let dunder_import = vm.native_function(&import::DUNDER_IMPORT, Some(builtins.as_obj()), "builtins");
        builtins.dict.set_str(&vm.names.__import__, dunder_import);
        interp::common_constants::keep(vm, &builtins.dict);
        import::register_native(vm, "builtins", &builtins)?;
        state.builtins.set(Some(builtins.into_obj()));
        let sys = sys::create(vm, &config.argv, &config.path)?;
        import::register_native(vm, "sys", &sys)?;
        state.sys.set(Some(sys.as_obj().clone()));
        let Config { stdin, stdout, stderr, terminals, .. } = config;
        io::install(vm, &sys, Streams { stdin, stdout, stderr, terminals })?;
        let open = vm.getattr_text(&import::import_module(vm, "_io")?, "open")?;
        let builtins = state.builtins(vm)?;
        builtins.dict.set_str(&vm.intern("open"), open);
        crate::site::add_builtins(vm, &builtins, &sys)
    }

    /// The module `__main__`, made anew.
    pub fn main_module(&self, file: Option<&str>) -> Res<Ref<Module>> {
        let vm = self.vm;
        let main = builtins::new_module(vm, "__main__", None);
        main.dict.set_str(&vm.names.__builtins__, vm.state::<Library>().builtins(vm)?.into_obj());
        if let Some(file) = file {
            main.dict.set_str(&vm.names.__file__, vm.str(file));
            main.dict.set_str(&vm.names.__cached__, vm.none.clone());
            main.dict.set_str(&vm.names.__loader__, import::source_loader(vm, "__main__", file)?);
        }
        import::register(vm, "__main__", &main)?;
        Ok(main)
    }

    /// Runs a program as `python FILE` does, and ends the machine.
    pub fn run_program(&self, source: &[u8], filename: &str) -> ExitStatus {
        let result = self.main_module(Some(filename)).and_then(|main| {
            let code = import::compile(self.vm, source, SourceForm::File, filename)?;
            interp::execute(self.vm, &code, &main.dict, None)
        });
        let status = match result {
            Ok(_) => 0,
            Err(raised) => self.handle_uncaught(&raised),
        };
        ExitStatus(self.finish(status))
    }

    /// Compiles and runs a piece of source in a namespace.
    ///
    /// # Errors
    /// What compiling or running raises.
    pub fn run_source(
        &self,
        source: &str,
        filename: &str,
        mode: CompileMode,
        globals: &Ref<Dict>,
    ) -> Res<Obj> {
        let vm = self.vm;
        vm.state::<Library>().sources.borrow_mut().push((filename.to_owned(), source.to_owned()));
        let request = CompileRequest {
            source: source.as_bytes(),
            form: SourceForm::Text,
            filename,
            mode,
            flags: 0,
            optimize: -1,
            feature_version: None,
        };
        let code = vm.compile(&request)?;
        interp::execute(vm, &code, globals, None)
    }

    /// What is done about an exception that nobody caught: the exit status.
    fn handle_uncaught(&self, raised: &Raised) -> i32 {
        let vm = self.vm;
        if raised.is_instance(&vm.exc.system_exit) {
            return self.exit_code(raised);
        }
        self.flush("stdout");
        let hook = vm.state::<Library>().sys_attribute(vm, "excepthook");
        let own = vm.state::<Library>().sys_attribute(vm, "__excepthook__");
        match (hook, own) {
            (Some(hook), Some(own)) if !hook.is(&own) => {
                let traceback =
                    vm.getattr_text(&raised.0, "__traceback__").unwrap_or_else(|_| vm.none.clone());
                let called = vm.call(&hook, &[raised.0.ty().as_obj().clone(), raised.0.clone(), traceback]);
                if let Err(second) = called {
                    let text = format!(
                        "Error in sys.excepthook:\n{}\nOriginal exception was:\n{}",
                        self.report(&second),
                        self.report(raised)
                    );
                    self.write_error(&text);
                }
            }
            _ => self.write_error(&self.report(raised)),
        }
        1
    }

    fn exit_code(&self, raised: &Raised) -> i32 {
        let vm = self.vm;
        let code = vm.getattr_text(&raised.0, "code").unwrap_or_else(|_| vm.none.clone());
        if code.is(&vm.none) {
            return 0;
        }
        if code.get::<object::Int>().is_some() {
            return vm.as_i64(&code).map_or(-1, |code| (code & 0xFF) as i32);
        }
        self.flush("stdout");
        let text = vm.str_text(&code).unwrap_or_default();
        self.write_error(&format!("{text}\n"));
        1
    }

    /// Runs exit functions, lets go of the program's objects and flushes; the exit status.
    fn finish(&self, status: i32) -> i32 {
        let vm = self.vm;
        crate::atexit::run_all(vm);
        self.flush("stdout");
        if let Ok(modules) = import::modules(vm)
            && let Some(main) = modules.get_str(&vm.names.__main__)
            && let Some(main) = main.get::<Module>()
        {
            clear_module(vm, main);
        }
        object::raw::gc::run_later();
        object::raw::gc::collect(2);
        self.flush("stdout");
        self.flush("stderr");
        status
    }

    /// Hands everything written so far to the sinks.
    pub fn flush_output(&self) {
        self.flush("stdout");
        self.flush("stderr");
    }

    fn flush(&self, name: &str) {
        let vm = self.vm;
        if let Some(stream) = vm.state::<Library>().sys_attribute(vm, name)
            && !stream.is(&vm.none)
            && let Err(raised) = vm.call_method(&stream, &vm.names.flush, &[])
        {
            vm.write_unraisable(&raised, Some(&stream));
        }
    }

    fn write_error(&self, text: &str) {
        write_stderr(self.vm, text);
    }

    /// The text of an uncaught exception.
    pub fn report(&self, raised: &Raised) -> String {
        report(self.vm, &raised.0)
    }
}

/// Writes to `sys.stderr`.
pub(crate) fn write_stderr(vm: &Vm, text: &str) {
    if let Some(stream) = vm.state::<Library>().sys_attribute(vm, "stderr")
        && !stream.is(&vm.none)
    {
        // There is nowhere left to report a failure of this to.
        let _ = vm.call_method(&stream, &vm.names.write, &[vm.str(text)]);
        let _ = vm.call_method(&stream, &vm.names.flush, &[]);
    }
}

/// The text of an exception with its traceback, source lines included.
pub(crate) fn report(vm: &Vm, exception: &Obj) -> String {
    interp::report::text(vm, exception, &|file| source_of(vm, file))
}

/// The text of an exception that cannot travel.
pub(crate) fn plain_report(vm: &Vm, exception: &Obj) -> String {
    interp::report::plain(vm, exception, &|file| source_of(vm, file))
}

/// The text of a source file, as far as it may be read.
pub(crate) fn source_of(vm: &Vm, file: &str) -> Option<String> {
    known_source(vm, file).or_else(|| {
        let may_read = vm.state::<Library>().may_read_files();
        may_read.then(|| std::fs::read(file).ok())?.map(|text| String::from_utf8_lossy(&text).into_owned())
    })
}

/// The text of a source file, as far as the program itself may read it.
fn source_for_program(vm: &Vm, file: &str) -> Option<String> {
    known_source(vm, file).or_else(|| {
        let path = vm.state::<World>().reach(Path::new(file), false).ok()?;
        Some(String::from_utf8_lossy(&std::fs::read(path).ok()?).into_owned())
    })
}

/// The text of what was run already, or of a file of the library.
fn known_source(vm: &Vm, file: &str) -> Option<String> {
    let state = vm.state::<Library>();
    let known =
        state.sources.borrow().iter().rev().find(|(name, _)| name == file).map(|(_, text)| text.clone());
    if known.is_some() {
        return known;
    }
    let inside = file.strip_prefix(import::LIBRARY_ROOT)?;
    let text = library::read(inside.trim_start_matches('/'))?;
    Some(String::from_utf8_lossy(&text).into_owned())
}

/// Empties a module's namespace the way CPython does at its end: names with one underscore first (`_PyModule_Clear`).
fn clear_module(vm: &Vm, module: &Module) {
    let private = |name: &str| name.starts_with('_') && !name.starts_with("__");
    for first in [true, false] {
        for (key, _) in module.dict.to_vec() {
            let Some(name) = key.downcast::<object::Str>() else { continue };
            let text = name.to_text_lossy();
            if text != "__builtins__" && private(&text) == first {
                module.dict.set_str(name, vm.none.clone());
            }
        }
    }
}
