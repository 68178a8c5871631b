//! How native types and functions are declared: constant tables that a machine turns into type objects.
//!
//! ```ignore
//! pub static LIST_ITER: NativeType = NativeType::new("list_iterator", ListIter::VTABLE)
//!     .slots(|s| {
//!         s.iter.set(Some(self_iter));
//!         s.iternext.set(Some(list_iter_next));
//!     })
//!     .methods(&[NativeDef::no_args("__length_hint__", list_iter_hint, "($self, /)\n--\n\n…")])
//!     .getset(&[GetSetDef::read_only("x", get_x, "doc")]);
//! let ty = vm.native_type(&LIST_ITER);
//! ```
//!
//! Dunder methods that are slots (`__add__`, `__len__`, …) are not listed among the methods: they follow from the slots,
//! as in CPython.

use std::sync::atomic::{AtomicU32, Ordering};

use super::{Slots, Type, TypeFlags};
use crate::payload::NativeFn;
use crate::raw::{Obj, Ref, VTable};
use crate::vm::{Res, Vm};

/// What a native function takes; the machine checks it before the call (CPython's `METH_*`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallKind {
    /// Nothing (`METH_NOARGS`).
    NoArgs,
    /// Exactly one positional argument (`METH_O`).
    One,
    /// Positional arguments alone, which the function counts itself (`METH_FASTCALL`).
    Positional,
    /// Whatever comes, keywords included (`METH_FASTCALL | METH_KEYWORDS`).
    Keywords,
}

/// What a native method is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// The instance; for functions of modules the module.
    Instance,
    /// The class (`METH_CLASS`).
    Class,
    /// Nothing: the receiver is the type that declares it (`METH_STATIC`).
    Static,
}

/// A native function or method.
pub struct NativeDef {
    /// `__name__`.
    pub name: &'static str,
    /// `__text_signature__` and `__doc__` as CPython keeps them, without the name: `"($self, x, /)\n--\n\nText."`.
    pub doc: &'static str,
    /// The code.
    pub call: NativeFn,
    /// What it takes.
    pub kind: CallKind,
    /// What it is bound to.
    pub binding: Binding,
}

impl NativeDef {
    const fn of(name: &'static str, call: NativeFn, kind: CallKind, doc: &'static str) -> NativeDef {
        NativeDef { name, doc, call, kind, binding: Binding::Instance }
    }
    /// A function of no arguments.
    pub const fn no_args(name: &'static str, call: NativeFn, doc: &'static str) -> NativeDef {
        NativeDef::of(name, call, CallKind::NoArgs, doc)
    }
    /// A function of exactly one argument.
    pub const fn one(name: &'static str, call: NativeFn, doc: &'static str) -> NativeDef {
        NativeDef::of(name, call, CallKind::One, doc)
    }
    /// A function of positional arguments.
    pub const fn positional(name: &'static str, call: NativeFn, doc: &'static str) -> NativeDef {
        NativeDef::of(name, call, CallKind::Positional, doc)
    }
    /// A function that also takes keywords.
    pub const fn keywords(name: &'static str, call: NativeFn, doc: &'static str) -> NativeDef {
        NativeDef::of(name, call, CallKind::Keywords, doc)
    }
    /// The same as a class method.
    pub const fn class_method(mut self) -> NativeDef {
        self.binding = Binding::Class;
        self
    }
    /// The same as a static method.
    pub const fn static_method(mut self) -> NativeDef {
        self.binding = Binding::Static;
        self
    }
    /// Whether so many positional arguments, and no keywords, pass the machine's check.
    #[inline]
    pub fn accepts(&self, count: usize) -> bool {
        match self.kind {
            CallKind::NoArgs => count == 0,
            CallKind::One => count == 1,
            CallKind::Positional | CallKind::Keywords => true,
        }
    }
    /// `__text_signature__`, if there is one.
    pub fn text_signature(&self) -> Option<&'static str> {
        split_doc(self.doc).0
    }
    /// `__doc__`.
    pub fn docstring(&self) -> Option<&'static str> {
        split_doc(self.doc).1
    }
}

