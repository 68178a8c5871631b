//! What an editor gets, feature by feature. `‸` marks the cursor, and two of them a selection.

use ide::{Access, Analysis, FileId, Host, SemanticKind};
use text::TextRange;

const CURSOR: char = '‸';

/// Opens a text, and finds the marks in it.
fn open(marked: &str) -> (Analysis, FileId, TextRange) {
    let marks: Vec<usize> = marked.match_indices(CURSOR).map(|(at, _)| at).collect();
    let first = marks.first().copied().unwrap_or(0);
    let second = marks.get(1).map_or(first, |at| at - CURSOR.len_utf8());
    let mut host = Host::new();
    let file = host.open("test.py", &marked.replace(CURSOR, ""));
    (host.snapshot(), file, TextRange::new(first, second))
}

#[track_caller]
fn hover(marked: &str, expect: &str) {
    let (analysis, file, at) = open(marked);
    let hover = analysis.hover(file, at.start).unwrap();
    let text = hover.map_or_else(String::new, |hover| hover.markdown);
    assert!(text.contains(expect), "{marked}\nshould say {expect:?}, but says:\n{text}");
}

#[test]
fn hover_follows_legb() {
    hover("def f(‸a):\n    return a\n", "**`a`** — local of function `f`");
    hover("def f(‸a):\n    return a\n", "a parameter");
    hover("def f():\n    a = 1\n    return lambda: ‸a\n", "enclosing of function `f`");
    hover("def f():\n    ‸a = 1\n    def g(): return a\n    return g\n", "captured by function `g`");
    hover("x = 1\ndef f():\n    return ‸x\n", "global of the module");
    hover("x = 1\ndef f():\n    return ‸x\n", "`LOAD_GLOBAL`");
    hover("‸print(1)\n", "**`print`** — builtin");
    hover("class C:\n    ‸a = 1\n", "class attribute of class `C`");
    hover("‸nothing\n", "undefined");
    hover("[‸i for i in ()]\n", "inlined into the module");
    hover("def f():\n    global x\n    ‸x = 1\n", "declared `global`");
}

#[test]
fn hover_shows_bytecode_of_definitions() {
    hover("def ‸f(a):\n    return a + 1\n", "BINARY_OP");
    hover("‸def f(a):\n    return a + 1\n", "BINARY_OP");
    hover("clas‸s C:\n    a = 1\n", "STORE_NAME");
    hover("f = ‸lambda a: a * 2\n", "BINARY_OP");
    hover("def f():\n    def ‸g():\n        return 5\n", "function f.<locals>.g");
    hover("def ‸f(:\n    pass\n", "No bytecode");
}

/// The text of ranges, in order.
fn words(analysis: &Analysis, file: FileId, ranges: impl IntoIterator<Item = TextRange>) -> Vec<String> {
    let text = analysis.text(file);
    ranges.into_iter().map(|range| format!("{}@{}", &text[range], range.start.0)).collect()
}

#[test]
fn definition_is_where_the_value_comes_from() {
    let check = |marked: &str, expect: &[&str]| {
        let (analysis, file, at) = open(marked);
        let found = analysis.definition(file, at.start).unwrap();
        assert_eq!(words(&analysis, file, found.iter().map(|it| it.range)), expect, "{marked}");
    };
    check("x = 1\ndef f():\n    return ‸x\n", &["x@0"]);
    check("def f(x):\n    return ‸x\nx = 2\n", &["x@6"]);
    check("‸print\n", &[]);
    check("if a:\n    def f(): pass\nelse:\n    f = None\n‸f\n", &["f@14", "f@34"]);
}

#[test]
fn references_are_those_of_one_variable() {
    let (analysis, file, at) = open("x = 1\ndef f(x):\n    x = ‸x\nprint(x)\n");
    let found = analysis.references(file, at.start).unwrap();
    assert_eq!(words(&analysis, file, found.iter().map(|it| it.range)), ["x@12", "x@20", "x@24"]);
    let access: Vec<Access> = found.iter().map(|it| it.access).collect();
    assert_eq!(access, [Access::Write, Access::Write, Access::Read]);
}

