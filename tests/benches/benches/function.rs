//! A letter is typed inside a function of the library: from the change to the new code object of that function, in the
//! database that the editor asks. The function of median length, and the longest.

use std::sync::Arc;

use db::{Database, File, UnitKey, code_of};
use divan::{Bencher, black_box};
use syntax::ast::{Cursor, ExprKind, Unit};
use syntax::{Edit, Parsed, parse_module, reparse};
use text::{Rope, TextRange, TextSize};

fn main() {
    divan::main();
}

/// Where a function is: its length, the file's number, and which child to take on the way down from the module.
type Place = (u32, usize, Vec<usize>);

fn collect(unit: &Unit, file: usize, path: &mut Vec<usize>, into: &mut Vec<Place>) {
    for (id, child) in unit.children() {
        path.push(id.index());
        if matches!(child.unit.header(), syntax::ast::UnitHeader::Function(_))
            && name_end(child.unit).is_some()
        {
            into.push((child.unit.text_len().0, file, path.clone()));
        }
        collect(child.unit, file, path, into);
        path.pop();
    }
}

/// Where the last name that the unit itself reads ends, in the unit's own coordinates: what is typed there is another name.
fn name_end(unit: &Unit) -> Option<TextSize> {
    let names = unit.all_exprs().filter(|(_, expr)| matches!(expr.kind, ExprKind::Name { .. }));
    names.map(|(_, expr)| expr.range.end).max()
}

/// An open file of the library, a function in it, and the two edits that type a letter there and take it back.
struct Open {
    db: Database,
    file: File,
    function: UnitKey,
    line: u32,
    texts: [Rope; 2],
    edits: [Edit; 2],
    turn: usize,
}

fn open(text: &str, path: &[usize]) -> Open {
    let parsed = parse_module(text);
    let (mut db, mut cursor) = (Database::default(), Cursor::new(&parsed.module));
    let mut at = Vec::new();
    for &index in path {
        let (id, _) = cursor.unit.children().nth(index).expect("the path leads there");
        cursor = cursor.child(id);
        at.push(index);
    }
    let end = cursor.range(TextRange::empty(name_end(cursor.unit).expect("a name").0 as usize)).start;
    let (line, end) = (cursor.base_line, end.0 as usize);
    let typed = format!("{}x{}", &text[..end], &text[end..]);
    let file = db.add("bench.py", Rope::new(text), Arc::new(parse_module(text)));
    let mut function = file.root(&db).expect("the file is complete");
    for index in at {
        function = function.children(&db)[index];
    }
    let insert = Edit { range: TextRange::empty(end), len: TextSize(1) };
    let delete = Edit { range: TextRange::new(end, end + 1), len: TextSize(0) };
    let mut open = Open {
        db,
        file,
        function,
        line,
        texts: [Rope::new(&typed), Rope::new(text)],
        edits: [insert, delete],
        turn: 0,
    };
    for _ in 0..2 {
        open.keystroke().expect("the library compiles");
    }
    open
}

impl Open {
    fn keystroke(&mut self) -> Result<Arc<bytecode::CodeObject>, String> {
        let text = &self.texts[self.turn];
        let old: &Arc<Parsed> = self.file.parsed(&self.db);
        let parsed = reparse(old, text, self.edits[self.turn]).parsed;
        self.db.set(self.file, text.clone(), Arc::new(parsed));
        self.turn = 1 - self.turn;
        code_of(&self.db, self.function, self.line)
    }
}

#[divan::bench(args = ["median", "longest"])]
fn keystroke(bencher: Bencher, which: &str) {
    let texts = tests_benches::library();
    let mut places = Vec::new();
    for (number, text) in texts.iter().enumerate() {
        let parsed = parse_module(text);
        if parsed.errors.is_empty() {
            collect(&parsed.module, number, &mut Vec::new(), &mut places);
        }
    }
    places.sort();
    let (_, file, path) = match which {
        "median" => &places[places.len() / 2],
        _ => places.last().expect("the library has functions"),
    };
    let mut open = open(&texts[*file], path);
    bencher.bench_local(|| black_box(open.keystroke()));
}
