//! One file for each thing that a client can ask for or tell.
//!
//! A handler turns the protocol's places into offsets, asks [`ide`], and turns the answer back. None knows
//! anything about Python.

pub mod bytecode;
mod call_hierarchy;
mod code_actions;
mod code_lens;
pub mod commands;
mod completion;
mod configuration;
mod definition;
pub mod diagnostics;
mod document_highlight;
mod document_symbols;
pub mod evaluation;
mod folding_ranges;
mod hover;
mod initialized;
mod inlay_hints;
mod references;
mod rename;
mod selection_ranges;
pub mod semantic_tokens;
mod signature_help;
mod text_sync;
mod watched_files;
mod workspace_folders;
mod workspace_symbols;
