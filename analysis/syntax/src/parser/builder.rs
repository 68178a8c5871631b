//! Building units: arenas, pools, interned names, and the holes that nested units leave.

use std::hash::BuildHasher;
use std::sync::Arc;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use text::{TextRange, TextSize};
use unicode_normalization::UnicodeNormalization;

use crate::ast::*;
use crate::lexer::Indents;

/// A unit under construction.
#[derive(Default)]
pub(super) struct UnitBuilder {
    /// Offset of the unit's start in the text.
    start: u32,
    /// What to subtract from an offset in the text to get one in own coordinates, after the last child.
    delta: u32,
    /// Where the last child ended, and its hole; offsets up to there are not told apart.
    child_end: u32,
    hole_end: u32,
    pub arenas: Arenas,
    children: Vec<NewChild>,
    indents: Indents,
    head: Box<str>,
    interned: HashTable<NameId>,
}

/// A child, and where it stands in the text.
struct NewChild {
    nested: Nested,
    at: u32,
    start: u32,
    /// Where the parent's text goes on.
    resume: u32,
}

impl UnitBuilder {
    /// A builder with room for a function of some size: growing from nothing takes many steps.
    fn roomy() -> Box<UnitBuilder> {
        let arenas = Arenas {
            exprs: Vec::with_capacity(256),
            stmts: Vec::with_capacity(32),
            arguments: Vec::with_capacity(4),
            constants: Vec::with_capacity(32),
            names: Vec::with_capacity(64),
            text: Vec::with_capacity(1024),
            expr_lists: Vec::with_capacity(128),
            stmt_lists: Vec::with_capacity(32),
            args: Vec::with_capacity(16),
            ..Arenas::default()
        };
        Box::new(UnitBuilder { arenas, interned: HashTable::with_capacity(56), ..UnitBuilder::default() })
    }

    /// Own coordinates of an offset in the text that lies behind all children so far, or where the last one ends.
    #[inline]
    pub fn own(&self, offset: u32) -> TextSize {
        if offset < self.child_end {
            TextSize(self.hole_end)
        } else {
            TextSize(offset.wrapping_sub(self.delta))
        }
    }

    /// Leaves a hole for a child that reaches from `start` to `end`, where `resume` is where the text goes on. Returns
    /// where the hole is.
    fn add_child(&mut self, nested: Nested, start: u32, end: u32, resume: u32) -> (ChildId, TextSize) {
        let at = self.own(start);
        self.children.push(NewChild { nested, at: at.0, start, resume });
        self.child_end = resume.max(end + 1);
        self.hole_end = at.0 + 1;
        // Not below zero: the child has a byte, and a line end unless it is the last of the unit.
        self.delta = (self.delta + (resume - start)).wrapping_sub(HOLE_LEN);
        (ChildId::new(self.children.len() - 1), at)
    }

    /// The number of `name`, which is put into normal form KC first if it is not ASCII.
    pub fn intern(&mut self, name: &str) -> NameId {
        let hashed = hash_name(name.as_bytes());
        if hashed.ascii {
            self.intern_hashed(name, hashed.hash)
        } else {
            self.intern_normal(&name.nfkc().collect::<String>())
        }
    }

    /// The number of a name that is in normal form already.
    pub fn intern_normal(&mut self, name: &str) -> NameId {
        self.intern_hashed(name, hash_name(name.as_bytes()).hash)
    }

    fn intern_hashed(&mut self, name: &str, hash: u64) -> NameId {
        let Arenas { names, text, .. } = &mut self.arenas;
        let found = self.interned.find(hash, |id| names[id.index()].of(text) == name.as_bytes());
        if let Some(id) = found {
            return *id;
        }
        let id = NameId::new(names.len());
        names.push(append(text, name.as_bytes()));
        self.interned.insert_unique(hash, id, |id| hash_name(names[id.index()].of(text)).hash);
        id
    }

    pub fn name(&self, id: NameId) -> &str {
        std::str::from_utf8(self.arenas.names[id.index()].of(&self.arenas.text)).unwrap_or_default()
    }

    /// Copies bytes into the unit's text buffer.
    pub fn text(&mut self, bytes: &[u8]) -> TextSlice {
        append(&mut self.arenas.text, bytes)
    }

    pub fn constant(&mut self, value: ConstantRepr) -> ConstantId {
        self.arenas.constants.push(value);
        ConstantId::new(self.arenas.constants.len() - 1)
    }

    pub fn string_constant(&mut self, value: &[u8]) -> ConstantId {
        let slice = self.text(value);
        self.constant(ConstantRepr::Str(slice))
    }
}

