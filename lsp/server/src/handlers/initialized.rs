//! `initialized`: from here on the server may speak.

use tower_lsp::ls_types::notification::Initialized;
use tower_lsp::ls_types::request::RegisterCapability;
use tower_lsp::ls_types::{InitializedParams, RegistrationParams};

use super::configuration;
use crate::capabilities;
use crate::dispatch::Act;
use crate::state::State;

impl Act for Initialized {
    fn act(state: &mut State, _: InitializedParams) -> Result<(), String> {
        let registrations = capabilities::registrations(state.session());
        if !registrations.is_empty() {
            state.outbox().ask::<RegisterCapability>(RegistrationParams { registrations }, |()| None);
        }
        configuration::ask(state);
        Ok(())
    }
}
