//! The files that commands read.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use syntax::source::{self, Source};

use crate::failure::Failure;
use crate::syntax_error;

/// A file's bytes, and what messages call it.
#[derive(Debug)]
pub struct Input {
    pub name: String,
    pub bytes: Vec<u8>,
}

impl Input {
    /// Reads a file; `-` is standard input.
    ///
    /// # Errors
    /// When it is a folder or cannot be read.
    pub fn read(path: &Path) -> Result<Input, Failure> {
        if path == Path::new("-") {
            let mut bytes = Vec::new();
            std::io::stdin()
                .read_to_end(&mut bytes)
                .map_err(|error| Failure::system("standard input", &error))?;
            return Ok(Input { name: "<stdin>".into(), bytes });
        }
        let name = path.to_string_lossy().into_owned();
        // The system's words for reading a folder are about reading, not about folders.
        if path.is_dir() {
            return Err(Failure::input(&name, "is a directory"));
        }
        let bytes = std::fs::read(path).map_err(|error| Failure::system(&name, &error))?;
        Ok(Input { name, bytes })
    }

    /// The text of the file.
    ///
    /// # Errors
    /// When CPython's `compile` would not read it: null bytes, bytes that are not of its encoding, an encoding that does
    /// not exist.
    pub fn text(&self) -> Result<String, Failure> {
        if self.bytes.contains(&0) {
            // As CPython shows the file of an error that has no line.
            let report =
                format!("SyntaxError: source code string cannot contain null bytes ({})\n", self.name);
            return Err(Failure::report_of(report));
        }
        let Source { text, error, .. } = source::decode(&self.bytes);
        match error {
            None => Ok(text),
            Some(error) => {
                let report =
                    syntax_error::format(&self.name, "SyntaxError", &error.message, error.place, &text);
                Err(Failure::report_of(report))
            }
        }
    }
}

/// All files below a folder with one of the extensions, in order; hidden folders are left out. Folders that cannot be
/// read are told of, and the others looked through all the same.
pub fn python_files(
    folder: &Path,
    extensions: &[&str],
    into: &mut Vec<PathBuf>,
    unreadable: &mut dyn FnMut(Failure),
) {
    let entries = std::fs::read_dir(folder).and_then(|entries| entries.collect::<std::io::Result<Vec<_>>>());
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => return unreadable(Failure::system(&folder.to_string_lossy(), &error)),
    };
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        // The entry's own type: links to folders can lead round in circles.
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && !hidden => python_files(&path, extensions, into, unreadable),
            Ok(kind)
                if !kind.is_dir()
                    && (!kind.is_symlink() || path.is_file())
                    && path.extension().is_some_and(|it| extensions.iter().any(|wanted| it == *wanted)) =>
            {
                into.push(path);
            }
            _ => {}
        }
    }
}

/// Seconds since the epoch, modulo 2³²; 0 for what has no time.
pub fn modification_time(path: &Path) -> u32 {
    let modified = std::fs::metadata(path).and_then(|about| about.modified()).ok();
    modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).map_or(0, |since| since.as_secs() as u32)
}
