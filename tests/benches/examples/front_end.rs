//! One stage over Python's library, so many times, and nothing else: for tools that count instructions or memory of a
//! whole process.
//!
//!     valgrind --tool=callgrind target/release/examples/front_end tree 1
//!     /usr/bin/time -v target/release/examples/front_end ruff 20

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::Arc;

use bytecode::{CodeObject, pyc};
use compiler::{SourceOptions, compile_source};

fn code(text: &str) -> Option<Arc<CodeObject>> {
    let compiled = compile_source(text, "bench.py", &SourceOptions::default());
    compiled.code.ok()
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [stage, times] = &args[..] else {
        eprintln!("usage: front_end tokens|tree|tables|code|pyc|ruff TIMES");
        return ExitCode::FAILURE;
    };
    let Ok(times) = times.parse::<u32>() else { return ExitCode::FAILURE };
    let stage: fn(&str) = match stage.as_str() {
        "tokens" => |text| {
            let mut lexer = syntax::lexer::Lexer::new(text, syntax::lexer::LexerOptions::default());
            while black_box(lexer.next_token()).kind != syntax::token::TokenKind::EndMarker {}
        },
        "tree" => |text| {
            black_box(syntax::parse_module(text));
        },
        "tables" => |text| {
            let parsed = syntax::parse_module(text);
            black_box(symtable::SymbolTable::build(&parsed.module, symtable::Options::default()));
        },
        "code" => |text| {
            black_box(code(text));
        },
        "pyc" => |text| {
            let validation = pyc::Validation::Timestamp { mtime: 0, size: 0 };
            black_box(code(text).map(|code| pyc::write(&code, validation)));
        },
        "ruff" => |text| {
            let _ = black_box(ruff_python_parser::parse_module(text));
        },
        _ => return ExitCode::FAILURE,
    };
    let texts = tests_benches::library();
    for _ in 0..times {
        texts.iter().for_each(|text| stage(text));
    }
    ExitCode::SUCCESS
}
