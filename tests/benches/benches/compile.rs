//! From trees to `.pyc` files over the whole library, one thread; with `PYTHON=...` the peer in the same run.

use std::process::Command;
use std::sync::Arc;

use bytecode::{CodeObject, dis, pyc};
use compiler::{CompileOptions, SourceOptions, compile_module, compile_source};
use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use symtable::SymbolTable;
use syntax::Parsed;

fn main() {
    divan::main();
}

fn trees(texts: &[String]) -> Vec<Parsed> {
    texts.iter().map(|text| syntax::parse_module(text)).filter(|parsed| parsed.errors.is_empty()).collect()
}

fn source(text: &str) -> Option<Arc<CodeObject>> {
    compile_source(text, "bench.py", &SourceOptions::default()).code.ok()
}

#[divan::bench(sample_count = 10)]
fn symtable_library(bencher: Bencher) {
    let texts = tests_benches::library();
    let trees = trees(&texts);
    bencher.counter(BytesCount::new(tests_benches::size(&texts))).bench(|| {
        for tree in &trees {
            black_box(SymbolTable::build(&tree.module, symtable::Options::default()));
        }
    });
}

/// Code generation, flow graph and assembly
#[divan::bench(sample_count = 10)]
fn codegen_library(bencher: Bencher) {
    let texts = tests_benches::library();
    let trees = trees(&texts);
    let tables: Vec<SymbolTable> =
        trees.iter().map(|tree| SymbolTable::build(&tree.module, symtable::Options::default()).0).collect();
    bencher.counter(BytesCount::new(tests_benches::size(&texts))).bench(|| {
        for (tree, table) in trees.iter().zip(&tables) {
            let _ = black_box(compile_module(&tree.module, table, "bench.py", &CompileOptions::default()));
        }
    });
}

/// From text to the bytes of a `.pyc`
#[divan::bench(sample_count = 10)]
fn compile_library(bencher: Bencher) {
    let texts = tests_benches::library();
    let validation = pyc::Validation::Timestamp { mtime: 0, size: 0 };
    bencher.counter(BytesCount::new(tests_benches::size(&texts))).bench(|| {
        for code in texts.iter().filter_map(|text| source(text)) {
            black_box(pyc::write(&code, validation));
        }
    });
}

#[divan::bench(sample_count = 10)]
fn disassemble_library(bencher: Bencher) {
    let texts = tests_benches::library();
    let codes: Vec<_> = texts.iter().filter_map(|text| source(text)).collect();
    bencher.counter(BytesCount::new(tests_benches::size(&texts))).bench(|| {
        for code in &codes {
            black_box(dis::disassemble(code, dis::Options::default()));
        }
    });
}

/// CPython's `compile()` and `marshal.dumps` on the same texts; it times itself, so that its start does not count.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn compile_library_cpython(bencher: Bencher) {
    const SCRIPT: &str = "import marshal, pathlib, sys, time, warnings
warnings.simplefilter('ignore')
texts = []
for path in sorted(pathlib.Path(sys.argv[1]).rglob('*.py')):
    try: texts.append(path.read_text('utf-8'))
    except UnicodeDecodeError: pass
best = None
for _ in range(3):
    start = time.perf_counter()
    for text in texts:
        try: marshal.dumps(compile(text, 'bench.py', 'exec', 0, True))
        except (SyntaxError, ValueError): pass
    took = time.perf_counter() - start
    best = took if best is None else min(best, took)
print(f'CPython: {best * 1000:.0f} ms, {sum(map(len, texts)) / best / 1e6:.2f} MB/s')
";
    bencher.bench(|| {
        let Some(python) = std::env::var_os("PYTHON") else {
            println!("PYTHON is not set: no peer");
            return;
        };
        let output = Command::new(python).args(["-c", SCRIPT, rustpython_pylib::LIB_PATH]).output();
        match output {
            Ok(output) => print!("{}", String::from_utf8_lossy(&output.stdout)),
            Err(error) => println!("cannot run it: {error}"),
        }
    });
}
