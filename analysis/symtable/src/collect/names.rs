//! Noting names: the table's only writers.

use std::borrow::Cow;

use syntax::ast::{ExprContext, Ident};
use text::TextRange;

use super::{Collector, Directive, Event};
use crate::block::{BlockType, LocalBlock};
use crate::mangle::mangle;
use crate::names::Name;
use crate::occurrence::{Occurrence, Role};
use crate::symbol::{Flags, Symbol};

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
        let name = self.collected.names.get(&self.mangled(name));
        let symbols = &self.collected.blocks[block.index()].symbols;
        name.and_then(|name| symbols.get(name)).map_or(Flags::empty(), |symbol| symbol.flags)
    }

    /// Adds a name that the compiler makes up.
    pub(super) fn implicit(&mut self, name: &str, flags: Flags) {
        self.add_to(self.current(), name, flags, TextRange::default());
    }

    /// Adds an identifier that binds: `def`, `class`, parameters, imports and so on.
    pub(super) fn bind(&mut self, ident: Ident, flags: Flags, role: Role, node: TextRange) {
        let name = self.unit.name(ident.name);
        self.check_assignable(name, node, ExprContext::Store);
        self.add_to(self.current(), name, flags, node);
        self.occurrence(name, ident.range, role);
    }

    /// Adds a `Name` node.
    pub(super) fn name_node(&mut self, name: &str, range: TextRange, ctx: ExprContext) {
        let (flags, role) = match ctx {
            ExprContext::Load => (Flags::USE, Role::Load),
            ExprContext::Store => (Flags::DEF_LOCAL, Role::Store),
            ExprContext::Del => (Flags::DEF_LOCAL, Role::Delete),
        };
        if ctx != ExprContext::Load {
            self.check_assignable(name, range, ctx);
        }
        self.add_to(self.current(), name, flags, range);
        self.occurrence(name, range, role);
    }

    /// `__debug__` can be neither bound nor deleted.
    pub(super) fn check_assignable(&mut self, name: &str, range: TextRange, ctx: ExprContext) {
        if name == "__debug__" {
            match ctx {
                ExprContext::Load => {}
                ExprContext::Store => self.error(range, "cannot assign to __debug__"),
                ExprContext::Del => self.error(range, "cannot delete __debug__"),
            }
        }
    }

    /// Adds `flags` to `name` in `block`, mangled as in the current one (`symtable_add_def_helper`).
    pub(super) fn add_to(&mut self, block: LocalBlock, name: &str, flags: Flags, range: TextRange) {
        if flags.contains(Flags::DEF_TYPE_PARAM)
            && let Some(set) = self.collected.blocks[block.index()].mangled_names
        {
            self.collected.mangled[set as usize].insert(name.into());
        }
        let mangled = self.mangled(name);
        let stored = self.intern(&mangled);
        let old = self.block(block).symbols.mention(stored).flags;
        let repeats = flags & old;
        if repeats.contains(Flags::DEF_PARAM) {
            self.error(range, format!("duplicate argument '{name}' in function definition"));
            return;
        }
        if repeats.contains(Flags::DEF_TYPE_PARAM) {
            self.error(range, format!("duplicate type parameter '{name}'"));
        }
        let mut all = old | flags;
        if self.states[block.index()].comp_iter_target {
            if all.intersects(Flags::DEF_GLOBAL | Flags::DEF_NONLOCAL) {
                let message =
                    format!("comprehension inner loop cannot rebind assignment expression target '{name}'");
                self.error(range, message);
            }
            all |= Flags::DEF_COMP_ITER;
        }
        if all != old {
            self.block(block).symbols.insert(stored, Symbol { flags: all, scope: None });
        }
        if flags.contains(Flags::DEF_PARAM) {
            self.block(block).varnames.push(stored);
        } else if flags.contains(Flags::DEF_GLOBAL) {
            self.declare_global(stored);
        }
    }

    /// What is declared `global` anywhere becomes a declared global of the module.
    fn declare_global(&mut self, name: Name) {
        if self.block(LocalBlock::BODY).kind == BlockType::Module {
            self.block(LocalBlock::BODY).symbols.mention(name).flags |= Flags::DEF_GLOBAL;
        } else {
            self.collected.events.push(Event::Global(name));
        }
    }

    /// Remembers where `name` was declared, for errors of the second pass.
    pub(super) fn record_directive(&mut self, name: &str, range: TextRange) {
        let mangled = self.mangled(name);
        let name = self.intern(&mangled);
        let directive = Directive { block: self.current(), name, place: self.place(range) };
        self.collected.directives.push(directive);
    }

    /// Notes that `name` is written at `range`, if anyone wants to know.
    pub(super) fn occurrence(&mut self, name: &str, range: TextRange, role: Role) {
        if self.occurrences.is_none() {
            return;
        }
        let mangled = self.mangled(name);
        let occurrence =
            Occurrence { name: self.intern(&mangled), block: self.current(), place: self.place(range), role };
        if let Some(occurrences) = &mut self.occurrences {
            occurrences.push(occurrence);
        }
    }
}
