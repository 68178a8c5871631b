//! Tells Zed how to start `bytelens server`.

use zed_extension_api::settings::LspSettings;
use zed_extension_api::{self as zed, Command, Extension, LanguageServerId, Result, Worktree, serde_json};

struct Bytelens;

impl Extension for Bytelens {
    fn new() -> Bytelens {
        Bytelens
    }

    fn language_server_command(&mut self, _: &LanguageServerId, worktree: &Worktree) -> Result<Command> {
        let command = worktree.which("bytelens").ok_or("bytelens is not on the PATH")?;
        Ok(Command { command, args: vec!["server".into()], env: worktree.shell_env() })
    }

    fn language_server_workspace_configuration(
        &mut self,
        server: &LanguageServerId,
        worktree: &Worktree,
    ) -> Result<Option<serde_json::Value>> {
        Ok(LspSettings::for_worktree(server.as_ref(), worktree)?.settings)
    }
}

zed::register_extension!(Bytelens);
