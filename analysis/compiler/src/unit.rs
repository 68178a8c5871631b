//! Compiling one unit on its own, and linking units to the code of a file.
//!
//! A unit's bytecode depends on its text, on its scopes, and on the few facts of [`Surroundings`]; what moves it up or
//! down in its file changes nothing but its first line, for line tables are relative. So a unit is compiled as if it
//! stood at the start of the file, with a hole where the code of each nested `def` or `class` belongs, and [`link`] puts
//! lines and nested code in. Only a class body knows where it stands (`__firstlineno__`): it is compiled for its line.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytecode::{CodeObject, Const, PyString, local_kind};
use rustc_hash::{FxHashMap, FxHashSet};
use symtable::{Context, Flags, FutureFeatures, LocalBlock, Scope, Scopes, SymbolTable, UnitIndex};
use syntax::ast::{ChildId, Cursor, Unit, UnitHeader};

use crate::codegen::Generator;
use crate::codegen::node::Lines;
use crate::compile::{CompileOptions, Compiled};
use crate::errors::{Error, Res, Warning};
use crate::instr::Location;
use crate::preprocess::{classes_in_finally, control_flow_in_finally};

/// What the module's own names say to all code in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleNames {
    /// Names that the module imports: calls of their attributes are not method calls.
    pub imports: FxHashSet<Box<str>>,
    /// The module has to do with a name `super`, so that it may not be the builtin.
    pub mentions_super: bool,
}

impl ModuleNames {
    /// Of a module with these scopes.
    pub fn of(module: &Scopes) -> ModuleNames {
        let symbols = module.symbols(LocalBlock::BODY);
        let imported = symbols.filter(|(_, symbol)| symbol.flags.contains(Flags::DEF_IMPORT));
        ModuleNames {
            imports: imported.map(|(name, _)| name.into()).collect(),
            mentions_super: module
                .symbol(LocalBlock::BODY, "super")
                .is_some_and(|symbol| symbol.scope.is_some()),
        }
    }
}

/// What the code of a unit depends on besides its own text and scopes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// Its `co_qualname`.
    pub qualname: PyString,
    /// It stands in a `finally` block, with no function or loop in between; counts for classes only.
    pub in_finally: bool,
}

impl Surroundings {
    /// Those of a module.
    pub fn module() -> Surroundings {
        Surroundings { qualname: "<module>".into(), in_finally: false }
    }

    /// What the units directly in a unit with these surroundings have around them. `context` and `scopes` are that
    /// unit's; a module has no use for them.
    pub fn inside(&self, unit: &Unit, context: &Context, scopes: Option<&Scopes>) -> Inside {
        let (private, locals) = match unit.header() {
            UnitHeader::Function(_) => (context.private.as_deref(), Some(".<locals>.")),
            UnitHeader::Class(header) => (Some(unit.name(header.name.name)), Some(".")),
            _ => (None, None),
        };
        let symbols = scopes.into_iter().flat_map(|scopes| scopes.symbols(LocalBlock::BODY));
        let global = symbols.filter(|(_, symbol)| symbol.scope == Some(Scope::GlobalExplicit));
        Inside {
            prefix: locals.map(|locals| format!("{}{locals}", self.qualname.to_string_lossy()).into()),
            private: private.map(Box::from),
            globals: global.map(|(name, _)| name.into()).collect(),
            in_finally: classes_in_finally(unit, self.in_finally),
        }
    }
}

/// What the code of all units directly in a unit depends on besides their text and scopes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inside {
    /// What their qualified names begin with; nothing in a module.
    prefix: Option<Box<str>>,
    /// The class whose name mangles theirs.
    private: Option<Box<str>>,
    /// Names that are declared `global` around them.
    globals: FxHashSet<Box<str>>,
    /// Those that stand in a `finally` block.
    in_finally: FxHashSet<ChildId>,
}

impl Inside {
    /// What there is around the unit called `name`. Which child it is, is seldom asked.
    pub fn surroundings(&self, child: impl FnOnce() -> Option<ChildId>, name: &str) -> Surroundings {
        let global = || self.globals.contains(&*symtable::mangle(self.private.as_deref(), name));
        let qualname = match &self.prefix {
            Some(prefix) if !global() => format!("{prefix}{name}").into(),
            _ => name.into(),
        };
        let in_finally =
            !self.in_finally.is_empty() && child().is_some_and(|id| self.in_finally.contains(&id));
        Surroundings { qualname, in_finally }
    }
}

