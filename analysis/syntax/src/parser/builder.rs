//! Building units: arenas, pools, interned names, and the holes that nested units leave.

use std::hash::BuildHasher;
use std::sync::Arc;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use text::{TextRange, TextSize};
use unicode_normalization::UnicodeNormalization;

use crate::ast::*;

/// A unit under construction.
#[derive(Default)]
pub(super) struct UnitBuilder {
    /// Offset of the unit's start in the text.
    start: u32,
    /// What to subtract from an offset in the text to get one in own coordinates, after the last child.
    delta: u32,
    pub arenas: Arenas,
    children: Vec<Child>,
    /// Start and end of the children in the text.
    child_places: Vec<(u32, u32)>,
    /// Line ends inside the children.
    child_line_breaks: u32,
    interned: HashTable<NameId>,
}

impl UnitBuilder {
    /// Own coordinates of an offset in the text that lies behind all children so far.
    #[inline]
    pub fn own(&self, offset: u32) -> TextSize {
        TextSize(offset - self.delta)
    }

    /// The number of `name`, which is put into normal form KC first if it is not ASCII.
    pub fn intern(&mut self, name: &str) -> NameId {
        if name.is_ascii() {
            self.intern_normal(name)
        } else {
            self.intern_normal(&name.nfkc().collect::<String>())
        }
    }

    /// The number of a name that is in normal form already.
    pub fn intern_normal(&mut self, name: &str) -> NameId {
        let hash = |name: &[u8]| FxBuildHasher.hash_one(name);
        let Arenas { names, text, .. } = &mut self.arenas;
        let found =
            self.interned.find(hash(name.as_bytes()), |id| names[id.index()].of(text) == name.as_bytes());
        if let Some(id) = found {
            return *id;
        }
        let id = NameId::new(names.len());
        names.push(append(text, name.as_bytes()));
        self.interned.insert_unique(hash(name.as_bytes()), id, |id| hash(names[id.index()].of(text)));
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

/// The fields of [`Arenas`], moved out in vectors of just their size.
macro_rules! take_exactly {
    ($arenas:expr; $($field:ident)*) => {
        Arenas {
            $($field: {
                let exact = $arenas.$field.as_slice().to_vec();
                $arenas.$field.clear();
                exact
            },)*
        }
    };
}

impl UnitBuilder {
    /// The arenas, as a unit keeps them. The buffers they grew in stay here.
    fn take_arenas(&mut self) -> Arenas {
        take_exactly!(self.arenas;
            exprs stmts patterns arguments constants names text expr_lists opt_expr_lists stmt_lists pattern_lists
            idents cmp_ops comprehensions keywords args type_params aliases with_items handlers match_cases type_ignores
        )
    }

    /// A builder for another unit, when the arenas have been taken.
    fn emptied(self) -> UnitBuilder {
        let UnitBuilder { arenas, mut child_places, mut interned, .. } = self;
        child_places.clear();
        interned.clear();
        UnitBuilder { arenas, child_places, interned, ..UnitBuilder::default() }
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

fn append(text: &mut Vec<u8>, bytes: &[u8]) -> TextSlice {
    let start = text.len() as u32;
    text.extend_from_slice(bytes);
    TextSlice { start, len: bytes.len() as u32 }
}

/// The units under construction, outermost first, and the scratch lists.
pub(super) struct Builder<'a> {
    line_starts: &'a [TextSize],
    /// The innermost unit.
    pub unit: UnitBuilder,
    outer: Vec<UnitBuilder>,
    /// Emptied builders, whose buffers can serve again.
    spare: Vec<UnitBuilder>,
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
            unit: UnitBuilder::default(),
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
        let UnitBuilder { arenas, interned, .. } = &mut self.unit;
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

    /// Begins a unit at the start of the line that holds `offset`.
    pub fn begin_unit(&mut self, offset: u32) {
        let line = self.line_of(offset);
        let start = self.line_starts[line].0;
        let mut unit = self.spare.pop().unwrap_or_default();
        (unit.start, unit.delta) = (start, start);
        self.outer.push(std::mem::replace(&mut self.unit, unit));
    }

    /// Ends the innermost unit, which reaches to `end`, and leaves a hole for it in the next.
    pub fn end_unit(
        &mut self,
        header: UnitHeader,
        body: StmtList,
        node_range: TextRange,
        end: u32,
    ) -> (ChildId, TextSize) {
        let outer = self.outer.pop().expect("a unit ends that has begun");
        let done = std::mem::replace(&mut self.unit, outer);
        let (start, unit) = self.finish(done, header, body, node_range, end);
        let parent = &mut self.unit;
        let at = parent.own(start);
        let line_of = |offset: u32| self.line_starts.partition_point(|line| line.0 <= offset) as u32;
        let lines = line_of(start) - line_of(parent.start);
        let own_line = lines - parent.child_line_breaks;
        parent.child_line_breaks += unit.line_breaks;
        let id = ChildId::new(parent.children.len());
        parent.children.push(Child {
            id: UnitId::default(),
            unit: Arc::new(unit),
            offset: start - parent.start,
            lines,
            at: at.0,
            own_line,
        });
        parent.child_places.push((start, end));
        parent.delta += end - start - 1;
        (id, at)
    }

    /// Ends the outermost unit.
    pub fn end_module(mut self, header: UnitHeader, body: StmtList, end: u32) -> Unit {
        let done = std::mem::take(&mut self.unit);
        let node_range = TextRange { start: TextSize(0), end: done.own(end) };
        self.finish(done, header, body, node_range, end).1
    }

    fn finish(
        &mut self,
        mut done: UnitBuilder,
        header: UnitHeader,
        body: StmtList,
        node_range: TextRange,
        end: u32,
    ) -> (u32, Unit) {
        let UnitBuilder { start, ref child_places, .. } = done;
        let first = self.line_of(start);
        let last = self.line_of(end);
        let mut line_starts = Vec::with_capacity(last - first + 1);
        let (mut next_child, mut delta) = (0, start);
        for line in &self.line_starts[first..=last] {
            while let Some((child_start, child_end)) = child_places.get(next_child) {
                if *child_end >= line.0 {
                    break;
                }
                delta += child_end - child_start - 1;
                next_child += 1;
            }
            let inside = child_places.get(next_child).is_some_and(|(child_start, _)| *child_start < line.0);
            if !inside {
                line_starts.push(line.0 - delta);
            }
        }
        let unit = Unit {
            header,
            body,
            node_range,
            arenas: done.take_arenas(),
            children: std::mem::take(&mut done.children),
            line_starts,
            len: end - start,
            line_breaks: (last - first) as u32,
            end_column: end - self.line_starts[last].0,
        };
        self.spare.push(done.emptied());
        (start, unit)
    }

    fn line_of(&self, offset: u32) -> usize {
        self.line_starts.partition_point(|start| start.0 <= offset) - 1
    }
}
