//! Bytecode listings as files, for clients that open documents but do not make any up.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use tempfile::TempDir;

/// A folder of listings, made when it is first needed and removed at the end of the session.
#[derive(Debug, Default)]
pub struct Views(Mutex<Option<TempDir>>);

impl Views {
    /// Writes a listing; one of the same name is replaced.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn write(&self, name: &str, text: &str) -> std::io::Result<PathBuf> {
        let mut folder = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = match &mut *folder {
            Some(folder) => folder,
            none => none.insert(tempfile::Builder::new().prefix("bytelens-").tempdir()?),
        };
        let plain = |c: char| if c.is_alphanumeric() || "_-.".contains(c) { c } else { '_' };
        // Names are as long as people make them, and file names are not.
        let name: String = name.chars().map(plain).take(64).collect();
        let path = folder.path().join(format!("{name}.dis"));
        std::fs::write(&path, text)?;
        Ok(path)
    }

    /// Removes them all.
    pub fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