impl UnitBuilder {
    /// Makes the builder ready for another unit, when the arenas have been taken.
    fn clear(&mut self) {
        (self.child_end, self.hole_end) = (0, 0);
        self.interned.clear();
    }
}

/// Sizes of the arenas and of the unfinished lists, to return to.
#[derive(Clone)]
pub(super) struct Mark {
    exprs: usize,
    patterns: usize,
    arguments: usize,
    constants: usize,
    text: usize,
    names: usize,
    scratch: ScratchMark,
}

impl Mark {
    /// The first expression made after the mark.
    pub fn first_expr(&self) -> usize {
        self.exprs
    }
}

struct HashedName {
    hash: u64,
    ascii: bool,
}

/// Most names are short enough for two reads, which overlap, to see all of them.
#[inline]
fn hash_name(name: &[u8]) -> HashedName {
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
    let len = name.len();
    let (first, last) = match (name.first_chunk::<8>(), name.last_chunk::<8>()) {
        (Some(first), Some(last)) if len <= 16 => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        (Some(_), _) => return HashedName { hash: FxBuildHasher.hash_one(name), ascii: name.is_ascii() },
        _ => match (name.first_chunk::<4>(), name.last_chunk::<4>()) {
            (Some(first), Some(last)) => {
                (u64::from(u32::from_le_bytes(*first)), u64::from(u32::from_le_bytes(*last)))
            }
            _ => (name.iter().fold(0, |bytes, byte| bytes << 8 | u64::from(*byte)), 0),
        },
    };
    let mixed = u128::from(first ^ SPREAD) * u128::from(last ^ len as u64 ^ SPREAD.rotate_left(32));
    let hash = (mixed >> 64) as u64 ^ mixed as u64;
    HashedName { hash, ascii: (first | last) & 0x8080_8080_8080_8080 == 0 }
}

fn append(text: &mut Vec<u8>, bytes: &[u8]) -> TextSlice {
    let start = text.len() as u32;
    text.extend_from_slice(bytes);
    TextSlice { start, len: bytes.len() as u32 }
}

/// The units under construction, outermost first, and the scratch lists.
pub(super) struct Builder<'a> {
    line_starts: &'a [TextSize],
    /// The innermost unit.
    pub unit: Box<UnitBuilder>,
    // Boxes, for with each unit builders change places, and they are large.
    #[allow(clippy::vec_box)]
    outer: Vec<Box<UnitBuilder>>,
    /// Emptied builders, whose buffers can serve again.
    #[allow(clippy::vec_box)]
    spare: Vec<Box<UnitBuilder>>,
    scratch: Scratch,
}

/// Something lists are made of: where complete and incomplete lists are kept.
pub(super) trait Item: Copy {
    fn pools<'b>(builder: &'b mut Builder<'_>) -> (&'b mut Vec<Self>, &'b mut Vec<Self>);
}

macro_rules! items {
    ($($item:ty: $pool:ident, $scratch:ident;)*) => {
        /// Items of lists that are not complete yet. A list in the making remembers the length from which its items
        /// start.
        #[derive(Default)]
        struct Scratch {
            $($scratch: Vec<$item>,)*
        }

        #[derive(Clone)]
        struct ScratchMark {
            $($scratch: usize,)*
        }

        impl Scratch {
            fn mark(&self) -> ScratchMark {
                ScratchMark { $($scratch: self.$scratch.len(),)* }
            }

            fn rewind(&mut self, mark: &ScratchMark) {
                $(self.$scratch.truncate(mark.$scratch);)*
            }
        }

        $(
            impl Item for $item {
                fn pools<'b>(builder: &'b mut Builder<'_>) -> (&'b mut Vec<$item>, &'b mut Vec<$item>) {
                    (&mut builder.unit.arenas.$pool, &mut builder.scratch.$scratch)
                }
            }
        )*
    };
}

items! {
    ExprId: expr_lists, exprs;
    Option<ExprId>: opt_expr_lists, opt_exprs;
    StmtId: stmt_lists, stmts;
    PatternId: pattern_lists, patterns;
    Ident: idents, idents;
    CmpOp: cmp_ops, cmp_ops;
    Comprehension: comprehensions, comprehensions;
    Keyword: keywords, keywords;
    Arg: args, args;
    TypeParam: type_params, type_params;
    Alias: aliases, aliases;
    WithItem: with_items, with_items;
    ExceptHandler: handlers, handlers;
    MatchCase: match_cases, match_cases;
    TypeIgnore: type_ignores, type_ignores;
}

