//! Noting names: the table's only writers.

use std::borrow::Cow;

use syntax::ast::{ExprContext, Ident, NameId, Unit};
use text::TextRange;

use super::{Collector, Directive, Event};
use crate::block::{BlockType, LocalBlock};
use crate::mangle::mangle;
use crate::names::Name;
use crate::occurrence::{Occurrence, Role};
use crate::symbol::{Flags, Symbol};

/// What says which name is meant: an identifier of the tree at hand, or a text.
pub(super) trait Spelling: Copy {
    /// As it is written.
    fn text<'n>(&'n self, unit: &'n Unit) -> &'n str;

    /// As it is stored when it is written in the current block.
    fn stored(self, collector: &mut Collector<'_>) -> Name;
}

impl Spelling for &str {
    fn text<'n>(&'n self, _: &'n Unit) -> &'n str {
        self
    }

    fn stored(self, collector: &mut Collector<'_>) -> Name {
        let mangled = collector.mangled(self);
        collector.intern(&mangled)
    }
}

impl Spelling for NameId {
    fn text<'n>(&'n self, unit: &'n Unit) -> &'n str {
        unit.name(*self)
    }

    /// The unit's own nodes are all in the same class, so that an identifier is stored as one name wherever it is written.
    fn stored(self, collector: &mut Collector<'_>) -> Name {
        let own = collector.child.is_none();
        if own && let Some(Some(known)) = collector.memory.stored.get(self.index()) {
            return *known;
        }
        let name = collector.unit.name(self).stored(collector);
        if own {
            let stored = &mut collector.memory.stored;
            if stored.is_empty() {
                stored.resize(collector.unit.name_count(), None);
            }
            stored[self.index()] = Some(name);
        }
        name
    }
}

impl Collector<'_> {
    /// `name` as it is stored when it is written in the current block (`_Py_MaybeMangle`).
    pub(super) fn mangled<'n>(&self, name: &'n str) -> Cow<'n, str> {
        let only = self.collected.blocks[self.current().index()].mangled_names;
        match only {
            Some(set) if !self.collected.mangled[set as usize].contains(name) => Cow::Borrowed(name),
            _ => mangle(self.private.as_deref(), name),
        }
    }

    /// The flags of `name` so far, looked up in `block` but mangled as in the current one.
    pub(super) fn flags_in(&self, block: LocalBlock, name: &str) -> Flags {
        let name = self.collected.names.get(self.mangled(name).as_bytes());
        let symbols = &self.collected.blocks[block.index()].symbols;
        name.and_then(|name| symbols.get(name)).map_or(Flags::empty(), |symbol| symbol.flags)
    }

    /// Adds a name that the compiler makes up.
    pub(super) fn implicit(&mut self, name: &str, flags: Flags) {
        self.add_to(self.current(), name, flags, TextRange::default());
    }

    /// Adds an identifier that binds: `def`, `class`, parameters, imports and so on.
    pub(super) fn bind(&mut self, ident: Ident, flags: Flags, role: Role, node: TextRange) {
        self.check_assignable(self.unit.name_bytes(ident.name), node, ExprContext::Store);
        self.add_to(self.current(), ident.name, flags, node);
        self.occurrence(ident.name, ident.range, role);
    }

    /// Adds a `Name` node.
    pub(super) fn name_node(&mut self, name: NameId, range: TextRange, ctx: ExprContext) {
        let (flags, role) = match ctx {
            ExprContext::Load => (Flags::USE, Role::Load),
            ExprContext::Store => (Flags::DEF_LOCAL, Role::Store),
            ExprContext::Del => (Flags::DEF_LOCAL, Role::Delete),
        };
        if ctx != ExprContext::Load {
            self.check_assignable(self.unit.name_bytes(name), range, ctx);
        }
        self.add_to(self.current(), name, flags, range);
        self.occurrence(name, range, role);
    }

    /// `__debug__` can be neither bound nor deleted.
    pub(super) fn check_assignable(&mut self, name: &[u8], range: TextRange, ctx: ExprContext) {
        if name == b"__debug__" {
            match ctx {
                ExprContext::Load => {}
                ExprContext::Store => self.error(range, "cannot assign to __debug__"),
                ExprContext::Del => self.error(range, "cannot delete __debug__"),
            }
        }
    }

    /// Adds `flags` to `name` in `block`, mangled as in the current one (`symtable_add_def_helper`).
    pub(super) fn add_to(&mut self, block: LocalBlock, name: impl Spelling, flags: Flags, range: TextRange) {
        if flags.contains(Flags::DEF_TYPE_PARAM)
            && let Some(set) = self.collected.blocks[block.index()].mangled_names
        {
            self.collected.mangled[set as usize].insert(name.text(self.unit).into());
        }
        let stored = name.stored(self);
        let symbol = self.mention(block, stored);
        let old = symbol.flags;
        let repeats = flags & old;
        let comp_iter_target = self.memory.states[block.index()].comp_iter_target;
        if repeats.contains(Flags::DEF_PARAM) {
            let name = name.text(self.unit);
            self.error(range, format!("duplicate argument '{name}' in function definition"));
            return;
        }
        if repeats.contains(Flags::DEF_TYPE_PARAM) {
            let name = name.text(self.unit);
            self.error(range, format!("duplicate type parameter '{name}'"));
        }
        let mut all = old | flags;
        if comp_iter_target {
            if all.intersects(Flags::DEF_GLOBAL | Flags::DEF_NONLOCAL) {
                let name = name.text(self.unit);
                let message =
                    format!("comprehension inner loop cannot rebind assignment expression target '{name}'");
                self.error(range, message);
            }
            all |= Flags::DEF_COMP_ITER;
        }
        if all != old {
            self.mention(block, stored).flags = all;
        }
        if flags.contains(Flags::DEF_PARAM) {
            self.block(block).varnames.push(stored);
        } else if flags.contains(Flags::DEF_GLOBAL) {
            self.declare_global(stored);
        }
    }

    /// The facts of a name in a block, which are empty if it is new there. What was asked for last is at hand.
    fn mention(&mut self, block: LocalBlock, name: Name) -> &mut Symbol {
        let last = &mut self.memory.last_mention;
        if last.len() <= name.index() {
            last.resize(self.collected.names.len(), None);
        }
        let last = &mut last[name.index()];
        let symbols = &mut self.collected.blocks[block.index()].symbols;
        let place = match *last {
            Some((there, place)) if there == block => place,
            Some(_) => symbols.mention(name),
            None => symbols.push(name),
        };
        *last = Some((block, place));
        symbols.at(place)
    }

    /// What is declared `global` anywhere becomes a declared global of the module.
    fn declare_global(&mut self, name: Name) {
        if self.block(LocalBlock::BODY).kind == BlockType::Module {
            self.mention(LocalBlock::BODY, name).flags |= Flags::DEF_GLOBAL;
        } else {
            self.collected.events.push(Event::Global(name));
        }
    }

    /// Remembers where `name` was declared, for errors of the second pass.
    pub(super) fn record_directive(&mut self, name: &str, range: TextRange) {
        let name = name.stored(self);
        let directive = Directive { block: self.current(), name, place: self.place(range) };
        self.collected.directives.push(directive);
    }

    /// Notes that `name` is written at `range`, if anyone wants to know.
    pub(super) fn occurrence(&mut self, name: impl Spelling, range: TextRange, role: Role) {
        if self.occurrences.is_none() {
            return;
        }
        let name = name.stored(self);
        let occurrence = Occurrence { name, block: self.current(), place: self.place(range), role };
        if let Some(occurrences) = &mut self.occurrences {
            occurrences.push(occurrence);
        }
    }
}
