//! What the protocol offers, request by request, as a client sees it. What the answers say about Python is `ide`'s to
//! test.

use serde_json::{Value, json};
use server::peer::Peer;
use tests_editors::{URI, at, initialized, open};

const TEXT: &str = "import os\n\ndef outer(a, b=1):\n    def inner():\n        return a\n    return inner\n\nouter(1, )\nvaleu = 2\nprint(value)\n";

fn session() -> Peer {
    let mut peer = initialized(&json!({}));
    open(&mut peer, TEXT);
    peer
}

fn everything() -> Value {
    json!({"start": {"line": 0, "character": 0}, "end": {"line": 100, "character": 0}})
}

/// Sends a request and checks what is at a place of its result.
#[track_caller]
fn check(method: &str, params: Value, pointer: &str, expect: Value) {
    let mut peer = session();
    let result = peer.request(method, &params).expect("the server answers");
    assert_eq!(result.pointer(pointer), Some(&expect), "{method}: {result}");
}

fn document() -> Value {
    json!({"textDocument": {"uri": URI}})
}

#[test]
fn signature_help() {
    let method = "textDocument/signatureHelp";
    check(method, at(7, 9), "/signatures/0/label", json!("outer(a, b=1)"));
    check(method, at(7, 9), "/activeParameter", json!(1));
    check(method, at(7, 9), "/signatures/0/parameters/1/label", json!([9, 12]));
    check(method, at(0, 0), "", Value::Null);
}

#[test]
fn inlay_hints() {
    let params = json!({"textDocument": {"uri": URI}, "range": everything()});
    check("textDocument/inlayHint", params.clone(), "/0/label", json!("cell"));
    check("textDocument/inlayHint", params, "/0/position", json!({"line": 2, "character": 11}));
    let mut peer = session();
    let settings = json!({"settings": {"bytelens": {"inlayHints": {"enabled": false}}}});
    peer.notify("workspace/didChangeConfiguration", &settings).unwrap();
    let params = json!({"textDocument": {"uri": URI}, "range": everything()});
    assert_eq!(peer.request("textDocument/inlayHint", &params).unwrap(), Value::Null);
}

#[test]
fn quick_fixes_name_their_diagnostics() {
    let mut peer = session();
    let report = peer.request("textDocument/diagnostic", &document()).unwrap();
    let diagnostics = report["items"].as_array().expect("there are findings").clone();
    let codes: Vec<&Value> = diagnostics.iter().map(|it| &it["code"]).collect();
    assert_eq!(codes, ["unused-import", "undefined-name"]);
    let context = json!({"diagnostics": diagnostics, "only": ["quickfix"]});
    let params = json!({"textDocument": {"uri": URI}, "range": everything(), "context": context});
    let actions = peer.request("textDocument/codeAction", &params).unwrap();
    let actions = actions.as_array().expect("there are fixes");
    let fix = |title: &str| actions.iter().find(|it| it["title"] == title).unwrap_or(&Value::Null);
    let removal = fix("Remove the import of 'os'");
    assert_eq!(removal["diagnostics"][0]["code"], "unused-import", "{actions:?}");
    assert_eq!(removal["edit"]["changes"][URI][0]["newText"], "");
    let change = fix("Change 'value' to 'valeu'");
    assert_eq!(change["edit"]["changes"][URI][0]["newText"], "valeu", "{actions:?}");
    assert!(actions.iter().all(|it| it["kind"] == "quickfix"), "{actions:?}");
}

#[test]
fn names() {
    check("textDocument/definition", at(4, 15), "/0/range/start", json!({"line": 2, "character": 10}));
    check("textDocument/documentHighlight", at(4, 15), "/1/range/start", json!({"line": 4, "character": 15}));
    let mut params = at(7, 1);
    params["newName"] = json!("other");
    let path = format!("/changes/{}/1/range/start", URI.replace('/', "~1"));
    check("textDocument/rename", params, &path, json!({"line": 7, "character": 0}));
    check("textDocument/prepareRename", at(7, 1), "/placeholder", json!("outer"));
    check("workspace/symbol", json!({"query": "inn"}), "/0/name", json!("inner"));
    check("textDocument/completion", at(9, 8), "/0/label", json!("valeu"));
}

#[test]
fn calls() {
    let mut peer = initialized(&json!({}));
    open(&mut peer, "def f(): return g() + g()\ndef g(): return 1\nclass C:\n    def m(self): f()\nf()\n");
    let items = peer.request("textDocument/prepareCallHierarchy", &at(4, 0)).unwrap();
    let f = items[0].clone();
    assert_eq!(f["selectionRange"]["start"], json!({"line": 0, "character": 4}), "{f}");
    let names = |calls: &Value, end: &str| -> Vec<String> {
        let calls = calls.as_array().expect("calls").iter();
        let ranges = |call: &Value| call["fromRanges"].as_array().map_or(0, Vec::len);
        calls
            .map(|call| format!("{} {}", call[end]["name"].as_str().unwrap_or_default(), ranges(call)))
            .collect()
    };
    let incoming = peer.request("callHierarchy/incomingCalls", &json!({"item": f})).unwrap();
    assert_eq!(names(&incoming, "from"), ["m 1", "<module> 1"]);
    let outgoing = peer.request("callHierarchy/outgoingCalls", &json!({"item": f})).unwrap();
    assert_eq!(names(&outgoing, "to"), ["g 2"]);
    let module = incoming[1]["from"].clone();
    let outgoing = peer.request("callHierarchy/outgoingCalls", &json!({"item": module})).unwrap();
    assert_eq!(names(&outgoing, "to"), ["f 1"]);
    assert_eq!(peer.request("callHierarchy/incomingCalls", &json!({"item": module})).unwrap(), json!([]));
    assert_eq!(peer.request("textDocument/prepareCallHierarchy", &at(0, 0)).unwrap(), Value::Null);
}

#[test]
fn structure() {
    check("textDocument/documentSymbol", document(), "/0/name", json!("outer"));
    check("textDocument/foldingRange", document(), "/0/startLine", json!(2));
    check("textDocument/codeLens", document(), "/0/command/title", json!("bytecode"));
    check("textDocument/semanticTokens/full", document(), "/data/0", json!(0));
    let params = json!({"textDocument": {"uri": URI}, "positions": [{"line": 4, "character": 15}]});
    check("textDocument/selectionRange", params, "/0/range/start", json!({"line": 4, "character": 15}));
}

#[test]
fn answers_follow_edits() {
    let mut peer = session();
    for (version, (text, expect)) in [("x", 1), ("=", 1), ("1\n", 1)].into_iter().enumerate() {
        let end = json!({"line": 100, "character": 0});
        let change = json!({"range": {"start": end, "end": end}, "text": text});
        let params = json!({
            "textDocument": {"uri": URI, "version": version + 2},
            "contentChanges": [change],
        });
        peer.notify("textDocument/didChange", &params).unwrap();
        let symbols = peer.request("textDocument/documentSymbol", &document()).unwrap();
        assert!(symbols.as_array().is_some_and(|it| it.len() > expect), "{symbols}");
    }
    let symbols = peer.request("textDocument/documentSymbol", &document()).unwrap();
    let names: Vec<&Value> = symbols.as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["outer", "inner", "valeu", "x"]);
}
