//! The parser over the whole library, one thread, and the peer in the same run.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 20)]
fn parse_library(bencher: Bencher) {
    let texts = tests_benches::library();
    bencher.counter(BytesCount::new(tests_benches::size(&texts))).bench(|| {
        for text in &texts {
            black_box(syntax::parse_module(text));
        }
    });
}

#[divan::bench(sample_count = 20)]
fn parse_library_ruff(bencher: Bencher) {
    let texts = tests_benches::library();
    bencher.counter(BytesCount::new(tests_benches::size(&texts))).bench(|| {
        for text in &texts {
            let _ = black_box(ruff_python_parser::parse_module(text));
        }
    });
}
