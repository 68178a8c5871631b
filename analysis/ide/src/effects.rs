//! What the top-level statements of a file do to its global names: bind them, read them, change their values.
//!
//! Binding and reading are facts of the symbol table. What a call does to a value nobody can tell without running it;
//! [`Known`] says which calls are taken to change something.

use rustc_hash::{FxHashMap, FxHashSet};
use symtable::{Role, UnitIndex};
use syntax::ast::{Cursor, ExceptHandler, ExprId, ExprKind, Stmt, StmtKind, StmtList, Unit};
use text::TextRange;

use crate::file::{File, unit_range};

/// A statement of the module or a part of one, and the global names it has to do with.
pub struct Statement {
    pub range: TextRange,
    /// Whether it can run by itself.
    pub runs: bool,
    /// It is the head of a compound statement around the selection.
    pub is_head: bool,
    /// Names it binds when it runs.
    pub binds: FxHashSet<String>,
    /// Names whose values it changes: `a[0] = 1`, `a.b = 1`, `del a[0]`, `del a`.
    pub changes: FxHashSet<String>,
    /// Names that a call in it binds or whose values a call in it changes: `a.append(1)`.
    pub affects: FxHashSet<String>,
    /// Names it reads, or that functions in it read.
    pub reads: FxHashSet<String>,
    /// `from m import *` binds nobody knows what; `from __future__` changes what all code means.
    pub always: bool,
}

/// Functions and methods of builtins and the library that change what they are called on or with.
#[rustfmt::skip]
const CHANGING: &[&str] = &[
    "__delitem__", "__setattr__", "__setitem__", "add", "append", "appendleft", "clear", "close", "delattr",
    "difference_update", "discard", "extend", "extendleft", "heapify", "heappop", "heappush", "heappushpop",
    "heapreplace", "insert", "insort", "insort_left", "insort_right", "intersection_update", "next", "pop", "popitem",
    "popleft", "read", "readline", "readlines", "remove", "reverse", "rotate", "seed", "seek", "send", "setattr",
    "setdefault", "shuffle", "sort", "symmetric_difference_update", "throw", "truncate", "update", "write", "writelines",
];

/// The statements of the module with their ranges, decorators included.
pub fn statements(module: &Unit) -> impl Iterator<Item = (&Stmt, TextRange)> {
    suite(module, module.body())
}

/// The statements of a suite in the module's own code.
fn suite(module: &Unit, body: StmtList) -> impl Iterator<Item = (&Stmt, TextRange)> {
    let cursor = Cursor::new(module);
    module.list(body).iter().map(move |id| {
        let stmt = module.stmt(*id);
        let range = match stmt.kind {
            StmtKind::FunctionDef(child) | StmtKind::AsyncFunctionDef(child) | StmtKind::ClassDef(child) => {
                unit_range(cursor.child(child))
            }
            _ => cursor.range(stmt.range),
        };
        (stmt, range)
    })
}

/// What there is around a selection.
enum Part<'a> {
    Statement(&'a Stmt),
    /// Of a compound statement that holds the selection, what comes before its suites.
    Head,
    /// The suites of such a statement before the one with the selection, and what leads to that.
    Skipped,
}

/// The suites of a compound statement that run in the scope it stands in.
fn suites(module: &Unit, kind: &StmtKind) -> Vec<StmtList> {
    let handlers = |list| module.list(list).iter().map(|handler: &ExceptHandler| handler.body);
    match *kind {
        StmtKind::If { body, orelse, .. }
        | StmtKind::While { body, orelse, .. }
        | StmtKind::For { body, orelse, .. }
        | StmtKind::AsyncFor { body, orelse, .. } => vec![body, orelse],
        StmtKind::With { body, .. } | StmtKind::AsyncWith { body, .. } => vec![body],
        StmtKind::Try { body, handlers: list, orelse, finalbody }
        | StmtKind::TryStar { body, handlers: list, orelse, finalbody } => {
            [body].into_iter().chain(handlers(list)).chain([orelse, finalbody]).collect()
        }
        StmtKind::Match { cases, .. } => module.list(cases).iter().map(|case| case.body).collect(),
        _ => Vec::new(),
    }
}

