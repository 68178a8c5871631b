//! JSON: an array of objects, in order.

use serde_json::{Value, json};

use super::{FileReport, Places, severity};

pub fn render(files: &[FileReport<'_>]) -> String {
    let mut all = Vec::new();
    for file in files {
        let places = Places::new(file.text);
        let place = |offset| {
            let (line, column) = places.place(offset);
            json!({"line": line, "column": column})
        };
        for it in file.diagnostics {
            let related = it.related.iter().map(|related| {
                json!({
                    "message": related.message,
                    "start": place(related.range.start),
                    "end": place(related.range.end),
                })
            });
            all.push(json!({
                "file": file.name,
                "code": it.code,
                "severity": severity(it),
                "message": it.message,
                "start": place(it.range.start),
                "end": place(it.range.end),
                "related": related.collect::<Vec<Value>>(),
            }));
        }
    }
    format!("{:#}\n", Value::Array(all))
}
