//! Code generation: from the tree and its symbol tables to instruction sequences (`Python/codegen.c`).
//!
//! One file for each family of nodes; all of them extend [`Generator`], which holds the stack of code units under
//! construction. This file has what they share: emitting, names, constants, closures, entering and leaving units.

mod annotations;
mod assignments;
mod calls;
mod checks;
mod classes;
mod comprehensions;
mod docstring;
mod expressions;
mod frame_blocks;
mod functions;
mod imports;
mod loops;
mod names;
pub(crate) mod node;
mod patterns;
mod percent_format;
mod scope;
mod statements;
mod strings;
mod try_except;
mod type_params;
mod unparse;
mod with;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use bytecode::{CodeObject, Const, Op, PyString, compile_flags, flags};
use rustc_hash::FxHashSet;
use symtable::{BlockId, Flags, FutureFeatures, Scope as NameScope, SymbolTable, UnitIndex};
use syntax::ErrorKind;
use syntax::ast::{ChildId, Cursor, ExprContext, ExprKind, NameId, UnitHeader};

use crate::assemble::Assembler;
use crate::compile::CompileOptions;
use crate::errors::{Error, Res, Warning};
use crate::instr::{InstructionSequence, Label, Location};
use crate::stages::{Recorder, UnitStages};
use crate::unit::{Event, ModuleNames, Nested, UnitSource, hole};
use names::{Name, Names, Spelling};
use node::{Cx, Expr, Lines};
use scope::{Memory, NameOp, Scope, ScopeKind};

/// Operands of `CALL_INTRINSIC_1`.
mod intrinsic1 {
    pub const PRINT: u32 = 1;
    pub const IMPORT_STAR: u32 = 2;
    pub const STOPITERATION_ERROR: u32 = 3;
    pub const ASYNC_GEN_WRAP: u32 = 4;
    pub const UNARY_POSITIVE: u32 = 5;
    pub const LIST_TO_TUPLE: u32 = 6;
    pub const TYPEVAR: u32 = 7;
    pub const PARAMSPEC: u32 = 8;
    pub const TYPEVARTUPLE: u32 = 9;
    pub const SUBSCRIPT_GENERIC: u32 = 10;
    pub const TYPEALIAS: u32 = 11;
}

/// Operands of `CALL_INTRINSIC_2`.
mod intrinsic2 {
    pub const PREP_RERAISE_STAR: u32 = 1;
    pub const TYPEVAR_WITH_BOUND: u32 = 2;
    pub const TYPEVAR_WITH_CONSTRAINTS: u32 = 3;
    pub const SET_FUNCTION_TYPE_PARAMS: u32 = 4;
    pub const SET_TYPEPARAM_DEFAULT: u32 = 5;
}

/// Operands of `LOAD_COMMON_CONSTANT`.
mod common_constant {
    pub const ASSERTION_ERROR: u32 = 0;
    pub const NOT_IMPLEMENTED_ERROR: u32 = 1;
    pub const BUILTIN_TUPLE: u32 = 2;
    pub const BUILTIN_ALL: u32 = 3;
    pub const BUILTIN_ANY: u32 = 4;
}

/// Operands of `LOAD_SPECIAL`.
mod special {
    pub const ENTER: u32 = 0;
    pub const EXIT: u32 = 1;
    pub const AENTER: u32 = 2;
    pub const AEXIT: u32 = 3;
}

/// Operands of `RESUME`.
mod resume {
    pub const AT_FUNC_START: u32 = 0;
    pub const AFTER_YIELD: u32 = 1;
    pub const AFTER_YIELD_FROM: u32 = 2;
    pub const AFTER_AWAIT: u32 = 3;
}

/// Operands of `SET_FUNCTION_ATTRIBUTE`, and what a function is made with.
mod make_function {
    pub const DEFAULTS: u32 = 1;
    pub const KWDEFAULTS: u32 = 2;
    pub const ANNOTATIONS: u32 = 4;
    pub const CLOSURE: u32 = 8;
    pub const ANNOTATE: u32 = 16;
}

/// The operand of `BINARY_OP` for subscripts.
const NB_SUBSCR: u32 = 26;
/// What stays on the stack at most while a display or call is built (`_PY_STACK_USE_GUIDELINE`).
const STACK_USE_GUIDELINE: usize = 30;
/// Blocks may nest this deep (`CO_MAXBLOCKS`).
const MAX_BLOCKS: usize = 21;
/// Stack that must be left before recursing into a node, and what is added if it is not.
const RED_ZONE: usize = 128 * 1024;
const STACK_STEP: usize = 4 * 1024 * 1024;

