//! A number for everything that compiling makes of the library and of the files of a folder, in six modes: what is tuned
//! must not change it.
//!
//!     cargo run --release -p tests-benches --example digest -- [FOLDER]

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use bytecode::pyc;
use compiler::{CompiledSource, SourceOptions, compile_source};

fn main() {
    let mut texts = tests_benches::library();
    for folder in std::env::args().skip(1) {
        texts.extend(tests_benches::texts(Path::new(&folder)));
    }
    let validation = pyc::Validation::Timestamp { mtime: 0, size: 0 };
    for optimize in 0..3 {
        for flags in [0, bytecode::flags::FUTURE_ANNOTATIONS] {
            let options = SourceOptions { optimize, flags, ..SourceOptions::default() };
            let mut hasher = DefaultHasher::new();
            for text in &texts {
                let CompiledSource { code, warnings } = compile_source(text, "bench.py", &options);
                match code {
                    Ok(code) => pyc::write(&code, validation).hash(&mut hasher),
                    Err(error) => format!("{error:?}").hash(&mut hasher),
                }
                format!("{warnings:?}").hash(&mut hasher);
            }
            println!("{} texts, -O{optimize}, flags {flags:#x}: {:016x}", texts.len(), hasher.finish());
        }
    }
}