/// What the code of a unit depends on of a unit in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nested {
    /// Its free variables, in the order of `co_freevars`.
    pub freevars: Vec<PyString>,
    /// Attributes that it sets on `self`, of which the class around it keeps a list.
    pub static_attributes: Arc<BTreeSet<PyString>>,
}

/// The free variables of a unit's code object.
pub fn freevars(scopes: &Scopes) -> Vec<PyString> {
    let free = |flags: Flags, scope| scope == Some(Scope::Free) || flags.contains(Flags::DEF_FREE_CLASS);
    let symbols = scopes.symbols(LocalBlock::BODY);
    let mut names: Vec<&str> =
        symbols.filter(|(_, symbol)| free(symbol.flags, symbol.scope)).map(|(name, _)| name).collect();
    names.sort_unstable();
    names.into_iter().map(PyString::from).collect()
}

/// A unit to compile.
#[derive(Clone, Copy)]
pub struct UnitSource<'a> {
    pub unit: &'a Unit,
    /// Where its first line is to be, from 0.
    pub first_line: u32,
    /// What its symbols depend on, and the symbols.
    pub context: &'a Context,
    pub scopes: &'a Arc<Scopes>,
    /// The features in force in the file.
    pub future: FutureFeatures,
    pub module: &'a ModuleNames,
    pub surroundings: &'a Surroundings,
}

/// A unit's code, with holes for that of the units in it.
#[derive(Clone, Debug)]
pub struct UnitCode {
    /// The code object, or the unit's first error. Lines count from the unit's first.
    code: Res<Arc<CodeObject>>,
    /// Warnings about the tree, which come before all those of code generation.
    preprocessing: Vec<Event>,
    generation: Vec<Event>,
    /// See [`Nested::static_attributes`].
    pub static_attributes: Arc<BTreeSet<PyString>>,
}

/// What happened while a unit was compiled, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Warning(Warning),
    /// A nested unit was met; if `muted`, where it is compiled again and has warned before.
    Unit {
        child: ChildId,
        muted: bool,
    },
}

impl Event {
    pub(crate) fn warning(self) -> Option<Warning> {
        match self {
            Event::Warning(warning) => Some(warning),
            Event::Unit { .. } => None,
        }
    }
}

impl UnitCode {
    /// The unit's own error, if it has one; lines from the unit's first, which is 1.
    pub fn error(&self) -> Option<&Error> {
        self.code.as_ref().err()
    }

    /// The unit's own warnings, each once; lines as those of [`error`](Self::error).
    pub fn warnings(&self) -> Vec<&Warning> {
        distinct(self.preprocessing.iter().chain(&self.generation).filter_map(|event| match event {
            Event::Warning(warning) => Some(warning),
            Event::Unit { .. } => None,
        }))
    }
}

/// Warnings, each once: the copies of a `finally` block, one for each way out, all warn.
pub fn distinct<'w>(warnings: impl IntoIterator<Item = &'w Warning>) -> Vec<&'w Warning> {
    let mut seen = FxHashSet::default();
    warnings.into_iter().filter(|warning| seen.insert((&warning.message, warning.loc))).collect()
}

/// Compiles a unit that stands in no invalid file. `nested` tells what must be known of the units in it.
pub fn compile_unit(
    source: UnitSource<'_>,
    nested: &dyn Fn(ChildId) -> Nested,
    filename: &str,
    options: &CompileOptions,
) -> UnitCode {
    let UnitSource { unit, first_line, context, scopes, future, surroundings, .. } = source;
    let table = SymbolTable::of_unit(unit, scopes.clone(), context, future);
    let cursor = Cursor { unit, base: 0, base_line: first_line };
    let preprocessing = control_flow_in_finally(cursor, surroundings.in_finally, false);
    let lines = Lines::default();
    let (code, generation, attributes) =
        Generator::unit(&table, options, filename.into(), &lines, cursor, source, nested);
    UnitCode { code, preprocessing, generation, static_attributes: Arc::new(attributes) }
}

