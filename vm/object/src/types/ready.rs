//! From declaration to type object: bases, MRO, dict, and slots both ways (CPython's `PyType_Ready`,
//! `fixup_slot_dispatchers`).

use super::native::{Binding, NativeDef, NativeType};
use super::slotdefs::{SLOT_DEFS, SlotDef, Wrap};
use super::slots::{SlotId, SlotValue};
use super::{Slots, Type, TypeFlags, TypeSpec, generic, hash_not_implemented, native_new};
use crate::payload::{
    GetSetDescriptor, MemberDescriptor, MemberPlace, MethodDescriptor, NativeFunction, StaticMethod,
    WrapperDescriptor,
};
use crate::raw::weak::WeakRef;
use crate::raw::{Layout as _, Obj, ObjCell, Ref, Str};
use crate::vm::{Res, Vm};

/// `__new__` of every native type: the receiver is the type it stands in.
pub(super) static NEW_DEF: NativeDef = NativeDef::keywords(
    "__new__",
    native_new,
    "($type, *args, **kwargs)\n--\n\nCreate and return a new object.  See help(type) for accurate signature.",
);

/// Flags that subclasses take over from a base.
const INHERITED: u64 = TypeFlags::HAVE_GC.0
    | TypeFlags::MATCH_SELF.0
    | TypeFlags::MANAGED_WEAKREF.0
    | TypeFlags::WEAKLY_REFERENCEABLE.0
    | TypeFlags::ITEMS_AT_END.0
    | 0xFF << 24;

impl Type {
    /// The subclasses that are alive, in order of creation.
    pub fn live_subclasses(&self) -> Vec<Ref<Type>> {
        let mut list = self.subclasses.borrow_mut();
        let alive: Vec<Ref<Type>> =
            list.iter().filter_map(|weak| weak.get::<WeakRef>()?.target()?.into_ref().ok()).collect();
        if alive.len() != list.len() {
            list.retain(|weak| weak.get::<WeakRef>().is_some_and(|w| w.target().is_some()));
        }
        alive
    }

    /// How messages name the type (`tp_name`): native types outside of `builtins` with their module.
    pub fn name(&self) -> std::rc::Rc<str> {
        self.name.borrow().clone()
    }

    /// `__name__` (`_PyType_Name`).
    pub fn short_name(&self) -> std::rc::Rc<str> {
        let name = self.name();
        match name.rsplit_once('.') {
            Some((_, short)) if !self.is_heap_type() => short.into(),
            _ => name,
        }
    }

    /// Whether a `class` statement or `type()` made it.
    pub fn is_heap_type(&self) -> bool {
        self.flags().has(TypeFlags::HEAPTYPE)
    }

    /// Whether it has all of these flags.
    #[inline]
    pub fn has_flag(&self, flag: TypeFlags) -> bool {
        self.flags().has(flag)
    }
}

impl Vm {
    /// Gives a bare core type its bases and MRO.
    pub(crate) fn prepare_core_type(&self, ty: &Ref<Type>) {
        let bases: Vec<Ref<Type>> = ty.base().into_iter().collect();
        self.set_bases(ty, bases);
    }

    /// Sets bases and MRO of a native type.
    pub(crate) fn set_bases(&self, ty: &Ref<Type>, bases: Vec<Ref<Type>>) {
        ty.bases.set(Some(self.tuple(bases.iter().map(|b| b.as_obj().clone()))));
        // Native hierarchies are well-formed; the MRO of one base is the base's with the type in front.
        if let Ok(mro) = self.compute_mro(ty) {
            ty.mro.set(Some(self.tuple(mro)));
        }
        if let Some(base) = ty.base() {
            self.inherit_flags(ty, &base);
        }
        self.inherit_collection_flags(ty);
        for base in bases {
            self.add_subclass(&base, ty);
        }
    }

