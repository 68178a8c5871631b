//! Addresses as they should have been sent.
//!
//! RFC 3986 knows no `é`, no blank and no bracket in a path, but clients send them; the types of the protocol refuse
//! the whole message then, and an editor would have a document that the server has never heard of.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::Value;

/// What an address cannot have anywhere. Brackets can be around a host.
const FOREIGN: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');
const FOREIGN_IN_PATH: &AsciiSet = &FOREIGN.add(b'[').add(b']');

/// Encodes what has to be encoded in the addresses of a message: its members with `uri` in their names, and the arguments
/// of commands.
pub fn encode(params: &mut Value) {
    match params {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if name == "uri" || name.ends_with("Uri") => encode_text(text),
                    Value::Array(arguments) if name == "arguments" => {
                        arguments.iter_mut().for_each(|argument| match argument {
                            Value::String(text) => encode_text(text),
                            other => encode(other),
                        });
                    }
                    other => encode(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(encode),
        _ => {}
    }
}

fn encode_text(text: &mut String) {
    let set = if text.starts_with("file:") { FOREIGN_IN_PATH } else { FOREIGN };
    let mut encoded = utf8_percent_encode(text, set);
    // Mostly there is nothing to do.
    if encoded.next().is_some_and(|first| first != text.as_str()) {
        *text = utf8_percent_encode(text, set).to_string();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn addresses_are_encoded_and_nothing_else_is() {
        let check = |params: serde_json::Value, expect: serde_json::Value| {
            let mut encoded = params;
            super::encode(&mut encoded);
            assert_eq!(encoded, expect);
        };
        let document = |uri: &str| json!({"textDocument": {"uri": uri, "text": "é |"}});
        check(document("file:///a%20b.py"), document("file:///a%20b.py"));
        check(document("file:///é [1].py"), document("file:///%C3%A9%20%5B1%5D.py"));
        check(document("http://[::1]/é"), document("http://[::1]/%C3%A9"));
        check(json!({"rootUri": "file:///{}"}), json!({"rootUri": "file:///%7B%7D"}));
        check(
            json!({"arguments": ["file:///é", {"uri": "x:é"}, 1]}),
            json!({"arguments": ["file:///%C3%A9", {"uri": "x:%C3%A9"}, 1]}),
        );
        check(json!(["é", {"newName": "é"}]), json!(["é", {"newName": "é"}]));
    }
}
