//! The documents and the snapshots of them.

use std::fmt;
use std::sync::Arc;

use text::{TextRange, TextSize};

use crate::bytecode::Extent;
use crate::file::File;
use crate::types::*;
use crate::{bytecode, completion, evaluation, hover, names, outline, ranges, tokens};

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
    documents: Vec<Option<Arc<File>>>,
}

/// A snapshot to read from.
#[derive(Clone, Debug)]
pub struct Analysis {
    documents: Vec<Option<Arc<File>>>,
}

impl Host {
    /// No documents.
    pub fn new() -> Host {
        Host::default()
    }

    /// Opens a document. `path` is what messages call it; it need not exist.
    pub fn open(&mut self, path: &str, text: &str) -> FileId {
        let id = FileId(u32::try_from(self.documents.len()).expect("documents fit memory"));
        self.documents.push(Some(Arc::new(File::new(path.into(), text))));
        id
    }

    /// Replaces the whole text.
    pub fn set_text(&mut self, file: FileId, text: &str) -> Result<(), EditError> {
        let document = self.document(file)?;
        *document = Arc::new(File::new(document.path.clone(), text));
        Ok(())
    }

    /// Replaces `range` by `text`. Several changes are several calls, each in the coordinates the one before left.
    pub fn edit(&mut self, file: FileId, range: TextRange, text: &str) -> Result<(), EditError> {
        let document = self.document(file)?;
        let (start, end) = (range.start.to_usize(), range.end.to_usize());
        if document.text.get(start..end).is_none() {
            return Err(EditError::BadRange);
        }
        let new = [&document.text[..start], text, &document.text[end..]].concat();
        *document = Arc::new(File::new(document.path.clone(), &new));
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

    fn document(&mut self, file: FileId) -> Result<&mut Arc<File>, EditError> {
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

    fn document(&self, file: FileId) -> Option<&File> {
        self.documents.get(file.0 as usize)?.as_deref()
    }

    /// What `read` finds in a document, or what is found where there is nothing.
    fn read<T: Default>(&self, file: FileId, read: impl FnOnce(&File) -> T) -> Cancellable<T> {
        Ok(self.document(file).map(read).unwrap_or_default())
    }
}

/// The features. Each answers for one document; one that is not open has nothing to show.
impl Analysis {
    /// Everything wrong or doubtful in the file, in its order.
    pub fn diagnostics(&self, file: FileId) -> Cancellable<Vec<diagnostics::Diagnostic>> {
        self.read(file, File::diagnostics)
    }

    /// What is at `offset`: for a name where it lives and how the compiler reaches it, for `def`, `class` and `lambda`
    /// the bytecode.
    pub fn hover(&self, file: FileId, offset: TextSize) -> Cancellable<Option<Hover>> {
        self.read(file, |it| hover::hover(it, offset))
    }

    /// The outline.
    pub fn document_symbols(&self, file: FileId) -> Cancellable<Vec<DocumentSymbol>> {
        self.read(file, outline::symbols)
    }

    /// Where the name at `offset` gets its value.
    pub fn definition(&self, file: FileId, offset: TextSize) -> Cancellable<Vec<Location>> {
        let ranges = self.read(file, |it| names::definition(it, offset))?;
        Ok(ranges.into_iter().map(|range| Location { file, range }).collect())
    }

    /// All places of the name at `offset`, in the order of the file.
    pub fn references(&self, file: FileId, offset: TextSize) -> Cancellable<Vec<Reference>> {
        self.read(file, |it| names::references(it, offset))
    }

    /// The range of the name at `offset`, if it can be renamed; otherwise why not.
    pub fn prepare_rename(&self, file: FileId, offset: TextSize) -> Cancellable<Result<TextRange, String>> {
        let range = self.read(file, |it| Some(names::prepare_rename(it, offset)))?;
        Ok(range.unwrap_or_else(|| Err(not_open())))
    }

    /// The changes that rename the name at `offset`.
    pub fn rename(&self, file: FileId, offset: TextSize, name: &str) -> Cancellable<RenameResult> {
        let edits = self.read(file, |it| Some(names::rename(it, offset, name)))?;
        Ok(edits.unwrap_or_else(|| Err(not_open())))
    }

    /// Names for the word that ends at `offset`.
    pub fn completions(&self, file: FileId, offset: TextSize) -> Cancellable<Vec<Completion>> {
        self.read(file, |it| completion::completions(it, offset))
    }

    /// The names in `range` (or everywhere) with their meaning, in the order of the file, disjoint.
    pub fn semantic_tokens(&self, file: FileId, range: Option<TextRange>) -> Cancellable<Vec<SemanticToken>> {
        self.read(file, |it| tokens::tokens(it, range))
    }

    /// What can be folded.
    pub fn folding_ranges(&self, file: FileId) -> Cancellable<Vec<FoldingRange>> {
        self.read(file, ranges::folding)
    }

    /// The ranges around `offset`, from the innermost node to the whole file.
    pub fn selection_ranges(&self, file: FileId, offset: TextSize) -> Cancellable<Vec<TextRange>> {
        self.read(file, |it| ranges::selection(it, offset))
    }

    /// The commands to show above definitions.
    pub fn code_lenses(&self, file: FileId) -> Cancellable<Vec<CodeLens>> {
        self.read(file, outline::code_lenses)
    }

    /// The commands to offer for a selection; an empty one is the cursor.
    pub fn code_actions(&self, file: FileId, range: TextRange) -> Cancellable<Vec<CodeAction>> {
        self.read(file, |it| {
            let mut actions = Vec::new();
            if evaluation::plan(it, Some(range)).is_some_and(|plan| plan.obstacle.is_none()) {
                let title = if range.is_empty() { "Run this statement" } else { "Run the selection" };
                let command = Command::RunSelection { range };
                actions.push(CodeAction { title: title.to_owned(), command, is_fix: false });
            }
            let command = Command::ShowBytecode { range };
            actions.push(CodeAction { title: "Show bytecode".to_owned(), command, is_fix: false });
            actions
        })
    }

    /// The bytecode of the innermost `def`, `class` or `lambda` that holds the range, or of the module. The error says
    /// in words why there is none.
    pub fn bytecode_view(
        &self,
        file: FileId,
        range: Option<TextRange>,
    ) -> Cancellable<Result<BytecodeView, String>> {
        let view = self.read(file, |it| Some(bytecode::view(it, range, Extent::All)))?;
        Ok(view.unwrap_or_else(|| Err(not_open())))
    }

    /// What to run to evaluate `range`; an empty one stands for the statement at the cursor, none for the file.
    pub fn evaluation_plan(
        &self,
        file: FileId,
        range: Option<TextRange>,
    ) -> Cancellable<Option<EvaluationPlan>> {
        self.read(file, |it| evaluation::plan(it, range))
    }
}

fn not_open() -> String {
    "the file is not open".to_owned()
}