/// Splits CPython's internal doc form into signature and text.
pub fn split_doc(doc: &'static str) -> (Option<&'static str>, Option<&'static str>) {
    match doc.split_once(")\n--\n\n") {
        Some((signature, text)) if doc.starts_with('(') => {
            (Some(&doc[..signature.len() + 1]), Some(text).filter(|t| !t.is_empty()))
        }
        _ => (None, Some(doc).filter(|d| !d.is_empty())),
    }
}

/// Reads an attribute.
pub type GetFn = fn(&Vm, &Obj) -> Res<Obj>;
/// Writes, or with `None` deletes, an attribute.
pub type SetFn = fn(&Vm, &Obj, Option<&Obj>) -> Res<()>;

/// An attribute computed by functions (`PyGetSetDef`).
pub struct GetSetDef {
    /// The name.
    pub name: &'static str,
    /// The reader.
    pub get: GetFn,
    /// The writer, if it can be written.
    pub set: Option<SetFn>,
    /// `__doc__`.
    pub doc: &'static str,
}

impl GetSetDef {
    /// An attribute that cannot be written.
    pub const fn read_only(name: &'static str, get: GetFn, doc: &'static str) -> GetSetDef {
        GetSetDef { name, get, set: None, doc }
    }
    /// An attribute that can be written.
    pub const fn new(name: &'static str, get: GetFn, set: SetFn, doc: &'static str) -> GetSetDef {
        GetSetDef { name, get, set: Some(set), doc }
    }
}

/// A field of the payload (`PyMemberDef`): the same as a getset, shown as `member_descriptor`.
pub struct MemberDef(pub GetSetDef);

impl MemberDef {
    /// A field that cannot be written.
    pub const fn read_only(name: &'static str, get: GetFn, doc: &'static str) -> MemberDef {
        MemberDef(GetSetDef::read_only(name, get, doc))
    }
    /// A field that can be written.
    pub const fn new(name: &'static str, get: GetFn, set: SetFn, doc: &'static str) -> MemberDef {
        MemberDef(GetSetDef::new(name, get, set, doc))
    }
}

/// Number 0 is none; see [`NativeType::number`].
static NEXT_NUMBER: AtomicU32 = AtomicU32::new(1);

/// A native type.
pub struct NativeType {
    /// `__name__`.
    pub name: &'static str,
    /// `__module__`.
    pub module: &'static str,
    /// As [`NativeDef::doc`].
    pub doc: &'static str,
    /// The payload of instances.
    pub layout: &'static VTable,
    /// Finds the base; `object` if there is none.
    pub base: Option<fn(&Vm) -> Ref<Type>>,
    /// Flags on top of those that follow from the rest.
    pub flags: TypeFlags,
    /// Whether instances have a `__dict__` behind their payload.
    pub has_dict: bool,
    /// References behind the payload that are the type's own, numbered behind those of its base: see
    /// [`Obj::slot`](crate::Obj::slot).
    pub extra_slots: usize,
    /// Fills the slots.
    pub slots: fn(&Slots),
    /// Methods.
    pub methods: &'static [NativeDef],
    /// Computed attributes.
    pub getset: &'static [GetSetDef],
    /// Fields.
    pub members: &'static [MemberDef],
    /// Adds whatever else stands in the class's dict.
    pub attributes: Option<fn(&Vm, &Ref<Type>)>,
    /// Bytes of a CPython instance: `__basicsize__`.
    pub basic_size: usize,
    /// Bytes for each item of variable-sized instances: `__itemsize__`.
    pub item_size: usize,
    /// `__dictoffset__`
    pub dict_offset: i64,
    /// `__weakrefoffset__`
    pub weakref_offset: i64,
    number: AtomicU32,
}

