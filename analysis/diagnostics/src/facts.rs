//! What rules know: of one unit everything, of the rest of the file only plain summaries.
//!
//! A rule looks at one unit at a time, so that its findings stay valid while other units change.

use std::sync::Arc;

use rustc_hash::FxHashSet;
use symtable::{
    Context, Flags, LocalBlock, Name, Names, Occurrence, Place, Role, Scope, Scopes, occurrences,
};
use syntax::ast::{ChildId, Constant, ExprKind, StmtKind, Unit, UnitHeader};

use crate::diagnostic::{Code, Severity, Tag};

/// A finding in the coordinates of its unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub code: Code,
    pub severity: Severity,
    pub message: String,
    pub place: Place,
    pub related: Vec<(Place, String)>,
    pub tags: Vec<Tag>,
}

/// What the module as a whole says about its global names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleFacts {
    /// Globals that get a value somewhere in the file.
    pub bound: FxHashSet<Box<str>>,
    /// Those of them that get one in a function or class, whenever that runs.
    pub bound_elsewhere: FxHashSet<Box<str>>,
    /// Imported globals that are read somewhere in the file, or named in `__all__` or in annotations that are strings.
    pub used: FxHashSet<Box<str>>,
    /// Names can come from elsewhere: `from m import *`, `exec`, `globals()`.
    pub open: bool,
    /// The file is a package's `__init__.py`.
    pub is_package: bool,
}

/// What one unit adds to the [`ModuleFacts`], each name once and in order. There is one for each unit of a file: it is
/// small.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitFacts {
    pub is_module: bool,
    pub open: bool,
    pub bound: Box<[Box<str>]>,
    pub used: Box<[Box<str>]>,
}

impl ModuleFacts {
    /// The facts of a file out of those of its units.
    pub fn of<'f>(units: impl IntoIterator<Item = &'f UnitFacts>) -> ModuleFacts {
        fn add(names: &mut FxHashSet<Box<str>>, more: &[Box<str>]) {
            for name in more {
                if !names.contains(name) {
                    names.insert(name.clone());
                }
            }
        }
        let mut facts = ModuleFacts::default();
        for unit in units {
            add(&mut facts.bound, &unit.bound);
            if !unit.is_module {
                add(&mut facts.bound_elsewhere, &unit.bound);
            }
            add(&mut facts.used, &unit.used);
            facts.open |= unit.open;
        }
        facts
    }
}

/// A unit as rules see it.
pub struct UnitView<'a> {
    pub unit: &'a Unit,
    pub scopes: &'a Scopes,
    /// The class whose name mangles in the body.
    pub private: Option<Box<str>>,
    /// Names of the occurrences.
    pub names: Names,
    pub occurrences: Vec<Occurrence>,
}

