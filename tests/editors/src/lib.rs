//! What the tests with real editors and the tests of the protocol share: the binary, and sessions with it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::{Value, json};
use server::peer::Peer;

/// The `bytelens` binary, built from these sources in the profile of the tests.
///
/// # Panics
/// When it does not build.
pub fn bytelens() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--package", "bytelens", "--message-format", "json", "--quiet"]);
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        let output = build.current_dir(root()).output().expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let messages = String::from_utf8_lossy(&output.stdout).into_owned();
        let executable = |line: &str| {
            let message: Value = serde_json::from_str(line).ok()?;
            message["executable"].as_str().map(PathBuf::from)
        };
        messages.lines().filter_map(executable).next_back().expect("cargo says where it put the binary")
    })
}

/// The root of the repository.
pub fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().and_then(Path::parent).expect("tests/editors lies in the repository").to_owned()
}

/// A server that has heard nothing yet.
///
/// # Panics
/// When it does not start.
pub fn start() -> Peer {
    let mut command = Command::new(bytelens());
    command.args(["server", "--stdio"]);
    Peer::spawn(command).expect("the server starts")
}

/// A server that was initialized with some capabilities.
///
/// # Panics
/// When it refuses.
pub fn initialized(capabilities: &Value) -> Peer {
    let mut peer = start();
    peer.initialize(capabilities).expect("the server initializes");
    peer
}

/// The address of the document that [`open`] opens.
pub const URI: &str = "untitled:test.py";

/// Opens a document.
///
/// # Panics
/// When the server is gone.
pub fn open(peer: &mut Peer, text: &str) {
    let document = json!({"uri": URI, "languageId": "python", "version": 1, "text": text});
    peer.notify("textDocument/didOpen", &json!({"textDocument": document})).expect("the server listens");
}

/// Parameters of a request about a place in the open document.
pub fn at(line: u32, character: u32) -> Value {
    json!({"textDocument": {"uri": URI}, "position": {"line": line, "character": character}})
}
