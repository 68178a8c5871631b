//! The command line's grammar. Flags that CPython's tools have are spelt as there.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

/// Shows what CPython 3.14 will do with a piece of Python.
#[derive(Debug, Parser)]
#[command(version, about, arg_required_else_help = true)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the language server over standard input and output.
    Server(Server),
    /// Evaluate for a server (started by one, not by hand).
    #[command(hide = true)]
    Worker(Worker),
    /// Report what CPython refuses, and what else is doubtful.
    Check(Check),
    /// Print the tokens of a file, as `python -m tokenize` does.
    Tokenize(Tokenize),
    /// Print the syntax tree of a file, as `python -m ast -a` does.
    Ast(Ast),
    /// Print the symbol tables of files, as `python -m symtable` does.
    Symtable(Symtable),
    /// Print the bytecode of a file, as `python -m dis` does.
    Dis(Dis),
    /// Make a `.pyc` of bytecode written as text.
    Asm(Asm),
    /// Show how the bytecode of two files, or of two functions, differs.
    Diff(Diff),
    /// Compile files and folders to `.pyc` files.
    Compile(Compile),
    /// Run a program, as `python` does.
    Run(Run),
    /// See the server at work: what an editor would show of a file, without an editor.
    Tour(Tour),
}

#[derive(Debug, ClapArgs)]
pub struct Server {
    /// Accepted because editors pass it; there is no other way.
    #[arg(long)]
    pub stdio: bool,
}

#[derive(Debug, ClapArgs)]
pub struct Worker {
    /// The most memory that Python objects may take, in bytes.
    #[arg(long)]
    pub memory: u64,
}

#[derive(Debug, ClapArgs)]
pub struct Check {
    /// Files, or folders with Python files; `-` is standard input.
    #[arg(default_value = "-")]
    pub files: Vec<PathBuf>,
    /// The form of the report.
    #[arg(long, default_value = "full", alias = "format")]
    pub output_format: OutputFormat,
}

/// Forms of a report.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum OutputFormat {
    /// With the lines of the source.
    #[value(alias = "text")]
    Full,
    /// One line each.
    Concise,
    Json,
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
}

#[derive(Debug, ClapArgs)]
pub struct Tokenize {
    /// The file to read; `-` is standard input.
    #[arg(default_value = "-")]
    pub file: PathBuf,
    /// Name operators by what they are, not all of them OP.
    #[arg(short, long)]
    pub exact: bool,
}

#[derive(Debug, ClapArgs)]
pub struct Ast {
    /// The file to read; `-` is standard input.
    #[arg(default_value = "-")]
    pub file: PathBuf,
    /// What the text is parsed as.
    #[arg(short, long, default_value = "exec")]
    pub mode: Mode,
    /// Leave type comments out.
    #[arg(long)]
    pub no_type_comments: bool,
    /// Include line numbers and column offsets. This is what happens anyway.
    #[arg(short = 'a', long, overrides_with = "no_attributes")]
    pub include_attributes: bool,
    /// Leave line numbers and column offsets out, as `python -m ast` without `-a` does.
    #[arg(long)]
    pub no_attributes: bool,
    /// Spaces per level; negative means line breaks without any.
    #[arg(short, long, default_value_t = 3, allow_negative_numbers = true)]
    pub indent: i32,
    /// Refuse what this version of Python does not have, as far as CPython knows.
    #[arg(long, value_name = "3.X", allow_hyphen_values = true)]
    pub feature_version: Option<String>,
    /// Show the tree as it is optimised before it is compiled: 1 as with `-O`, 2 as with `-OO`.
    #[arg(short = 'O', long, value_name = "LEVEL", default_value_t = -1, allow_negative_numbers = true)]
    pub optimize: i32,
    /// Show empty lists and fields.
    #[arg(long)]
    pub show_empty: bool,
}

/// The modes of `compile()`.
#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Mode {
    Exec,
    Single,
    Eval,
    FuncType,
}

