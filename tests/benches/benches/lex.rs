//! Lexing the whole library: `cargo bench -p tests-benches --bench lex`.

use std::sync::LazyLock;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use syntax::lexer::{Lexer, LexerOptions};
use syntax::token::TokenKind;
use text::LineIndex;

static LIBRARY: LazyLock<Vec<String>> = LazyLock::new(tests_benches::library);

fn main() {
    divan::main();
}

fn over_library(bencher: Bencher<'_, '_>, work: impl Fn(&str) -> usize + Sync) {
    bencher
        .counter(BytesCount::new(tests_benches::size(&LIBRARY)))
        .bench(|| LIBRARY.iter().map(|text| work(black_box(text))).sum::<usize>());
}

fn count_tokens(text: &str, options: LexerOptions) -> usize {
    let mut lexer = Lexer::new(text, options);
    let mut count = 0;
    while lexer.next_token().kind != TokenKind::EndMarker {
        count += 1;
    }
    count
}

#[divan::bench]
fn tokens(bencher: Bencher<'_, '_>) {
    over_library(bencher, |text| count_tokens(text, LexerOptions::default()));
}

#[divan::bench]
fn tokens_with_trivia(bencher: Bencher<'_, '_>) {
    let options = LexerOptions { extra_tokens: true, ..LexerOptions::default() };
    over_library(bencher, |text| count_tokens(text, options));
}

#[divan::bench]
fn line_index(bencher: Bencher<'_, '_>) {
    over_library(bencher, |text| LineIndex::new(text).line_count() as usize);
}

/// The text of `python -m tokenize`.
#[divan::bench(sample_count = 10)]
fn tokenize_command(bencher: Bencher<'_, '_>) {
    over_library(bencher, |text| syntax::tokenize::tokenize(text.as_bytes(), "module.py", true).stdout.len());
}

#[divan::bench]
fn ruff_tokens(bencher: Bencher<'_, '_>) {
    over_library(bencher, |text| {
        let mut lexer = ruff_python_parser::lexer::lex(text, ruff_python_parser::Mode::Module);
        let mut count = 0;
        while !lexer.next_token().is_eof() {
            count += 1;
        }
        count
    });
}

#[divan::bench(sample_count = 20)]
fn ruff_tokens_and_tree(bencher: Bencher<'_, '_>) {
    over_library(bencher, |text| {
        let options = ruff_python_parser::ParseOptions::from(ruff_python_parser::Mode::Module);
        ruff_python_parser::parse_unchecked(text, options).tokens().len()
    });
}

#[divan::bench(sample_count = 20)]
fn tokens_and_tree(bencher: Bencher<'_, '_>) {
    over_library(bencher, |text| syntax::parse_module(text).errors.len());
}
