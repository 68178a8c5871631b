//! Reads snippets that NUL bytes separate from standard input and prints, for each, a line with its first error (or
//! `OK`), and how many there are.

use std::io::Read;

fn main() -> std::io::Result<()> {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    for snippet in input.split('\0') {
        let parsed = syntax::parse_module(snippet);
        let count = parsed.errors.len();
        match parsed.errors.first() {
            None => println!(
                "OK\t{:?}",
                parsed.warnings.iter().map(|w| (&w.message, w.lineno)).collect::<Vec<_>>()
            ),
            Some(error) => {
                let place = error.place;
                println!(
                    "{}\t{}\t{}\t{}\t{}\t{}\t{count}",
                    error.kind.name(),
                    error.message.escape_debug(),
                    place.line,
                    place.offset,
                    place.end_line,
                    place.end_offset
                );
            }
        }
    }
    Ok(())
}
