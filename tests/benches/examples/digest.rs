//! A number for everything that compiling makes of the library and of the files of a folder, in six modes: what is tuned
//! must not change it.
//!
//!     cargo run --release -p tests-benches --example digest -- [FOLDER]

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use bytecode::pyc;
use compiler::compile_source;
use symtable::FutureFeatures;
use syntax::Mode;

fn main() {
    let mut texts = tests_benches::library();
    for folder in std::env::args().skip(1) {
        texts.extend(tests_benches::texts(Path::new(&folder)));
    }
    let validation = pyc::Validation::Timestamp { mtime: 0, size: 0 };
    for optimize in 0..3 {
        for future in [FutureFeatures::empty(), FutureFeatures::ANNOTATIONS] {
            let mut hasher = DefaultHasher::new();
            for text in &texts {
                match compile_source(text, "bench.py", Mode::Exec, optimize, future) {
                    Ok((code, warnings)) => {
                        pyc::write(&code, validation).hash(&mut hasher);
                        format!("{warnings:?}").hash(&mut hasher);
                    }
                    Err(error) => format!("{error:?}").hash(&mut hasher),
                }
            }
            println!("{} texts, -O{optimize}, {future:?}: {:016x}", texts.len(), hasher.finish());
        }
    }
}