impl<'a> Builder<'a> {
    /// For a text with these line starts.
    pub fn new(line_starts: &'a [TextSize]) -> Builder<'a> {
        Builder {
            line_starts,
            unit: UnitBuilder::roomy(),
            outer: Vec::new(),
            spare: Vec::new(),
            scratch: Scratch::default(),
        }
    }

    #[inline]
    pub fn expr(&mut self, kind: ExprKind, start: u32, end: u32) -> ExprId {
        let range = TextRange { start: self.unit.own(start), end: self.unit.own(end) };
        self.unit.arenas.exprs.push(Expr { kind, range });
        ExprId::new(self.unit.arenas.exprs.len() - 1)
    }

    /// A statement whose start is given in own coordinates: units may have come between its start and its end.
    pub fn stmt(&mut self, kind: StmtKind, start: TextSize, end: u32) -> StmtId {
        let range = TextRange { start, end: self.unit.own(end) };
        self.unit.arenas.stmts.push(Stmt { kind, range });
        StmtId::new(self.unit.arenas.stmts.len() - 1)
    }

    pub fn pattern(&mut self, kind: PatternKind, start: u32, end: u32) -> PatternId {
        let range = TextRange { start: self.unit.own(start), end: self.unit.own(end) };
        self.unit.arenas.patterns.push(Pattern { kind, range });
        PatternId::new(self.unit.arenas.patterns.len() - 1)
    }

    pub fn arguments(&mut self, arguments: Arguments) -> ArgumentsId {
        self.unit.arenas.arguments.push(arguments);
        ArgumentsId::new(self.unit.arenas.arguments.len() - 1)
    }

    pub fn expr_at(&self, id: ExprId) -> &Expr {
        &self.unit.arenas.exprs[id.index()]
    }

    pub fn expr_at_mut(&mut self, id: ExprId) -> &mut Expr {
        &mut self.unit.arenas.exprs[id.index()]
    }

    pub fn expr_kind(&self, id: ExprId) -> &ExprKind {
        &self.unit.arenas.exprs[id.index()].kind
    }

    /// Begins a list; give what it returns to [`Builder::end_list`].
    #[inline]
    pub fn begin_list<T: Item>(&mut self) -> usize {
        T::pools(self).1.len()
    }

    #[inline]
    pub fn push<T: Item>(&mut self, item: T) {
        T::pools(self).1.push(item);
    }

    /// Number of items since the list began.
    pub fn list_len<T: Item>(&mut self, begin: usize) -> usize {
        T::pools(self).1.len() - begin
    }

    /// The items since the list began.
    pub fn unfinished<T: Item>(&mut self, begin: usize) -> &[T] {
        &T::pools(self).1[begin..]
    }

    #[inline]
    pub fn end_list<T: Item>(&mut self, begin: usize) -> List<T> {
        let (pool, scratch) = T::pools(self);
        let start = pool.len();
        pool.extend_from_slice(&scratch[begin..]);
        scratch.truncate(begin);
        List::new(start, pool.len())
    }

    /// Remembers the state, to [`rewind`](Builder::rewind) to.
    pub fn mark(&self) -> Mark {
        let arenas = &self.unit.arenas;
        Mark {
            exprs: arenas.exprs.len(),
            patterns: arenas.patterns.len(),
            arguments: arenas.arguments.len(),
            constants: arenas.constants.len(),
            text: arenas.text.len(),
            names: arenas.names.len(),
            scratch: self.scratch.mark(),
        }
    }

    /// Forgets the nodes and unfinished lists made since the mark, when a way of reading the text turns out wrong.
    /// No unit may have begun or ended since. Complete lists stay in their pools, unreferenced.
    pub fn rewind(&mut self, mark: &Mark) {
        self.drop_unfinished_lists(mark);
        let UnitBuilder { arenas, interned, .. } = &mut *self.unit;
        arenas.exprs.truncate(mark.exprs);
        arenas.patterns.truncate(mark.patterns);
        arenas.arguments.truncate(mark.arguments);
        arenas.constants.truncate(mark.constants);
        if arenas.names.len() > mark.names {
            interned.retain(|id| id.index() < mark.names);
            arenas.names.truncate(mark.names);
        }
        arenas.text.truncate(mark.text);
    }

    /// Forgets the unfinished lists begun since the mark, but keeps the nodes.
    pub fn drop_unfinished_lists(&mut self, mark: &Mark) {
        self.scratch.rewind(&mark.scratch);
    }

    /// A list of given items.
    pub fn list<T: Item>(&mut self, items: &[T]) -> List<T> {
        let pool = T::pools(self).0;
        let start = pool.len();
        pool.extend_from_slice(items);
        List::new(start, pool.len())
    }

    /// An item of a complete list.
    pub fn item<T: Item>(&mut self, list: List<T>, index: usize) -> T {
        T::pools(self).0[list.start as usize + index]
    }

    /// How many units the one in hand is nested in.
    pub fn depth(&self) -> usize {
        self.outer.len()
    }

    /// Begins a unit at `start`, the start of a line.
    pub fn begin_unit(&mut self, start: u32, indents: Indents) {
        let mut unit = self.spare.pop().unwrap_or_else(UnitBuilder::roomy);
        (unit.start, unit.delta, unit.indents) = (start, start, indents);
        self.outer.push(std::mem::replace(&mut self.unit, unit));
    }

    /// The text of the innermost unit up to its body.
    pub fn end_head(&mut self, source: &str, end: u32) {
        self.unit.head = source[self.unit.start as usize..end.max(self.unit.start) as usize].into();
    }

    /// Ends the innermost unit, which reaches to `end`, and leaves a hole for it in the next. `next_line` is the start of
    /// the line of the token that comes next.
    pub fn end_unit(
        &mut self,
        header: UnitHeader,
        body: StmtList,
        node_range: TextRange,
        end: u32,
        next_line: u32,
    ) -> (ChildId, TextSize) {
        let outer = self.outer.pop().expect("a unit ends that has begun");
        let done = std::mem::replace(&mut self.unit, outer);
        let start = done.start;
        let unit = Arc::new(self.finish(done, header, body, node_range, end));
        let resume = next_line.max(end);
        let line_breaks = (self.line_of(resume) - self.line_of(start)) as u32;
        let extent = Extent { len: resume - start, line_breaks };
        self.unit.add_child(Nested { id: UnitId::default(), unit, extent }, start, end, resume)
    }

    /// Leaves a hole for a unit that is there already, where the text has [`HOLE_LEN`] bytes from `start` on for it.
    pub fn reuse_unit(&mut self, nested: Nested, start: u32) -> (ChildId, TextSize) {
        self.unit.add_child(nested, start, start + 1, start + HOLE_LEN)
    }

    /// Ends the outermost unit.
    pub fn end_module(mut self, header: UnitHeader, body: StmtList, end: u32) -> Unit {
        let done = std::mem::take(&mut self.unit);
        // They have done their service.
        (self.spare, self.scratch) = (Vec::new(), Scratch::default());
        let node_range = TextRange { start: TextSize(0), end: done.own(end) };
        self.finish(done, header, body, node_range, end)
    }

    /// The child of the outermost unit, if it has just one and starts with it, and the start of the line after it.
    pub fn into_only_child(mut self) -> Option<(Nested, u32)> {
        let NewChild { nested, resume, start, .. } = self.unit.children.pop()?;
        (start == 0 && self.unit.children.is_empty()).then_some((nested, resume))
    }

    fn finish(
        &mut self,
        mut done: Box<UnitBuilder>,
        header: UnitHeader,
        body: StmtList,
        node_range: TextRange,
        end: u32,
    ) -> Unit {
        let (first, last) = (self.line_of(done.start), self.line_of(end));
        let mut children = std::mem::take(&mut done.children);
        if let Some(NewChild { nested: Nested { unit, extent, .. }, resume, .. }) = children.last_mut()
            && *resume > end
        {
            *extent = Extent { len: unit.text_len().0, line_breaks: unit.line_breaks() };
        }
        let mut holes = Vec::with_capacity(children.len());
        let mut line_starts = Vec::with_capacity(last - first + 1);
        let mut delta = done.start;
        let mut next_child = children.iter().peekable();
        for line in &self.line_starts[first..=last] {
            while let Some(child) = next_child.next_if(|child| child.resume <= line.0) {
                delta = (delta + (child.resume - child.start)).wrapping_sub(HOLE_LEN);
            }
            match next_child.peek() {
                Some(child) if child.start < line.0 => continue,
                Some(child) if child.start == line.0 => {
                    holes.push(Hole { at: child.at, own_line: line_starts.len() as u32 });
                }
                _ => {}
            }
            line_starts.push(line.0.wrapping_sub(delta));
        }
        let own = Own {
            header,
            body,
            node_range,
            pools: done.arenas.take(),
            holes: holes.into(),
            line_starts: line_starts.into(),
            indents: std::mem::take(&mut done.indents),
            head: std::mem::take(&mut done.head),
            placed: None,
        };
        done.clear();
        self.spare.push(done);
        let nested = children.into_iter().map(|child| child.nested).collect();
        Unit::new(Arc::new(own), NestedUnits::new(nested))
    }

    fn line_of(&self, offset: u32) -> usize {
        self.line_starts.partition_point(|start| start.0 <= offset) - 1
    }
}
