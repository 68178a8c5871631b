//! Units compiled one by one and linked give what the whole file gives: code, warnings, errors.

use compiler::unit::{compile_by_units, distinct};
use compiler::{CompileOptions, Compiled, compile_module};
use symtable::SymbolTable;

fn both(source: &str, optimize: u8) -> (Compiled, Compiled) {
    let parsed = syntax::parse_module(source);
    let (table, errors) = SymbolTable::build(&parsed.module, symtable::Options::default());
    assert!(parsed.errors.is_empty() && errors.is_empty(), "{source}: {:?} {errors:?}", parsed.errors);
    let options = CompileOptions { optimize, ..CompileOptions::default() };
    let whole = compile_module(&parsed.module, &table, "x.py", &options);
    (whole, compile_by_units(&parsed.module, &table, "x.py", &options))
}

#[track_caller]
fn check(source: &str) {
    for optimize in 0..=2 {
        let (whole, linked) = both(source, optimize);
        let warnings: Vec<_> = distinct(&whole.warnings).into_iter().cloned().collect();
        assert_eq!(linked.warnings, warnings, "{source}");
        // Equality of code objects leaves names out.
        let bytes = |code| bytecode::marshal::dump(&bytecode::Const::Code(code));
        assert_eq!(linked.code.map(bytes), whole.code.map(bytes), "{source}");
    }
}

#[test]
fn functions_and_closures() {
    check(
        "def f(a, b=1, *c, d: int = 2, **e) -> str:\n    'doc'\n    def g():\n        return a + b\n    return g\n",
    );
    check(
        "x = 1\n@deco\n@(\n  other\n)\nasync def f():\n    nonlocal_ = 1\n    async def g(): yield nonlocal_\n",
    );
    check("def f():\n    global g, C\n    def g(): pass\n    class C:\n        def h(self): pass\n");
    check("def f[T: int = str](x: T = 1, *, y=2) -> T:\n    return lambda: (x, T)\n");
    check("def f():\n    return [lambda: i for i in x], {j: (lambda k: k)(j) for j in y}\n");
}

#[test]
fn classes() {
    check(
        "class A:\n    '''doc'''\n    x: int = 1\n    def __m(self):\n        self.__a = self.b = 1\n        def inner(): self.c = 2\n",
    );
    check(
        "class A:\n    def f(self):\n        class B:\n            def g(self): self.x = 1\n        self.y = 2\n        return super().f(), __class__\n",
    );
    check(
        "class A[T]:\n    x: T\n    def f[U](self, y: U) -> T: return super().f\n    class B(list[T]): pass\n",
    );
    let far = "\n".repeat(300);
    check(&format!("{far}class A:\n    x = 301\n    class B:\n        y = 303, 301\n"));
    check("class A:\n    if x:\n        y: int = 1\n    def f(self): pass\n");
}

#[test]
fn what_the_module_imports_is_called_differently() {
    check("import os, a.b as c\ndef f():\n    os.path(), c.d(), other.e()\n    def g(os): os.path()\n");
    check("def f():\n    global os\n    import os\n    os.path()\ndef g(): os.path()\n");
    check("super = 1\nclass A:\n    def f(self): return super().f()\n");
    check("from __future__ import annotations\ndef f(x: y) -> z:\n    a: b = 1\nclass C:\n    d: e\n");
}

#[test]
fn copies_in_finally() {
    check(
        "def f():\n try: return 1\n finally:\n  def g(): return 1 is 1\n  class C:\n   return_ = 'a' is 'b'\n",
    );
    check(
        "for x in y:\n try: pass\n finally:\n  class C:\n   for i in j: break\n   while 0:\n    def h(): continue_ = 1\n  continue\n",
    );
    check("def f():\n while 1:\n  try: pass\n  finally:\n   class C:\n    1 is 1\n   break\n");
}

#[test]
fn errors_come_in_order() {
    for source in [
        "def f():\n    return 1\nreturn 2\nclass C:\n    return 3\n",
        "def f():\n    def g():\n        break\n    continue\n",
        "class C:\n    def f(self):\n        yield\n    return x\ndef g(): break\n",
        "\n\n\ndef f():\n    class C:\n        continue\n",
    ] {
        let (whole, linked) = both(source, 0);
        let expect = whole.code.map(|_| ()).expect_err(source);
        assert_eq!(linked.code.map(|_| ()), Err(expect), "{source}");
    }
}
