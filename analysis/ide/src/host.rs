//! The documents and the snapshots of them.

use std::sync::Arc;

pub use db::Cancelled;
use db::Database;
use rustc_hash::FxHashMap;
use syntax::Edit;
use text::{Rope, TextRange, TextSize};

use crate::bytecode::Extent;
use crate::file::File;
use crate::types::*;
use crate::{
    bytecode, calls, completion, evaluation, fixes, hover, inlay, names, outline, ranges, signature, tokens,
};

/// An open document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A result of a read, unless a change came between.
pub type Cancellable<T> = Result<T, Cancelled>;

/// Why an edit was refused; the document is unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditError {
    UnknownFile,
    /// The range is reversed, beyond the end, or cuts a character.
    BadRange,
}

/// Owner of the documents; makes all changes. One thread has it.
#[derive(Debug, Default)]
pub struct Host {
    db: Database,
    documents: Arc<Vec<Option<db::File>>>,
    /// Documents that were edited since the last snapshot.
    edited: FxHashMap<FileId, Edited>,
    /// Inputs of closed documents, to be used for others.
    closed: Vec<db::File>,
}

/// A text that has no tree yet, and how it came out of the one that has.
#[derive(Debug)]
struct Edited {
    text: Rope,
    edit: Edit,
}

/// One edit that does what two do, the second in the coordinates that the first left.
fn both(first: Edit, second: Edit) -> Edit {
    let first_end = first.range.start.0 + first.len.0;
    let start = first.range.start.min(second.range.start);
    // What the second takes away behind the first was there before the first, too.
    let behind = second.range.end.0.saturating_sub(first_end);
    let end = first_end + behind;
    let len = end - start.0 - (second.range.end.0 - second.range.start.0) + second.len.0;
    let range = TextRange { start, end: TextSize(first.range.end.0 + behind) };
    Edit { range, len: TextSize(len) }
}

/// A snapshot to read from. While it is there the documents stay as they are: a change waits for all snapshots to be
/// dropped, and asks what runs on them to give up.
#[derive(Clone, Debug)]
pub struct Analysis {
    db: Database,
    documents: Arc<Vec<Option<db::File>>>,
}

impl Host {
    /// No documents.
    pub fn new() -> Host {
        Host::default()
    }

    /// Opens a document. `path` is what messages call it; it need not exist.
    pub fn open(&mut self, path: &str, text: &str) -> FileId {
        let parsed = Arc::new(syntax::parse_module(text));
        let file = match self.closed.pop() {
            Some(file) => {
                self.db.rename(file, path);
                self.db.set(file, Rope::new(text), parsed);
                file
            }
            None => self.db.add(path, Rope::new(text), parsed),
        };
        let id = FileId(u32::try_from(self.documents.len()).expect("documents fit memory"));
        Arc::make_mut(&mut self.documents).push(Some(file));
        id
    }

    /// Replaces the whole text.
    pub fn set_text(&mut self, file: FileId, text: &str) -> Result<(), EditError> {
        let range = TextRange::new(0u32, self.document(file)?.rope(&self.db).len());
        self.edited
            .insert(file, Edited { text: Rope::new(text), edit: Edit { range, len: TextSize::of(text) } });
        Ok(())
    }

    /// Replaces `range` by `text`. Several changes are several calls, each in the coordinates the one before left.
    pub fn edit(&mut self, file: FileId, range: TextRange, text: &str) -> Result<(), EditError> {
        let mut rope = self.rope(file)?;
        rope.edit(range, text).or(Err(EditError::BadRange))?;
        let edit = Edit { range, len: TextSize::of(text) };
        let before = self.edited.remove(&file);
        let edit = before.map_or(edit, |before| both(before.edit, edit));
        self.edited.insert(file, Edited { text: rope, edit });
        Ok(())
    }

    /// The text of a document as it is after all edits.
    pub fn rope(&self, file: FileId) -> Result<Rope, EditError> {
        match self.edited.get(&file) {
            Some(edited) => Ok(edited.text.clone()),
            None => Ok(self.document(file)?.rope(&self.db).clone()),
        }
    }

    /// Forgets a document.
    pub fn close(&mut self, file: FileId) {
        self.edited.remove(&file);
        let slot = Arc::make_mut(&mut self.documents).get_mut(file.0 as usize);
        if let Some(input) = slot.and_then(Option::take) {
            self.db.set(input, Rope::default(), Arc::new(syntax::parse_module("")));
            self.closed.push(input);
        }
    }

