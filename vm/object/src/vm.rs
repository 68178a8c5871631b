//! [`Vm`], the state of one machine on one thread, and what travels through it: arguments, results, exceptions.

use std::any::{Any, TypeId};
use std::cell::{Cell, RefCell};

use std::collections::HashMap;
use std::sync::Arc;

use rustc_hash::FxBuildHasher;

use crate::exceptions::{ExceptionTypes, SyntaxErrorData};
use crate::names::Names;
use crate::payload::*;
use crate::raw::dict::Dict;
use crate::raw::gc::Event;
use crate::raw::set::Set;
use crate::raw::weak::WeakRef;
use crate::raw::{Layout as _, Obj, Ref, Str, Tuple, VTable};
use crate::thread::Thread;
use crate::types::{MethodCache, SlotId, SlotRow, Type, TypeFlags};

/// A raised exception on its way up: an instance of `BaseException`.
#[derive(Clone, Debug)]
pub struct Raised(pub Obj);

/// The result of anything that may raise.
pub type Res<T> = Result<T, Raised>;

/// The arguments of a call: positional values, then those of keywords.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    /// All values.
    pub values: &'a [Obj],
    /// The keywords' names (`str` objects), for as many of the last values.
    pub kwnames: &'a [Obj],
}

impl<'a> Args<'a> {
    /// Positional arguments alone.
    #[inline]
    pub fn positional(values: &'a [Obj]) -> Args<'a> {
        Args { values, kwnames: &[] }
    }

    /// The positional arguments.
    #[inline]
    pub fn pos(&self) -> &'a [Obj] {
        &self.values[..self.values.len() - self.kwnames.len()]
    }

    /// The keywords with their values.
    pub fn keywords(&self) -> impl ExactSizeIterator<Item = (&'a Obj, &'a Obj)> + use<'a> {
        self.kwnames.iter().zip(&self.values[self.values.len() - self.kwnames.len()..])
    }
}

/// A core type before it has its methods.
pub(crate) struct CoreType {
    /// `__name__`.
    pub name: &'static str,
    /// The payload of instances.
    pub layout: &'static VTable,
    /// `Py_TPFLAGS_…_SUBCLASS`, or none; `MANAGED_DICT` for instances with a dict.
    pub flags: TypeFlags,
}

