//! What an edit does to a tree.

mod edits;

use syntax::ast::UnitId;
use syntax::{Edit, Reparsed, parse_module, reparse};
use text::{TextRange, TextSize};

fn replace(text: &str, old: &str, new: &str) -> (String, Edit) {
    let at = text.find(old).expect("the text has it");
    let edit = Edit { range: TextRange::new(at, at + old.len()), len: TextSize::of(new) };
    (text.replacen(old, new, 1), edit)
}

#[test]
fn what_changed() {
    let text = "class A:\n    def f(): x\n    def g(): y\ndef f(): z\n";
    let old = parse_module(text);
    let ids: Vec<UnitId> = old.module.children().map(|(_, child)| child.id).collect();

    let (text, edit) = replace(text, "y", "why");
    let Reparsed { parsed, changed, removed } = reparse(&old, text.as_str(), edit);
    assert_eq!(parsed, parse_module(&text));
    let names: Vec<&str> = changed.iter().map(|(_, unit)| unit.own_name()).collect();
    assert_eq!(names, ["", "A", "g"]);
    assert_eq!((changed[0].0, changed[1].0), (UnitId::MODULE, ids[0]));
    assert!(changed[0].1.same_own(&old.module));
    assert_eq!(removed, []);

    let (text, edit) = replace(&text, "class A:\n    def f(): x\n    def g(): why\n", "");
    let Reparsed { parsed, changed, removed } = reparse(&parsed, text.as_str(), edit);
    assert_eq!(changed.len(), 1);
    assert_eq!(removed.len(), 3);
    assert_eq!(parsed.module.children().map(|(_, child)| child.id).collect::<Vec<_>>(), [ids[1]]);
}

