//! The database, its log, and cancellation.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};

use crate::input::UnitKey;
use crate::recent::Recent;

/// What queries ask of the database.
#[salsa::db]
pub trait Db: salsa::Database {
    /// Notes that a query is computed, not reused.
    fn note(&self, query: &'static str);

    /// What was computed last and is not a query.
    fn recent(&self) -> &Recent;
}

/// The storage of inputs and results. Clones share it; a clone is for one reading thread.
#[salsa::db]
#[derive(Clone, Default)]
pub struct Database {
    storage: salsa::Storage<Self>,
    log: Arc<Mutex<Option<Vec<&'static str>>>>,
    recent: Arc<Recent>,
    /// Keys of units that are gone, to be used again. Only the owner of the database looks at them.
    pub(crate) spare: Vec<UnitKey>,
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

    fn recent(&self) -> &Recent {
        &self.recent
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Database")
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
}

/// A change made the result obsolete while it was computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled;

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the document changed meanwhile")
    }
}

impl std::error::Error for Cancelled {}

/// Runs a read; gives `Err` when a change cancelled it.
pub fn cancellable<T>(read: impl FnOnce() -> T) -> Result<T, Cancelled> {
    salsa::Cancelled::catch(AssertUnwindSafe(read)).map_err(|_| Cancelled)
}
