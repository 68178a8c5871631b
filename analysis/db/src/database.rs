//! The database, its log, and cancellation.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};

use syntax::Parsed;

use crate::queries::File;

/// What queries ask of the database.
#[salsa::db]
pub trait Db: salsa::Database {
    /// Notes that a query is computed, not reused.
    fn note(&self, query: &'static str);
}

/// The storage of inputs and results. Clones share it; a clone is for one reading thread.
#[salsa::db]
#[derive(Clone, Default)]
pub struct Database {
    storage: salsa::Storage<Self>,
    log: Arc<Mutex<Option<Vec<&'static str>>>>,
}

#[salsa::db]
impl salsa::Database for Database {}

#[salsa::db]
impl Db for Database {
    fn note(&self, query: &'static str) {
        if let Some(log) = self.log.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            log.push(query);
        }
    }
}

impl Database {
    /// Starts to record which queries are computed.
    pub fn start_log(&self) {
        *self.log.lock().unwrap_or_else(PoisonError::into_inner) = Some(Vec::new());
    }

    /// The queries that were computed since [`start_log`](Self::start_log), in order; the log starts over.
    pub fn take_log(&self) -> Vec<&'static str> {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.replace(Vec::new()).unwrap_or_default()
    }

    /// A new file.
    pub fn add(&self, path: &str, text: &str) -> File {
        File::new(self, path.into(), text.into(), Arc::new(syntax::parse_module(text)))
    }

    /// Gives a file a new text with its tree. Waits until all clones of the database are dropped; reads on them are
    /// cancelled.
    pub fn set(&mut self, file: File, text: Arc<str>, parsed: Arc<Parsed>) {
        use salsa::Setter as _;
        file.set_text(self).to(text);
        file.set_parsed(self).to(parsed);
    }
}

/// A change made the result obsolete while it was computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled;

/// Runs a read; gives `Err` when a change cancelled it.
pub fn cancellable<T>(read: impl FnOnce() -> T) -> Result<T, Cancelled> {
    salsa::Cancelled::catch(AssertUnwindSafe(read)).map_err(|_| Cancelled)
}
