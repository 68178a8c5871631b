//! A file that is open in an editor, as its database sees it.

use std::sync::Arc;

use db::{Database, File};
use syntax::{Edit, parse_module, reparse};
use text::{Rope, TextRange, TextSize};

pub struct Document {
    pub db: Database,
    pub file: File,
    rope: Rope,
}

impl Document {
    pub fn open(text: &str) -> Document {
        let mut db = Database::default();
        let file = db.add("module.py", Rope::new(text), Arc::new(parse_module(text)));
        Document { db, file, rope: Rope::new(text) }
    }

    /// An edit, and the tree after it.
    pub fn replace(&mut self, range: TextRange, new: &str) {
        self.rope.edit(range, new).expect("the place is in the text");
        let edit = Edit { range, len: TextSize::of(new) };
        let parsed = reparse(self.file.parsed(&self.db), &self.rope, edit).parsed;
        self.db.set(self.file, self.rope.clone(), Arc::new(parsed));
    }
}