#[track_caller]
fn rename(marked: &str, name: &str, expect: Result<&str, &str>) {
    let (analysis, file, at) = open(marked);
    let renamed = analysis.rename(file, at.start, name).unwrap().map(|edits| {
        let mut text = analysis.text(file).to_string();
        for edit in edits.iter().rev() {
            text.replace_range(edit.range.to_usize(), &edit.text);
        }
        text
    });
    match expect {
        Ok(expect) => assert_eq!(renamed.as_deref(), Ok(expect), "{marked}"),
        Err(words) => assert!(renamed.clone().is_err_and(|why| why.contains(words)), "{marked}: {renamed:?}"),
    }
}

#[test]
fn rename_keeps_to_the_variable() {
    rename("x = 1\ndef f(x): return ‸x\n", "y", Ok("x = 1\ndef f(y): return y\n"));
    rename("def ‸f(): pass\nf()\n", "g", Ok("def g(): pass\ng()\n"));
    rename("import os\n‸os.sep\n", "o", Ok("import os as o\no.sep\n"));
    rename("import os as o\n‸o.sep\n", "p", Ok("import os as p\np.sep\n"));
    rename("‸print(1)\n", "p", Err("builtin"));
    rename("‸x = 1\n", "class", Err("not a name"));
    rename("‸x = 1\n", "1x", Err("not a name"));
    rename("‸x = 1\ny = x\n", "y", Err("in use"));
}

#[test]
fn completion_offers_what_is_in_reach() {
    let offered = |marked: &str| -> Vec<String> {
        let (analysis, file, at) = open(marked);
        analysis.completions(file, at.start).unwrap().into_iter().map(|it| it.label).collect()
    };
    let has = |marked: &str, label: &str| offered(marked).iter().any(|it| it == label);
    assert!(has("def f(alpha):\n    al‸\n", "alpha"));
    assert!(has("alpha = 1\nal‸\n", "alpha"));
    assert!(has("pri‸\n", "print") && has("wh‸\n", "while"));
    assert!(!has("def f(alpha):\n    pass\n\nal‸\n", "alpha"));
    assert!(!has("class C:\n    alpha = 1\n    def f(self):\n        al‸\n", "alpha"));
    assert_eq!(offered("x.al‸\n"), Vec::<String>::new());
    assert_eq!(offered("'pri‸'\n"), Vec::<String>::new());
    assert_eq!(offered("# pri‸\n"), Vec::<String>::new());
}

/// The first lines of the statements that run before a selection.
#[track_caller]
fn plan(marked: &str, source: &str, before: &[&str]) {
    let (analysis, file, range) = open(marked);
    let plan = analysis.evaluation_plan(file, Some(range)).unwrap().expect("there is something to evaluate");
    assert_eq!(plan.obstacle, None, "{marked}");
    assert_eq!(plan.source, source, "{marked}");
    let text = analysis.text(file);
    let lines: Vec<&str> =
        plan.before.iter().map(|it| text[it.range].lines().next().unwrap_or_default()).collect();
    assert_eq!(lines, before, "{marked}");
}

#[test]
fn evaluation_runs_what_is_needed() {
    plan("a = 1\nb = 2\nc = a\n‸c + 1‸\n", "c + 1\n", &["a = 1", "c = a"]);
    plan("a = 1\nprint(a)\n‸a\n", "a\n", &["a = 1"]);
    plan("import os\nimport sys\ndef f(): return os\nf‸()\n", "f()\n", &["import os", "def f(): return os"]);
    plan("a = []\na[0:] = [1]\nb = 1\n‸a\n", "a\n", &["a = []", "a[0:] = [1]"]);
    plan("n = 0\nn += 1\n‸n\n", "n\n", &["n = 0", "n += 1"]);
    plan("n = 0\n‸n = n + 1\nn‸\n", "n = n + 1\nn\n", &["n = 0"]);
    plan("i = 5\n‸for i in (1, 2):\n    print(i)‸\n", "for i in (1, 2):\n    print(i)\n", &[]);
    plan("@d\ndef f(): pass\ndef d(f): return f\n", "@d\ndef f(): pass\n", &[]);
    plan("def f():\n    ‸x = 1\n    y = x‸\n", "x = 1\ny = x\n", &[]);
    plan("x = 20 + ‸22 * 2‸\n", "22 * 2\n", &[]);
    plan("x = f(\n    ‸a +\n    1‸,\n)\n", "(a +\n1)\n", &[]);
    plan("'doc'\na = 1\n‸__doc__‸\n", "__doc__\n", &["'doc'"]);
    plan("x = 1\ndef f(x):\n    return x\n‸x‸\n", "x\n", &["x = 1"]);
    plan("a = 1\n‸def f(a):\n    return a\nf(a)‸\n", "def f(a):\n    return a\nf(a)\n", &["a = 1"]);
}

