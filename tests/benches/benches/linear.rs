//! Nothing quadratic: programs that have one thing many times, and twice as many times. The second row of a pair takes twice
//! the time of the first.

use std::fmt::Write;

use compiler::{SourceOptions, compile_source};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

/// Writes each number's piece of a program.
fn many(count: usize, mut piece: impl FnMut(&mut String, usize)) -> String {
    let mut text = String::new();
    (0..count).for_each(|i| piece(&mut text, i));
    text
}

/// Lines, one for each number.
fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    many(count, |text, i| writeln!(text, "{}", line(i)).expect("a String takes everything"))
}

type Case = (&'static str, usize, fn(usize) -> String);

const CASES: &[Case] = &[
    ("constants", 100_000, |n| lines(n, |i| format!("x = {i}.5"))),
    ("constants in a list", 100_000, |n| {
        format!("x = [{}]\n", many(n, |text, i| *text += &format!("{i}.5, ")))
    }),
    ("dict display", 50_000, |n| {
        format!("x = {{{}}}\n", many(n, |text, i| *text += &format!("'k{i}': f({i}), ")))
    }),
    ("dict display of constants", 50_000, |n| {
        format!("x = {{{}}}\n", many(n, |text, i| *text += &format!("'k{i}': {i}, ")))
    }),
    ("elif", 2_500, |n| {
        format!("if x == 0:\n    pass\n{}", lines(n, |i| format!("elif x == {i}:\n    f({i})")))
    }),
    ("statements of a function", 100_000, |n| {
        format!("def f(a, b):\n{}", lines(n, |i| format!("    a = b.m{} + {i}", i % 100)))
    }),
    ("locals", 10_000, |n| {
        format!(
            "def f():\n{}{}",
            lines(n, |i| format!("    v{i} = {i}")),
            lines(n, |i| format!("    g(v{i})"))
        )
    }),
    ("names of a module", 50_000, |n| lines(n, |i| format!("v{i} = w{i}.a{i}"))),
    ("cases that bind a name", 5_000, |n| {
        format!("match x:\n{}", lines(n, |i| format!("    case [{i}, v{i}]:\n        f(v{i})")))
    }),
    ("comprehensions", 50_000, |n| lines(n, |i| format!("x = [v{} for v{} in y]", i % 10, i % 10))),
    ("comprehensions of a function", 50_000, |n| {
        format!("def f(y):\n{}", lines(n, |i| format!("    x = [v{} for v{} in y]", i % 10, i % 10)))
    }),
    ("try blocks", 10_000, |n| {
        lines(n, |i| format!("try:\n    f({i})\nexcept E as e:\n    g(e)\nfinally:\n    h()"))
    }),
    ("with blocks of a function", 10_000, |n| {
        format!("def f(a):\n{}", lines(n, |i| format!("    with a as b:\n        g(b, {i})")))
    }),
    ("loops", 10_000, |n| {
        lines(n, |i| format!("for i in x:\n    if i > {i}: break\n    f(i)\nelse:\n    g()"))
    }),
    ("conditional expressions", 50_000, |n| lines(n, |i| format!("x = a and b or c if d else {i}"))),
    ("functions of a function", 10_000, |n| {
        format!("def f(a):\n{}", lines(n, |i| format!("    def g{i}(x, y={i}):\n        return x + y + a")))
    }),
    ("functions", 10_000, |n| lines(n, |i| format!("def g{i}(x, y={i}):\n    return x + y"))),
    ("methods", 10_000, |n| {
        format!(
            "class A:\n{}",
            lines(n, |i| format!("    def g{i}(self, x):\n        self.a{i} = self.__b{i}"))
        )
    }),
    ("annotations", 20_000, |n| lines(n, |i| format!("v{i}: t{i} = {i}"))),
    ("terms of a sum", 50_000, |n| {
        format!("x = {}0\n", many(n, |text, i| *text += &format!("a{} + ", i % 50)))
    }),
    ("arguments", 20_000, |n| format!("f({})\n", many(n, |text, i| *text += &format!("k{i}={i}, ")))),
    ("parts of an f-string", 20_000, |n| {
        format!("x = f'{}'\n", many(n, |text, i| *text += &format!("{{a}} {i} ")))
    }),
];

fn rows() -> impl Iterator<Item = String> {
    CASES.iter().flat_map(|(name, count, _)| [format!("{name}: {count}"), format!("{name}: {}", 2 * count)])
}

#[divan::bench(args = rows(), sample_count = 3, sample_size = 1)]
fn compile(bencher: Bencher, row: &str) {
    let (name, count) = row.split_once(": ").expect("a row has a name and a count");
    let (_, _, text) = CASES.iter().find(|case| case.0 == name).expect("a row is a case");
    let text = text(count.parse().expect("a count is a number"));
    bencher.bench(|| {
        let compiled = compile_source(&text, "bench.py", &SourceOptions::default());
        black_box(compiled.code).map(drop).expect("it compiles")
    });
}
