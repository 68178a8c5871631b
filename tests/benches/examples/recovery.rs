//! How well parsing goes on after a mistake, ours and the peer's: library files with one token changed.
//!
//!     cargo run --release -p tests-benches --example recovery -- COUNT SEED [FILE...]
//!
//! Of each broken file it counts the errors, and how many of the functions and classes after the mistake are what they
//! were: same name, same place in the nesting, same number of statements. `WORST=N` shows the mistakes that cost us most.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use fastrand::Rng;
use ruff_python_ast::{PySourceType, Stmt};
use syntax::ast::{Cursor, UnitHeader};
use syntax::lexer::{Lexer, LexerOptions};
use syntax::token::TokenKind;

/// A function or class: its dotted name, how far its name is from the end of the text, statements in its body.
type Definition = (String, usize, usize);

/// What a parser made of a text.
struct Outcome {
    errors: usize,
    definitions: HashSet<Definition>,
}

fn ours(text: &str) -> Outcome {
    fn collect(text: &str, cursor: &Cursor<'_>, path: &str, found: &mut HashSet<Definition>) {
        for (id, child) in cursor.unit.children() {
            let unit = child.unit;
            let name = match unit.header() {
                UnitHeader::Function(header) => header.name,
                UnitHeader::Class(header) => header.name,
                _ => continue,
            };
            let inner = cursor.child(id);
            let path = format!("{path}.{}", unit.name(name.name));
            let at = text.len() - inner.range(name.range).start.to_usize();
            collect(text, &inner, &path, found);
            found.insert((path, at, unit.list(unit.body()).len()));
        }
    }
    let parsed = syntax::parse_module(text);
    let mut definitions = HashSet::new();
    collect(text, &Cursor::new(&parsed.module), "", &mut definitions);
    Outcome { errors: parsed.errors.len(), definitions }
}

fn theirs(text: &str) -> Outcome {
    fn collect(text: &str, body: &[Stmt], path: &str, found: &mut HashSet<Definition>) {
        for stmt in body {
            let (name, inner) = match stmt {
                Stmt::FunctionDef(def) => (&def.name, &def.body),
                Stmt::ClassDef(class) => (&class.name, &class.body),
                Stmt::If(it) => {
                    collect(text, &it.body, path, found);
                    it.elif_else_clauses.iter().for_each(|clause| collect(text, &clause.body, path, found));
                    continue;
                }
                Stmt::For(it) => {
                    [&it.body, &it.orelse].into_iter().for_each(|body| collect(text, body, path, found));
                    continue;
                }
                Stmt::While(it) => {
                    [&it.body, &it.orelse].into_iter().for_each(|body| collect(text, body, path, found));
                    continue;
                }
                Stmt::With(it) => {
                    collect(text, &it.body, path, found);
                    continue;
                }
                Stmt::Try(it) => {
                    collect(text, &it.body, path, found);
                    for handler in &it.handlers {
                        let ruff_python_ast::ExceptHandler::ExceptHandler(handler) = handler;
                        collect(text, &handler.body, path, found);
                    }
                    [&it.orelse, &it.finalbody].into_iter().for_each(|body| collect(text, body, path, found));
                    continue;
                }
                Stmt::Match(it) => {
                    it.cases.iter().for_each(|case| collect(text, &case.body, path, found));
                    continue;
                }
                _ => continue,
            };
            let path = format!("{path}.{}", name.id);
            collect(text, inner, &path, found);
            found.insert((path, text.len() - name.range.start().to_usize(), inner.len()));
        }
    }
    let parsed = ruff_python_parser::parse_unchecked_source(text, PySourceType::Python);
    let mut definitions = HashSet::new();
    collect(text, parsed.suite(), "", &mut definitions);
    Outcome { errors: parsed.errors().len(), definitions }
}

/// What is put in or in another's place.
const PARTS: &[&str] = &[
    "(", ")", "[", "]", "{", "}", ",", ":", "=", ".", "+", "*", "x", "1", "'", "\"\"\"", "if", "for", "def",
    "class", "return", "in", "else", "lambda", "f'", "import", "@", ";", "\\",
];

/// The text with one token changed, what was done, and where the changed place ends, from the end of the text.
fn mutate(text: &str, tokens: &[Range<usize>], random: &mut Rng) -> (String, String, usize) {
    let index = random.usize(..tokens.len());
    let token = tokens[index].clone();
    let part = PARTS[random.usize(..PARTS.len())];
    let old = &text[token.clone()];
    let (range, new, what) = match random.usize(..4) {
        0 => (token.clone(), String::new(), "delete".to_owned()),
        1 => (token.clone(), part.to_owned(), format!("put {part}")),
        2 => (token.start..token.start, format!("{part} "), format!("insert {part}")),
        _ => {
            let next = tokens.get(index + 1).unwrap_or(&token).clone();
            let between = text.get(token.end..next.start).unwrap_or("");
            (token.start..next.end, format!("{}{between}{old}", &text[next.clone()]), "swap".to_owned())
        }
    };
    let mut broken = text.to_owned();
    broken.replace_range(range.clone(), &new);
    let line = text[..token.start].lines().count();
    (broken, format!("line {line}: {what} at {old:?}"), text.len() - range.end)
}