    /// The documents as they are now.
    pub fn snapshot(&mut self) -> Analysis {
        for (file, Edited { text, edit }) in std::mem::take(&mut self.edited) {
            let Ok(input) = self.document(file) else { continue };
            let parsed = syntax::reparse(input.parsed(&self.db), &text, edit).parsed;
            self.db.set(input, text, Arc::new(parsed));
        }
        Analysis { db: self.db.clone(), documents: self.documents.clone() }
    }

    fn document(&self, file: FileId) -> Result<db::File, EditError> {
        self.documents.get(file.0 as usize).copied().flatten().ok_or(EditError::UnknownFile)
    }
}

impl Analysis {
    /// The text of a document; empty if it is closed.
    pub fn text(&self, file: FileId) -> Arc<str> {
        self.document(file).map_or_else(String::new, |document| document.rope(&self.db).to_string()).into()
    }

    /// The path a document was opened with.
    pub fn path(&self, file: FileId) -> Option<Arc<str>> {
        self.document(file).map(|document| document.path(&self.db).clone())
    }

    /// Starts to record what is computed, for [`take_log`](Self::take_log).
    pub fn start_log(&self) {
        self.db.start_log();
    }

    /// The names of the queries that were computed, not reused, since the log was started or last taken.
    pub fn take_log(&self) -> Vec<&'static str> {
        self.db.take_log()
    }

    fn document(&self, file: FileId) -> Option<db::File> {
        self.documents.get(file.0 as usize).copied().flatten()
    }

    /// What `read` finds in a document, or what is found where there is nothing.
    fn read<T: Default>(&self, file: FileId, read: impl FnOnce(&File<'_>) -> T) -> Cancellable<T> {
        let Some(document) = self.document(file) else { return Ok(T::default()) };
        db::cancellable(|| read(&File::new(&self.db, document)))
    }
}

/// The features. Each answers for one document; one that is not open has nothing to show.
impl Analysis {
    /// Everything wrong or doubtful in the file, in its order.
    pub fn diagnostics(&self, file: FileId) -> Cancellable<Vec<diagnostics::Diagnostic>> {
        self.read(file, |it| it.diagnostics().to_vec())
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

    /// The function or class of the file that the name at `offset` means.
    pub fn callee(&self, file: FileId, offset: TextSize) -> Cancellable<Option<DocumentSymbol>> {
        self.read(file, |it| calls::prepare(it, offset))
    }

    /// The calls of what the name at `offset` means, by where they stand.
    pub fn incoming_calls(&self, file: FileId, offset: TextSize) -> Cancellable<Vec<Calls>> {
        self.read(file, |it| calls::incoming(it, offset))
    }

    /// What the definition with its name at `offset` calls, or the code of the module.
    pub fn outgoing_calls(&self, file: FileId, offset: Option<TextSize>) -> Cancellable<Vec<Calls>> {
        self.read(file, |it| calls::outgoing(it, offset))
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
            let mut actions = fixes::fixes(it, range);
            if evaluation::can_run(it, range) {
                let title = if range.is_empty() { "Run this statement" } else { "Run the selection" };
                let command = Command::RunSelection { range };
                actions.push(CodeAction { title: title.to_owned(), command, is_fix: false, fixes: None });
            }
            let command = Command::ShowBytecode { range };
            actions.push(CodeAction {
                title: "Show bytecode".to_owned(),
                command,
                is_fix: false,
                fixes: None,
            });
            actions
        })
    }

    /// Words that say where names in `range` live, where that is not plain.
    pub fn inlay_hints(&self, file: FileId, range: TextRange) -> Cancellable<Vec<InlayHint>> {
        self.read(file, |it| inlay::hints(it, range))
    }

    /// The signature of the function whose arguments are around `offset`.
    pub fn signature_help(&self, file: FileId, offset: TextSize) -> Cancellable<Option<SignatureHelp>> {
        self.read(file, |it| signature::help(it, offset))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_edits_are_one() {
        let text = "0123456789";
        let apply = |text: &str, edit: Edit, with: &str| {
            format!("{}{with}{}", &text[..edit.range.start.to_usize()], &text[edit.range.end.to_usize()..])
        };
        for (first, one) in [((2u32, 5u32), "ab"), ((4, 4), "xyz"), ((0, 10), ""), ((3, 4), "")] {
            let first = Edit { range: TextRange::new(first.0, first.1), len: TextSize::of(one) };
            let between = apply(text, first, one);
            let length = TextSize::of(&between).0;
            for start in 0..=length {
                for end in start..=length {
                    let second = Edit { range: TextRange::new(start, end), len: TextSize(1) };
                    let after = apply(&between, second, "!");
                    let Edit { range, len } = both(first, second);
                    let with = &after[range.start.to_usize()..][..len.to_usize()];
                    assert_eq!(apply(text, both(first, second), with), after, "{first:?} {second:?}");
                }
            }
        }
    }
}
