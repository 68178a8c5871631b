//! The type object: [`Type`], its [`Slots`] and flags.
//!
//! Static types (those made by the machine itself) are immortal. Types made by a `class` statement are counted by each
//! of their instances, as in CPython.

mod construct;
mod descriptors;
mod generic;
mod lookup;
mod mro;
mod native;
mod object_type;
mod ready;
mod reduce;
mod slotdefs;
mod slots;
mod super_type;
mod type_object;
mod wrappers;

use std::cell::{Cell, OnceCell, RefCell};

pub use descriptors::check_call_kind;
pub use lookup::Found;
pub(crate) use lookup::MethodCache;
pub use native::{Binding, CallKind, GetFn, GetSetDef, MemberDef, NativeDef, NativeType, SetFn, split_doc};
pub use object_type::{
    hash_identity, hash_not_implemented, object_dict, object_getattro, qualified_type_name, set_object_dict,
};
pub use slotdefs::{SlotDef, Wrap};
pub use slots::*;

use crate::raw::dict::Dict;
use crate::raw::{CoreKind, Kind, Obj, ObjCell, Payload, Ref, SharedKeys, VTable, Visitor};

use object_type::native_new;
use ready::NEW_DEF;
pub(crate) use ready::SlotRow;

/// Gives `type`, `object` and the descriptor types their behaviour.
pub(crate) fn define_all(vm: &crate::vm::Vm) {
    let types = vm.types;
    let table: [(&Ref<Type>, &'static NativeType); 14] = [
        (&types.object, &object_type::OBJECT),
        (&types.r#type, &type_object::TYPE),
        (&types.method_descriptor, &descriptors::METHOD_DESCRIPTOR),
        (&types.classmethod_descriptor, &descriptors::CLASSMETHOD_DESCRIPTOR),
        (&types.wrapper_descriptor, &descriptors::WRAPPER_DESCRIPTOR),
        (&types.method_wrapper, &descriptors::METHOD_WRAPPER),
        (&types.getset_descriptor, &descriptors::GETSET_DESCRIPTOR),
        (&types.member_descriptor, &descriptors::MEMBER_DESCRIPTOR),
        (&types.builtin_function, &descriptors::BUILTIN_FUNCTION),
        (&types.method, &wrappers::METHOD),
        (&types.property, &wrappers::PROPERTY),
        (&types.staticmethod, &wrappers::STATIC_METHOD),
        (&types.classmethod, &wrappers::CLASS_METHOD),
        (&types.mappingproxy, &wrappers::MAPPING_PROXY),
    ];
    for (ty, decl) in table {
        vm.define(ty, decl);
    }
}

/// CPython's `Py_TPFLAGS_*`, with its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct TypeFlags(pub u64);

#[allow(missing_docs)]
impl TypeFlags {
    /// Made by the machine, not by a `class` statement.
    pub const STATIC_BUILTIN: TypeFlags = TypeFlags(1 << 1);
    pub const INLINE_VALUES: TypeFlags = TypeFlags(1 << 2);
    pub const MANAGED_WEAKREF: TypeFlags = TypeFlags(1 << 3);
    pub const MANAGED_DICT: TypeFlags = TypeFlags(1 << 4);
    pub const SEQUENCE: TypeFlags = TypeFlags(1 << 5);
    pub const MAPPING: TypeFlags = TypeFlags(1 << 6);
    pub const DISALLOW_INSTANTIATION: TypeFlags = TypeFlags(1 << 7);
    pub const IMMUTABLETYPE: TypeFlags = TypeFlags(1 << 8);
    pub const HEAPTYPE: TypeFlags = TypeFlags(1 << 9);
    pub const BASETYPE: TypeFlags = TypeFlags(1 << 10);
    pub const HAVE_VECTORCALL: TypeFlags = TypeFlags(1 << 11);
    pub const READY: TypeFlags = TypeFlags(1 << 12);
    pub const HAVE_GC: TypeFlags = TypeFlags(1 << 14);
    pub const METHOD_DESCRIPTOR: TypeFlags = TypeFlags(1 << 17);
    pub const VALID_VERSION_TAG: TypeFlags = TypeFlags(1 << 19);
    pub const IS_ABSTRACT: TypeFlags = TypeFlags(1 << 20);
    pub const MATCH_SELF: TypeFlags = TypeFlags(1 << 22);
    pub const ITEMS_AT_END: TypeFlags = TypeFlags(1 << 23);
    pub const LONG_SUBCLASS: TypeFlags = TypeFlags(1 << 24);
    pub const LIST_SUBCLASS: TypeFlags = TypeFlags(1 << 25);
    pub const TUPLE_SUBCLASS: TypeFlags = TypeFlags(1 << 26);
    pub const BYTES_SUBCLASS: TypeFlags = TypeFlags(1 << 27);
    pub const UNICODE_SUBCLASS: TypeFlags = TypeFlags(1 << 28);
    pub const DICT_SUBCLASS: TypeFlags = TypeFlags(1 << 29);
    pub const BASE_EXC_SUBCLASS: TypeFlags = TypeFlags(1 << 30);
    pub const TYPE_SUBCLASS: TypeFlags = TypeFlags(1 << 31);
    /// Instances can be weakly referenced. The machine's own: `__flags__` shows the lower 32 bits.
    pub const WEAKLY_REFERENCEABLE: TypeFlags = TypeFlags(1 << 40);
    /// Of the interpreter's core though its module is not one of the core's, so that CPython declares it statically. The
    /// machine's own.
    pub const OF_CORE: TypeFlags = TypeFlags(1 << 42);
    /// Views whose length is that of what their iterators yield, and whose iteration runs no code of anybody. The
    /// machine's own.
    pub const COUNTED_VIEW: TypeFlags = TypeFlags(1 << 41);

    /// Whether all of `other`'s bits are set.
    #[inline]
    pub fn has(self, other: TypeFlags) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both together.
    pub const fn with(self, other: TypeFlags) -> TypeFlags {
        TypeFlags(self.0 | other.0)
    }
}

/// The payload of `type`.
pub struct Type {
    layout: &'static VTable,
    slot_count: usize,
    has_dict: bool,
    shared_keys: Option<SharedKeys>,
    /// Filled from the bases and the dict; see [`Slots`].
    pub slots: Slots,
    flags: Cell<TypeFlags>,
    /// 0 when not assigned; changes whenever an attribute that instances see changes (`tp_version_tag`).
    pub version: Cell<u32>,
    /// `tp_name`; see [`name`](Type::name).
    pub name: RefCell<std::rc::Rc<str>>,
    /// `__qualname__` of types made by `class`.
    pub qualname: ObjCell,
    /// `__base__`.
    base: RefCell<Option<Ref<Type>>>,
    /// `__bases__`, a tuple.
    pub bases: ObjCell,
    /// `__mro__`, a tuple.
    pub mro: ObjCell,
    /// `__dict__` without its proxy; set once, right after the type was made.
    dict: OnceCell<Ref<Dict>>,
    /// The declaration of a native type.
    pub native: Cell<Option<&'static NativeType>>,
    /// How many fields of their own exceptions of this type have.
    pub exception_fields: Cell<usize>,
    /// Weak references to direct subclasses, in order of creation.
    pub subclasses: RefCell<Vec<Obj>>,
    /// For types made by `class`: the names of all `__slots__`, bases' first, by slot number.
    pub slot_names: RefCell<Vec<Obj>>,
}

impl Payload for Type {
    const NAME: &'static str = "type";
    const KIND: CoreKind = CoreKind::of(Kind::Type);
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.qualname.trace(visit);
        if let Some(base) = &*self.base.borrow() {
            visit(base.as_obj());
        }
        self.bases.trace(visit);
        self.mro.trace(visit);
        if let Some(dict) = self.dict.get() {
            visit(dict.as_obj());
        }
    }
    fn clear(&self) {
        if let Some(dict) = self.dict.get() {
            dict.clear();
        }
        self.mro.set(None);
        self.bases.set(None);
    }
}

/// What a new [`Type`] is made of.
pub struct TypeSpec {
    /// The name.
    pub name: std::rc::Rc<str>,
    /// The payload of instances.
    pub layout: &'static VTable,
    /// The best base; `None` for `object` alone.
    pub base: Option<Ref<Type>>,
    /// `__slots__` of this type and its bases together.
    pub slot_count: usize,
    /// Whether instances have a `__dict__`.
    pub has_dict: bool,
    /// Whether instances keep attribute values inline until somebody asks for the dict.
    pub inline_values: bool,
    /// The flags to start with.
    pub flags: TypeFlags,
    /// The namespace; the first types of a machine get theirs later.
    pub dict: Option<Ref<Dict>>,
}

impl Type {
    /// A type without MRO, bases and slots, which the caller fills in.
    pub fn new(spec: TypeSpec) -> Type {
        Type {
            layout: spec.layout,
            slot_count: spec.slot_count,
            has_dict: spec.has_dict,
            shared_keys: (spec.has_dict && spec.inline_values).then(SharedKeys::default),
            slots: Slots::default(),
            flags: Cell::new(spec.flags),
            version: Cell::new(0),
            name: RefCell::new(spec.name),
            qualname: ObjCell::default(),
            base: RefCell::new(spec.base),
            bases: ObjCell::default(),
            mro: ObjCell::default(),
            dict: spec.dict.map(OnceCell::from).unwrap_or_default(),
            native: Cell::new(None),
            exception_fields: Cell::new(0),
            subclasses: RefCell::default(),
            slot_names: RefCell::default(),
        }
    }

    /// `__dict__` without its proxy.
    #[inline]
    pub fn dict(&self) -> &Ref<Dict> {
        self.dict.get_or_init(Dict::new_default)
    }

    /// The payload of instances.
    #[inline]
    pub fn layout(&self) -> &'static VTable {
        self.layout
    }

    /// The number of `__slots__` of instances.
    #[inline]
    pub fn slot_count(&self) -> usize {
        self.slot_count
    }

    /// Whether instances have a `__dict__`.
    #[inline]
    pub fn instances_have_dict(&self) -> bool {
        self.has_dict
    }

    /// Whether instances have anything behind their payload.
    #[inline]
    pub fn has_extras(&self) -> bool {
        self.has_dict || self.slot_count != 0
    }

    /// The names of inline attribute values, if instances keep any.
    #[inline]
    pub fn shared_keys(&self) -> Option<&SharedKeys> {
        self.shared_keys.as_ref()
    }

    /// Whether instances have a finalizer (`tp_finalize`).
    #[inline]
    pub fn has_finalizer(&self) -> bool {
        self.slots.finalize.get().is_some()
    }

    /// The flags.
    #[inline]
    pub fn flags(&self) -> TypeFlags {
        self.flags.get()
    }

    /// Sets flags.
    pub fn add_flags(&self, flags: TypeFlags) {
        self.flags.set(TypeFlags(self.flags.get().0 | flags.0));
    }

    /// Takes flags away.
    pub fn remove_flags(&self, flags: TypeFlags) {
        self.flags.set(TypeFlags(self.flags.get().0 & !flags.0));
    }

    /// `__base__`.
    pub fn base(&self) -> Option<Ref<Type>> {
        self.base.borrow().clone()
    }

    /// Replaces `__base__`.
    pub fn set_base(&self, base: Option<Ref<Type>>) {
        let old = self.base.replace(base);
        drop(old);
    }
}