/// Stands where the code of a nested unit belongs: its first line says which. No code object begins there.
const HOLES: i32 = i32::MIN;

/// The hole for a nested unit.
pub(crate) fn hole(child: ChildId, name: &str, nested: &Nested) -> CodeObject {
    CodeObject {
        name: name.into(),
        firstlineno: HOLES + i32::try_from(child.index()).unwrap_or(i32::MAX),
        localsplusnames: nested.freevars.iter().cloned().collect(),
        localspluskinds: nested.freevars.iter().map(|_| local_kind::FREE).collect(),
        ..CodeObject::default()
    }
}

/// Number of the nested unit for which there is a hole.
fn hole_index(code: &CodeObject) -> Option<usize> {
    (code.firstlineno < 0).then(|| code.firstlineno.wrapping_sub(HOLES) as usize)
}

/// The units of a file, as [`link`] asks for them.
pub trait Units {
    /// Names a unit.
    type Key: Copy;

    /// The tree of a unit.
    fn tree(&self, key: Self::Key) -> &Unit;
    /// A unit in a unit.
    fn child(&self, key: Self::Key, child: ChildId) -> Option<Self::Key>;
    /// The code of a unit, compiled for a first line (from 0).
    fn code(&self, key: Self::Key, first_line: u32) -> Arc<UnitCode>;
}

/// The code of a unit that starts on a line (from 0) of its file, with all units in it: for a module what
/// [`compile_module`](crate::compile_module) gives, but that each warning comes once.
pub fn link<U: Units>(units: &U, key: U::Key, first_line: u32) -> Compiled {
    let mut linker = Linker { units, warnings: Vec::new(), generation: Vec::new() };
    linker.preprocessing(key, first_line);
    let code = linker.unit(key, first_line, false);
    let Linker { mut warnings, generation, .. } = linker;
    warnings.extend(generation);
    let warnings = distinct(&warnings).into_iter().cloned().collect();
    Compiled { code, warnings }
}

struct Linker<'u, U: Units> {
    units: &'u U,
    warnings: Vec<Warning>,
    generation: Vec<Warning>,
}

impl<U: Units> Linker<'_, U> {
    /// A unit's code for its place. Classes know their lines; what else there is counts from its unit's first.
    fn code(&self, key: U::Key, first_line: u32) -> (Arc<UnitCode>, i32) {
        match self.units.tree(key).header() {
            UnitHeader::Class(_) => (self.units.code(key, first_line), 0),
            _ => (self.units.code(key, 0), i32::try_from(first_line).unwrap_or(i32::MAX)),
        }
    }

    /// A nested unit and its first line.
    fn child(&self, key: U::Key, first_line: u32, child: ChildId) -> Option<(U::Key, u32)> {
        let lines = self.units.tree(key).child(child).lines;
        Some((self.units.child(key, child)?, first_line + lines))
    }

    fn preprocessing(&mut self, key: U::Key, first_line: u32) {
        let (code, shift) = self.code(key, first_line);
        for event in &code.preprocessing {
            match event {
                Event::Warning(warning) => self.warnings.push(shifted(warning, shift)),
                Event::Unit { child, .. } => {
                    if let Some((key, first_line)) = self.child(key, first_line, *child) {
                        guarded(|| self.preprocessing(key, first_line));
                    }
                }
            }
        }
    }

    /// The linked code of a unit, or the first error in the order of code generation.
    fn unit(&mut self, key: U::Key, first_line: u32, muted: bool) -> Res<Arc<CodeObject>> {
        let (code, shift) = self.code(key, first_line);
        let mut linked: FxHashMap<usize, Arc<CodeObject>> = FxHashMap::default();
        for event in &code.generation {
            match event {
                Event::Warning(warning) if !muted => self.generation.push(shifted(warning, shift)),
                Event::Warning(_) => {}
                Event::Unit { child, muted: again } => {
                    if let Some((key, first_line)) = self.child(key, first_line, *child) {
                        let code = guarded(|| self.unit(key, first_line, muted || *again))?;
                        linked.insert(child.index(), code);
                    }
                }
            }
        }
        match &code.code {
            Ok(code) => Ok(placed(code, shift, &linked)),
            Err(error) => Err(Error { loc: moved(error.loc, shift), ..error.clone() }),
        }
    }
}

