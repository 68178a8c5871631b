//! Prints the trees of files, or only the errors: `ast [-a] [-e] [-m MODE] FILE…`.

use syntax::Mode;
use syntax::dump::{DumpOptions, dump};

fn main() {
    let mut options = DumpOptions::default();
    let mut errors_only = false;
    let mut mode = Mode::Exec;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "-m" => {
                mode = match arguments.next().as_deref() {
                    Some("eval") => Mode::Eval,
                    Some("single") => Mode::Single,
                    Some("func_type") => Mode::FuncType,
                    _ => Mode::Exec,
                }
            }
            "-a" => options.include_attributes = true,
            "-e" => errors_only = true,
            path => match std::fs::read(path) {
                Err(error) => eprintln!("{path}: {error}"),
                Ok(bytes) => {
                    let text = String::from_utf8_lossy(&bytes);
                    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
                    let parse_options =
                        syntax::ParseOptions { type_comments: true, mode, ..Default::default() };
                    let parsed = syntax::parse(text, parse_options);
                    for error in &parsed.errors {
                        eprintln!("{path}: {:?}: {} {:?}", error.kind, error.message, error.place);
                    }
                    if !errors_only {
                        println!("{}", dump(&parsed.module, options));
                    }
                }
            },
        }
    }
}
