//! `workspace/didChangeConfiguration`

use tower_lsp::ls_types::notification::DidChangeConfiguration;
use tower_lsp::ls_types::request::WorkspaceConfiguration;
use tower_lsp::ls_types::{ConfigurationItem, ConfigurationParams, DidChangeConfigurationParams};

use crate::dispatch::Act;
use crate::main_loop::Internal;
use crate::state::State;

impl Act for DidChangeConfiguration {
    fn act(state: &mut State, params: DidChangeConfigurationParams) -> Result<(), String> {
        if state.session().has_configuration {
            ask(state);
        } else {
            // Clients of the older kind send the settings themselves.
            state.configure(params.settings);
        }
        Ok(())
    }
}

/// Asks the client for the settings, if it answers such questions.
pub fn ask(state: &State) {
    if !state.session().has_configuration {
        return;
    }
    let item = ConfigurationItem { scope_uri: None, section: Some("bytelens".into()) };
    let params = ConfigurationParams { items: vec![item] };
    state.outbox().ask::<WorkspaceConfiguration>(params, |answers| {
        // A client without the section answers with null: the defaults, or what it said before, stay.
        answers.into_iter().next().filter(|value| !value.is_null()).map(Internal::Configured)
    });
}
