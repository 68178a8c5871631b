//! Compiles source files to `.pyc` files beside a reference: `pyc SOURCE TARGET [-O LEVEL]`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [source, target, rest @ ..] = args.as_slice() else {
        eprintln!("usage: pyc SOURCE TARGET [-O LEVEL]");
        return ExitCode::from(2);
    };
    let optimize = rest.get(1).and_then(|level| level.parse().ok()).unwrap_or(0);
    let Ok(text) = std::fs::read(source).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()) else {
        eprintln!("cannot read {source}");
        return ExitCode::FAILURE;
    };
    let options = compiler::CompileOptions { optimize, interactive: false };
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    match compiler::compile_source(text, source, syntax::Mode::Exec, &options).code {
        Ok(code) => {
            let validation = bytecode::pyc::Validation::Timestamp { mtime: 0, size: 0 };
            match std::fs::write(target, bytecode::pyc::write(&code, validation)) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => {
                    eprintln!("{target}: {error}");
                    ExitCode::FAILURE
                }
            }
        }
        Err(error) => {
            eprintln!("{source}:{}: {}", error.loc.line, error.message);
            ExitCode::FAILURE
        }
    }
}