/// A code object moved down by some lines, with its holes filled.
fn placed(code: &Arc<CodeObject>, shift: i32, linked: &FxHashMap<usize, Arc<CodeObject>>) -> Arc<CodeObject> {
    let has_code = code.children().next().is_some();
    if shift == 0 && !has_code {
        return code.clone();
    }
    let mut placed = CodeObject::clone(code);
    placed.firstlineno += shift;
    if has_code {
        let constant = |constant: &Const| match constant {
            Const::Code(code) => Const::Code(match hole_index(code) {
                Some(index) => linked.get(&index).unwrap_or(code).clone(),
                None => guarded(|| self::placed(code, shift, linked)),
            }),
            other => other.clone(),
        };
        placed.consts = code.consts.iter().map(constant).collect();
    }
    Arc::new(placed)
}

fn moved(loc: Location, shift: i32) -> Location {
    let line = |line: i32| if line > 0 { line + shift } else { line };
    Location { line: line(loc.line), end_line: line(loc.end_line), ..loc }
}

fn shifted(warning: &Warning, shift: i32) -> Warning {
    Warning { loc: moved(warning.loc, shift), ..warning.clone() }
}

/// Units nest as deep as what people type.
fn guarded<T>(f: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(64 * 1024, 1024 * 1024, f)
}

/// Compiles a module unit by unit.
pub fn compile_by_units(
    module: &Unit,
    table: &SymbolTable,
    filename: &str,
    options: &CompileOptions,
) -> Compiled {
    let names = ModuleNames::of(table.scopes(UnitIndex::MODULE));
    let cursors = table.cursors(module);
    let mut surroundings = vec![Surroundings::module(); cursors.len()];
    for (index, cursor) in table.unit_indices().zip(&cursors) {
        let scopes = Some(&**table.scopes(index)).filter(|_| index != UnitIndex::MODULE);
        let inside = surroundings[index.index()].inside(cursor.unit, table.context(index), scopes);
        for (id, child) in cursor.unit.children() {
            if let Some(index) = table.child(index, id) {
                surroundings[index.index()] = inside.surroundings(|| Some(id), child.unit.own_name());
            }
        }
    }
    let mut units =
        WholeFile { table, cursors, attributes: Vec::new(), names, surroundings, filename, options };
    units.attributes = vec![Arc::default(); units.cursors.len()];
    // Inner units have greater numbers, and tell outer ones what they set on `self`.
    for index in table.unit_indices().collect::<Vec<_>>().into_iter().rev() {
        units.attributes[index.index()] = units.code(index, 0).static_attributes.clone();
    }
    link(&units, UnitIndex::MODULE, 0)
}

/// The units of a file whose tables are at hand. Nothing is kept: each use of a unit compiles it.
struct WholeFile<'a> {
    table: &'a SymbolTable,
    cursors: Vec<Cursor<'a>>,
    attributes: Vec<Arc<BTreeSet<PyString>>>,
    names: ModuleNames,
    surroundings: Vec<Surroundings>,
    filename: &'a str,
    options: &'a CompileOptions,
}

impl Units for WholeFile<'_> {
    type Key = UnitIndex;

    fn tree(&self, key: UnitIndex) -> &Unit {
        self.cursors[key.index()].unit
    }

    fn child(&self, key: UnitIndex, child: ChildId) -> Option<UnitIndex> {
        self.table.child(key, child)
    }

    fn code(&self, key: UnitIndex, first_line: u32) -> Arc<UnitCode> {
        let source = UnitSource {
            unit: self.cursors[key.index()].unit,
            first_line,
            context: self.table.context(key),
            scopes: self.table.scopes(key),
            future: self.table.future(),
            module: &self.names,
            surroundings: &self.surroundings[key.index()],
        };
        let nested = |child| {
            let Some(child) = self.table.child(key, child) else { return Nested::default() };
            Nested {
                freevars: freevars(self.table.scopes(child)),
                static_attributes: self.attributes[child.index()].clone(),
            }
        };
        Arc::new(compile_unit(source, &nested, self.filename, self.options))
    }
}
