//! `textDocument/hover`

use tower_lsp::ls_types::request::HoverRequest;
use tower_lsp::ls_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind};

use crate::dispatch::{Outcome, Quick};
use crate::state::Snapshot;

impl Quick for HoverRequest {
    fn answer(snapshot: &Snapshot, params: HoverParams) -> Outcome<Option<Hover>> {
        let place = params.text_document_position_params;
        let (document, converter) = snapshot.document(&place.text_document.uri)?;
        let hover = snapshot.analysis.hover(document.file, converter.offset(place.position))?;
        Ok(hover.map(|hover| {
            let contents = if snapshot.session.markdown {
                MarkupContent { kind: MarkupKind::Markdown, value: hover.markdown }
            } else {
                MarkupContent { kind: MarkupKind::PlainText, value: plain(&hover.markdown) }
            };
            let range = Some(converter.range(hover.range));
            Hover { range, contents: HoverContents::Markup(contents) }
        }))
    }
}

/// Our own Markdown without its marks: emphasis and code outside of fences, the fences, rules.
fn plain(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut in_code = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
            continue;
        }
        if in_code {
            out.push_str(line);
        } else if line != "---" {
            out.extend(line.split("**").flat_map(|piece| piece.split('`')));
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn plain_text_has_no_marks() {
        let markdown =
            "**`f`** — global of the module\n\n- `LOAD_NAME`\n---\nfunction f\n\n```text\n 1  OP (**)\n```";
        let expect = "f — global of the module\n\n- LOAD_NAME\n\nfunction f\n\n 1  OP (**)";
        assert_eq!(super::plain(markdown), expect);
    }
}
