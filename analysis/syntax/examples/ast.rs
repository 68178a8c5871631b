//! Prints the trees of files, or only the errors: `ast [-a] [-e] FILE…`.

use syntax::dump::{DumpOptions, dump};

fn main() {
    let mut options = DumpOptions::default();
    let mut errors_only = false;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "-a" => options.include_attributes = true,
            "-e" => errors_only = true,
            path => match std::fs::read(path) {
                Err(error) => eprintln!("{path}: {error}"),
                Ok(bytes) => {
                    let text = String::from_utf8_lossy(&bytes);
                    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
                    let parse_options = syntax::ParseOptions { type_comments: true, ..Default::default() };
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