    /// Notes `ty` among `base.__subclasses__()`.
    pub(super) fn add_subclass(&self, base: &Ref<Type>, ty: &Ref<Type>) {
        let mut list = base.subclasses.borrow_mut();
        let known = list
            .iter()
            .any(|w| w.get::<WeakRef>().and_then(WeakRef::target).is_some_and(|t| t.is(ty.as_obj())));
        if !known {
            list.push(WeakRef::reference(&self.types.weakref, ty.as_obj(), None).into_obj());
        }
    }

    /// Takes `ty` out of `base.__subclasses__()`.
    pub(super) fn remove_subclass(&self, base: &Ref<Type>, ty: &Ref<Type>) {
        let removed: Vec<Obj> = {
            let mut list = base.subclasses.borrow_mut();
            list.extract_if(.., |w| {
                w.get::<WeakRef>().and_then(WeakRef::target).is_some_and(|t| t.is(ty.as_obj()))
            })
            .collect()
        };
        drop(removed);
    }

    pub(super) fn inherit_flags(&self, ty: &Type, base: &Type) {
        ty.add_flags(TypeFlags(base.flags().0 & INHERITED));
    }

    /// Whether patterns take it for a sequence or a mapping is what the nearest base in the MRO says that says anything
    /// (`inherit_patma_flags`).
    pub(super) fn inherit_collection_flags(&self, ty: &Type) {
        let own = |ty: &Type| ty.flags().0 & (TypeFlags::SEQUENCE.0 | TypeFlags::MAPPING.0);
        let Some(mro) = ty.mro_tuple() else { return };
        for base in mro.iter().filter_map(|base| base.get::<Type>()) {
            if own(ty) == 0 {
                ty.add_flags(TypeFlags(own(base)));
            }
        }
    }