/// How an attribute's name is accessed: [`Generator::attribute_op`].
#[derive(Clone, Copy, PartialEq, Eq)]
enum AttributeOp {
    Load,
    Method,
    SuperAttr,
    SuperMethod,
    ZeroSuperAttr,
    ZeroSuperMethod,
    Store,
    Delete,
}

/// Generates the code of one file.
pub(crate) struct Generator<'a> {
    table: &'a SymbolTable,
    options: &'a CompileOptions,
    filename: PyString,
    scopes: Vec<Scope<'a>>,
    names: Names,
    lines: &'a Lines,
    /// Of finished units
    memory: Vec<Memory>,
    pub(crate) events: Vec<Event>,
    /// If a unit is compiled on its own: what there is around and inside of it.
    alone: Option<Alone<'a>>,
    /// Not 0 while statements are compiled again, which have warned the first time (`c_disable_warning`).
    muted: u32,
    /// Where a fault of ours showed; reported as an error instead of a panic.
    fault: Option<String>,
    assembler: Assembler,
    /// What the passes did, if that is wanted
    pub(crate) stages: Option<Vec<UnitStages>>,
}

/// What takes the place of the rest of the file when one unit is compiled.
struct Alone<'a> {
    source: UnitSource<'a>,
    nested: &'a dyn Fn(ChildId) -> Nested,
    /// Attributes that the unit sets on `self`, where no class of the unit's own keeps them.
    static_attributes: BTreeSet<PyString>,
    /// Nested units that were met, muted or not: once each is enough.
    met: FxHashSet<(ChildId, bool)>,
}

/// Counts of parameters for a new unit.
#[derive(Clone, Copy, Default)]
struct ParamCounts {
    args: u32,
    posonly: u32,
    kwonly: u32,
}