macro_rules! core_types {
    ($object:ident; $($(#[$doc:meta])* $name:ident: $text:literal, $payload:ty, $base:ident, $flag:expr;)*) => {
        /// The types that the machine itself must know.
        pub struct Types {
            /// `object`
            pub object: Ref<Type>,
            /// `type`
            pub r#type: Ref<Type>,
            $($(#[$doc])* pub $name: Ref<Type>,)*
        }

        impl Types {
            /// Makes all of them; `make` gets what the type is and its base.
            pub(crate) fn new(
                $object: Ref<Type>,
                r#type: Ref<Type>,
                mut make: impl FnMut(CoreType, &Ref<Type>) -> Ref<Type>,
            ) -> Types {
                $(let $name = make(
                    CoreType { name: $text, layout: <$payload>::VTABLE, flags: $flag },
                    &$base,
                );)*
                Types { object: $object, r#type, $($name,)* }
            }

            /// All of them, bases first.
            pub(crate) fn all(&self) -> Vec<&Ref<Type>> {
                vec![&self.object, &self.r#type, $(&self.$name,)*]
            }
        }
    };
}

core_types! {
    object;
    /// `NoneType`
    none: "NoneType", NoneValue, object, TypeFlags(0);
    /// `NotImplementedType`
    not_implemented: "NotImplementedType", Singleton, object, TypeFlags(0);
    /// `ellipsis`
    ellipsis: "ellipsis", Singleton, object, TypeFlags(0);
    /// `int`
    int: "int", Int, object, TypeFlags::LONG_SUBCLASS;
    /// `bool`
    bool: "bool", Int, int, TypeFlags::LONG_SUBCLASS;
    /// `float`
    float: "float", Float, object, TypeFlags(0);
    /// `complex`
    complex: "complex", Complex, object, TypeFlags(0);
    /// `str`
    str: "str", Str, object, TypeFlags::UNICODE_SUBCLASS;
    /// `bytes`
    bytes: "bytes", Bytes, object, TypeFlags::BYTES_SUBCLASS;
    /// `bytearray`
    bytearray: "bytearray", ByteArray, object, TypeFlags(0);
    /// `tuple`
    tuple: "tuple", Tuple, object, TypeFlags::TUPLE_SUBCLASS;
    /// `list`
    list: "list", List, object, TypeFlags::LIST_SUBCLASS;
    /// `dict`
    dict: "dict", Dict, object, TypeFlags::DICT_SUBCLASS;
    /// `set`
    set: "set", Set, object, TypeFlags(0);
    /// `frozenset`
    frozenset: "frozenset", Set, object, TypeFlags(0);
    /// `slice`
    slice: "slice", Slice, object, TypeFlags(0);
    /// `range`
    range: "range", Range, object, TypeFlags(0);
    /// `cell`
    cell: "cell", CellObject, object, TypeFlags(0);
    /// `function`
    function: "function", Function, object, TypeFlags(0);
    /// `method`
    method: "method", Method, object, TypeFlags(0);
    /// `builtin_function_or_method`
    builtin_function: "builtin_function_or_method", NativeFunction, object, TypeFlags(0);
    /// `module`
    module: "module", Module, object, TypeFlags(0);
    /// `weakref.ReferenceType`
    weakref: "ReferenceType", WeakRef, object, TypeFlags(0);
    /// `method_descriptor`
    method_descriptor: "method_descriptor", MethodDescriptor, object, TypeFlags(0);
    /// `classmethod_descriptor`
    classmethod_descriptor: "classmethod_descriptor", MethodDescriptor, object, TypeFlags(0);
    /// `wrapper_descriptor`
    wrapper_descriptor: "wrapper_descriptor", WrapperDescriptor, object, TypeFlags(0);
    /// `method-wrapper`
    method_wrapper: "method-wrapper", MethodWrapper, object, TypeFlags(0);
    /// `getset_descriptor`
    getset_descriptor: "getset_descriptor", GetSetDescriptor, object, TypeFlags(0);
    /// `member_descriptor`
    member_descriptor: "member_descriptor", MemberDescriptor, object, TypeFlags(0);
    /// `property`
    property: "property", Property, object, TypeFlags(0);
    /// `staticmethod`
    staticmethod: "staticmethod", StaticMethod, object, TypeFlags::MANAGED_DICT;
    /// `classmethod`
    classmethod: "classmethod", ClassMethod, object, TypeFlags::MANAGED_DICT;
    /// `mappingproxy`
    mappingproxy: "mappingproxy", MappingProxy, object, TypeFlags(0);
}

/// The state of one machine. It belongs to one thread, and everything it makes stays there.
pub struct Vm {
    /// The core types.
    pub types: &'static Types,
    /// The exception types.
    pub exc: &'static ExceptionTypes,
    /// Interned names.
    pub names: &'static Names,
    /// `None`
    pub none: Obj,
    /// `True`
    pub true_: Obj,
    /// `False`
    pub false_: Obj,
    /// `NotImplemented`
    pub not_implemented: Obj,
    /// `Ellipsis`
    pub ellipsis: Obj,
    /// `()`
    pub empty_tuple: Ref<Tuple>,
    /// What the crates above install.
    pub hooks: Hooks,
    pub(crate) small_ints: Box<[Obj]>,
    pub(crate) latin1: Box<[Ref<Str>]>,
    /// The `bytes` of one byte, by that byte; then the empty one.
    pub(crate) short_bytes: Box<[Obj]>,
    pub(crate) interned: RefCell<HashMap<InternKey, (), FxBuildHasher>>,
    pub(crate) native_types: RefCell<Vec<Option<&'static Ref<Type>>>>,
    pub(crate) method_cache: MethodCache,
    pub(crate) slot_rows: std::cell::OnceCell<Vec<(SlotId, Vec<SlotRow>)>>,
    /// How deep native code calls back into itself.
    pub(crate) native_depth: Cell<usize>,
    /// Containers whose `repr` is being made (`Py_ReprEnter`).
    pub(crate) repr_running: RefCell<Vec<usize>>,
    /// What runs.
    pub thread: Thread,
    /// What the crates above keep for this machine, by type.
    states: RefCell<Vec<(TypeId, &'static dyn Any)>>,
}

/// A place for a function of a crate above.
pub type Hook<F> = Cell<Option<F>>;

/// Functions that crates above install, for what this crate must ask of them.
#[derive(Default)]
pub struct Hooks {
    /// Reports an exception that cannot travel: `sys.unraisablehook`. Gets the exception, a message that says where it
    /// happened, and the object it happened in.
    pub unraisable: Hook<fn(&Vm, &Raised, Option<&str>, Option<&Obj>)>,
    /// The globals of the running Python frame, if there is one.
    pub globals: Hook<fn(&Vm) -> Option<Ref<Dict>>>,
    /// `sys.modules[name]` after importing it if need be.
    pub import: Hook<fn(&Vm, &str) -> Res<Obj>>,
    /// `origin[args]` as a `types.GenericAlias`.
    pub generic_alias: Hook<fn(&Vm, &Obj, &Obj) -> Res<Obj>>,
    /// `a | b` of types.
    pub union: Hook<fn(&Vm, &Obj, &Obj) -> Res<Obj>>,
    /// The members of a union of types; nothing for other objects.
    pub union_members: Hook<fn(&Obj) -> Option<Ref<Tuple>>>,
    /// Makes type parameters and aliases.
    pub typing: Hook<fn(&Vm, TypingOp, &[Obj]) -> Res<Obj>>,
    /// Compiles source text.
    pub compile: RefCell<Option<std::rc::Rc<dyn CompileHook>>>,
    /// Follows collections: the module `gc`.
    pub collection: Hook<fn(&Vm, Event<'_>)>,
    /// Issues a warning of a category about a line of a file: `PyErr_WarnExplicit`.
    pub warn_explicit: Hook<fn(&Vm, &Ref<Type>, &str, &str, i32) -> Res<()>>,
    /// The text of a source file that the program may read.
    pub source_of: Hook<fn(&Vm, &str) -> Option<String>>,
    /// Issues a warning of a category: `PyErr_WarnEx`.
    pub warn: Hook<fn(&Vm, &Ref<Type>, &str, usize) -> Res<()>>,
}

/// What the intrinsics of the type parameter syntax make (PEP 695, 696).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum TypingOp {
    TypeVar,
    TypeVarWithBound,
    TypeVarWithConstraints,
    ParamSpec,
    TypeVarTuple,
    SubscriptGeneric,
    TypeAlias,
    SetDefault,
}

/// The compiler, as the machine sees it: the program around it installs one.
pub trait CompileHook {
    /// Compiles a program.
    fn compile(&self, request: &CompileRequest<'_>) -> CompiledProgram;

    /// Parses a program to an object of the module `ast`; comments with types count if the flags say so.
    fn parse(&self, vm: &Vm, request: &CompileRequest<'_>) -> ParsedProgram;

    /// Compiles a tree of objects of the module `ast`. The request has no source; the root is a node of its mode.
    ///
    /// # Errors
    /// If it is no tree as the grammar has it.
    fn compile_tree(&self, vm: &Vm, tree: &Obj, request: &CompileRequest<'_>) -> Res<CompiledProgram>;

    /// Such a tree made anew; if the flags say so, as the compiler changes it before it generates code.
    ///
    /// # Errors
    /// If it is no tree as the grammar has it.
    fn remake_tree(&self, vm: &Vm, tree: &Obj, request: &CompileRequest<'_>) -> Res<Obj>;

    /// The symbol tables of a program.
    fn symbols(&self, request: &CompileRequest<'_>) -> ProgramSymbols;

    /// The tokens of a text, comments and empty lines included, up to the first error.
    fn tokens(&self, text: &str) -> (Vec<ProgramToken>, Option<TokenProblem>);
}

/// The symbol tables of a program, or what is wrong with it.
pub struct ProgramSymbols {
    /// The blocks, outer before inner; the first is the module's.
    pub blocks: Result<Vec<ProgramBlock>, SyntaxErrorData>,
    /// What was warned of until then, in the order of discovery.
    pub warnings: Vec<ProgramWarning>,
}

/// A block as the module `_symtable` has it.
pub struct ProgramBlock {
    /// `_Py_block_ty`
    pub kind: u8,
    /// What it is called.
    pub name: String,
    /// The line that it begins on, 0 of a module.
    pub line: u32,
    /// Whether it stands in a function.
    pub is_nested: bool,
    /// Its symbols in order, with their flags and above them their scopes (`SCOPE_OFFSET`).
    pub symbols: Vec<(String, u32)>,
    /// Its parameters.
    pub varnames: Vec<String>,
    /// The numbers of the blocks in it.
    pub children: Vec<usize>,
}

/// A token as the module `tokenize` has it.
pub struct ProgramToken {
    /// The number of its kind in `token.py`.
    pub kind: u8,
    /// Its text.
    pub text: String,
    /// Row, from one, and column, from zero and in characters.
    pub start: (u32, u32),
    /// Where it ends, in the same way.
    pub end: (u32, u32),
    /// The line that it is in.
    pub line: String,
}

/// What ends the tokens before their time.
pub struct TokenProblem {
    /// The exception.
    pub error: SyntaxErrorData,
    /// Whether the text just ends: the exception's arguments are the message alone.
    pub is_end: bool,
}

/// What the parser made.
pub struct ParsedProgram {
    /// The tree's root, or what came of making the nodes; or what is wrong with the source.
    pub tree: Result<Res<Obj>, SyntaxErrorData>,
    /// As in [`CompiledProgram`].
    pub warnings: Vec<ProgramWarning>,
}

/// What the compiler made.
pub struct CompiledProgram {
    /// The code, or what is wrong with the source.
    pub code: Result<Arc<bytecode::CodeObject>, SyntaxErrorData>,
    /// What was warned of until then, in the order of discovery.
    pub warnings: Vec<ProgramWarning>,
}

/// A `SyntaxWarning` of the parser or the compiler.
pub struct ProgramWarning {
    /// The message.
    pub message: String,
    /// The line, from 1.
    pub line: i32,
    /// The error that it is where a filter makes errors of warnings: it can be worded otherwise.
    pub error: SyntaxErrorData,
}

/// What a program is handed to the compiler as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceForm {
    /// Text: encoding declarations say nothing.
    Text,
    /// Bytes, as `compile` has them.
    Bytes,
    /// The bytes of the file of that name, as `import` has them.
    Module,
    /// The file of a program that is run: CPython reads it line by line, and finds what is wrong with its bytes only then.
    File,
}

/// What is to be compiled.
pub struct CompileRequest<'a> {
    /// The source: UTF-8 if it is text, otherwise bytes with an encoding declaration or none.
    pub source: &'a [u8],
    /// What the source is.
    pub form: SourceForm,
    /// The file's name.
    pub filename: &'a str,
    /// What kind of program.
    pub mode: CompileMode,
    /// Future and compiler flags (`PyCF_*`, `CO_FUTURE_*`).
    pub flags: u32,
    /// The optimisation level, 0 to 2; −1 for the machine's own.
    pub optimize: i32,
    /// The minor number of the version that a tree is to be legal in, if not the newest.
    pub feature_version: Option<u8>,
}

/// The start symbols of the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompileMode {
    /// A module.
    Exec,
    /// An expression.
    Eval,
    /// A statement at a prompt.
    Single,
    /// The comment that gives the type of a function; only to be parsed.
    FuncType,
}

/// An interned string in the table: found by content.
pub(crate) struct InternKey(pub Ref<Str>);

impl std::hash::Hash for InternKey {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write_i64(self.0.hash_value());
    }
}

impl PartialEq for InternKey {
    fn eq(&self, other: &InternKey) -> bool {
        self.0.same(&other.0)
    }
}

impl Eq for InternKey {}

thread_local! {
    static TYPES: Cell<Option<&'static Types>> = const { Cell::new(None) };
    static CURRENT: Cell<Option<&'static Vm>> = const { Cell::new(None) };
}

/// Makes these the core types of this thread.
pub(crate) fn set_types(types: &'static Types) {
    TYPES.set(Some(types));
}

/// Makes this the machine of this thread.
pub(crate) fn set_current(vm: &'static Vm) {
    CURRENT.set(Some(vm));
}

/// This thread's machine, if one was made.
pub fn current() -> Option<&'static Vm> {
    CURRENT.get()
}

/// The core types of this thread's machine.
///
/// # Panics
/// If no machine was made on this thread: a slip in the machine's start-up.
#[inline]
pub fn types() -> &'static Types {
    TYPES.get().expect("a machine on this thread")
}

/// Calls the finalizer of an object that is about to go.
pub(crate) fn run_finalizer(object: &Obj) {
    if let (Some(vm), Some(finalize)) = (CURRENT.get(), object.ty().slots.finalize.get()) {
        finalize(vm, object);
    }
}

/// Tells whoever follows collections.
pub(crate) fn tell_collection(event: Event<'_>) {
    if let Some(vm) = CURRENT.get()
        && let Some(hook) = vm.hooks.collection.get()
    {
        hook(vm, event);
    }
}

/// Calls what was registered with a weak reference whose target went.
pub(crate) fn run_weakref_callback(callback: &Obj, weak: &Obj) {
    if let Some(vm) = CURRENT.get()
        && let Some(call) = callback.ty().slots.call.get()
        && let Err(raised) = call(vm, callback, Args::positional(std::slice::from_ref(weak)))
    {
        vm.ignore(&raised, "while calling weakref callback", callback);
    }
}

/// What a new machine starts with; [`Vm::new`] puts the rest around it.
pub(crate) struct Seed {
    pub types: &'static Types,
    pub exc: &'static ExceptionTypes,
    pub names: &'static Names,
    pub interned: RefCell<HashMap<InternKey, (), FxBuildHasher>>,
    pub none: Obj,
    pub true_: Obj,
    pub false_: Obj,
    pub not_implemented: Obj,
    pub ellipsis: Obj,
    pub small_ints: Box<[Obj]>,
    pub latin1: Box<[Ref<Str>]>,
    pub short_bytes: Box<[Obj]>,
}

impl Vm {
    /// The machine around its first objects.
    pub(crate) fn from_seed(seed: Seed) -> Vm {
        Vm {
            empty_tuple: Tuple::new(&seed.types.tuple, []),
            types: seed.types,
            exc: seed.exc,
            names: seed.names,
            none: seed.none,
            true_: seed.true_,
            false_: seed.false_,
            not_implemented: seed.not_implemented,
            ellipsis: seed.ellipsis,
            thread: Thread::default(),
            hooks: Hooks::default(),
            small_ints: seed.small_ints,
            latin1: seed.latin1,
            short_bytes: seed.short_bytes,
            interned: seed.interned,
            native_types: RefCell::default(),
            method_cache: MethodCache::default(),
            slot_rows: std::cell::OnceCell::new(),
            native_depth: Cell::new(0),
            repr_running: RefCell::default(),
            states: RefCell::default(),
        }
    }

    /// State of a crate above, made on first use.
    pub fn state<T: Any + Default>(&self) -> &'static T {
        let id = TypeId::of::<T>();
        let found = self.states.borrow().iter().find(|(t, _)| *t == id).map(|(_, s)| *s);
        if let Some(state) = found.and_then(|s| s.downcast_ref()) {
            return state;
        }
        let state: &'static T = Box::leak(Box::default());
        self.states.borrow_mut().push((id, state));
        state
    }
}
