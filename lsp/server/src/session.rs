//! What was agreed with the client when the session began.

use text::ColumnUnit;
use tower_lsp::ls_types::{
    ClientCapabilities, InitializeParams, MarkupKind, PositionEncodingKind, Uri, WorkspaceFolder,
};

use crate::convert;

/// The client's side of the agreement, reduced to the questions that handlers ask.
#[derive(Clone, Debug)]
pub struct Session {
    /// What columns count.
    pub unit: ColumnUnit,
    /// The same, as it is told to the client.
    pub encoding: PositionEncodingKind,
    /// Asks for diagnostics by itself; pushing them too would show each of them twice.
    pub pulls_diagnostics: bool,
    /// Shows a document on request.
    pub shows_documents: bool,
    /// Answers `workspace/configuration`.
    pub has_configuration: bool,
    /// Takes registrations of `workspace/didChangeConfiguration`.
    pub registers_configuration: bool,
    /// Takes registrations of file watchers.
    pub registers_watchers: bool,
    /// Takes nested document symbols.
    pub nested_symbols: bool,
    /// Renders Markdown in hovers.
    pub markdown: bool,
    /// Refreshes code lenses when told to.
    pub refreshes_lenses: bool,
    /// Folders that are open. Nothing is read from them unasked.
    pub folders: Vec<Uri>,
}

impl Session {
    /// Reads the client's parameters.
    pub fn new(params: &InitializeParams) -> Session {
        let ClientCapabilities { workspace, text_document, window, general, .. } = &params.capabilities;
        let workspace = workspace.as_ref();
        let document = text_document.as_ref();
        let offered = general.as_ref().and_then(|general| general.position_encodings.as_deref());
        let (encoding, unit) = convert::negotiate(offered);
        let hover_formats =
            document.and_then(|it| it.hover.as_ref()).and_then(|it| it.content_format.as_ref());
        Session {
            unit,
            encoding,
            pulls_diagnostics: document.is_some_and(|it| it.diagnostic.is_some()),
            shows_documents: window
                .as_ref()
                .and_then(|it| it.show_document.as_ref())
                .is_some_and(|it| it.support),
            has_configuration: workspace.and_then(|it| it.configuration).unwrap_or(false),
            registers_configuration: workspace
                .and_then(|it| it.did_change_configuration.as_ref())
                .and_then(|it| it.dynamic_registration)
                .unwrap_or(false),
            registers_watchers: workspace
                .and_then(|it| it.did_change_watched_files.as_ref())
                .and_then(|it| it.dynamic_registration)
                .unwrap_or(false),
            nested_symbols: document
                .and_then(|it| it.document_symbol.as_ref())
                .and_then(|it| it.hierarchical_document_symbol_support)
                .unwrap_or(false),
            // A client that says nothing about formats is an old one, and those take Markdown.
            markdown: hover_formats.is_none_or(|formats| formats.contains(&MarkupKind::Markdown)),
            refreshes_lenses: workspace
                .and_then(|it| it.code_lens.as_ref())
                .and_then(|it| it.refresh_support)
                .unwrap_or(false),
            folders: folders(params.workspace_folders.as_deref().unwrap_or_default()),
        }
    }
}

/// The addresses of folders.
pub fn folders(folders: &[WorkspaceFolder]) -> Vec<Uri> {
    folders.iter().map(|folder| folder.uri.clone()).collect()
}

impl Default for Session {
    fn default() -> Session {
        Session::new(&InitializeParams::default())
    }
}