impl<'a> Generator<'a> {
    pub(crate) fn new(
        table: &'a SymbolTable,
        options: &'a CompileOptions,
        filename: PyString,
        lines: &'a Lines,
    ) -> Generator<'a> {
        Generator {
            table,
            options,
            filename,
            scopes: Vec::new(),
            names: Names::default(),
            lines,
            memory: Vec::new(),
            events: Vec::new(),
            alone: None,
            muted: 0,
            fault: None,
            assembler: Assembler::default(),
            stages: None,
        }
    }

    /// The code of one unit, with holes for those in it; what happened, and which attributes of `self` it sets.
    pub(crate) fn unit(
        table: &'a SymbolTable,
        options: &'a CompileOptions,
        filename: PyString,
        lines: &'a Lines,
        cursor: Cursor<'a>,
        source: UnitSource<'a>,
        nested: &'a dyn Fn(ChildId) -> Nested,
    ) -> (Res<Arc<CodeObject>>, Vec<Event>, BTreeSet<PyString>) {
        let mut generator = Generator::new(table, options, filename, lines);
        let static_attributes = BTreeSet::new();
        generator.alone = Some(Alone { source, nested, static_attributes, met: FxHashSet::default() });
        let cx = Cx { cursor, index: UnitIndex::MODULE, lines };
        let code = match cursor.unit.header() {
            UnitHeader::Function(header) => {
                let line = generator.first_line(cx, header.decorators, cx.loc(cursor.unit.node_range()));
                generator.function_code(cx, header, line)
            }
            UnitHeader::Class(header) => {
                let line = generator.first_line(cx, header.decorators, cx.loc(cursor.unit.node_range()));
                generator.class_code(cx, header, line)
            }
            _ => generator.module(cursor),
        };
        let attributes = generator.alone.map(|alone| alone.static_attributes).unwrap_or_default();
        (code, generator.events, attributes)
    }

    /// The hole for the code of a nested unit, if units are compiled one by one.
    fn hole(&mut self, child: ChildId, name: &str) -> Option<Arc<CodeObject>> {
        let alone = self.alone.as_mut()?;
        let muted = self.muted > 0;
        if alone.met.insert((child, muted)) {
            self.events.push(Event::Unit { child, muted });
        }
        let nested = (alone.nested)(child);
        let hole = hole(child, name, &nested);
        for name in nested.static_attributes.iter() {
            self.keep_static_attribute(self.scopes.len(), name.clone());
        }
        Some(Arc::new(hole))
    }

    /// Gives an attribute of `self` to the innermost class among the first `outer` units.
    fn keep_static_attribute(&mut self, outer: usize, name: PyString) {
        let class = self.scopes[..outer].iter_mut().rev().find(|scope| scope.kind == ScopeKind::Class);
        let attributes = match (class, &mut self.alone) {
            (Some(class), _) => &mut class.static_attributes,
            (None, Some(alone)) => &mut alone.static_attributes,
            (None, None) => return,
        };
        attributes.insert(name);
    }

    /// The code object of the whole file.
    pub(crate) fn module(&mut self, cursor: Cursor<'a>) -> Res<Arc<CodeObject>> {
        let module = cursor.unit;
        let cx = Cx { cursor, index: UnitIndex::MODULE, lines: self.lines };
        self.enter_scope(ScopeKind::Module, self.table.module(), "<module>", 1, None, ParamCounts::default());
        match module.header() {
            UnitHeader::Expression { body } => {
                self.expr(cx.expr(*body))?;
                self.leave_scope(false)
            }
            UnitHeader::FunctionType { .. } => {
                self.error("function types cannot be compiled", Location::line(1))
            }
            _ => {
                let start = Location { line: 1, end_line: 1, col: 0, end_col: 0 };
                let body = module.list(module.body());
                // What is typed at the prompt has no docstring, so that none is stripped.
                let first = match body.first() {
                    Some(&first) if self.options.interactive => Some(cx.stmt(first).loc()),
                    _ => self.first_statement_loc(cx, body),
                };
                let loc = first.unwrap_or(start);
                if self.block().has_conditional_annotations {
                    self.emit_arg(Op::BUILD_SET, 0, loc);
                    let name = self.add_name("__conditional_annotations__");
                    self.emit_arg(Op::STORE_NAME, name, loc);
                }
                self.body(cx, module.body(), loc, self.options.interactive)?;
                self.leave_scope(true)
            }
        }
    }

    fn scope(&self) -> &Scope<'a> {
        self.scopes.last().expect("code is generated inside a unit")
    }

    fn scope_mut(&mut self) -> &mut Scope<'a> {
        self.scopes.last_mut().expect("code is generated inside a unit")
    }

    fn seq(&mut self) -> &mut InstructionSequence {
        &mut self.scope_mut().seq
    }

    fn block(&self) -> &'a symtable::Block {
        self.scope().facts
    }

    fn future_annotations(&self) -> bool {
        self.table.future().contains(FutureFeatures::ANNOTATIONS)
    }

    fn is_async_generator(&self) -> bool {
        let block = self.block();
        block.generator && block.coroutine
    }

    fn error<T>(&self, message: impl Into<String>, loc: Location) -> Res<T> {
        Err(Error { kind: ErrorKind::SyntaxError, message: message.into(), loc })
    }

    fn warn(&mut self, message: impl Into<String>, loc: Location) {
        if self.muted == 0 {
            self.events.push(Event::Warning(Warning::new(message.into(), loc)));
        }
    }

    // Emitting.

    fn emit(&mut self, op: Op, loc: Location) {
        self.seq().emit(op, loc);
    }

    fn emit_arg(&mut self, op: Op, arg: u32, loc: Location) {
        self.seq().emit_arg(op, arg, loc);
    }

    fn jump(&mut self, op: Op, target: Label, loc: Location) {
        self.seq().emit_jump(op, target, loc);
    }

    fn new_label(&mut self) -> Label {
        self.seq().new_label()
    }

    fn use_label(&mut self, label: Label) {
        self.seq().use_label(label);
    }

    fn load_const(&mut self, value: Const, loc: Location) {
        let index = self.scope_mut().meta.consts.add(value);
        self.emit_arg(Op::LOAD_CONST, index, loc);
    }

    fn load_none(&mut self, loc: Location) {
        self.load_const(Const::None, loc);
    }

    fn load_str(&mut self, value: &str, loc: Location) {
        let text = self.shared(value);
        self.load_const(Const::Str(text), loc);
    }

    /// The one string for a name or another short text.
    fn shared(&mut self, text: &str) -> PyString {
        let name = self.names.intern(text);
        self.names.text(name).clone()
    }

    fn add_name(&mut self, name: impl Spelling) -> u32 {
        let name = name.name(&mut self.names);
        let Some(scope) = self.scopes.last_mut() else { return 0 };
        scope.add_name(&self.names, name)
    }

    /// The name of an identifier.
    fn name_of(&mut self, cx: Cx<'a>, id: NameId) -> Name {
        self.names.of(cx, id)
    }

    // Names.

    fn mangle<'n>(&self, name: &'n str) -> Cow<'n, str> {
        let scope = self.scope();
        self.table.mangle(scope.block, scope.private, name)
    }

    fn mangled(&mut self, name: impl Spelling) -> Name {
        let name = name.name(&mut self.names);
        if !self.names.may_be_private(name) {
            return name;
        }
        let mangled = self.mangle(self.names.as_str(name)).into_owned();
        self.names.intern(&mangled)
    }

    /// Emits an instruction whose operand is a (mangled) name of `co_names`.
    fn name_arg(&mut self, op: Op, name: impl Spelling, loc: Location) {
        let mangled = self.mangled(name);
        let index = self.add_name(mangled);
        self.emit_arg(op, index, loc);
    }

    /// Emits an access to an attribute.
    fn attribute_op(&mut self, access: AttributeOp, name: impl Spelling, loc: Location) {
        let mangled = self.mangled(name);
        let index = self.add_name(mangled);
        let (op, arg) = match access {
            AttributeOp::Load => (Op::LOAD_ATTR, index << 1),
            AttributeOp::Method => (Op::LOAD_ATTR, index << 1 | 1),
            AttributeOp::SuperAttr => (Op::LOAD_SUPER_ATTR, index << 2 | 2),
            AttributeOp::SuperMethod => (Op::LOAD_SUPER_ATTR, index << 2 | 3),
            AttributeOp::ZeroSuperAttr => (Op::LOAD_SUPER_ATTR, index << 2),
            AttributeOp::ZeroSuperMethod => (Op::LOAD_SUPER_ATTR, index << 2 | 1),
            AttributeOp::Store => (Op::STORE_ATTR, index),
            AttributeOp::Delete => (Op::DELETE_ATTR, index),
        };
        self.emit_arg(op, arg, loc);
    }

    /// Loads, stores or deletes a variable.
    fn name_op(&mut self, name: impl Spelling, ctx: ExprContext, loc: Location) -> Res {
        let mangled = self.mangled(name);
        let (op, found) = match self.scopes.last_mut() {
            Some(scope) => scope.name_op(self.table, &self.names, mangled),
            None => return Ok(()),
        };
        let in_class = self.block().kind == symtable::BlockType::Class;
        let in_inlined = self.scope().in_inlined_comprehension > 0;
        let sees_class = self.block().can_see_class_scope;
        match op {
            NameOp::Fast => {
                let op = match ctx {
                    ExprContext::Load => Op::LOAD_FAST,
                    ExprContext::Store => Op::STORE_FAST,
                    ExprContext::Del => Op::DELETE_FAST,
                };
                let index = self.scopes.last_mut().map_or(0, |scope| scope.add_local(&self.names, mangled));
                self.emit_arg(op, index, loc);
            }
            NameOp::Deref => {
                let op = match ctx {
                    ExprContext::Load if in_class && !in_inlined => {
                        self.emit(Op::LOAD_LOCALS, loc);
                        Op::LOAD_FROM_DICT_OR_DEREF
                    }
                    ExprContext::Load if sees_class => {
                        self.load_classdict(loc);
                        Op::LOAD_FROM_DICT_OR_DEREF
                    }
                    ExprContext::Load => Op::LOAD_DEREF,
                    ExprContext::Store => Op::STORE_DEREF,
                    ExprContext::Del => Op::DELETE_DEREF,
                };
                let (scope, text) = (self.scope(), self.names.as_str(mangled));
                let index = match found {
                    Some(NameScope::Cell) => scope.meta.cellvars.get(text.as_bytes()),
                    _ => scope.free_index(text),
                };
                let index = self.expect(index, "a captured name has a cell");
                self.emit_arg(op, index, loc);
            }
            NameOp::Global => {
                let index = self.add_name(mangled);
                match ctx {
                    ExprContext::Load if sees_class && found == Some(NameScope::GlobalImplicit) => {
                        self.load_classdict(loc);
                        self.emit_arg(Op::LOAD_FROM_DICT_OR_GLOBALS, index, loc);
                    }
                    ExprContext::Load => self.emit_arg(Op::LOAD_GLOBAL, index << 1, loc),
                    ExprContext::Store => self.emit_arg(Op::STORE_GLOBAL, index, loc),
                    ExprContext::Del => self.emit_arg(Op::DELETE_GLOBAL, index, loc),
                }
            }
            NameOp::Name => {
                let index = self.add_name(mangled);
                match ctx {
                    ExprContext::Load if in_class && in_inlined => {
                        self.emit_arg(Op::LOAD_GLOBAL, index << 1, loc);
                    }
                    ExprContext::Load => self.emit_arg(Op::LOAD_NAME, index, loc),
                    ExprContext::Store => self.emit_arg(Op::STORE_NAME, index, loc),
                    ExprContext::Del => self.emit_arg(Op::DELETE_NAME, index, loc),
                }
            }
        }
        Ok(())
    }

    fn load_classdict(&mut self, loc: Location) {
        // It is not among the symbols if the class binds that name.
        let scope = self.scope_mut();
        let index = scope.meta.cellvars.len() as u32 + scope.meta.freevars.add_name("__classdict__");
        self.emit_arg(Op::LOAD_DEREF, index, loc);
    }

    /// The value, or a note that something that must hold does not; the note becomes an error in the end.
    fn expect(&mut self, value: Option<u32>, rule: &str) -> u32 {
        value.unwrap_or_else(|| {
            self.fault.get_or_insert_with(|| rule.to_owned());
            0
        })
    }

    // Units.

    fn enter_scope(
        &mut self,
        kind: ScopeKind,
        block: BlockId,
        name: &str,
        line: i32,
        private: Option<&'a str>,
        params: ParamCounts,
    ) {
        let private = private.or_else(|| match (self.scopes.last(), &self.alone) {
            (Some(outer), _) => outer.private,
            (None, Some(alone)) => alone.source.context.private.as_deref(),
            (None, None) => None,
        });
        let memory = self.memory.pop().unwrap_or_default();
        let mut scope = Scope::new(self.table, &mut self.names, kind, block, line, private, memory);
        scope.meta.name = self.shared(name);
        scope.meta.argcount = params.args;
        scope.meta.posonlyargcount = params.posonly;
        scope.meta.kwonlyargcount = params.kwonly;
        scope.meta.qualname = self.qualname(kind, name);
        self.scopes.push(scope);
        let mut loc = Location { line, end_line: line, col: 0, end_col: 0 };
        if kind == ScopeKind::Module {
            loc.line = 0;
        }
        self.emit_arg(Op::RESUME, resume::AT_FUNC_START, loc);
        if kind == ScopeKind::Module {
            self.emit(Op::ANNOTATIONS_PLACEHOLDER, loc);
        }
    }

    /// The qualified name of a unit about to be entered (`compiler_set_qualname`).
    fn qualname(&self, kind: ScopeKind, name: &str) -> PyString {
        let outer = match self.scopes.as_slice() {
            [] => {
                return self
                    .alone
                    .as_ref()
                    .map_or_else(|| name.into(), |it| it.source.surroundings.qualname.clone());
            }
            [.., grandparent, parent] if parent.kind == ScopeKind::Annotations => grandparent,
            [.., parent] => parent,
        };
        if outer.kind == ScopeKind::Module {
            return name.into();
        }
        if matches!(kind, ScopeKind::Function | ScopeKind::AsyncFunction | ScopeKind::Class) {
            let mangled = symtable::mangle(outer.private, name);
            if outer.name_scope(self.table, &mangled) == Some(NameScope::GlobalExplicit) {
                return name.into();
            }
        }
        let base = outer.meta.qualname.to_str().unwrap_or_default();
        let inside = match outer.kind {
            ScopeKind::Function | ScopeKind::AsyncFunction | ScopeKind::Lambda => ".<locals>",
            _ => "",
        };
        [base, inside, ".", name].concat().into()
    }

    /// Ends the current unit and makes its code object. `add_none` says that falling off the end returns `None`.
    fn leave_scope(&mut self, add_none: bool) -> Res<Arc<CodeObject>> {
        if add_none {
            self.load_none(Location::NONE);
        }
        self.emit(Op::RETURN_VALUE, Location::NONE);
        let code_flags = self.code_flags();
        let mut scope = self.scopes.pop().expect("a unit is left that was entered");
        let loc = Location::line(scope.meta.firstlineno);
        if let Some(fault) = self.fault.take() {
            return self.error(format!("internal error: {fault}"), loc);
        }
        let mut recorder = self.stages.is_some().then(Recorder::default);
        let (seq, meta) = (&scope.seq, &mut scope.meta);
        let made = match &mut recorder {
            None => self.assembler.optimize_and_assemble(seq, meta, code_flags, &self.filename),
            Some(recorder) => self.assembler.observed(seq, meta, code_flags, &self.filename, recorder),
        };
        self.memory.push(scope.into_memory());
        let code = match made {
            Ok(code) => Arc::new(code),
            Err(fault) => return self.error(format!("internal error: {fault}"), loc),
        };
        if let (Some(stages), Some(recorder)) = (&mut self.stages, recorder) {
            stages.push(recorder.finish(code.clone()));
        }
        Ok(code)
    }

    /// `co_flags`
    fn code_flags(&self) -> u32 {
        let block = self.block();
        let mut bits = 0;
        if block.is_function_like() {
            bits |= flags::NEWLOCALS | flags::OPTIMIZED;
            for (holds, flag) in [
                (block.nested, flags::NESTED),
                (block.generator && !block.coroutine, flags::GENERATOR),
                (block.generator && block.coroutine, flags::ASYNC_GENERATOR),
                (block.varargs, flags::VARARGS),
                (block.varkeywords, flags::VARKEYWORDS),
                (block.has_docstring && self.options.optimize < 2, flags::HAS_DOCSTRING),
            ] {
                if holds {
                    bits |= flag;
                }
            }
        }
        if block.coroutine && !block.generator {
            bits |= flags::COROUTINE;
        }
        if block.method {
            bits |= flags::METHOD;
        }
        if self.future_annotations() {
            bits |= flags::FUTURE_ANNOTATIONS;
        }
        if self.table.future().contains(FutureFeatures::BARRY_AS_BDFL) {
            bits |= flags::FUTURE_BARRY_AS_BDFL;
        }
        // What `compile()` was told comes first, and is there whether it still means anything or not.
        bits | self.options.flags & compile_flags::FUTURE_MASK
    }

    /// Makes a function of a code object, with its closure; what `attributes` names is on the stack.
    fn make_closure(&mut self, code: Arc<CodeObject>, mut attributes: u32, loc: Location) -> Res {
        let free: Vec<PyString> = code.freevars().cloned().collect();
        if !free.is_empty() {
            for name in &free {
                let index = self.scope().closure_index(self.table, name);
                self.emit_arg(Op::LOAD_CLOSURE, index, loc);
            }
            attributes |= make_function::CLOSURE;
            self.emit_arg(Op::BUILD_TUPLE, free.len() as u32, loc);
        }
        self.load_const(Const::Code(code), loc);
        self.emit(Op::MAKE_FUNCTION, loc);
        for attribute in [
            make_function::CLOSURE,
            make_function::ANNOTATIONS,
            make_function::ANNOTATE,
            make_function::KWDEFAULTS,
            make_function::DEFAULTS,
        ] {
            if attributes & attribute != 0 {
                self.emit_arg(Op::SET_FUNCTION_ATTRIBUTE, attribute, loc);
            }
        }
        Ok(())
    }

    /// Whether the module imports a name of this spelling: calls of its attributes are not method calls.
    fn is_imported(&mut self, expr: Expr<'a>) -> bool {
        let ExprKind::Name { id, .. } = expr.kind() else { return false };
        let name = self.name_of(expr.cx, id);
        match self.outside() {
            Some(module) => module.imports.contains(self.names.as_str(name)),
            None => self.module_symbol(name).is_some_and(|symbol| symbol.flags.contains(Flags::DEF_IMPORT)),
        }
    }

    /// Whether the module has to do with a name `super`.
    fn module_mentions_super(&mut self) -> bool {
        match self.outside() {
            Some(module) => module.mentions_super,
            None => self.module_symbol("super").is_some_and(|symbol| symbol.scope.is_some()),
        }
    }

    /// The names of the module, if it is not under construction.
    fn outside(&self) -> Option<&'a ModuleNames> {
        let inside = self.scopes.first().is_some_and(|scope| scope.kind == ScopeKind::Module);
        self.alone.as_ref().filter(|_| !inside).map(|alone| alone.source.module)
    }

    /// The module's symbol of a name; within a comprehension inlined into the module, the comprehension's.
    fn module_symbol(&mut self, name: impl Spelling) -> Option<symtable::Symbol> {
        let name = name.name(&mut self.names);
        self.scopes.first_mut()?.symbol_of(self.table, &self.names, name)
    }
}
