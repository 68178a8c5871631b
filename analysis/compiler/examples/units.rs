//! `cargo run -p compiler --example units -- FILE…` compiles each file as a whole and unit by unit, and names those for
//! which the results differ.

use std::process::ExitCode;

use compiler::unit::{compile_by_units, distinct};
use compiler::{CompileOptions, compile_module};
use symtable::SymbolTable;

fn main() -> ExitCode {
    let (mut compared, mut different) = (0, 0);
    for path in std::env::args().skip(1) {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let source = syntax::source::decode(&bytes);
        let parsed = syntax::parse_module(&source.text);
        let (table, errors) = SymbolTable::build(&parsed.module, symtable::Options::default());
        if source.error.is_some() || !parsed.errors.is_empty() || !errors.is_empty() {
            continue;
        }
        for optimize in [0, 2] {
            let options = CompileOptions { optimize, ..CompileOptions::default() };
            let whole = compile_module(&parsed.module, &table, &path, &options);
            let linked = compile_by_units(&parsed.module, &table, &path, &options);
            let warnings: Vec<_> = distinct(&whole.warnings).into_iter().cloned().collect();
            let bytes = |code| bytecode::marshal::dump(&bytecode::Const::Code(code));
            compared += 1;
            if whole.code.map(bytes) != linked.code.map(bytes) || warnings != linked.warnings {
                different += 1;
                println!("{path} (-O{optimize})");
            }
        }
    }
    println!("{different} of {compared} differ");
    if different == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