impl NativeType {
    /// A type of the module `builtins` without anything of its own, which cannot be instantiated nor subclassed as
    /// long as nothing else is said.
    pub const fn new(name: &'static str, layout: &'static VTable) -> NativeType {
        NativeType {
            name,
            module: "builtins",
            doc: "",
            layout,
            base: None,
            flags: TypeFlags(0),
            has_dict: false,
            extra_slots: 0,
            slots: |_| {},
            methods: &[],
            getset: &[],
            members: &[],
            attributes: None,
            basic_size: 16,
            item_size: 0,
            dict_offset: 0,
            weakref_offset: 0,
            number: AtomicU32::new(0),
        }
    }
    /// Sets `__module__`.
    pub const fn module(mut self, module: &'static str) -> NativeType {
        self.module = module;
        self
    }
    /// Sets `__doc__` and `__text_signature__`.
    pub const fn doc(mut self, doc: &'static str) -> NativeType {
        self.doc = doc;
        self
    }
    /// Sets the base.
    pub const fn base(mut self, base: fn(&Vm) -> Ref<Type>) -> NativeType {
        self.base = Some(base);
        self
    }
    /// Adds flags.
    pub const fn flags(mut self, flags: TypeFlags) -> NativeType {
        self.flags = self.flags.with(flags);
        self
    }
    /// The type may be subclassed (`Py_TPFLAGS_BASETYPE`).
    pub const fn subclassable(self) -> NativeType {
        self.flags(TypeFlags::BASETYPE)
    }
    /// Instances have a `__dict__`.
    pub const fn with_dict(mut self) -> NativeType {
        self.has_dict = true;
        self
    }
    /// Instances have so many references behind what the base has: for types that add to the payload of another one.
    pub const fn extra_slots(mut self, count: usize) -> NativeType {
        self.extra_slots = count;
        self
    }
    /// Sets the function that fills the slots.
    pub const fn slots(mut self, slots: fn(&Slots)) -> NativeType {
        self.slots = slots;
        self
    }
    /// Sets the methods.
    pub const fn methods(mut self, methods: &'static [NativeDef]) -> NativeType {
        self.methods = methods;
        self
    }
    /// Sets the computed attributes.
    pub const fn getset(mut self, getset: &'static [GetSetDef]) -> NativeType {
        self.getset = getset;
        self
    }
    /// Sets the fields.
    pub const fn members(mut self, members: &'static [MemberDef]) -> NativeType {
        self.members = members;
        self
    }
    /// Sets the function that adds to the class's dict.
    pub const fn attributes(mut self, attributes: fn(&Vm, &Ref<Type>)) -> NativeType {
        self.attributes = Some(attributes);
        self
    }
    /// Sets `__basicsize__` and `__itemsize__`, as CPython's structs have them.
    pub const fn size(mut self, basic: usize, item: usize) -> NativeType {
        self.basic_size = basic;
        self.item_size = item;
        self
    }

    /// Sets `__dictoffset__` and `__weakrefoffset__`, as CPython's structs have them. Instances can be weakly
    /// referenced if there is a place for it.
    pub const fn offsets(mut self, dict: i64, weakref: i64) -> NativeType {
        self.dict_offset = dict;
        self.weakref_offset = weakref;
        if weakref != 0 { self.flags(TypeFlags::WEAKLY_REFERENCEABLE) } else { self }
    }

    /// `tp_name`: the name, with the module if that is not `builtins`.
    pub(crate) fn full_name(&self) -> std::rc::Rc<str> {
        match self.module {
            "builtins" => self.name.into(),
            module => format!("{module}.{}", self.name).into(),
        }
    }

    /// Whether CPython makes the type at run time, from a specification, as extension modules do: `__flags__` tells.
    pub(crate) fn is_from_spec(&self) -> bool {
        const CORE: [&str; 6] = ["builtins", "types", "weakref", "sys", "_contextvars", "string.templatelib"];
        !CORE.contains(&self.module) && !self.flags.has(TypeFlags::OF_CORE)
    }

    /// A number of this declaration's own, for finding its type object fast.
    #[inline]
    pub(crate) fn number(&self) -> usize {
        match self.number.load(Ordering::Relaxed) {
            0 => self.draw_number(),
            n => n as usize,
        }
    }

    #[cold]
    fn draw_number(&self) -> usize {
        let fresh = NEXT_NUMBER.fetch_add(1, Ordering::Relaxed);
        match self.number.compare_exchange(0, fresh, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => fresh as usize,
            Err(other) => other as usize,
        }
    }
}
