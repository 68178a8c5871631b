//! The documents that requests can be about.

use std::collections::HashMap;
use std::sync::Arc;

use ide::FileId;
use text::Rope;
use tower_lsp::ls_types::Uri;

/// Files larger than this are not read from disk for a request about a document that is not open.
const LARGEST: u64 = 64 << 20;

/// A document, as it is at one moment.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its name in the database.
    pub file: FileId,
    pub rope: Rope,
    /// The client's count of versions; `None` for a document that is not open, but was read from disk.
    pub version: Option<i32>,
    /// Our own count, which never repeats.
    pub revision: u64,
}

/// All of them. Cloning shares what did not change.
#[derive(Clone, Debug, Default)]
pub struct Documents(Arc<HashMap<Uri, Document>>);

impl Documents {
    /// The document at an address.
    pub fn get(&self, uri: &Uri) -> Option<&Document> {
        self.0.get(uri)
    }

    /// The document at an address, to be changed.
    pub fn get_mut(&mut self, uri: &Uri) -> Option<&mut Document> {
        Arc::make_mut(&mut self.0).get_mut(uri)
    }

    /// Adds a document, in place of the one that had its address.
    pub fn insert(&mut self, uri: Uri, document: Document) -> Option<Document> {
        Arc::make_mut(&mut self.0).insert(uri, document)
    }

    /// Forgets a document.
    pub fn remove(&mut self, uri: &Uri) -> Option<Document> {
        Arc::make_mut(&mut self.0).remove(uri)
    }

    /// All of them, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&Uri, &Document)> {
        self.0.iter()
    }
}

/// The text of a file on disk that a request is about.
///
/// # Errors
/// Why there is none.
pub fn read(uri: &Uri) -> Result<String, String> {
    let path = Some(uri).filter(|uri| uri.scheme().as_str() == "file").and_then(Uri::to_file_path);
    let path = path.ok_or("is no file on disk")?;
    let about = std::fs::metadata(&path).map_err(|error| error.to_string())?;
    if !about.is_file() {
        return Err("is no regular file".into());
    }
    if about.len() > LARGEST {
        return Err(format!("is larger than {} MiB", LARGEST >> 20));
    }
    let bytes = std::fs::read(&path).map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