/// The statements around a selection in the order of the file: those of the module, and in place of a compound statement
/// that holds the selection its parts and the statements of the suite that does.
fn around(module: &Unit, selection: TextRange) -> Vec<(Part<'_>, TextRange)> {
    let extent = |list: StmtList| {
        let mut ranges = suite(module, list).map(|(_, range)| range);
        let first = ranges.next()?;
        Some(TextRange::new(first.start, ranges.last().unwrap_or(first).end))
    };
    let mut before = Vec::new();
    // What comes after the compound statements that were opened, the outermost first.
    let mut after: Vec<Vec<(Part<'_>, TextRange)>> = Vec::new();
    let mut next = Some(module.body());
    while let Some(body) = next.take() {
        let mut rest = Vec::new();
        for (stmt, range) in suite(module, body) {
            let opened = range != selection && range.contains_range(selection);
            let suites = if opened { suites(module, &stmt.kind) } else { Vec::new() };
            let holds =
                |list: &&StmtList| extent(**list).is_some_and(|extent| extent.contains_range(selection));
            match suites.iter().find(holds) {
                Some(list) => {
                    before.push((Part::Head, range));
                    let skipped = suites.first().filter(|first| *first != list);
                    before.extend(skipped.and_then(|first| Some((Part::Skipped, extent(*first)?))));
                    next = Some(*list);
                }
                None if next.is_none() => before.push((Part::Statement(stmt), range)),
                None => rest.push((Part::Statement(stmt), range)),
            }
        }
        after.push(rest);
    }
    before.extend(after.into_iter().rev().flatten());
    before
}

/// The statements around a selection with what they do.
pub fn top_level(file: &File<'_>, selection: TextRange) -> Vec<Statement> {
    let module = file.module();
    let mut found: Vec<Statement> = around(module, selection)
        .into_iter()
        .map(|(part, range)| Statement {
            range,
            runs: matches!(part, Part::Statement(_)),
            is_head: matches!(part, Part::Head),
            binds: FxHashSet::default(),
            changes: FxHashSet::default(),
            affects: FxHashSet::default(),
            reads: FxHashSet::default(),
            always: matches!(part, Part::Statement(stmt) if imports_everything(module, &stmt.kind)),
        })
        .collect();
    let docstring = |(stmt, _): (&Stmt, TextRange)| match stmt.kind {
        StmtKind::Expr { value } => matches!(module.expr(value).kind, ExprKind::Constant { .. }),
        _ => false,
    };
    if statements(module).next().is_some_and(docstring) {
        found[0].binds.insert("__doc__".to_owned());
    }
    let known = names(file, &mut found);
    let cursor = Cursor::new(module);
    for (_, stmt) in module.all_stmts() {
        let Some(statement) = holder(&mut found, cursor.range(stmt.range)) else { continue };
        changed_by_assignment(module, &stmt.kind, &mut statement.changes);
        if let StmtKind::Expr { value } = stmt.kind {
            known.changed_by_call_alone(module, value, &mut statement.affects);
        }
    }
    for (_, expr) in module.all_exprs() {
        if let Some(statement) = holder(&mut found, cursor.range(expr.range)) {
            known.changed_by_call(module, &expr.kind, &mut statement.affects);
        }
    }
    found
}

/// The statement that holds a range.
fn holder(statements: &mut [Statement], range: TextRange) -> Option<&mut Statement> {
    let after = statements.partition_point(|statement| statement.range.start <= range.start);
    statements[..after].last_mut()
}

/// Fills in the names that the statements bind and read.
fn names(file: &File<'_>, statements: &mut [Statement]) -> Known {
    let table = file.table();
    let mut known = Known::default();
    let mut bound_inside: Vec<(TextRange, &str)> = Vec::new();
    for place in file.places() {
        if table.owner(place.block, &place.name) != Some(table.module()) {
            continue;
        }
        let Some(statement) = holder(statements, place.range) else { continue };
        if !place.role.binds() {
            statement.reads.insert(place.name.clone());
        } else if place.block.unit == UnitIndex::MODULE {
            statement.binds.insert(place.name.clone());
            match place.role {
                Role::Define => drop(known.defined.insert(place.name.clone())),
                Role::Import => drop(known.imported.insert(place.name.clone())),
                _ => {}
            }
        } else {
            // What a function binds it binds when it is called; whoever needs that has to call it.
            bound_inside.push((statement.range, &place.name));
        }
    }
    for (range, name) in bound_inside {
        let Some(statement) = holder(statements, range) else { continue };
        for function in statement.binds.intersection(&known.defined) {
            known.setters.entry(function.clone()).or_default().push(name.to_owned());
        }
    }
    known
}

fn imports_everything(module: &Unit, kind: &StmtKind) -> bool {
    let StmtKind::ImportFrom { module: from, names, .. } = kind else { return false };
    from.is_some_and(|from| module.name(from.name) == "__future__")
        || module.list(*names).iter().any(|alias| module.name(alias.name.name) == "*")
}

/// The names that an assignment or `del` changes, or takes away.
fn changed_by_assignment(module: &Unit, kind: &StmtKind, into: &mut FxHashSet<String>) {
    let mut target = |id: ExprId| {
        if !matches!(module.expr(id).kind, ExprKind::Name { .. }) {
            into.extend(root(module, id).map(str::to_owned));
        }
    };
    match *kind {
        StmtKind::Assign { targets, .. } => module.list(targets).iter().for_each(|id| target(*id)),
        StmtKind::AugAssign { target: id, .. } | StmtKind::AnnAssign { target: id, .. } => target(id),
        StmtKind::Delete { targets } => {
            into.extend(module.list(targets).iter().filter_map(|id| root(module, *id)).map(str::to_owned));
        }
        _ => {}
    }
}

/// The name that an expression starts from: `a` of `a.b[0].c`.
fn root(module: &Unit, id: ExprId) -> Option<&str> {
    let mut at = id;
    loop {
        match module.expr(at).kind {
            ExprKind::Attribute { value, .. } | ExprKind::Subscript { value, .. } => at = value,
            ExprKind::Name { id, .. } => return Some(module.name(id)),
            _ => return None,
        }
    }
}

/// What is known of a file's names, for guesses at what calls do.
#[derive(Default)]
struct Known {
    /// Functions and classes of the file.
    defined: FxHashSet<String>,
    /// Imported names.
    imported: FxHashSet<String>,
    /// The global names that a function binds when it is called.
    setters: FxHashMap<String, Vec<String>>,
}

impl Known {
    /// What a call changes wherever it stands.
    fn changed_by_call(&self, module: &Unit, kind: &ExprKind, into: &mut FxHashSet<String>) {
        let ExprKind::Call { func, args, .. } = *kind else { return };
        let called = match module.expr(func).kind {
            ExprKind::Name { id, .. } => {
                into.extend(self.setters.get(module.name(id)).into_iter().flatten().cloned());
                module.name(id)
            }
            ExprKind::Attribute { attr, .. } => module.name(attr.name),
            _ => return,
        };
        if CHANGING.contains(&called) {
            into.extend(root(module, func).filter(|name| *name != called).map(str::to_owned));
            into.extend(module.list(args).iter().filter_map(|id| root(module, *id)).map(str::to_owned));
        }
    }

    /// What a call changes besides if nobody takes its value, so that it was made for what it does: the object whose method
    /// it is, the arguments of a function of the file.
    fn changed_by_call_alone(&self, module: &Unit, id: ExprId, into: &mut FxHashSet<String>) {
        let ExprKind::Call { func, args, .. } = module.expr(id).kind else { return };
        match module.expr(func).kind {
            ExprKind::Attribute { value, .. } => {
                // A function of a module is none of its methods.
                let object = root(module, value).filter(|name| !self.imported.contains(*name));
                into.extend(object.map(str::to_owned));
            }
            ExprKind::Name { id, .. } if self.defined.contains(module.name(id)) => {
                into.extend(module.list(args).iter().filter_map(|id| root(module, *id)).map(str::to_owned));
            }
            _ => {}
        }
    }
}
