//! `cargo run -p syntax --example tokenize -- [-e] FILE…`: the text of `python -m tokenize` for each file.
//!
//! With `--out FOLDER`, each file's text goes to a file there named after its path, slashes replaced by `%`: for
//! comparing whole libraries with what CPython prints.

use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let mut exact = false;
    let mut out: Option<PathBuf> = None;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "-e" => exact = true,
            "--out" => out = args.next().map(PathBuf::from),
            file => {
                let output = syntax::tokenize::tokenize(&std::fs::read(file)?, file, exact);
                match &out {
                    Some(folder) => {
                        let text = format!("{}{}", output.stdout, output.stderr);
                        std::fs::write(folder.join(file.replace('/', "%")), text)?;
                    }
                    None => {
                        print!("{}", output.stdout);
                        eprint!("{}", output.stderr);
                    }
                }
            }
        }
    }
    Ok(())
}