/// What fuzzing has found: text before the edit, what goes, text after it, what comes.
const CASES: &[(&str, &str, &str, &str)] = &[
    ("match x:\n    case 1: pass\n    x y\n    x y\n    pass\n    def f(): pass\n    x y\n", "", "", "**"),
    ("@decorator\n    def ncode(self,", "", " input, final=False):1if", "case _:\n"),
    (
        "return    \"\"\"doc\n  }return    \"\"\"doc\nreturn    \"\"\"doc\nreturn    \"\"\"doc\n   ",
        " ",
        "\tdef f(x):#",
        "",
    ),
    ("\x0cdef test_true(self):\n        self.assertTruefinally", ":", "foo(\n\x01", ""),
    ("        finished = []\n        def record_finished(n0x\t=: yield     \\\n", "", "\r\x01", "  "),
    ("    1_class C->0ine 101def f(\n    ", "", "def keyworded(*arg1, arg2=1):\n", "\x01"),
    ("    def printErrors(self):\n        t = self._theme\n\x01", "", "", "\\\n"),
    ("    def _check_dest", "(", "", ""),
    ("\\\n  de", "f ", "f(x):1_\n", ""),
    ("    @unittest.skipIf(sys.platform.startswith('freebsd'),\n", "'", ")\n    def test_errno(self):\n", ""),
    ("class A(B):\nclass A", "(", "", ""),
    ("def f(method=None):\n        @raps", "", "        signal.signal(signal.SIGINT)\n", "t'''"),
    (
        "        def f(x): pass\n        @null(null)(null)\n",
        " ",
        "       def f(x): pass\n        @[null][0].__call__.__call__\n",
        "",
    ),
    ("  class T(unittest.TestCase):\n\t", "", "    def setUp(self):\n", "\n\t"),
    ("def f(x", "", "\n    def method(self):\nwith a as b, c:\nrb'\n", "0"),
    ("if x:\n    ", "", "def test_chararray(self):\n", "\\"),
    (
        "    t(globals(),'x', only_type=\"manager\")'\\d\n\\",
        "\n",
        "def     if __naprint 'x'me__ pint match x:finally:\\d\n",
        "",
    ),
    ("}", "", " def test_None_in_cache(self):\n", "\\\n"),
    ("except E:\n    def method(self):\n        pass\n\\\n\x0c", "", "", "**"),
    ("def f(x):\n    pass\n\\\n", "", "", "x"),
    ("try:\n    def __init__(self, namespace):\n        self.next_id += 1", "", "try:\n", "'\\d'"),
    ("x = [1(l)]f\"{\ndef f(x1 ", "", "}\n", "\x00"),
    ("def f(*args):", "", "\n\t}", "f'{x!r:>{w}}'"),
    ("    case 1:\n\tdef f(x", "", "rt os\n", "except E:\n"),
    (
        "def'''\ndef'''class Cclass C:\n        self.assertEqual(5)\n    def test_text_methods(self):\n        self.assertE",
        "q",
        "",
        "f'{x!r:>{w}}'",
    ),
    ("class AllTest(unittest.TestCase):\n  \"\"\"          denied = False\n    return a", "\n", "", ""),
    ("    def metho", "", "        pass\n", ")"),
    ("class C(    else:\n", "", "@decorator\n  \x01", "        check('a')\n\n        check('b')\n"),
    ("def f(elem,\n            depth=1):\ndef f(elem, loader=None,\n", "", "depth=1):\n", "\x01"),
    (
        "    def test_name(self):\n        self.stress_attrib",
        "",
        "ute(\"__name__\")\n    def test_qualname(self):\n        self.stress_attribute()\n",
        "import os\n",
    ),
    (
        "        \"\"\"doc\n        \"\"\"\n",
        "",
        "    def f(self, rargs, values):\n    def g(self, rargs, values):\n        \"\"\"error(msg : string)\n        \"\"\"\n        \"\"\"print_usage\n        \"\"\"\n        if self.usage:\n            print()\n",
        "async ",
    ),
    ("    def method(self):\n", "", "    # Mapping\n", "\n    "),
    (
        "COMMON_CODEC_TESTS = (\n    )\n    codectests = COMMON_CODEC_TESTS + (\n    )\n    codectests = COMMON_CODEC_TESTS + (\n    )\n    codectests = COMMON_CODEC_TESTS + (\n    )\n    xmlcharnametest = (\n    )\n",
        "",
        "t'''f'\n        ('\\u304B\\u309A', 'strict', b'\\x1B$(O\\x24\\x77\\x1B(B'),\n        ('\\u4E02',       'strict', b'\\x1B$(P\\x21\\x22\\x1B(B'),\n        ('\\U0002A6B2',   'strict', b'\\x1B$(P\\x7E\\x76\\x1B(B'),\nf''\\dasynct'''\n    codectests = COMMON_CODEC_TESTS + (\n    )\n    def test_chunkcoding(self):\n        pass\n",
        "        ('\\u304B\\u309A', 'strict', b'\\x1B$(O\\x24\\x77\\x1B(B'),\n        ('\\u4E02',       'strict', b'\\x1B$(P\\x21\\x22\\x1B(B'),\n        ('\\U0002A6B2',   'strict', b'\\x1B$(P\\x7E\\x76\\x1B(B'),\n        (b'ab\\x1B$(O\\x2E\\x21\\x1B(Bdef', 'replace', 'ab\\uFFFDdef'),\n",
    ),
    (
        "\"\"\"\npep_tests = \"\"\"\n    t'''    ...             yield lambda x: x None\nif x:\n'\\d'yield '''inefficient:  each call of m235() leads to 3 recursive calls, an1_d in\ndef g(a, b=1, *c):\n    return a\nenough levels t",
        "",
        "",
        "\n@decorator\n",
    ),
];

#[test]
fn cases() {
    for (before, gone, after, new) in CASES {
        let old = format!("{before}{gone}{after}");
        let (text, edit) = edits::apply(&old, before.len()..before.len() + gone.len(), new);
        if let Err(why) = edits::check(&parse_module(&old), &text, edit) {
            panic!("{old:?} -> {text:?}: {why}");
        }
    }
}

/// The law, for edits as people make them, in a text that has a bit of everything.
#[test]
fn patched_as_parsed() {
    let sample = include_str!("edits/sample.py");
    let mut dice = fastrand::Rng::with_seed(1);
    for _ in 0..40 {
        let mut text = sample.to_owned();
        let mut tree = parse_module(&text);
        let mut cursor = dice.usize(..text.len());
        for _ in 0..30 {
            let (range, new) = edits::edit(&text, &mut cursor, &mut dice);
            let (next, edit) = edits::apply(&text, range, &new);
            match edits::check(&tree, &next, edit) {
                Ok(parsed) => tree = parsed,
                Err(why) => panic!("{text:?} -> {next:?}: {why}"),
            }
            text = next;
        }
    }
}
