//! A body of bytes becomes a JSON-RPC message, or an error answer.
//!
//! What a client cannot send in JSON it may still send in bytes: text cut in the middle of a surrogate
//! pair, bytes that are not UTF-8. A request like that is refused with its own id. A notification cannot be
//! refused, and dropping an edit would leave the server with another text than the editor's; so it is taken
//! with U+FFFD in place of what could not be read, which in UTF-16 is as wide as the lone surrogate was.

use serde_json::Value;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};

use super::address;

/// One message from the client.
#[derive(Debug)]
pub enum Incoming {
    /// A request, or a notification when it has no id.
    Request(Request),
    /// The answer to a request of ours.
    Response(Response),
    /// Something that is not a message; the answer goes back as it is.
    Malformed(Response),
}

/// Reads one body.
pub fn parse(body: &[u8]) -> Incoming {
    match serde_json::from_slice::<Value>(body) {
        Ok(value) => classify(value, None),
        Err(error) => match repair(body).and_then(|text| serde_json::from_str::<Value>(&text).ok()) {
            Some(value) => classify(value, Some(error.to_string())),
            None => malformed(Id::Null, ErrorCode::ParseError, error.to_string()),
        },
    }
}

/// `damage` says what had to be repaired before the value could be read.
fn classify(value: Value, damage: Option<String>) -> Incoming {
    let Value::Object(mut object) = value else {
        let what = if value.is_array() { "batches are not part of the protocol" } else { "not an object" };
        return malformed(Id::Null, ErrorCode::InvalidRequest, what.to_owned());
    };
    let id = match object.get("id").cloned().map(serde_json::from_value::<Id>) {
        None => None,
        Some(Ok(id)) => Some(id),
        Some(Err(_)) => {
            return malformed(
                Id::Null,
                ErrorCode::InvalidRequest,
                "an id is an integer or a string".to_owned(),
            );
        }
    };
    let known = || id.clone().unwrap_or(Id::Null);
    if object.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return malformed(known(), ErrorCode::InvalidRequest, "not a JSON-RPC 2.0 message".to_owned());
    }
    match object.remove("method") {
        Some(Value::String(method)) => {
            if let (Some(id), Some(damage)) = (&id, damage) {
                return malformed(id.clone(), ErrorCode::ParseError, damage);
            }
            let mut request = Request::build(method);
            if let Some(id) = id {
                request = request.id(id);
            }
            // `"params": null` says the same as no params.
            if let Some(mut params) = object.remove("params").filter(|params| !params.is_null()) {
                address::encode(&mut params);
                request = request.params(params);
            }
            Incoming::Request(request.finish())
        }
        Some(_) => malformed(known(), ErrorCode::InvalidRequest, "a method is a string".to_owned()),
        None => match serde_json::from_value::<Response>(Value::Object(object)) {
            Ok(response) => Incoming::Response(response),
            Err(_) => malformed(
                known(),
                ErrorCode::InvalidRequest,
                "neither a request, a notification nor a response".to_owned(),
            ),
        },
    }
}

fn malformed(id: Id, code: ErrorCode, message: String) -> Incoming {
    let error = Error { code, message: message.into(), data: None };
    Incoming::Malformed(Response::from_error(id, error))
}

/// The body with U+FFFD for bytes that are not UTF-8 and for escapes of lone surrogates; `None` when there
/// are none of either.
fn repair(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let mut out = String::with_capacity(text.len());
    let mut rest = &*text;
    let mut changed = matches!(text, std::borrow::Cow::Owned(_));
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = match surrogate(rest) {
            Some(High) if surrogate(&rest[6..]) == Some(Low) => 12,
            Some(_) => {
                changed = true;
                out.push_str("\\ufffd");
                rest = &rest[6..];
                continue;
            }
            // An escape of one character (a line feed, a quote, another backslash) is kept whole.
            None => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        };
        out.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    out.push_str(rest);
    changed.then_some(out)
}

#[derive(PartialEq, Eq)]
enum Surrogate {
    High,
    Low,
}
use Surrogate::{High, Low};

/// Which half of a surrogate pair the escape at the start of `text` is.
fn surrogate(text: &str) -> Option<Surrogate> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    match u16::from_str_radix(digits, 16).ok()? {
        0xd800..=0xdbff => Some(High),
        0xdc00..=0xdfff => Some(Low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How a body is read, in one line.
    #[track_caller]
    fn check(body: &[u8], expect: &str) {
        let read = match parse(body) {
            Incoming::Request(request) => request.to_string(),
            Incoming::Response(response) => format!("response to {}", response.id()),
            Incoming::Malformed(response) => {
                format!(
                    "error {} for {}",
                    response.error().map_or(0, |error| error.code.code()),
                    response.id()
                )
            }
        };
        assert_eq!(read, expect);
    }

    #[test]
    fn messages() {
        check(br#"{"jsonrpc":"2.0","id":1,"method":"m"}"#, r#"{"jsonrpc":"2.0","method":"m","id":1}"#);
        check(br#"{"jsonrpc":"2.0","method":"m","params":null}"#, r#"{"jsonrpc":"2.0","method":"m"}"#);
        check(br#"{"jsonrpc":"2.0","id":7,"result":null}"#, "response to 7");
        check(br#"{"jsonrpc":"2.0","id":"a","error":{"code":1,"message":""}}"#, "response to \"a\"");
    }

    #[test]
    fn what_is_not_a_message_is_answered() {
        check(b"", "error -32700 for null");
        check(b"{", "error -32700 for null");
        check(b"[]", "error -32600 for null");
        check(br#"[{"jsonrpc":"2.0","id":1,"method":"m"}]"#, "error -32600 for null");
        check(b"1", "error -32600 for null");
        check(br#"{"jsonrpc":"2.0","id":1.5,"method":"m"}"#, "error -32600 for null");
        check(br#"{"jsonrpc":"2.0","id":3,"method":4}"#, "error -32600 for 3");
        check(br#"{"jsonrpc":"1.0","id":3,"method":"m"}"#, "error -32600 for 3");
        check(br#"{"jsonrpc":"2.0","id":3}"#, "error -32600 for 3");
        check("[".repeat(100_000).as_bytes(), "error -32700 for null");
    }

    #[test]
    fn a_request_that_is_not_text_is_refused_by_its_id() {
        check(br#"{"jsonrpc":"2.0","id":5,"method":"m","params":["\ud800"]}"#, "error -32700 for 5");
        check(b"{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"m\",\"params\":[\"\xff\"]}", "error -32700 for 5");
    }

    #[test]
    fn a_notification_that_is_not_text_is_repaired() {
        let expect = "{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":[\"a\u{fffd}b\"]}";
        check(br#"{"jsonrpc":"2.0","method":"m","params":["a\ud83db"]}"#, expect);
        check(br#"{"jsonrpc":"2.0","method":"m","params":["a\udc00b"]}"#, expect);
        check(b"{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":[\"a\xc3b\"]}", expect);
        check(
            br#"{"jsonrpc":"2.0","method":"m","params":["\\ud800 \ud83d\ude00 \ud83d\ud83d\ude00"]}"#,
            "{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":[\"\\\\ud800 😀 \u{fffd}😀\"]}",
        );
    }
}