    /// The type object of a declaration, made at the first call.
    #[inline]
    pub fn native_type(&self, decl: &'static NativeType) -> &'static Ref<Type> {
        let number = decl.number();
        if let Some(Some(ty)) = self.native_types.borrow().get(number) {
            return ty;
        }
        self.make_native_type(decl, number)
    }

    #[cold]
    fn make_native_type(&self, decl: &'static NativeType, number: usize) -> &'static Ref<Type> {
        let base = decl.base.map_or_else(|| self.types.object.clone(), |base| base(self));
        let ty = Ref::new(
            &self.types.r#type,
            Type::new(TypeSpec {
                name: decl.full_name(),
                layout: decl.layout,
                slot_count: base.slot_count() + decl.extra_slots,
                has_dict: decl.has_dict || base.instances_have_dict(),
                inline_values: false,
                flags: decl.flags,
                dict: None,
                base: Some(base.clone()),
            }),
        );
        ty.exception_fields.set(base.exception_fields.get());
        ty.as_obj().make_immortal();
        self.set_bases(&ty, vec![base]);
        let ty = self.register_native_type(number, ty);
        self.define(ty, decl);
        ty
    }

    fn register_native_type(&self, number: usize, ty: Ref<Type>) -> &'static Ref<Type> {
        let ty: &'static Ref<Type> = Box::leak(Box::new(ty));
        let mut table = self.native_types.borrow_mut();
        if table.len() <= number {
            table.resize(number + 1, None);
        }
        table[number] = Some(ty);
        ty
    }

    /// Fills a core type from its declaration. Bases must have been filled before.
    ///
    /// # Panics
    /// If the declaration has another payload than the type: a slip in the machine.
    pub fn define(&self, ty: &Ref<Type>, decl: &'static NativeType) {
        assert!(ty.layout().same(decl.layout), "declaration of {} with another payload", decl.name);
        assert!(!decl.has_dict || ty.instances_have_dict(), "{} was made without a dict", decl.name);
        ty.native.set(Some(decl));
        *ty.name.borrow_mut() = decl.full_name();
        let number = decl.number();
        if self.native_types.borrow().get(number).copied().flatten().is_none() {
            self.register_native_type(number, ty.clone());
        }
        ty.add_flags(
            decl.flags.with(TypeFlags::IMMUTABLETYPE).with(TypeFlags::READY).with(TypeFlags::STATIC_BUILTIN),
        );
        if let Some(base) = ty.base() {
            self.inherit_flags(ty, &base);
        }
        if decl.layout.is_tracked() || decl.has_dict {
            ty.add_flags(TypeFlags::HAVE_GC);
        }
        (decl.slots)(&ty.slots);
        self.add_operators(ty);
        let dict = ty.dict();
        for def in decl.methods {
            let name = self.intern(def.name);
            dict.set_str(&name, self.method_object(ty, def));
        }
        for def in decl.members {
            let name = self.intern(def.0.name);
            let place = MemberPlace::Native(def);
            let member = MemberDescriptor { name: name.clone(), place, owner: ty.clone() };
            dict.set_str(&name, Ref::new(&self.types.member_descriptor, member).into_obj());
        }
        for def in decl.getset {
            let getset = GetSetDescriptor { def, owner: ty.clone() };
            dict.set_str(&self.intern(def.name), Ref::new(&self.types.getset_descriptor, getset).into_obj());
        }
        let doc = super::split_doc(decl.doc).1.map_or_else(|| self.none.clone(), |doc| self.str(doc));
        if dict.get_str(&self.names.__doc__).is_none() {
            dict.set_str(&self.names.__doc__, doc);
        }
        self.finish_native(ty);
        if let Some(attributes) = decl.attributes {
            attributes(self, ty);
        }
    }

    /// Makes a core type without anything of its own ready.
    pub(crate) fn define_plain(&self, ty: &Ref<Type>, _module: &'static str) {
        ty.add_flags(TypeFlags::IMMUTABLETYPE.with(TypeFlags::READY).with(TypeFlags::STATIC_BUILTIN));
        self.finish_native(ty);
    }

    fn finish_native(&self, ty: &Ref<Type>) {
        let new_before = ty.slots.new.get();
        self.inherit_slots(ty);
        let is_root = ty.base().is_none_or(|b| b.is(&self.types.object));
        // Classes without data of their own are made by `object.__new__`, if they are made for deriving from them.
        let is_bare = ty.layout().same(crate::payload::Plain::VTABLE) && ty.has_flag(TypeFlags::BASETYPE);
        if new_before.is_none() && is_root && !is_bare && !ty.is(&self.types.object) {
            // `object.__new__` is not for native payloads.
            ty.slots.new.set(None);
            ty.add_flags(TypeFlags::DISALLOW_INSTANTIATION);
        }
        self.type_modified(ty);
    }

    /// The object that stands in a type's dict for a native method.
    fn method_object(&self, ty: &Ref<Type>, def: &'static NativeDef) -> Obj {
        let types = self.types;
        match def.binding {
            Binding::Instance => {
                Ref::new(&types.method_descriptor, MethodDescriptor { def, owner: ty.clone() }).into_obj()
            }
            Binding::Class => {
                Ref::new(&types.classmethod_descriptor, MethodDescriptor { def, owner: ty.clone() })
                    .into_obj()
            }
            Binding::Static => {
                let function = self.native_function_bound(def, Some(ty.as_obj().clone()));
                Ref::new(&types.staticmethod, StaticMethod { callable: ObjCell::new(Some(function)) })
                    .into_obj()
            }
        }
    }

    /// A `builtin_function_or_method` with a receiver.
    pub fn native_function_bound(&self, def: &'static NativeDef, receiver: Option<Obj>) -> Obj {
        let function = NativeFunction { def, receiver: ObjCell::new(receiver), module: ObjCell::default() };
        Ref::new(&self.types.builtin_function, function).into_obj()
    }

    /// A function of a module: the receiver is the module, `__module__` its name.
    pub fn native_function(&self, def: &'static NativeDef, module: Option<&Obj>, module_name: &str) -> Obj {
        let function = NativeFunction {
            def,
            receiver: ObjCell::new(module.cloned()),
            module: ObjCell::new(Some(self.intern(module_name).into_obj())),
        };
        Ref::new(&self.types.builtin_function, function).into_obj()
    }

    /// Adds dunder methods for the slots that a native type fills itself (`type_add_operators`).
    fn add_operators(&self, ty: &Ref<Type>) {
        let dict = ty.dict();
        if ty.slots.new.get().is_some() {
            let new = self.native_function_bound(&NEW_DEF, Some(ty.as_obj().clone()));
            dict.set_str(&self.names.__new__, new);
        }
        for def in SLOT_DEFS {
            if def.wrap == Wrap::Hidden {
                continue;
            }
            let Some(wrapped) = ty.slots.by_id(def.slot) else { continue };
            let name = self.intern(def.name);
            if dict.get_str(&name).is_some() {
                continue;
            }
            if let SlotValue::Hash(f) = wrapped
                && std::ptr::fn_addr_eq(f, hash_not_implemented as super::HashFn)
            {
                continue;
            }
            let descriptor = WrapperDescriptor { def, wrapped, owner: ty.clone() };
            dict.set_str(&name, Ref::new(&self.types.wrapper_descriptor, descriptor).into_obj());
        }
    }

    /// Takes empty slots over from the bases, nearest first.
    pub(super) fn inherit_slots(&self, ty: &Ref<Type>) {
        let own = &ty.slots;
        // Equality and hash are inherited together or not at all.
        let own_equality = own.richcompare.get().is_some() || own.hash.get().is_some();
        let (richcompare, hash) = (own.richcompare.get(), own.hash.get());
        if own.getattro.get().is_some() {
            // The optional form belongs to the raising one: it is never taken from elsewhere.
            let optional = own.getattro_optional.get();
            self.fill_from_bases(ty);
            own.getattro_optional.set(optional);
        } else {
            self.fill_from_bases(ty);
        }
        if own_equality {
            own.richcompare.set(richcompare);
            own.hash.set(hash);
        }
        if own.hash.get().is_none() {
            own.hash.set(Some(hash_not_implemented));
        }
        let refuses = own
            .hash
            .get()
            .is_some_and(|hash| std::ptr::fn_addr_eq(hash, hash_not_implemented as super::HashFn));
        if own_equality && refuses && ty.dict().get_str(&self.names.__hash__).is_none() {
            ty.dict().set_str(&self.names.__hash__, self.none.clone());
        }
    }

    fn fill_from_bases(&self, ty: &Ref<Type>) {
        let Some(mro) = ty.mro_tuple() else { return };
        for base in mro.iter().skip(1) {
            if let Some(base) = base.get::<Type>() {
                ty.slots.fill_from(&base.slots);
            }
        }
    }

    /// Works all slots of a class out from the dunder methods along its MRO.
    pub(super) fn fix_slots(&self, ty: &Ref<Type>) {
        for (slot, rows) in self.slot_rows() {
            self.update_slot(ty, *slot, rows);
        }
        self.pair_getattro(ty);
    }

    /// The rows of [`SLOT_DEFS`] by slot, with their names interned.
    fn slot_rows(&self) -> &[(SlotId, Vec<SlotRow>)] {
        self.slot_rows.get_or_init(|| {
            let rows_of = |slot: SlotId| -> Vec<SlotRow> {
                let rows = SLOT_DEFS.iter().filter(|def| def.slot == slot);
                rows.map(|def| (self.intern(def.name), def)).collect()
            };
            let all = SlotId::ALL.iter().map(|&slot| (slot, rows_of(slot)));
            all.filter(|(_, rows)| !rows.is_empty()).collect()
        })
    }

    /// As [`fix_slots`](Self::fix_slots) for the slots of one name, in the type and its subclasses; called when the
    /// attribute changes (`update_slot`).
    pub(super) fn update_slots_of(&self, ty: &Ref<Type>, name: &Ref<Str>) {
        let touched = |rows: &[SlotRow]| rows.iter().any(|(own, _)| own.is(name));
        let slots: Vec<_> = self.slot_rows().iter().filter(|(_, rows)| touched(rows)).collect();
        if slots.is_empty() {
            return;
        }
        let mut work = vec![ty.clone()];
        while let Some(ty) = work.pop() {
            for (slot, rows) in &slots {
                self.update_slot(&ty, *slot, rows);
            }
            self.pair_getattro(&ty);
            work.extend(ty.live_subclasses().into_iter().filter(|t| t.is_heap_type()));
        }
    }

    /// `update_one_slot`.
    fn update_slot(&self, ty: &Ref<Type>, slot: SlotId, rows: &[SlotRow]) {
        let mut specific: Option<SlotValue> = None;
        let mut generic_value: Option<SlotValue> = None;
        let mut use_generic = false;
        for (name, def) in rows {
            let Some(found) = self.type_lookup(ty, name) else { continue };
            if let Some(wrapper) = found.get::<WrapperDescriptor>()
                && wrapper.def.name == def.name
            {
                if unique_slot(&ty.slots, def).is_none_or(|unique| unique == slot) {
                    generic_value = def.generic;
                }
                let fits = specific.is_none_or(|s| s.same(wrapper.wrapped))
                    && wrapper.def.wrap == def.wrap
                    && ty.is_subtype_of(&wrapper.owner);
                if fits {
                    specific = Some(wrapper.wrapped);
                } else {
                    use_generic = true;
                }
            } else if slot == SlotId::new && generic::is_native_new(&found) {
                // `__new__` of a native base: the slot that was inherited from it. One of another type makes no such
                // objects: the base's stays, as in CPython.
                let owner = found.get::<NativeFunction>().and_then(|f| f.receiver.get());
                let owner = owner.and_then(|o| o.downcast::<Type>().cloned());
                let owner = owner.filter(|owner| ty.is_subtype_of(owner) && ty.layout().same(owner.layout()));
                let owner = owner.or_else(|| ty.base());
                specific = owner.and_then(|owner| owner.slots.by_id(slot));
            } else if slot == SlotId::hash && found.is(&self.none) {
                specific = Some(SlotValue::Hash(hash_not_implemented));
            } else if let Some(method) = found.get::<MethodDescriptor>()
                && let Some(own) = method.owner.slots.by_id(slot)
                && ty.is_subtype_of(&method.owner)
            {
                // A method that stands for the slot of the same name (`list.__getitem__`).
                specific = Some(own);
            } else {
                use_generic = true;
                generic_value = def.generic;
            }
        }
        let value = if use_generic || specific.is_none() { generic_value } else { specific };
        ty.slots.set_by_id(slot, value);
    }

    /// The optional form of `getattro` follows the raising one.
    fn pair_getattro(&self, ty: &Ref<Type>) {
        let Some(own) = ty.slots.getattro.get() else { return };
        let mro = ty.mro_tuple();
        let same = mro.iter().flat_map(|m| m.iter().skip(1)).filter_map(|t| t.downcast::<Type>()).find(|t| {
            !t.is_heap_type() && t.slots.getattro.get().is_some_and(|f| std::ptr::fn_addr_eq(f, own))
        });
        ty.slots.getattro_optional.set(same.and_then(|t| t.slots.getattro_optional.get()));
    }

    /// What a special name's method looks up and calls; used by `type_new` and by attribute assignment.
    pub(super) fn note_attribute_change(&self, ty: &Ref<Type>, name: &Ref<Str>) -> Res<()> {
        self.type_modified(ty);
        self.update_slots_of(ty, name);
        Ok(())
    }
}

/// A row of the table with its name interned.
pub(crate) type SlotRow = (Ref<Str>, &'static SlotDef);

/// For a name that belongs to several slots: the one that the type fills, if it fills exactly one (`resolve_slotdups`).
fn unique_slot(slots: &Slots, def: &SlotDef) -> Option<SlotId> {
    let mut filled = SLOT_DEFS.iter().filter(|d| d.name == def.name && slots.by_id(d.slot).is_some());
    let first = filled.next()?;
    match filled.find(|d| d.slot != first.slot) {
        Some(_) => None,
        None => Some(first.slot),
    }
}
