//! "Run selection" with the selections that people make: what comes back, and where.

use serde_json::{Value, json};
use server::peer::Peer;
use tests_editors::{URI, initialized, open};

/// The position of a byte of a text. The texts of these tests are ASCII before it.
fn position(text: &str, at: usize) -> Value {
    let before = &text[..at];
    let line = before.matches('\n').count();
    let column = before.rfind('\n').map_or(at, |line_end| at - line_end - 1);
    json!({"line": line, "character": column})
}

/// Evaluates what stands between `«` and `»`, or the statement at `‸`.
fn evaluate(peer: &mut Peer, marked: &str) -> Result<Value, String> {
    let text = marked.replace(['«', '»', '‸'], "");
    let start = marked.find(['«', '‸']).expect("a place is marked");
    let end = marked.find('»').map_or(start, |at| at - '«'.len_utf8());
    open(peer, &text);
    let range = json!({"start": position(&text, start), "end": position(&text, end)});
    let params = json!({"textDocument": {"uri": URI}, "range": range});
    let id = peer.ask("bytelens/evaluate", &params).expect("the server listens");
    let response = peer.response(&id.into()).expect("the server answers");
    match response["error"]["message"].as_str() {
        Some(message) => Err(message.to_owned()),
        None => Ok(response["result"].clone()),
    }
}

/// Checks summaries, or the errors of what is refused.
fn check(cases: &[(&str, &str)]) {
    let mut peer = initialized(&json!({}));
    for (marked, expect) in cases {
        let found = match evaluate(&mut peer, marked) {
            Ok(result) => result["summary"].as_str().unwrap_or_default().to_owned(),
            Err(message) => message,
        };
        assert_eq!(found, *expect, "{marked}");
    }
}

#[test]
fn pieces_of_code() {
    check(&[
        ("x = 1 «+ 2» + 3\n", "2 : int"),
        ("x = «1 +» 2\n", "the selection cannot run by itself: invalid syntax"),
        ("x = f'{«20 + 22»}'\n", "42 : int"),
        ("x = (1 +\n     «20 +\n     22»)\n", "42 : int"),
        ("print(«1, 2»)\n", "(1, 2) : tuple"),
        ("a = 1; «b = a + 41; b»\n", "42 : int"),
        ("if True:\n«    x = 41\n    x + 1\n»", "42 : int"),
        ("if True:\n    «x = 41\n    x + 1»\n", "42 : int"),
        ("if True:\r\n\t«x = 41\r\n\tx + 1»\r\n", "42 : int"),
        (
            "«if True:»\n    pass\n",
            "the selection cannot run by itself: expected an indented block after 'if' statement on line 1",
        ),
        ("«@d\n»def f(): pass\n", "the selection cannot run by itself: invalid syntax"),
        ("def d(f): return 42\n@‸d\ndef f(): pass\n", "no value"),
        ("‸", "there is nothing to evaluate here"),
        ("# a\n# ‸b\n", "there is nothing to evaluate here"),
        ("a = 1\n«  \n»", "there is nothing to evaluate here"),
    ]);
}

#[test]
fn values() {
    check(&[
        ("‸x = 40 + 2\n", "42 : int"),
        ("x = 40\n‸x += 2\n", "42 : int"),
        ("‸x: int = 42\n", "42 : int"),
        ("‸a, b = 1, 2\n", "no value"),
        ("‸None\n", "no value"),
        ("‸'\\U0001f600é'\n", "'😀é' : str"),
        ("class C: pass\n‸type(C())\n", "<class '__main__.C'> : type"),
        ("'''doc'''\n‸__doc__\n", "'doc' : str"),
        ("‸__name__\n", "'__main__' : str"),
        ("‸print('a'); print('b')\n", "a"),
        ("class C:\n    def __repr__(self): raise ValueError('no')\n‸C()\n", "ValueError: no"),
        (
            "class C:\n    def __repr__(self): return 5\n‸C()\n",
            "TypeError: __repr__ returned non-string (type int)",
        ),
        ("‸input('name? ')\n", "EOFError: EOF when reading a line"),
    ]);
}

#[test]
fn what_runs_before() {
    check(&[
        ("a = 1\ndef broken(:\n    pass\n«a + 41»\n", "42 : int"),
        ("print(‸x)\nx = 3\n", "NameError: name 'x' is not defined"),
        ("def f():\n    return k\nk = 42\n‸f()\n", "42 : int"),
        ("from math import *\n‸floor(pi)\n", "3 : int"),
        ("def f(): return 42\nif __name__ == '__main__':\n    «f()»\n", "42 : int"),
        ("xs = []\nfor x in 40, 2:\n    xs.append(x)\n‸sum(xs)\n", "42 : int"),
        ("x = 42\ndel x\n‸x\n", "NameError: name 'x' is not defined"),
        ("a = 1 / 0\n‸a\n", "ZeroDivisionError: division by zero"),
        ("def f(a):\n    return «a»\n", "'a' is a variable of function f, which does not run here"),
        ("def f():\n    «yield 1»\n", "SyntaxError: 'yield' outside function"),
        ("def f():\n    «return 1»\n", "SyntaxError: 'return' outside function"),
    ]);
}

/// Exceptions are where they are in the document, whatever of it was cut out.
#[test]
fn places_of_exceptions() {
    let mut peer = initialized(&json!({}));
    for (marked, start, end) in [
        ("x = (1 +\n     «nix»)\n", (1, 5), (1, 8)),
        ("if True:\n    «y = 1\n    y.z»\n", (2, 4), (2, 7)),
        ("def f(x):\n    return 1 / x\n‸f(0)\n", (1, 11), (1, 16)),
        ("a = 1; «1 / 0»\n", (0, 7), (0, 12)),
        ("‸raise ExceptionGroup('g', [ValueError()])\n", (0, 0), (0, 41)),
        ("‸f(\n  1)\n", (0, 0), (0, 1)),
        ("class C:\n    def __repr__(self): return 5\n‸C()\n", (2, 0), (2, 3)),
    ] {
        let result = evaluate(&mut peer, marked).expect("it can be evaluated");
        let place = |(line, character): (u32, u32)| json!({"line": line, "character": character});
        let expect = json!({"start": place(start), "end": place(end)});
        assert_eq!(result["exception"]["range"], expect, "{marked}: {result}");
    }
}

/// Each run has a process of its own: what one leaves behind does not weigh on the next.
#[test]
fn many_runs() {
    let mut peer = initialized(&json!({}));
    for n in 0..30 {
        let result = evaluate(&mut peer, &format!("‸len([0] * 10_000_000) + {n}\n")).unwrap();
        assert_eq!(result["value"], (10_000_000 + n).to_string(), "{result}");
    }
}

#[test]
fn output_has_an_end() {
    let mut peer = initialized(&json!({}));
    let result = evaluate(&mut peer, "‸for i in range(20000): print('x' * 100)\n").unwrap();
    assert_eq!(result["ending"], "finished");
    assert_eq!(result["message"], "output past 1024 KiB is left out");
    let result = evaluate(&mut peer, "‸'x' * 10 ** 7\n").unwrap();
    assert!(result["value"].as_str().is_some_and(|value| value.len() < 1 << 20 && value.ends_with('…')));
}
