//! `bytelens run`

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;

use stdlib::{Config, ExitStatus, Grants, Machine};

use crate::args::Run;
use crate::failure::Failure;
use crate::hook::Compiler;
use crate::input::Input;

/// Stack of the thread that runs the program. Address space only: pages are taken as they are touched.
const STACK: usize = 256 << 20;

pub fn run(args: &Run) -> Result<ExitCode, Failure> {
    let input = Input::read(&args.file)?;
    let name = full_name(&args.file);
    let folder = Path::new(&name).parent().map(|folder| folder.to_string_lossy().into_owned());
    let mut argv = vec![args.file.to_string_lossy().into_owned()];
    argv.extend(args.args.iter().cloned());
    let grants = Grants { read: args.allow_read.clone(), write: args.allow_write.clone(), exit: true };
    let program = move || -> Result<ExitStatus, String> {
        let machine = Machine::new(Config {
            argv,
            path: module_folders(folder),
            may_read_files: true,
            grants,
            environment: environment(),
            stdout: Box::new(|bytes| emit(&mut std::io::stdout(), bytes)),
            stderr: Box::new(|bytes| emit(&mut std::io::stderr(), bytes)),
            stdin: Box::new(std::io::stdin()),
            terminals: [
                std::io::stdin().is_terminal(),
                std::io::stdout().is_terminal(),
                std::io::stderr().is_terminal(),
            ],
            compiler: Rc::new(Compiler),
        })?;
        Ok(machine.run_program(&input.bytes, &name))
    };
    let thread = std::thread::Builder::new().name("program".into()).stack_size(STACK).spawn(program);
    let thread = thread.map_err(|error| Failure::input("the program's thread", error))?;
    match thread.join() {
        Ok(Ok(ExitStatus(status))) => Ok(ExitCode::from(status as u8)),
        Ok(Err(report)) => Err(Failure::report_of(report)),
        Err(_) => Err(Failure::report_of("bytelens: the machine met a fault of its own\n".to_owned())),
    }
}

/// The name that tracebacks show: the whole path, as CPython has it.
fn full_name(file: &Path) -> String {
    if file == Path::new("-") {
        return "<stdin>".to_owned();
    }
    std::path::absolute(file).unwrap_or_else(|_| file.to_owned()).to_string_lossy().into_owned()
}

/// The folders in `sys.path` before the library: the program's own, then those of `PYTHONPATH`, each once.
fn module_folders(program: Option<String>) -> Vec<String> {
    let variable = std::env::var_os("PYTHONPATH").unwrap_or_default();
    let mut folders: Vec<String> = program.into_iter().collect();
    for folder in std::env::split_paths(&variable).filter(|_| !variable.is_empty()) {
        let folder = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder };
        let folder = std::path::absolute(&folder).unwrap_or(folder).to_string_lossy().into_owned();
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    folders
}

/// The variables that the program finds in `os.environ`.
fn environment() -> Vec<(Vec<u8>, Vec<u8>)> {
    let bytes = |text: std::ffi::OsString| text.into_encoded_bytes();
    std::env::vars_os().map(|(name, value)| (bytes(name), bytes(value))).collect()
}

/// Writes all; a reader that went away is no error of the program.
fn emit(out: &mut impl Write, bytes: &[u8]) {
    let _ = out.write_all(bytes).and_then(|()| out.flush());
}
