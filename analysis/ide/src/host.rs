//! The documents and the snapshots of them.

use std::fmt;
use std::sync::Arc;

use text::{TextRange, TextSize};

use crate::types::*;

/// An open document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A change made what was being computed obsolete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled;

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the document changed meanwhile")
    }
}

impl std::error::Error for Cancelled {}

/// A result of a read, unless a change came between.
pub type Cancellable<T> = Result<T, Cancelled>;

/// Why an edit was refused; the document is unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditError {
    UnknownFile,
    /// The range is reversed, beyond the end, or cuts a character.
    BadRange,
}

/// Owner of the documents; makes all changes.
#[derive(Debug, Default)]
pub struct Host {
    documents: Vec<Option<Document>>,
}

#[derive(Clone, Debug)]
struct Document {
    path: Arc<str>,
    text: Arc<str>,
}

/// A snapshot to read from.
#[derive(Clone, Debug)]
pub struct Analysis {
    documents: Vec<Option<Document>>,
}

impl Host {
    /// No documents.
    pub fn new() -> Host {
        Host::default()
    }

    /// Opens a document. `path` is what messages call it; it need not exist.
    pub fn open(&mut self, path: &str, text: &str) -> FileId {
        let id = FileId(u32::try_from(self.documents.len()).expect("documents fit memory"));
        self.documents.push(Some(Document { path: path.into(), text: text.into() }));
        id
    }

    /// Replaces the whole text.
    pub fn set_text(&mut self, file: FileId, text: &str) -> Result<(), EditError> {
        self.document(file)?.text = text.into();
        Ok(())
    }

    /// Replaces `range` by `text`. Several changes are several calls, each in the coordinates the one before left.
    pub fn edit(&mut self, file: FileId, range: TextRange, text: &str) -> Result<(), EditError> {
        let document = self.document(file)?;
        let (start, end) = (range.start.0 as usize, range.end.0 as usize);
        if document.text.get(start..end).is_none() {
            return Err(EditError::BadRange);
        }
        let mut new = String::from(&*document.text);
        new.replace_range(start..end, text);
        document.text = new.into();
        Ok(())
    }

    /// Forgets a document.
    pub fn close(&mut self, file: FileId) {
        if let Some(slot) = self.documents.get_mut(file.0 as usize) {
            *slot = None;
        }
    }

    /// The documents as they are now.
    pub fn snapshot(&self) -> Analysis {
        Analysis { documents: self.documents.clone() }
    }

    fn document(&mut self, file: FileId) -> Result<&mut Document, EditError> {
        self.documents.get_mut(file.0 as usize).and_then(Option::as_mut).ok_or(EditError::UnknownFile)
    }
}

impl Analysis {
    /// The text of a document; empty if it is closed.
    pub fn text(&self, file: FileId) -> Arc<str> {
        self.document(file).map_or_else(|| Arc::from(""), |document| document.text.clone())
    }

    /// The path a document was opened with.
    pub fn path(&self, file: FileId) -> Option<Arc<str>> {
        self.document(file).map(|document| document.path.clone())
    }

    fn document(&self, file: FileId) -> Option<&Document> {
        self.documents.get(file.0 as usize)?.as_ref()
    }
}

/// The features. Each answers for one document; one that is not open has nothing to show.
impl Analysis {
    /// Everything wrong or doubtful in the file, in its order.
    pub fn diagnostics(&self, _file: FileId) -> Cancellable<Vec<diagnostics::Diagnostic>> {
        Ok(Vec::new())
    }

    /// What is at `offset`: for a name where it lives and how the compiler reaches it, for `def`, `class` and `lambda`
    /// the bytecode.
    pub fn hover(&self, _file: FileId, _offset: TextSize) -> Cancellable<Option<Hover>> {
        Ok(None)
    }

    /// The outline.
    pub fn document_symbols(&self, _file: FileId) -> Cancellable<Vec<DocumentSymbol>> {
        Ok(Vec::new())
    }

    /// Where the name at `offset` gets its value.
    pub fn definition(&self, _file: FileId, _offset: TextSize) -> Cancellable<Vec<Location>> {
        Ok(Vec::new())
    }

    /// All places of the name at `offset`, in the order of the file.
    pub fn references(&self, _file: FileId, _offset: TextSize) -> Cancellable<Vec<Reference>> {
        Ok(Vec::new())
    }

    /// The range of the name at `offset`, if it can be renamed; otherwise why not.
    pub fn prepare_rename(&self, _file: FileId, _offset: TextSize) -> Cancellable<Result<TextRange, String>> {
        Ok(Err("there is no name here".to_owned()))
    }

    /// The changes that rename the name at `offset`.
    pub fn rename(&self, _file: FileId, _offset: TextSize, _name: &str) -> Cancellable<RenameResult> {
        Ok(Err("there is no name here".to_owned()))
    }

    /// Names for the word that ends at `offset`.
    pub fn completions(&self, _file: FileId, _offset: TextSize) -> Cancellable<Vec<Completion>> {
        Ok(Vec::new())
    }

    /// The names in `range` (or everywhere) with their meaning, in the order of the file, disjoint.
    pub fn semantic_tokens(
        &self,
        _file: FileId,
        _range: Option<TextRange>,
    ) -> Cancellable<Vec<SemanticToken>> {
        Ok(Vec::new())
    }

    /// What can be folded.
    pub fn folding_ranges(&self, _file: FileId) -> Cancellable<Vec<FoldingRange>> {
        Ok(Vec::new())
    }

    /// The ranges around `offset`, from the innermost node to the whole file.
    pub fn selection_ranges(&self, _file: FileId, _offset: TextSize) -> Cancellable<Vec<TextRange>> {
        Ok(Vec::new())
    }

    /// The commands to show above definitions.
    pub fn code_lenses(&self, _file: FileId) -> Cancellable<Vec<CodeLens>> {
        Ok(Vec::new())
    }

    /// The commands to offer for a selection; an empty one is the cursor.
    pub fn code_actions(&self, _file: FileId, _range: TextRange) -> Cancellable<Vec<CodeAction>> {
        Ok(Vec::new())
    }

    /// The bytecode of the innermost `def`, `class` or `lambda` that holds the range, or of the module. The error says
    /// in words why there is none.
    pub fn bytecode_view(
        &self,
        _file: FileId,
        _range: Option<TextRange>,
    ) -> Cancellable<Result<BytecodeView, String>> {
        Ok(Err("the file is not open".to_owned()))
    }

    /// What to run to evaluate `range`; an empty one stands for the statement at the cursor, none for the file.
    pub fn evaluation_plan(
        &self,
        _file: FileId,
        _range: Option<TextRange>,
    ) -> Cancellable<Option<EvaluationPlan>> {
        Ok(None)
    }
}