#[derive(Default)]
struct Totals {
    errors: usize,
    one: usize,
    kept: usize,
    whole: usize,
}

impl Totals {
    fn add(&mut self, outcome: &Outcome, before: &HashSet<Definition>) -> usize {
        let kept = before.iter().filter(|definition| outcome.definitions.contains(definition)).count();
        self.errors += outcome.errors;
        self.one += usize::from(outcome.errors == 1);
        self.kept += kept;
        self.whole += usize::from(kept == before.len());
        before.len() - kept
    }

    fn print(&self, name: &str, files: usize, definitions: usize) {
        let share = |part: usize, of: usize| 100.0 * part as f64 / of.max(1) as f64;
        println!(
            "{name}: {:.3} errors a file, one in {:.2} %; {:.3} % of the definitions after it kept, all in {:.2} % of the files",
            self.errors as f64 / files.max(1) as f64,
            share(self.one, files),
            share(self.kept, definitions),
            share(self.whole, files),
        );
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |index: usize| args.get(index).and_then(|arg| arg.parse::<u64>().ok());
    let (count, seed) = (number(0).unwrap_or(1000), number(1).unwrap_or(1));
    let texts: Vec<String> = match args.get(2..) {
        Some(files @ [_, ..]) => files.iter().filter_map(|file| std::fs::read_to_string(file).ok()).collect(),
        _ => tests_benches::library(),
    };
    let texts: Vec<String> = texts
        .into_iter()
        .filter(|text| {
            text.len() < 200_000 && syntax::parse_module(text).errors.is_empty() && theirs(text).errors == 0
        })
        .collect();
    let worst: usize = std::env::var("WORST").ok().and_then(|it| it.parse().ok()).unwrap_or(0);
    let mut random = Rng::with_seed(seed);
    let (mut files, mut definitions) = (0, 0);
    let (mut our_totals, mut their_totals) = (Totals::default(), Totals::default());
    let mut losses: Vec<(usize, String)> = Vec::new();
    let mut cascades: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    while files < count as usize && !texts.is_empty() {
        let text = &texts[random.usize(..texts.len())];
        let mut lexer = Lexer::new(text, LexerOptions::default());
        let mut tokens = Vec::new();
        loop {
            let token = lexer.next_token();
            match token.kind {
                TokenKind::EndMarker => break,
                TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent => {}
                _ => tokens.push(token.range.to_usize()),
            }
        }
        if tokens.is_empty() {
            continue;
        }
        let (broken, what, rest) = mutate(text, &tokens, &mut random);
        let us = ours(&broken);
        let them = theirs(&broken);
        if us.errors == 0 || them.errors == 0 {
            continue;
        }
        files += 1;
        let after = |all: HashSet<Definition>| -> HashSet<Definition> {
            all.into_iter().filter(|(_, at, _)| *at <= rest).collect()
        };
        let before = after(ours(text).definitions);
        definitions += before.len();
        let lost = our_totals.add(&us, &before);
        let their_lost = their_totals.add(&them, &after(theirs(text).definitions));
        if worst > 0 {
            let head = text.lines().next().unwrap_or_default();
            if lost > their_lost {
                losses.push((lost - their_lost, format!("{what} ({head}), {lost} lost, peer {their_lost}")));
            }
            if us.errors > 1 {
                let errors = syntax::parse_module(&broken).errors;
                let errors: Vec<_> =
                    errors.iter().map(|e| format!("{}: {}", e.place.line, e.message)).collect();
                cascades
                    .entry(us.errors)
                    .or_default()
                    .push(format!("{what} ({head}) {errors:?} peer {}", them.errors));
            }
        }
    }
    println!("{files} broken files, {definitions} definitions after the mistakes");
    our_totals.print("bytelens", files, definitions);
    their_totals.print("ruff_python_parser", files, definitions);
    losses.sort();
    for (_, what) in losses.iter().rev().take(worst) {
        println!("lost: {what}");
    }
    for (errors, all) in cascades.iter().rev() {
        println!("{} files with {errors} errors", all.len());
        for what in all.iter().take(worst) {
            println!("  {what}");
        }
    }
}
