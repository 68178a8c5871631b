//! The answers: plain data.

use diagnostics::TextEdit;
use text::{TextRange, TextSize};

use crate::host::FileId;

/// What is known of the thing under the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// What the text is about.
    pub range: TextRange,
    pub markdown: String,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SymbolKind {
    Module,
    Class,
    Function,
    Method,
    Variable,
    /// A variable of a class.
    Field,
    /// A variable in capitals.
    Constant,
    Parameter,
    TypeParameter,
    TypeAlias,
    Import,
    Builtin,
    Keyword,
    Lambda,
}

/// An entry of the outline. Entries come in the order of the file, each before those inside of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentSymbol {
    pub name: String,
    /// More about it, in a few words: `(a, b=1)`.
    pub detail: String,
    pub kind: SymbolKind,
    /// The whole of it, decorators included.
    pub range: TextRange,
    /// Its name.
    pub name_range: TextRange,
    /// How many entries it is nested in.
    pub depth: u32,
}

/// Calls between two definitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calls {
    /// The one at the other end.
    pub symbol: DocumentSymbol,
    /// Where the calls are: the names that are called.
    pub places: Vec<TextRange>,
}

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Location {
    pub file: FileId,
    pub range: TextRange,
}

/// What happens to a name where it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    Read,
    Write,
    /// `global`, `nonlocal`, or an annotation without value.
    Declare,
}

/// A place where a name is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reference {
    pub range: TextRange,
    pub access: Access,
}

/// What a rename does, or why it cannot be done.
pub type RenameResult = Result<Vec<TextEdit>, String>;

/// A suggestion for the word at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    pub label: String,
    pub kind: SymbolKind,
    /// Where it comes from, in a few words.
    pub detail: String,
    /// What it replaces: the part of the word before the cursor.
    pub replace: TextRange,
    /// Nearer scopes first.
    pub rank: u32,
}

/// What a token means, beyond what its spelling shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SemanticKind {
    Namespace,
    Class,
    Function,
    Method,
    Variable,
    Property,
    Parameter,
    TypeParameter,
    Builtin,
    Decorator,
}

/// A name with its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SemanticToken {
    pub range: TextRange,
    pub kind: SemanticKind,
    /// The name gets its value here.
    pub declaration: bool,
    /// A variable captured by a nested scope, or one of an enclosing scope.
    pub captured: bool,
    /// Lives in the module's namespace.
    pub global: bool,
}

/// What a foldable region is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FoldingKind {
    Code,
    Comment,
    Imports,
}

/// A region that can be folded; it covers whole lines but for its ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FoldingRange {
    pub range: TextRange,
    pub kind: FoldingKind,
}

/// Something the user can have done to a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Show [`Analysis::bytecode_view`](crate::Analysis::bytecode_view) of the range.
    ShowBytecode { range: TextRange },
    /// Run [`Analysis::evaluation_plan`](crate::Analysis::evaluation_plan) of the range.
    RunSelection { range: TextRange },
    /// Change the text.
    Edit { edits: Vec<TextEdit> },
}

/// A command shown above a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeLens {
    pub range: TextRange,
    pub title: String,
    pub command: Command,
}

/// A command offered for a selection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeAction {
    pub title: String,
    pub command: Command,
    /// Removes the cause of a diagnostic.
    pub is_fix: bool,
    /// What that diagnostic is about.
    pub fixes: Option<TextRange>,
}

/// A word shown behind a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlayHint {
    pub offset: TextSize,
    pub label: String,
    /// What it means, in a sentence.
    pub tooltip: String,
}

/// The signature of a function whose arguments are being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureHelp {
    /// `name(parameters)`, on one line.
    pub label: String,
    /// Where in the label the parameters are, in bytes.
    pub parameters: Vec<TextRange>,
    /// The one that the argument at the cursor is for.
    pub active: Option<usize>,
}

/// Bytecode as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BytecodeView {
    /// What was compiled: `function f`.
    pub title: String,
    /// The disassembly, in the format of `python -m dis`.
    pub text: String,
    /// The source of it.
    pub range: TextRange,
}

/// A top-level statement that a selection needs before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedStatement {
    pub range: TextRange,
    /// Names for whose sake it runs.
    pub names: Vec<String>,
}

/// A run of lines of the source to run, and where they are in the document. Lines count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineMapping {
    pub source_line: u32,
    pub document_line: u32,
    pub count: u32,
    /// Bytes that the source's lines have less at their start than the document's.
    pub dedent: u32,
}

/// How to evaluate a selection: what to run, and what of the document that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvaluationPlan {
    /// What is evaluated: the selection, or the statement at the cursor, without blanks around it.
    pub range: TextRange,
    /// Statements to run before it, in the order of the file.
    pub before: Vec<PlannedStatement>,
    /// Their text.
    pub setup: String,
    /// Places of the lines of `setup`.
    pub setup_lines: Vec<LineMapping>,
    /// The text of the selection, dedented. Its last statement, if an expression, gives the value.
    pub source: String,
    pub source_lines: Vec<LineMapping>,
    /// Why the selection cannot be evaluated as it stands, in words for the user.
    pub obstacle: Option<String>,
}
