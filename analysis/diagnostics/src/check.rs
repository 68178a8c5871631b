//! Findings at their places in a file.

use symtable::Error;
use syntax::Parsed;
use syntax::ast::Cursor;
use text::TextRange;

use crate::diagnostic::{Code, Diagnostic, Related, Severity};
use crate::facts::Finding;
use crate::rules::{SYNTAX_ERROR, SYNTAX_WARNING, UNBOUND_NAME, UNDEFINED_NAME};

/// What the parser says about a text.
pub fn of_syntax(parsed: &Parsed) -> Vec<Diagnostic> {
    let errors = parsed.errors.iter().map(|it| (SYNTAX_ERROR, Severity::Error, &it.message, it.range));
    let warnings =
        parsed.warnings.iter().map(|it| (SYNTAX_WARNING, Severity::Warning, &it.message, it.range));
    let plain = |(code, severity, message, range): (_, _, &String, _)| {
        Diagnostic::plain(code, severity, message.clone(), range)
    };
    errors.chain(warnings).map(plain).collect()
}

/// Whether findings of a rule hold only if all of the text could be read: what is missing may stand where it could not.
pub fn needs_whole_text(code: Code, in_module: bool) -> bool {
    matches!(code, SYNTAX_ERROR | UNDEFINED_NAME) || code == UNBOUND_NAME && in_module
}

/// Whether a path is a package's own file: what it imports is for those who import the package.
pub fn is_package(path: &str) -> bool {
    path.rsplit(['/', '\\']).next() == Some("__init__.py")
}

impl Diagnostic {
    /// A diagnostic without extras.
    pub fn plain(code: Code, severity: Severity, message: String, range: TextRange) -> Diagnostic {
        Diagnostic { code, severity, message, range, related: Vec::new(), tags: Vec::new(), fix: None }
    }
}

impl Finding {
    /// An error of the symbol table.
    pub fn of_error(error: &Error) -> Finding {
        Finding {
            code: SYNTAX_ERROR,
            severity: Severity::Error,
            message: error.message.clone(),
            place: error.place,
            related: Vec::new(),
            tags: Vec::new(),
        }
    }

    /// The finding at its place in the file; `cursor` is at its unit.
    pub fn located(&self, cursor: Cursor<'_>) -> Diagnostic {
        let related = self.related.iter();
        Diagnostic {
            related: related
                .map(|(place, message)| Related { range: place.file_range(cursor), message: message.clone() })
                .collect(),
            tags: self.tags.clone(),
            ..Diagnostic::plain(self.code, self.severity, self.message.clone(), self.place.file_range(cursor))
        }
    }
}