#[derive(Debug, ClapArgs)]
pub struct Symtable {
    /// The files to read; `-` is standard input.
    #[arg(default_value = "-")]
    pub files: Vec<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub struct Dis {
    /// The file to read, source or `.pyc`; `-` is standard input. `FILE:NAME` is a function or class in it, by its
    /// qualified name (`<locals>` may be left out), `FILE:LINE` what begins on that line.
    #[arg(default_value = "-")]
    pub file: PathBuf,
    /// Explain each instruction, and what the optimiser did.
    #[arg(long, group = "view")]
    pub explain: bool,
    /// Show the flow graph as code generation makes it, what each pass changes, and the final form.
    #[arg(long, group = "view")]
    pub stages: bool,
    /// Draw the flow graph.
    #[arg(long, group = "view", num_args = 0..=1, default_missing_value = "dot", require_equals = true)]
    pub graph: Option<Picture>,
    /// The form of the listing.
    #[arg(long, group = "view", default_value = "text")]
    pub output_format: Listing,
    /// Show inline caches.
    #[arg(short = 'C', long, conflicts_with_all = ["explain", "stages", "graph"])]
    pub show_caches: bool,
    /// Show the offsets of instructions.
    #[arg(short = 'O', long, conflicts_with_all = ["explain", "stages", "graph"])]
    pub show_offsets: bool,
    /// Show the whole positions of instructions in place of lines.
    #[arg(short = 'P', long, conflicts_with_all = ["explain", "stages", "graph"])]
    pub show_positions: bool,
    /// Show the bytecode as the interpreter holds it.
    #[arg(short = 'S', long, conflicts_with_all = ["explain", "stages", "graph"])]
    pub specialized: bool,
}

/// Languages of pictures.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Picture {
    /// For Graphviz
    Dot,
    Svg,
}

/// Forms of a listing.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Listing {
    /// As `python -m dis` prints it
    Text,
    /// As docs/dis-json.md describes it
    Json,
    /// As `bytelens asm` reads it
    Asm,
}

#[derive(Debug, ClapArgs)]
pub struct Asm {
    /// The text, as `dis --output-format asm` prints it; `-` is standard input.
    pub file: PathBuf,
    /// The file to write; by default the same name with `.pyc`.
    #[arg(short, long)]
    pub output: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub struct Diff {
    /// A source, a `.pyc`, or `FILE:NAME` or `FILE:LINE` for a function or class in one.
    pub old: PathBuf,
    /// The other.
    pub new: PathBuf,
    /// Unchanged instructions shown around a change.
    #[arg(short = 'U', long, default_value_t = 3)]
    pub context: usize,
}

#[derive(Debug, ClapArgs)]
pub struct Run {
    /// Let the program read the files in a folder, this one by default.
    #[arg(long, value_name = "DIR", num_args = 0..=1, require_equals = true, default_missing_value = ".")]
    pub allow_read: Vec<PathBuf>,
    /// Let the program change the files in a folder, this one by default, and read them.
    #[arg(long, value_name = "DIR", num_args = 0..=1, require_equals = true, default_missing_value = ".")]
    pub allow_write: Vec<PathBuf>,
    /// The program; `-` is standard input.
    pub file: PathBuf,
    /// What the program finds in `sys.argv`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub args: Vec<String>,
}

#[derive(Debug, ClapArgs)]
pub struct Compile {
    /// Files, or folders with Python files (not hidden ones); `-` is standard input.
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// The file to write; for a folder, the folder in which its tree comes again.
    #[arg(short, long)]
    pub output: Option<PathBuf>,
    /// Write `NAME.pyc` in the place of `NAME.py`, as imports without sources want it, not into `__pycache__`.
    #[arg(short = 'b', long)]
    pub legacy: bool,
    /// The folder that code objects are said to come from, in place of the paths given.
    #[arg(short = 'd', long)]
    pub destdir: Option<String>,
    /// Compile what is up to date, too.
    #[arg(short, long)]
    pub force: bool,
    /// How many files are compiled at the same time; 0: as many as there are processors.
    #[arg(short = 'j', long, default_value_t = 0)]
    pub workers: usize,
    /// No progress bar.
    #[arg(short, long)]
    pub quiet: bool,
    /// Leave assertions out; given twice, docstrings too.
    #[arg(short = 'O', action = clap::ArgAction::Count)]
    pub optimize: u8,
    /// How CPython is to know whether the `.pyc` is out of date: by default `checked-hash` if the environment has
    /// SOURCE_DATE_EPOCH, or else `timestamp`.
    #[arg(long)]
    pub invalidation_mode: Option<Invalidation>,
}

/// The modes of `py_compile.PycInvalidationMode`.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Invalidation {
    Timestamp,
    CheckedHash,
    UncheckedHash,
}

#[derive(Debug, ClapArgs)]
pub struct Tour {
    /// The file to walk through; without one, an example.
    pub file: Option<PathBuf>,
}
