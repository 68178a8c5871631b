//! `textDocument/codeAction`

use ide::TextEdit;
use tower_lsp::ls_types::request::CodeActionRequest;
use tower_lsp::ls_types::{
    self, CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse, Uri,
    WorkspaceEdit,
};

use super::commands;
use crate::convert::Converter;
use crate::dispatch::{Outcome, Quick};
use crate::state::Snapshot;

impl Quick for CodeActionRequest {
    fn answer(snapshot: &Snapshot, params: CodeActionParams) -> Outcome<Option<CodeActionResponse>> {
        let uri = params.text_document.uri;
        let (document, converter) = snapshot.document(&uri)?;
        let range = converter.offsets(params.range);
        let only = params.context.only;
        let known = params.context.diagnostics;
        let mut actions = Vec::new();
        for action in snapshot.analysis.code_actions(document.file, range)? {
            let kind = if action.is_fix { CodeActionKind::QUICKFIX } else { CodeActionKind::EMPTY };
            if only.as_ref().is_some_and(|only| !only.contains(&kind)) {
                continue;
            }
            let command = commands::command(&uri, &converter, &action.title, &action.command);
            let edit = match &action.command {
                ide::Command::Edit { edits } => Some(workspace_edit(&uri, &converter, edits)),
                ide::Command::ShowBytecode { .. } | ide::Command::RunSelection { .. } => None,
            };
            let place = action.fixes.map(|range| converter.range(range));
            let diagnostics = known.iter().filter(|it| Some(it.range) == place).cloned();
            let diagnostics = Some(diagnostics.collect()).filter(|it: &Vec<_>| !it.is_empty());
            actions.push(CodeActionOrCommand::CodeAction(CodeAction {
                title: action.title,
                kind: Some(kind),
                diagnostics,
                edit,
                command,
                ..CodeAction::default()
            }));
        }
        Ok(Some(actions))
    }
}

/// Edits of one document, as the protocol has them.
pub fn workspace_edit(uri: &Uri, converter: &Converter, edits: &[TextEdit]) -> WorkspaceEdit {
    let edits = edits
        .iter()
        .map(|edit| ls_types::TextEdit { range: converter.range(edit.range), new_text: edit.text.clone() });
    WorkspaceEdit { changes: Some([(uri.clone(), edits.collect())].into()), ..WorkspaceEdit::default() }
}
