//! Clients that do everything wrong. Whatever they send, the server answers what can be answered and lives.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use server::peer::Peer;
use tests_editors::{URI, at, initialized, open, start};

/// Whether the server still does its work: it answers a request about the open document.
#[track_caller]
fn assert_alive(peer: &mut Peer) {
    let params = json!({"textDocument": {"uri": URI}});
    let symbols = peer.request("textDocument/documentSymbol", &params).expect("the server lives");
    assert!(symbols.is_array(), "{symbols}");
}

fn session() -> Peer {
    let mut peer = initialized(&json!({}));
    open(&mut peer, "def f(x):\n    return x\n");
    peer
}

fn frame(body: &[u8]) -> Vec<u8> {
    [format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes(), body].concat()
}

/// Sends bytes; the server reports an error with `code` for the message with `id`, and lives.
#[track_caller]
fn check(bytes: &[u8], id: Value, code: i64) {
    let mut peer = session();
    peer.send_bytes(bytes).expect("the server listens");
    let response = peer.response(&id).expect("the server answers");
    assert_eq!(response["error"]["code"], code, "{response}");
    assert_alive(&mut peer);
    assert!(peer.shutdown().expect("the server ends").success());
}

#[test]
fn bodies_that_are_not_messages() {
    check(&frame(b"{"), Value::Null, -32700);
    check(&frame(b""), Value::Null, -32700);
    check(&frame(b"nonsense"), Value::Null, -32700);
    check(&frame(b"[]"), Value::Null, -32600);
    check(&frame(br#"[{"jsonrpc":"2.0","id":1,"method":"shutdown"}]"#), Value::Null, -32600);
    check(&frame(b"null"), Value::Null, -32600);
    check(&frame(br#"{"jsonrpc":"2.0","id":"x"}"#), json!("x"), -32600);
    check(&frame(br#"{"jsonrpc":"2.0","id":"x","method":[]}"#), json!("x"), -32600);
    check(&frame("[".repeat(1_000_000).as_bytes()), Value::Null, -32700);
}

#[test]
fn text_that_is_not_text() {
    let lone = br#"{"jsonrpc":"2.0","id":77,"method":"textDocument/hover","params":{"textDocument":{"uri":"\ud800"}}}"#;
    check(&frame(lone), json!(77), -32700);
    check(&frame(b"{\"jsonrpc\":\"2.0\",\"id\":78,\"method\":\"a\xff\"}"), json!(78), -32700);
    check(&frame(b"\xff\xfe{\0}\0"), Value::Null, -32700);
}

#[test]
fn frames_that_are_not_frames() {
    check(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", Value::Null, -32700);
    check(b"Content-Length: many\r\n\r\n", Value::Null, -32700);
    check(b"Content-Length: -1\r\n\r\n", Value::Null, -32700);
    check(b"Content-Length: 18446744073709551616\r\n\r\n{}", Value::Null, -32700);
    check(b"Content-Length: 4\r\n\r\n{\"jsonrpc\":\"2.0\"}", Value::Null, -32700);
    // Longer than what comes: the next message's header shows that.
    let next = frame(br#"{"jsonrpc":"2.0","id":79,"method":"textDocument/hover","params":5}"#);
    check(&[&b"Content-Length: 500\r\n\r\n{}"[..], &next].concat(), Value::Null, -32700);
}

#[test]
fn parameters_that_do_not_fit() {
    let mut peer = session();
    for (method, params) in [
        ("textDocument/hover", json!(5)),
        ("textDocument/hover", json!({})),
        (
            "textDocument/hover",
            json!({"textDocument": {"uri": URI}, "position": {"line": -1, "character": 0}}),
        ),
        (
            "textDocument/hover",
            json!({"textDocument": {"uri": "not an address"}, "position": {"line": 0, "character": 0}}),
        ),
        ("textDocument/rename", at(0, 0)),
        ("workspace/executeCommand", json!({"command": "no.such.command"})),
        ("workspace/executeCommand", json!({"command": "bytelens.runSelection", "arguments": [1, 2]})),
        ("workspace/executeCommand", json!({"command": "bytelens.runSelection", "arguments": [URI, "x"]})),
        ("bytelens/evaluate", json!([])),
        ("initialize", json!({"capabilities": {}})),
    ] {
        let id = peer.ask(method, &params).expect("the server listens");
        let response = peer.response(&id.into()).expect("the server answers");
        assert!(response["error"]["code"].is_i64(), "{method}: {response}");
    }
    for (method, params) in [
        ("textDocument/didOpen", json!([])),
        (
            "textDocument/didChange",
            json!({"textDocument": {"uri": "untitled:other", "version": 2}, "contentChanges": []}),
        ),
        ("textDocument/didClose", json!({"textDocument": {"uri": "untitled:other"}})),
        ("$/setTrace", json!({"value": "verbose"})),
        ("$/no/such/notification", json!({})),
        ("no/such/notification", json!({})),
        ("$/cancelRequest", json!({"id": 12345})),
        ("$/cancelRequest", json!({})),
        ("workspace/didChangeConfiguration", json!({"settings": 12})),
    ] {
        peer.notify(method, &params).expect("the server listens");
    }
    assert_alive(&mut peer);
}

#[test]
fn unknown_methods() {
    let mut peer = session();
    let id = peer.ask("no/such/method", &json!({})).unwrap();
    assert_eq!(peer.response(&id.into()).unwrap()["error"]["code"], -32601);
    assert_alive(&mut peer);
}

#[test]
fn requests_outside_of_the_session() {
    let mut peer = start();
    let id = peer.ask("textDocument/hover", &at(0, 0)).unwrap();
    assert_eq!(peer.response(&id.into()).unwrap()["error"]["code"], -32002);
    peer.notify("textDocument/didOpen", &json!({})).unwrap();
    let id = peer.ask("initialize", &json!("wrong")).unwrap();
    assert!(peer.response(&id.into()).unwrap()["error"].is_object());
    peer.initialize(&json!({})).expect("a second, better try");
    open(&mut peer, "x = 1\n");
    assert_alive(&mut peer);
    peer.request("shutdown", &Value::Null).unwrap();
    let id = peer.ask("textDocument/hover", &at(0, 0)).unwrap();
    assert_eq!(peer.response(&id.into()).unwrap()["error"]["code"], -32600);
    peer.notify("exit", &Value::Null).unwrap();
    assert!(peer.hang_up().unwrap().success());
}

#[test]
fn ends_of_sessions() {
    assert!(session().shutdown().unwrap().success());
    // `exit` without `shutdown` is an error by the protocol, and so is hanging up.
    let mut peer = session();
    peer.notify("exit", &Value::Null).unwrap();
    assert!(!peer.hang_up().unwrap().success());
    assert!(!session().hang_up().unwrap().success());
}

#[test]
fn everything_sent_at_once_is_done_in_order() {
    let mut peer = start();
    let mut bytes = Vec::new();
    let mut send = |message: Value| bytes.extend(frame(message.to_string().as_bytes()));
    send(json!({"jsonrpc": "2.0", "id": "i", "method": "initialize", "params": {"capabilities": {}}}));
    send(json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}));
    let document = json!({"uri": URI, "languageId": "python", "version": 1, "text": ""});
    send(json!({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": document}}));
    for n in 0..50 {
        let start = json!({"line": n, "character": 0});
        let change = json!({"range": {"start": start, "end": start}, "text": format!("def f{n}(): pass\n")});
        let document = json!({"uri": URI, "version": n + 2});
        let params = json!({"textDocument": document, "contentChanges": [change]});
        send(json!({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params}));
        let params = json!({"textDocument": {"uri": URI}});
        send(json!({"jsonrpc": "2.0", "id": n, "method": "textDocument/documentSymbol", "params": params}));
    }
    peer.send_bytes(&bytes).unwrap();
    peer.response(&json!("i")).unwrap();
    for n in 0..50 {
        let response = peer.response(&json!(n)).unwrap();
        assert!(response["result"].is_array(), "{response}");
    }
}

#[test]
fn edits_with_impossible_ranges() {
    let mut peer = session();
    let far = 4_000_000_000u32;
    for (version, (start, end)) in
        [((1, 4), (0, 0)), ((far, far), (far, far)), ((0, far), (far, 0)), ((0, 2), (0, 1))]
            .into_iter()
            .enumerate()
    {
        let position = |(line, character): (u32, u32)| json!({"line": line, "character": character});
        let range = json!({"start": position(start), "end": position(end)});
        let params = json!({
            "textDocument": {"uri": URI, "version": version + 2},
            "contentChanges": [{"range": range, "text": "é\u{10000}\r\n"}],
        });
        peer.notify("textDocument/didChange", &params).unwrap();
        assert_alive(&mut peer);
    }
}

#[test]
fn places_past_the_end() {
    let mut peer = session();
    let far = 4_294_967_295u32;
    for method in [
        "textDocument/hover",
        "textDocument/definition",
        "textDocument/documentHighlight",
        "textDocument/completion",
        "bytelens/bytecode",
    ] {
        for (line, character) in [(0, far), (far, 0), (far, far)] {
            let id = peer.ask(method, &at(line, character)).unwrap();
            peer.response(&id.into()).unwrap_or_else(|error| panic!("{method}: {error}"));
        }
    }
    assert_alive(&mut peer);
}

#[test]
fn documents_as_deep_as_a_well() {
    let mut peer = initialized(&json!({}));
    for text in [
        "(".repeat(10_000),
        format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)),
        format!("x = {}1", "1 + ".repeat(10_000)),
        format!("x = {}1", "-".repeat(10_000)),
        format!("x{}", "()".repeat(5_000)),
        (0..5_000).map(|depth| format!("{}if x:\n", " ".repeat(depth))).collect(),
        (0..200).map(|depth| format!("{}class C{depth}:\n", " ".repeat(depth))).collect(),
        format!("{}x", "not ".repeat(10_000)),
        format!("x = {}0", "lambda: ".repeat(5_000)),
        "f'{".repeat(500),
        "\0\u{feff}\u{fffd}\r\r\n\x0c\t".repeat(100),
    ] {
        open(&mut peer, &text);
        assert_alive(&mut peer);
        let document = json!({"textDocument": {"uri": URI}});
        for method in [
            "textDocument/diagnostic",
            "textDocument/foldingRange",
            "textDocument/semanticTokens/full",
            "textDocument/codeLens",
            "bytelens/bytecode",
        ] {
            let id = peer.ask(method, &document).unwrap();
            let sample: String = text.chars().take(20).collect();
            peer.response(&id.into()).unwrap_or_else(|error| panic!("{method} of {sample:?}: {error}"));
        }
        let positions = json!({"textDocument": {"uri": URI}, "positions": [{"line": 0, "character": 9000}]});
        let id = peer.ask("textDocument/selectionRange", &positions).unwrap();
        peer.response(&id.into()).unwrap();
    }
}

#[test]
fn a_cancelled_request_is_answered_at_once() {
    let mut peer = session();
    let params = json!({"textDocument": {"uri": URI}});
    let ids: Vec<i64> = (0..20).map(|_| peer.ask("textDocument/documentSymbol", &params).unwrap()).collect();
    for id in &ids {
        peer.notify("$/cancelRequest", &json!({"id": id})).unwrap();
    }
    for id in ids {
        let response = peer.response(&id.into()).unwrap();
        let cancelled = response["error"]["code"] == -32800;
        assert!(cancelled || response["result"].is_array(), "{response}");
    }
    assert_alive(&mut peer);
}

#[test]
fn many_requests_do_not_drown_it() {
    let mut peer = session();
    let started = Instant::now();
    let ids: Vec<i64> = (0..2_000).map(|_| peer.ask("textDocument/hover", &at(0, 4)).unwrap()).collect();
    for id in ids {
        peer.response(&id.into()).unwrap();
    }
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}

/// A session whose evaluations may take a second.
fn impatient() -> Peer {
    let mut peer = initialized(&json!({}));
    let settings = json!({"settings": {"bytelens": {"evaluation": {"timeoutMs": 1000, "memoryMb": 64}}}});
    peer.notify("workspace/didChangeConfiguration", &settings).unwrap();
    peer
}

fn whole() -> Value {
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 1000, "character": 0}});
    json!({"textDocument": {"uri": URI}, "range": range})
}

#[test]
fn evaluations_that_hang_or_exhaust() {
    let mut peer = impatient();
    for (text, endings) in [
        ("while True: pass\n", &["limit"][..]),
        ("x = [0] * 10**12\n", &["raised", "limit", "crashed"]),
        ("x = ['']\nwhile True: x += x\n", &["raised", "limit", "crashed"]),
        ("def f(): f()\nf()\n", &["raised"]),
        ("open('/etc/passwd')\n", &["raised"]),
        ("while True: print('x' * 10000)\n", &["limit", "raised"]),
        ("while True:\n    try:\n        while True: pass\n    except BaseException: pass\n", &["limit"]),
        ("1 + 1\n", &["finished"]),
    ] {
        open(&mut peer, text);
        let result = peer.request("bytelens/evaluate", &whole());
        let result = result.unwrap_or_else(|error| panic!("{text}: {error}"));
        let ending = result["ending"].as_str().unwrap_or_default();
        assert!(endings.contains(&ending), "{text}: {result}");
        assert_alive(&mut peer);
    }
}

#[test]
fn edits_do_not_wait_for_evaluations() {
    let mut peer = impatient();
    open(&mut peer, "while True: pass\n");
    let run = peer.ask("bytelens/evaluate", &whole()).unwrap();
    let started = Instant::now();
    for version in 2..20 {
        let start = json!({"line": 0, "character": 0});
        let change = json!({"range": {"start": start, "end": start}, "text": "x = 1\n"});
        let document = json!({"uri": URI, "version": version});
        let params = json!({"textDocument": document, "contentChanges": [change]});
        peer.notify("textDocument/didChange", &params).unwrap();
        assert_alive(&mut peer);
    }
    // A cold worker takes longer to start than all of this.
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    let response = peer.response(&run.into()).unwrap();
    assert_eq!(response["result"]["ending"], "limit", "{response}");
}

/// The processes that a process has started.
#[cfg(target_os = "linux")]
fn children(parent: u32) -> Vec<u32> {
    let stat = |entry: std::fs::DirEntry| {
        let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
        let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
        // After the name, which may hold anything: state, parent.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        (fields.get(1)?.parse() == Ok(parent) && fields.first() != Some(&"Z")).then_some(pid)
    };
    std::fs::read_dir("/proc").expect("Linux has it").flatten().filter_map(stat).collect()
}

/// A worker that is killed in the middle of a run, and one that is killed while it waits for the next.
#[test]
#[cfg(target_os = "linux")]
fn killed_workers_are_replaced() {
    let mut peer = session();
    let kill_worker = |server: u32| {
        for pid in children(server) {
            let kill = std::process::Command::new("kill").args(["-9", &pid.to_string()]).status();
            assert!(kill.is_ok_and(|status| status.success()));
            while children(server).contains(&pid) {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    };
    open(&mut peer, "while True: pass\n");
    let run = peer.ask("bytelens/evaluate", &whole()).unwrap();
    let started = Instant::now();
    while children(peer.process_id()).is_empty() && started.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(10));
    }
    kill_worker(peer.process_id());
    let response = peer.response(&run.into()).unwrap();
    // Killed before it had read what to do it is replaced unnoticed, and the replacement runs into the limit.
    let ending = response["result"]["ending"].as_str().unwrap_or_default();
    assert!(["crashed", "limit"].contains(&ending), "{response}");
    assert_alive(&mut peer);
    for _ in 0..3 {
        kill_worker(peer.process_id());
        open(&mut peer, "6 * 7\n");
        let result = peer.request("bytelens/evaluate", &whole()).unwrap();
        assert_eq!(result["value"], "42", "{result}");
    }
}

/// Attempts to get out of the sandbox or to take the machine with it end in an exception, and the next run is none the
/// worse for them.
#[test]
fn evaluations_that_reach_out() {
    let mut peer = session();
    for (text, expect) in [
        ("import os\nos.system('true')\n", "PermissionError"),
        ("import os\nwhile True: os.fork()\n", "PermissionError"),
        ("import os\nos.kill(os.getppid(), 9)\n", "PermissionError"),
        ("import os\nos._exit(1)\n", "PermissionError"),
        ("import subprocess\nsubprocess.run(['true'])\n", "PermissionError"),
        ("import ctypes\n", "PermissionError"),
        ("open('x', 'w')\n", "PermissionError"),
        ("import threading\nthreading.Thread(target=print).start()\n", "RuntimeError"),
        ("import sys\nsys.exit(3)\n", "SystemExit"),
        ("x = []\nfor i in range(10**5): x = [x]\nrepr(x)\n", "RecursionError"),
        ("import socket\nsocket.socket()\n", "PermissionError"),
    ] {
        open(&mut peer, text);
        let result =
            peer.request("bytelens/evaluate", &whole()).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(result["exception"]["type"], expect, "{text}: {result}");
        assert_alive(&mut peer);
    }
}

/// Addresses that are none by RFC 3986, and those of no file.
#[test]
fn odd_addresses() {
    let mut peer = session();
    for uri in [
        "file:///tmp/a b [1].py",
        "file:///tmp/\u{4e2d}\u{10000}.py",
        "file:///c%3A/x.py",
        "file://host/share/x.py",
        "file:///tmp/%ff.py",
        "file:///tmp/a#b?c.py",
        "untitled:x y",
        "vscode-notebook-cell:/a.ipynb#W0",
        "inmemory://1",
    ] {
        let document = json!({"uri": uri, "languageId": "python", "version": 1, "text": "def f(): pass\n"});
        peer.notify("textDocument/didOpen", &json!({"textDocument": document})).unwrap();
        let symbols =
            peer.request("textDocument/documentSymbol", &json!({"textDocument": {"uri": uri}})).unwrap();
        assert_eq!(symbols[0]["name"], "f", "{uri}: {symbols}");
        let command = json!({"command": "bytelens.runSelection", "arguments": [uri]});
        let result = peer.request("workspace/executeCommand", &command).unwrap();
        assert_eq!(result["ending"], "finished", "{uri}: {result}");
    }
    for (uri, why) in [
        ("file:///", "is no regular file"),
        ("file:///dev/null", "is no regular file"),
        ("file:///no/such/file.py", "No such file or directory"),
        ("untitled:never opened", "is no file on disk"),
    ] {
        let id = peer.ask("bytelens/bytecode", &json!({"textDocument": {"uri": uri}})).unwrap();
        let response = peer.response(&id.into()).unwrap();
        let message = response["error"]["message"].as_str().unwrap_or_default();
        assert!(message.contains(why), "{uri}: {response}");
    }
    assert_alive(&mut peer);
}

/// Opening what is open, closing what is closed, versions that go backwards, changes of all kinds in one.
#[test]
fn documents_out_of_step() {
    let mut peer = session();
    let name = |peer: &mut Peer| {
        let symbols = peer.request("textDocument/documentSymbol", &json!({"textDocument": {"uri": URI}}));
        symbols.unwrap()[0]["name"].as_str().unwrap_or_default().to_owned()
    };
    let change = |peer: &mut Peer, version: i32, changes: Value| {
        let params = json!({"textDocument": {"uri": URI, "version": version}, "contentChanges": changes});
        peer.notify("textDocument/didChange", &params).unwrap();
    };
    open(&mut peer, "b = 1\n");
    assert_eq!(name(&mut peer), "b");
    change(&mut peer, 7, json!([{"text": "c = 1\n"}]));
    change(&mut peer, 3, json!([{"text": "d = 1\n"}]));
    assert_eq!(name(&mut peer), "d");
    let first = json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}});
    change(&mut peer, 8, json!([{"text": "e = 1\n"}, {"range": first, "rangeLength": 99, "text": "ef"}]));
    assert_eq!(name(&mut peer), "ef");
    change(&mut peer, 9, json!([]));
    for _ in 0..2 {
        peer.notify("textDocument/didClose", &json!({"textDocument": {"uri": URI}})).unwrap();
    }
    change(&mut peer, 10, json!([{"text": "g = 1\n"}]));
    open(&mut peer, "h = 1\n");
    assert_eq!(name(&mut peer), "h");
}

/// Typing in a file of 50,000 lines, every request in between.
#[test]
fn huge_documents() {
    let mut peer = session();
    let text: String = (0..8_400)
        .map(|n| format!("def f{n}(a, b):\n    total = a + {n}\n    for i in range(b):\n        total += i\n    return total\n\n"))
        .collect();
    open(&mut peer, &text);
    for (version, method) in [
        "textDocument/diagnostic",
        "textDocument/documentSymbol",
        "textDocument/foldingRange",
        "textDocument/codeLens",
        "textDocument/semanticTokens/full",
    ]
    .into_iter()
    .enumerate()
    {
        let start = json!({"line": 25_201, "character": 15});
        let change = json!({"range": {"start": start, "end": start}, "text": "1"});
        let document = json!({"uri": URI, "version": version + 2});
        let params = json!({"textDocument": document, "contentChanges": [change]});
        peer.notify("textDocument/didChange", &params).unwrap();
        let started = Instant::now();
        peer.request(method, &json!({"textDocument": {"uri": URI}})).unwrap();
        assert!(started.elapsed() < Duration::from_secs(10), "{method}: {:?}", started.elapsed());
    }
}
