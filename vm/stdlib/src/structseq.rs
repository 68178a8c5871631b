//! Tuples whose items also have names: `sys.version_info`, `time.struct_time` (CPython's `structseq.c`).
//!
//! ```ignore
//! struct_sequence! {
//!     /// `time.clock`
//!     pub(super) static CLOCK = "time"."clock", "The doc.", visible 2;
//!     0 "hour" "hours [0, 23]";
//!     1 "minute" "minutes [0, 59]";
//!     2 "zone" "an item that has a name alone";
//! }
//! ```

use object::{Args, Dict, NativeType, Obj, Params, Ref, Res, Str, Tuple, Type, Vm};

/// A type of named tuples.
pub(crate) struct StructSequence {
    /// The type's declaration.
    pub ty: NativeType,
    /// So many items are in the tuple; those behind have a name alone and are kept in the instance's hidden dict.
    pub visible: usize,
    /// The names, each with the place of its item, in order.
    pub fields: &'static [(usize, &'static str)],
    /// Whether programs may make such tuples.
    pub constructible: bool,
}

/// Declares a [`StructSequence`].
macro_rules! struct_sequence {
    ($(#[$meta:meta])* $vis:vis static $NAME:ident = $module:literal . $name:literal, $doc:expr, visible $visible:literal;
     $($index:literal $field:literal $field_doc:expr;)*) => {
        $(#[$meta])*
        $vis static $NAME: $crate::structseq::StructSequence = {
            const FIELDS: &[(usize, &str)] = &[$(($index, $field)),*];
            const HIDDEN: bool = $crate::structseq::length(FIELDS) > $visible;
            static MEMBERS: &[object::MemberDef] = &[$(object::MemberDef::read_only(
                $field,
                if $index < $visible {
                    $crate::structseq::item::<$index>
                } else {
                    |vm, obj| $crate::structseq::hidden_item(vm, obj, $field)
                },
                $field_doc,
            )),*];
            static METHODS: &[object::NativeDef] = &[
                object::NativeDef::no_args(
                    "__reduce__",
                    |vm, obj, _| $crate::structseq::reduce(vm, &$NAME, obj),
                    "",
                ),
                object::NativeDef::keywords(
                    "__replace__",
                    |vm, obj, args| $crate::structseq::replace(vm, &$NAME, obj, args),
                    "__replace__($self, /, **changes)\n--\n\nReturn a copy of the structure with new values for the specified fields.",
                ),
            ];
            $crate::structseq::StructSequence {
                ty: $crate::structseq::declare($name, $module, $doc, HIDDEN)
                    .slots(|s| {
                        s.new.set(Some(|vm, class, args| $crate::structseq::construct(vm, &$NAME, class, args)));
                        s.repr.set(Some(|vm, obj| $crate::structseq::repr(vm, &$NAME, obj)));
                        s.setattro.set(Some($crate::structseq::set_attribute));
                    })
                    .members(MEMBERS)
                    .methods(METHODS)
                    .attributes(|vm, class| $crate::structseq::describe(vm, &$NAME, class)),
                visible: $visible,
                fields: FIELDS,
                constructible: !$crate::structseq::is_one_of_a_kind($module, $name),
            }
        };
    };
}
pub(crate) use struct_sequence;

impl StructSequence {
    /// The type object.
    pub fn class(&'static self, vm: &Vm) -> Ref<Type> {
        vm.native_type(&self.ty).clone()
    }

    /// A tuple of this type; `values` are its items, hidden ones at the end.
    pub fn make(&'static self, vm: &Vm, mut values: Vec<Obj>) -> Obj {
        let hidden = values.split_off(self.visible.min(values.len()));
        let tuple = Tuple::new(vm.native_type(&self.ty), values).into_obj();
        for (value, name) in hidden.into_iter().zip(self.hidden_names()) {
            tuple.set_instance_attr(&vm.intern(name), value);
        }
        tuple
    }

    fn hidden_names(&self) -> impl Iterator<Item = &'static str> {
        let visible = self.visible;
        self.fields.iter().filter(move |(index, _)| *index >= visible).map(|(_, name)| *name)
    }

    /// All items: those in the tuple and those behind.
    fn len(&self) -> usize {
        length(self.fields)
    }

    fn unnamed(&self) -> usize {
        self.len() - self.fields.len()
    }

    /// `time.struct_time`
    fn full_name(&self) -> String {
        match self.ty.module {
            "builtins" => self.ty.name.to_owned(),
            module => format!("{module}.{}", self.ty.name),
        }
    }
}

/// So many items there are: one more than the last place.
pub(crate) const fn length(fields: &[(usize, &str)]) -> usize {
    match fields.last() {
        Some((index, _)) => *index + 1,
        None => 0,
    }
}

/// Whether there is one tuple of a type, and programs cannot make others: the tuples in `sys` that describe the machine.
pub(crate) const fn is_one_of_a_kind(module: &str, name: &str) -> bool {
    matches!((module.as_bytes(), name.as_bytes()), (b"sys", b"flags" | b"version_info"))
}

/// The declaration without its fields.
pub(crate) const fn declare(
    name: &'static str,
    module: &'static str,
    doc: &'static str,
    hidden: bool,
) -> NativeType {
    use object::Layout;
    let ty = NativeType::new(name, <Tuple as Layout>::VTABLE)
        .module(module)
        .doc(doc)
        .base(|vm| vm.types.tuple.clone())
        .size(32, 8);
    if hidden { ty.with_dict() } else { ty }
}

/// Reads the item at a place.
pub(crate) fn item<const N: usize>(vm: &Vm, obj: &Obj) -> Res<Obj> {
    match obj.get::<Tuple>().and_then(|tuple| tuple.items().get(N)) {
        Some(item) => Ok(item.clone()),
        None => Err(vm.index_error("tuple index out of range")),
    }
}

/// Reads an item that has a name alone.
pub(crate) fn hidden_item(vm: &Vm, obj: &Obj, name: &str) -> Res<Obj> {
    let found = obj.instance_dict().and_then(|dict| dict.get_str(&vm.intern(name)));
    Ok(found.unwrap_or_else(|| vm.none.clone()))
}

/// The dict that keeps hidden items is not for attributes of the program's.
pub(crate) fn set_attribute(vm: &Vm, obj: &Obj, name: &Obj, value: Option<&Obj>) -> Res<()> {
    let name = vm.attribute_name(name)?;
    let found = vm.type_lookup(obj.ty(), &name);
    if let Some(found) = &found
        && let Some(set) = found.ty().slots.descr_set.get()
    {
        return set(vm, found, obj, value);
    }
    let (ty, text) = (obj.ty().name(), name.to_text_lossy());
    let message = match found {
        Some(_) => format!("'{ty}' object attribute '{text}' is read-only"),
        None => format!("'{ty}' object has no attribute '{text}' and no __dict__ for setting new attributes"),
    };
    Err(vm.attribute_error_named(obj, &name, &message))
}

/// Adds what the class says about itself.
pub(crate) fn describe(vm: &Vm, sequence: &'static StructSequence, class: &Ref<Type>) {
    let number = |name: &str, value: usize| class.dict().set_str(&vm.intern(name), vm.int(value as i64));
    number("n_sequence_fields", sequence.visible);
    number("n_fields", sequence.len());
    number("n_unnamed_fields", sequence.unnamed());
    let names = sequence.fields.iter().filter(|(index, _)| *index < sequence.visible);
    let names: Vec<Obj> = names.map(|(_, name)| vm.intern(name).into_obj()).collect();
    class.dict().set_str(&vm.names.__match_args__, vm.tuple(names));
}

static CONSTRUCT: Params<2> = Params::new("structseq", ["sequence", "dict"]).required(1);

/// `structseq_new`
pub(crate) fn construct(
    vm: &Vm,
    sequence: &'static StructSequence,
    class: &Ref<Type>,
    args: Args<'_>,
) -> Res<Obj> {
    let name = sequence.full_name();
    if !sequence.constructible {
        return Err(vm.type_error(format!("cannot create '{name}' instances")));
    }
    let [items, names] = CONSTRUCT.bind(vm, args)?;
    let mut values = vm.iter_to_vec_or(items.unwrap_or(&vm.none), "constructor requires a sequence")?;
    let names = match names {
        None => None,
        Some(names) => Some(
            names
                .get::<Dict>()
                .ok_or_else(|| vm.type_error(format!("{name}() takes a dict as second arg, if any")))?,
        ),
    };
    let (least, most, given) = (sequence.visible, sequence.len(), values.len());
    if !(least..=most).contains(&given) {
        let limit = if given < least { least } else { most };
        let words = match given < least {
            _ if least == most => "a",
            true => "an at least",
            false => "an at most",
        };
        return Err(
            vm.type_error(format!("{name}() takes {words} {limit}-sequence ({given}-sequence given)"))
        );
    }
    let mut used = 0;
    for (_, field) in sequence.fields.iter().filter(|(index, _)| *index >= given) {
        let named = names.and_then(|names| names.get_str(&vm.intern(field)));
        used += usize::from(named.is_some());
        values.push(named.unwrap_or_else(|| vm.none.clone()));
    }
    if names.is_some_and(|names| names.len() > used) {
        return Err(vm.type_error(format!("{name}() got duplicate or unexpected field name(s)")));
    }
    debug_assert!(class.is(&sequence.class(vm)));
    Ok(sequence.make(vm, values))
}

/// `structseq_repr`
pub(crate) fn repr(vm: &Vm, sequence: &'static StructSequence, obj: &Obj) -> Res<Obj> {
    let items = obj.get::<Tuple>().map(|tuple| tuple.to_vec()).unwrap_or_default();
    let mut parts = Vec::new();
    // Names are counted without the places that have none, as CPython does.
    for ((_, name), value) in sequence.fields.iter().zip(&items) {
        parts.push(vm.str_ref(&format!("{}{name}=", if parts.is_empty() { "" } else { ", " })));
        parts.push(vm.repr_ref(value)?);
    }
    let (open, close) = (vm.str_ref(&format!("{}(", sequence.full_name())), vm.str_ref(")"));
    let all: Vec<&Str> =
        [&*open].into_iter().chain(parts.iter().map(|part| &**part)).chain([&*close]).collect();
    Ok(Str::join(&vm.types.str, &all).into_obj())
}

/// `structseq_reduce`
pub(crate) fn reduce(vm: &Vm, sequence: &'static StructSequence, obj: &Obj) -> Res<Obj> {
    let items = obj.get::<Tuple>().map(|tuple| tuple.to_vec()).unwrap_or_default();
    let hidden = vm.dict();
    for name in sequence.hidden_names() {
        hidden.set_str(&vm.intern(name), hidden_item(vm, obj, name)?);
    }
    Ok(vm.tuple([obj.ty().as_obj().clone(), vm.tuple([vm.tuple(items), hidden.into_obj()])]))
}

/// `structseq_replace`
pub(crate) fn replace(vm: &Vm, sequence: &'static StructSequence, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    if !args.pos().is_empty() {
        return Err(vm.type_error("__replace__() takes no positional arguments"));
    }
    if sequence.unnamed() > 0 {
        let name = sequence.full_name();
        return Err(vm.type_error(format!(
            "__replace__() is not supported for {name} because it has unnamed field(s)"
        )));
    }
    let mut values = obj.get::<Tuple>().map(|tuple| tuple.to_vec()).unwrap_or_default();
    for name in sequence.hidden_names() {
        values.push(hidden_item(vm, obj, name)?);
    }
    let mut unknown = Vec::new();
    for (name, value) in args.keywords() {
        let place =
            sequence.fields.iter().find(|(_, field)| name.get::<Str>().is_some_and(|n| n.is_text(field)));
        match place.and_then(|(index, _)| values.get_mut(*index)) {
            Some(place) => *place = value.clone(),
            None => unknown.push(name.clone()),
        }
    }
    if !unknown.is_empty() {
        let names = vm.repr_text(&vm.list(unknown))?;
        return Err(vm.type_error(format!("Got unexpected field name(s): {names}")));
    }
    Ok(sequence.make(vm, values))
}
