//! `bytelens run`

use std::io::Write;
use std::process::ExitCode;

use object::{Int, Raised, Vm};

use crate::args::Run;
use crate::compile::compile_file;
use crate::failure::Failure;
use crate::input::Input;
use crate::machine::{self, Sink};

/// Runs a file as `python FILE` does: with this process's streams, and its exit status for an exit status.
pub fn run(args: &Run) -> Result<ExitCode, Failure> {
    let input = Input::read(&args.file)?;
    let code = compile_file(&input, 0)?;
    let vm = machine::new(Sink::Direct);
    let globals = machine::main_namespace(vm);
    globals.set_str(&vm.intern("__file__"), vm.str(&input.name));
    let done = interp::execute(vm, &code, &globals, None);
    std::io::stdout().flush()?;
    match done {
        Ok(_) => Ok(ExitCode::SUCCESS),
        Err(raised) if raised.is_instance(&vm.exc.system_exit) => exit(vm, &raised),
        Err(raised) => {
            let text = input.text().unwrap_or_default();
            let source = |file: &str| (file == input.name).then(|| text.clone());
            Err(uncaught(vm, &raised, &source))
        }
    }
}

/// The end that `SystemExit` asks for: a number is the status, nothing is success, anything else is a message.
fn exit(vm: &Vm, raised: &Raised) -> Result<ExitCode, Failure> {
    let code = vm.getattr_text(&raised.0, "code").ok().filter(|code| !code.is(&vm.none));
    match code {
        None => Ok(ExitCode::SUCCESS),
        // The system keeps eight bits of it.
        Some(code) if code.get::<Int>().is_some() => Ok(ExitCode::from(vm.as_i64(&code).unwrap_or(-1) as u8)),
        Some(code) => Err(Failure::report_of(vm.str_text(&code).unwrap_or_default() + "\n")),
    }
}

/// The end of a program that did not catch an exception.
fn uncaught(vm: &Vm, raised: &Raised, source: interp::report::Source<'_>) -> Failure {
    Failure::report_of(interp::report::text(vm, &raised.0, source))
}
