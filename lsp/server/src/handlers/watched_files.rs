//! `workspace/didChangeWatchedFiles`

use tower_lsp::ls_types::DidChangeWatchedFilesParams;
use tower_lsp::ls_types::notification::DidChangeWatchedFiles;

use crate::dispatch::Act;
use crate::state::State;

impl Act for DidChangeWatchedFiles {
    fn act(state: &mut State, params: DidChangeWatchedFilesParams) -> Result<(), String> {
        for change in params.changes {
            state.changed_on_disk(&change.uri);
        }
        Ok(())
    }
}