/// A selection in a suite has the statements of the suite before it.
#[test]
fn evaluation_looks_into_suites() {
    plan("a = 1\nif a:\n    b = a\n    c = 2\n    ‸b‸\n", "b\n", &["a = 1", "b = a"]);
    plan("try:\n    a = 1\nexcept E:\n    a = 2\n    ‸a‸\n", "a\n", &["a = 2"]);
    plan("a = 0\nif 1:\n    a = 1\nelse:\n    ‸a‸\n", "a\n", &["a = 0"]);
    plan("for i in x:\n    i = 1\n    ‸i‸\n", "i\n", &["i = 1"]);
    plan("with x as y:\n    for i in y:\n        a = 1\n        ‸a‸\n    a = 2\na = 3\n", "a\n", &["a = 1"]);
    plan("match a:\n    case 1: b = 2; ‸b‸\n", "b\n", &["b = 2"]);
    plan("if 1:\n    a = 1\n    def f():\n        return ‸a‸\nb = 1\na = 2\n", "a\n", &["a = 1", "a = 2"]);
}

/// Calls that change a needed value run before it; those of functions that nothing is known of do not.
#[test]
fn evaluation_runs_what_changes_values() {
    plan("a = []\na.append(1)\n‸a\n", "a\n", &["a = []", "a.append(1)"]);
    plan("a = []\nfor i in b:\n    a.append(i)\n‸a\n", "a\n", &["a = []", "for i in b:"]);
    plan("a = []\ndef f(x): pass\nf(a)\n‸a\n", "a\n", &["a = []", "def f(x): pass", "f(a)"]);
    plan("a = [1]\nb = a.pop()\nc = a.copy()\n‸a\n", "a\n", &["a = [1]", "b = a.pop()"]);
    plan(
        "import random\nrandom.seed(1)\nrandom.random()\n‸random\n",
        "random\n",
        &["import random", "random.seed(1)"],
    );
    plan(
        "from heapq import *\na = []\nheappush(a, 1)\n‸a\n",
        "a\n",
        &["from heapq import *", "a = []", "heappush(a, 1)"],
    );
    plan("def f():\n    global a\n    a = 1\nf()\n‸a\n", "a\n", &["def f():", "f()"]);
    plan("a = 1\ndel a\n‸a\n", "a\n", &["a = 1", "del a"]);
    // A function runs when all around it has run, but calls that come after it may be what calls it.
    plan("def f():\n    ‸a‸\na = []\na.run()\n", "a\n", &["a = []"]);
}

#[test]
fn evaluation_says_which_values_there_are_not() {
    let check = |marked: &str, expect: &str| {
        let (analysis, file, range) = open(marked);
        let plan = analysis.evaluation_plan(file, Some(range)).unwrap().unwrap();
        assert_eq!(plan.obstacle.as_deref(), Some(expect), "{marked}");
    };
    check("def f(a):\n    ‸a + 1‸\n", "'a' is a variable of function f, which does not run here");
    check("a = 1\ndef f(a):\n    ‸a + 1‸\n", "'a' is a variable of function f, which does not run here");
    check("class C:\n    a = 1\n    b = ‸a‸\n", "'a' is an attribute of class C, which does not run here");
    check("[‸i‸ for i in x]\n", "'i' is a variable of a list comprehension, which does not run here");
    check(
        "for i in x:\n    j = i\n    ‸j‸\n",
        "'i' gets its value from the statement around the selection, which does not run",
    );
    check("f = lambda a: ‸a‸\n", "'a' is a variable of a lambda, which does not run here");
}

#[test]
fn evaluation_of_nothing_and_of_halves() {
    let (analysis, file, _) = open("\n\n");
    assert_eq!(analysis.evaluation_plan(file, Some(TextRange::empty(0u32))).unwrap(), None);
    let (analysis, file, range) = open("x = (‸1 +‸ 2)\n");
    let plan = analysis.evaluation_plan(file, Some(range)).unwrap().unwrap();
    assert!(plan.obstacle.is_some());
}

