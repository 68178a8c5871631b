//! SARIF 2.1.0, for tools that collect findings of many others.

use serde_json::{Value, json};

use super::{FileReport, Places};
use crate::{RULES, Severity};

pub fn render(files: &[FileReport<'_>]) -> String {
    let rules = RULES.iter().map(|(code, text)| json!({"id": code, "shortDescription": {"text": text}}));
    let mut results = Vec::new();
    for file in files {
        let places = Places::new(file.text);
        for it in file.diagnostics {
            let (line, column) = places.place(it.range.start);
            let (end_line, end_column) = places.place(it.range.end);
            let level = match it.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Information | Severity::Hint => "note",
            };
            results.push(json!({
                "ruleId": it.code,
                "level": level,
                "message": {"text": it.message},
                "locations": [{"physicalLocation": {
                    "artifactLocation": {"uri": file.name.replace('\\', "/")},
                    "region": {
                        "startLine": line,
                        "startColumn": column,
                        "endLine": end_line,
                        "endColumn": end_column,
                    },
                }}],
            }));
        }
    }
    let driver = json!({
        "name": "bytelens",
        "version": env!("CARGO_PKG_VERSION"),
        "rules": rules.collect::<Vec<Value>>(),
    });
    let log = json!({
        "version": "2.1.0",
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    });
    format!("{log:#}\n")
}