impl<'a> UnitView<'a> {
    /// `context` is what `scopes` was made with.
    pub fn new(unit: &'a Unit, context: &Context, scopes: &'a Scopes) -> UnitView<'a> {
        let (names, occurrences) = occurrences(unit, context);
        let private = match unit.header() {
            UnitHeader::Class(header) => Some(unit.name(header.name.name).into()),
            _ => context.private.clone(),
        };
        UnitView { unit, scopes, private, names, occurrences }
    }

    /// Whether this is the module (of any mode).
    pub fn is_module(&self) -> bool {
        !matches!(self.unit.header(), UnitHeader::Function(_) | UnitHeader::Class(_))
    }

    /// The text of an occurrence's name, as stored.
    pub fn text(&self, name: Name) -> &str {
        self.names.text(name)
    }

    /// Where `name` lives as seen from `block`.
    pub fn scope(&self, block: LocalBlock, name: &str) -> Option<Scope> {
        self.scopes.symbol(block, name)?.scope
    }

    /// The block of this unit whose variable `name` is as seen from `block`; `None` if it is none of them.
    pub fn owner(&self, mut block: LocalBlock, name: &str) -> Option<LocalBlock> {
        match self.scope(block, name)? {
            Scope::Local | Scope::Cell => Some(block),
            Scope::GlobalExplicit | Scope::GlobalImplicit => None,
            Scope::Free => loop {
                block = self.scopes.block(block).parent?;
                let local = matches!(self.scope(block, name), Some(Scope::Local | Scope::Cell));
                if local && self.scopes.block(block).is_function_like() {
                    return Some(block);
                }
            },
        }
    }

    /// Whether `name`, looked up in `block`, is a global or builtin.
    pub fn is_global(&self, block: LocalBlock, name: &str) -> bool {
        match self.scope(block, name) {
            Some(Scope::GlobalImplicit | Scope::GlobalExplicit) => true,
            Some(Scope::Local) => block == LocalBlock::BODY && self.is_module(),
            _ => false,
        }
    }

    /// What this unit says of the module's names, of which it imports `imports`.
    pub fn facts(&self, imports: &FxHashSet<Box<str>>) -> UnitFacts {
        let mut open = false;
        let (mut bound, mut used) = (FxHashSet::default(), FxHashSet::default());
        let in_class = matches!(self.unit.header(), UnitHeader::Class(_));
        for place in &self.occurrences {
            let name = self.text(place.name);
            let global = self.is_global(place.block, name);
            // In a class body a name of the class may still be the global of that name: before it is assigned.
            let class_name = in_class && place.block == LocalBlock::BODY && place.role == Role::Load;
            match place.role {
                Role::Load | Role::Delete | Role::Unevaluated if global || class_name => {
                    used.insert(name);
                    open |= matches!(name, "globals" | "exec" | "vars" | "locals" | "setattr")
                        && (name != "locals" || self.is_module())
                        && (name != "vars" || self.is_module())
                        && (name != "setattr" || self.is_module());
                }
                Role::Unevaluated => {
                    used.insert(name);
                }
                role if global && role.binds() => {
                    bound.insert(name);
                }
                // Annotations under `from __future__ import annotations` are resolved by whoever evaluates them.
                Role::Load if self.scope(place.block, name).is_none() => {
                    used.insert(name);
                }
                _ => {}
            }
        }
        // Enumerations that put their members into the module.
        open |= ["global_enum", "_convert_"].iter().any(|name| self.mentions(name));
        for (_, stmt) in self.unit.all_stmts() {
            if let StmtKind::ImportFrom { names, .. } = stmt.kind {
                open |= self.unit.list(names).iter().any(|alias| self.unit.name(alias.name.name) == "*");
            }
        }
        self.names_in_strings(&mut used);
        // What a unit says of other names is nobody's business, and would change with every word.
        used.retain(|name| imports.contains(*name));
        UnitFacts { is_module: self.is_module(), open, bound: sorted(bound), used: sorted(used) }
    }

    /// Names in strings that may be annotations or entries of `__all__`: short strings of nothing but an expression.
    fn names_in_strings(&self, used: &mut FxHashSet<&'a str>) {
        for (_, expr) in self.unit.all_exprs() {
            let ExprKind::Constant { value, .. } = expr.kind else { continue };
            let Constant::Str(bytes) = self.unit.constant(value) else { continue };
            let Ok(text) = std::str::from_utf8(bytes) else { continue };
            if text.len() <= 200 && looks_like_annotation(text) {
                used.extend(
                    text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
                        .filter(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_')),
                );
            }
        }
    }

    /// Whether the unit has an attribute or a name of that spelling.
    fn mentions(&self, name: &str) -> bool {
        self.unit.all_exprs().any(|(_, expr)| match expr.kind {
            ExprKind::Attribute { attr, .. } => self.unit.name(attr.name) == name,
            ExprKind::Name { id, .. } => self.unit.name(id) == name,
            _ => false,
        })
    }

    /// The child units with their numbers.
    pub fn children(&self) -> impl Iterator<Item = (ChildId, &Arc<Unit>)> {
        self.unit.children().map(|(id, child)| (id, child.unit))
    }

    /// Whether the unit's body reads its variables by other means than names: `locals()`, `eval`, …
    pub fn reads_dynamically(&self) -> bool {
        const READERS: [&str; 5] = ["locals", "vars", "eval", "exec", "dir"];
        READERS.iter().any(|name| {
            let symbol = self.scopes.symbol(LocalBlock::BODY, name);
            symbol.is_some_and(|symbol| {
                symbol.flags.contains(Flags::USE) && symbol.scope == Some(Scope::GlobalImplicit)
            })
        })
    }
}

fn sorted(names: FxHashSet<&str>) -> Box<[Box<str>]> {
    let mut names: Vec<&str> = names.into_iter().collect();
    names.sort_unstable();
    names.into_iter().map(Box::from).collect()
}

fn looks_like_annotation(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || "_.[], |\"'*:()".contains(c))
        && text.split_whitespace().count() <= 8
}