#[test]
fn tokens_know_scopes() {
    let (analysis, file, _) = open("def f(a):\n    def g(): return a\n    return len(g)\n");
    let tokens = analysis.semantic_tokens(file, None).unwrap();
    let text = analysis.text(file);
    let find = |word: &str| tokens.iter().find(|it| &text[it.range] == word).expect("it is a token");
    assert!(find("f").global && find("f").kind == SemanticKind::Function);
    assert!(find("a").captured && find("a").kind == SemanticKind::Parameter);
    assert_eq!(find("len").kind, SemanticKind::Builtin);
    assert!(tokens.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start));
}

#[test]
fn outline_and_folds() {
    let (analysis, file, at) =
        open("import a\nimport b\nclass C:\n    x = 1\n    def m(self):\n        return ‸1\nN = 2\n");
    let outline: Vec<String> = analysis
        .document_symbols(file)
        .unwrap()
        .iter()
        .map(|it| format!("{}{} {:?}{}", "  ".repeat(it.depth as usize), it.name, it.kind, it.detail))
        .collect();
    assert_eq!(outline, ["C Class", "  x Field", "  m Method(self)", "N Constant"]);
    assert_eq!(analysis.folding_ranges(file).unwrap().len(), 3);
    let chain = analysis.selection_ranges(file, at.start).unwrap();
    assert!(chain.len() >= 4 && chain.windows(2).all(|pair| pair[1].contains_range(pair[0])));
}

#[test]
fn diagnostics_of_all_stages() {
    let check = |source: &str, expect: &[(&str, &str)]| {
        let (analysis, file, _) = open(source);
        let found = analysis.diagnostics(file).unwrap();
        let found: Vec<(&str, &str)> = found.iter().map(|it| (it.code, it.message.as_str())).collect();
        assert_eq!(found, expect, "{source}");
    };
    check("x = (\n", &[("syntax-error", "'(' was never closed")]);
    check("def f():\n    nonlocal x\n    x = 1\n", &[("syntax-error", "no binding for nonlocal 'x' found")]);
    check("return 1\n", &[("syntax-error", "'return' outside function")]);
    check("break\n", &[("syntax-error", "'break' outside loop")]);
    check("1 is 1\n", &[("syntax-warning", "\"is\" with 'int' literal. Did you mean \"==\"?")]);
    check("nope\n", &[("undefined-name", "name 'nope' is not defined")]);
    check("import os\n", &[("unused-import", "'os' is imported but never used")]);
    check(
        "def f():\n    print(x)\n    x = 1\n",
        &[("unbound-name", "cannot access local variable 'x' where it is not associated with a value")],
    );
    check("def f():\n    for i in (1, 2):\n        if i > 1:\n            print(x)\n        x = i\n", &[]);
    check(
        "def f():\n    x = 1\n",
        &[("unused-variable", "local variable 'x' is assigned to but never used")],
    );
    check("try:\n    unicode\nexcept NameError:\n    pass\n", &[]);
}

#[test]
fn edits_change_what_is_seen() {
    let mut host = Host::new();
    let file = host.open("test.py", "x = 1\n");
    let before = host.snapshot();
    // What is wanted of a snapshot is there until the snapshot after the edit; that waits until it is dropped.
    host.edit(file, TextRange::new(4u32, 5u32), "nope").unwrap();
    assert_eq!(&*before.text(file), "x = 1\n");
    drop(before);
    assert_eq!(&*host.snapshot().text(file), "x = nope\n");
    assert_eq!(host.snapshot().diagnostics(file).unwrap().len(), 1);
    assert!(host.edit(file, TextRange::new(4u32, 500u32), "").is_err());
    host.close(file);
    assert_eq!(host.snapshot().diagnostics(file).unwrap(), []);
}

/// The text after the change of that title.
#[track_caller]
fn fix(marked: &str, title: &str, expect: &str) {
    let (analysis, file, at) = open(marked);
    let actions = analysis.code_actions(file, at).unwrap();
    let titles: Vec<&str> = actions.iter().map(|it| it.title.as_str()).collect();
    let action = actions.iter().find(|it| it.title == title);
    let action = action.unwrap_or_else(|| panic!("{marked}: no {title:?} in {titles:?}"));
    let ide::Command::Edit { edits } = &action.command else { panic!("{title} is no edit") };
    let mut text = analysis.text(file).to_string();
    for edit in edits.iter().rev() {
        text.replace_range(edit.range.to_usize(), &edit.text);
    }
    assert_eq!(text, expect, "{marked}");
}

