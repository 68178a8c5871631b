//! `workspace/didChangeWorkspaceFolders`

use tower_lsp::ls_types::DidChangeWorkspaceFoldersParams;
use tower_lsp::ls_types::notification::DidChangeWorkspaceFolders;

use crate::dispatch::Act;
use crate::session;
use crate::state::State;

impl Act for DidChangeWorkspaceFolders {
    fn act(state: &mut State, params: DidChangeWorkspaceFoldersParams) -> Result<(), String> {
        let (removed, added) =
            (session::folders(&params.event.removed), session::folders(&params.event.added));
        let folders = &mut state.session_mut().folders;
        folders.retain(|folder| !removed.contains(folder));
        folders.extend(added);
        Ok(())
    }
}