#[test]
fn unused_imports_are_removed() {
    let remove = "Remove the import of 'os'";
    fix("import ‸os\nx = 1\n", remove, "x = 1\n");
    fix("import ‸os  # why\nx = 1\n", remove, "x = 1\n");
    fix("import ‸os; x = 1\n", remove, "x = 1\n");
    fix("x = 1; import ‸os\n", remove, "x = 1\n");
    fix("import ‸os;\nx = 1\n", remove, "x = 1\n");
    fix("import sys, ‸os\nsys\n", remove, "import sys\nsys\n");
    fix("import ‸os, sys\nsys\n", remove, "import sys\nsys\n");
    fix("def f():\n    import ‸os\n", remove, "def f():\n    pass\n");
    fix(
        "from a import (\n    b,\n    ‸c,\n)\nb\n",
        "Remove the import of 'c'",
        "from a import (\n    b,\n)\nb\n",
    );
    fix("from a import b as ‸c", "Remove the import of 'b as c'", "");
}

#[test]
fn names_nearly_right_are_suggested() {
    fix("value = 1\nprint(‸valeu)\n", "Change 'valeu' to 'value'", "value = 1\nprint(value)\n");
    fix("‸pritn(1)\n", "Change 'pritn' to 'print'", "print(1)\n");
    fix("class C:\n    pass\n‸c\n", "Change 'c' to 'C'", "class C:\n    pass\nC\n");
}

#[test]
fn findings_are_silenced_or_said_to_be_meant() {
    fix(
        "‸nope  # x\n",
        "Silence 'undefined-name' on this line",
        "nope  # x  # bytelens: ignore[undefined-name]\n",
    );
    fix("def f():\n    ‸x = 1\n", "Rename to '_x': not used on purpose", "def f():\n    _x = 1\n");
    let (analysis, file, at) = open("‸nope, '''\n'''\n");
    let actions = analysis.code_actions(file, at).unwrap();
    assert!(!actions.iter().any(|it| it.title.starts_with("Silence")), "{actions:?}");
}

#[test]
fn inlay_hints_say_where_names_live() {
    let check = |text: &str, expect: &[&str]| {
        let (analysis, file, _) = open(text);
        let hints = analysis.inlay_hints(file, TextRange::new(0u32, text.len() as u32)).unwrap();
        let shown: Vec<String> =
            hints.iter().map(|it| format!("{} {}: {}", it.offset.0, it.label, it.tooltip)).collect();
        assert_eq!(shown, expect, "{text}");
    };
    check(
        "def f(a):\n    def g(): return a\n    return a\n",
        &["7 cell: captured by function g", "31 free: lives in a cell of function f"],
    );
    check("def f():\n    global x\n    x = 1\n", &["21 global: lives in the module's namespace"]);
    check("x = 1\ndef f(y): return x + y\n", &[]);
}

#[test]
fn signatures_of_functions_of_the_file() {
    let check = |marked: &str, expect: Option<(&str, Option<&str>)>| {
        let (analysis, file, at) = open(marked);
        let help = analysis.signature_help(file, at.start).unwrap();
        let found = help.as_ref().map(|help| {
            let active = help.active.map(|active| &help.label[help.parameters[active].to_usize()]);
            (help.label.as_str(), active)
        });
        assert_eq!(found, expect, "{marked}");
    };
    let f = "def f(a, b: int = 1, /, c=(2), *d, e, **g): pass\n";
    let label = "f(a, b: int = 1, /, c=2, *d, e, **g)";
    check(&format!("{f}f(‸"), Some((label, Some("a"))));
    check(&format!("{f}f(1, ‸)\n"), Some((label, Some("b: int = 1"))));
    check(&format!("{f}f(1, (2, 3), [4, 5], ‸"), Some((label, Some("*d"))));
    check(&format!("{f}f(1, e=‸"), Some((label, Some("e"))));
    check(&format!("{f}f(1, e=2, x=‸"), Some((label, Some("**g"))));
    check(&format!("{f}x = f(1)(‸"), None);
    check("def f(‸a): pass\n", None);
    check("class C:\n    def __init__(self, x, *, y): pass\nC(‸)\n", Some(("C(x, *, y)", Some("x"))));
    check(
        "class C:\n    def m(self, x): pass\n    def n(self):\n        self.m(‸)\n",
        Some(("m(x)", Some("x"))),
    );
    check("print(‸", None);
}
