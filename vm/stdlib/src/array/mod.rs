//! `array` (`Modules/arraymodule.c`): rows of numbers of one kind. [`methods`] has what arrays do, [`item`] their items.

mod item;
mod methods;
mod sequence;

use std::cell::{Cell, RefCell};

use builtins::bytes::buffer::{self, Exporter};
use object::protocol::self_iter;
use object::{
    Args, ByteArray, Bytes, GetSetDef, Layout as _, List, NativeDef, NativeType, Obj, ObjCell, Payload, Ref,
    Res, Str, Tuple, Type, TypeFlags, Visitor, Vm,
};

use self::item::{KINDS, Kind};
use crate::import::import_module;
use crate::module::NativeModule;

/// The module.
pub static MODULE: NativeModule = NativeModule::new("array", "This module defines an object type which can efficiently represent\nan array of basic values: characters, integers, floating-point\nnumbers.  Arrays are sequence types and behave very much like lists,\nexcept that the type of objects stored in them is constrained.\n")
    .functions(&[NativeDef::positional("_array_reconstructor", methods::reconstruct, "($module, arraytype, typecode, mformat_code, items,\n                     /)\n--\n\nInternal. Used for pickling support.")])
    .types(&[
        ("ArrayType", |vm| vm.native_type(&ARRAY).clone()),
        ("array", |vm| vm.native_type(&ARRAY).clone()),
    ])
    .init(|vm, module| {
        let codes: String = KINDS.iter().map(|kind| char::from(kind.code)).collect();
        module.dict.set_str(&vm.intern("typecodes"), vm.str(&codes));
        buffer::register(vm, &EXPORTER);
        let sequence = vm.getattr_text(&import_module(vm, "collections.abc")?, "MutableSequence")?;
        vm.call_method(&sequence, &vm.intern("register"), &[vm.native_type(&ARRAY).as_obj().clone()])?;
        Ok(())
    });

/// The payload of `array`.
pub(super) struct Array {
    kind: &'static Kind,
    /// The items' bytes. A borrow never spans a call into Python.
    bytes: RefCell<Vec<u8>>,
    /// How many views there are: while there are any, the size stays.
    views: Cell<usize>,
}

impl Payload for Array {
    const NAME: &'static str = "array";
    const TRACKED: bool = false;
}

/// How arrays show their bytes.
static EXPORTER: Exporter = Exporter {
    accepts: |obj| obj.is_payload::<Array>(),
    read: |obj, work| {
        if let Some(own) = obj.get::<Array>() {
            work(&own.bytes.borrow());
        }
    },
    write: |obj, work| match obj.get::<Array>() {
        Some(own) => {
            work(&mut own.bytes.borrow_mut());
            true
        }
        None => false,
    },
    writable: true,
    format: |obj| {
        obj.get::<Array>().map_or_else(
            || ("B".to_owned(), 1),
            |own| {
                let code = if own.kind.is_text() { 'w' } else { char::from(own.kind.code) };
                (code.to_string(), own.kind.size)
            },
        )
    },
    count: |obj, change| {
        if let Some(own) = obj.get::<Array>() {
            own.views.set(own.views.get().saturating_add_signed(change));
        }
    },
};

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Array> {
    obj.get::<Array>().ok_or_else(|| vm.type_error("an array is needed"))
}

/// An array of these bytes.
fn array(vm: &Vm, kind: &'static Kind, bytes: Vec<u8>) -> Obj {
    of_class(vm.native_type(&ARRAY), kind, bytes)
}

fn of_class(class: &Ref<Type>, kind: &'static Kind, bytes: Vec<u8>) -> Obj {
    Ref::new(class, Array { kind, bytes: RefCell::new(bytes), views: Cell::new(0) }).into_obj()
}

impl Array {
    fn len(&self) -> usize {
        self.bytes.borrow().len() / self.kind.size
    }

    /// The item at a place, if there is one.
    fn get(&self, vm: &Vm, index: usize) -> Option<Res<Obj>> {
        let start = index.checked_mul(self.kind.size)?;
        let mut item = [0; 8];
        item[..self.kind.size].copy_from_slice(self.bytes.borrow().get(start..start + self.kind.size)?);
        Some(self.kind.unpack(vm, &item[..self.kind.size]))
    }

    /// All items.
    fn values(&self, vm: &Vm) -> Res<Vec<Obj>> {
        (0..).map_while(|index| self.get(vm, index)).collect()
    }

    /// Refuses to change the size while others look.
    fn check_size(&self, vm: &Vm) -> Res<()> {
        if self.views.get() > 0 {
            return Err(vm.buffer_error("cannot resize an array that is exporting buffers"));
        }
        Ok(())
    }

    fn push(&self, vm: &Vm, value: &Obj) -> Res<()> {
        let item = self.kind.pack(vm, value)?;
        self.check_size(vm)?;
        self.bytes.borrow_mut().extend_from_slice(&item[..self.kind.size]);
        Ok(())
    }

    /// Appends the items of an iterable.
    fn extend(&self, vm: &Vm, iterable: &Obj) -> Res<()> {
        if let Some(other) = iterable.get::<Array>() {
            if self.kind.code != other.kind.code {
                return Err(vm.type_error("can only extend with array of same kind"));
            }
            self.check_size(vm)?;
            let more = other.bytes.borrow().clone();
            self.bytes.borrow_mut().extend(more);
            return Ok(());
        }
        let iterator = vm.iter(iterable)?;
        while let Some(value) = vm.next(&iterator)? {
            self.push(vm, &value)?;
        }
        Ok(())
    }

    /// Appends bytes of whole items.
    fn extend_bytes(&self, vm: &Vm, bytes: &[u8]) -> Res<()> {
        if !bytes.len().is_multiple_of(self.kind.size) {
            return Err(vm.value_error("bytes length not a multiple of item size"));
        }
        self.check_size(vm)?;
        self.bytes.borrow_mut().extend_from_slice(bytes);
        Ok(())
    }

    fn extend_text(&self, text: &Str) {
        let mut bytes = self.bytes.borrow_mut();
        text.code_points().for_each(|c| bytes.extend_from_slice(&c.to_ne_bytes()));
    }
}

pub(super) static ARRAY: NativeType = NativeType::new("array", Array::VTABLE)
    .module("array")
    .subclassable()
    .flags(TypeFlags::SEQUENCE)
    .size(64, 0)
    .offsets(0, 48)
    .doc("array(typecode [, initializer]) -> array\n\nReturn a new array whose items are restricted by typecode, and\ninitialized from the optional initializer value, which must be a list,\nstring or iterable over elements of the appropriate type.\n\nArrays represent basic values and behave very much like lists, except\nthe type of objects stored in them is constrained. The type is specified\nat object creation time by using a type code, which is a single character.\n")
    .slots(|s| {
        s.new.set(Some(new));
        s.repr.set(Some(sequence::repr));
        s.hash.set(Some(object::types::hash_not_implemented));
        s.richcompare.set(Some(sequence::compare));
        s.bf_getbuffer.set(Some(builtins::bytes::get_buffer));
        s.bf_releasebuffer.set(Some(builtins::bytes::release_buffer));
        s.iter.set(Some(|vm, obj| {
            let payload = ArrayIterator { array: ObjCell::new(Some(obj.clone())), next: Cell::new(0) };
            Ok(Ref::new(vm.native_type(&ARRAY_ITERATOR), payload).into_obj())
        }));
        s.sq_length.set(Some(|vm, obj| Ok(own(vm, obj)?.len())));
        s.mp_length.set(Some(|vm, obj| Ok(own(vm, obj)?.len())));
        s.sq_concat.set(Some(sequence::concat));
        s.sq_repeat.set(Some(sequence::repeat));
        s.sq_inplace_concat.set(Some(sequence::concat_in_place));
        s.sq_inplace_repeat.set(Some(sequence::repeat_in_place));
        s.sq_contains.set(Some(sequence::contains));
        s.sq_item.set(Some(sequence::item));
        s.mp_subscript.set(Some(sequence::subscript));
        s.mp_ass_subscript.set(Some(sequence::assign));
    })
    .methods(methods::METHODS)
    .getset(&[
        GetSetDef::read_only("typecode", |vm, obj| Ok(vm.str_of_code_point(own(vm, obj)?.kind.code.into())), "the typecode character used to create the array"),
        GetSetDef::read_only("itemsize", |vm, obj| Ok(vm.int(own(vm, obj)?.kind.size as i64)), "the size, in bytes, of one array item"),
    ]);

/// The kind of a type code that a function is given.
fn kind_arg(vm: &Vm, function: &str, place: &str, code: &Obj) -> Res<&'static Kind> {
    let wrong =
        |got: String| vm.type_error(format!("{function}() {place} must be a unicode character, not {got}"));
    let Some(text) = code.get::<Str>() else { return Err(wrong(code.ty().name().to_string())) };
    let Some(code) = text.code_point(0).filter(|_| text.len() == 1) else {
        return Err(wrong(format!("a string of length {}", text.len())));
    };
    Kind::of(code)
        .ok_or_else(|| vm.value_error("bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)"))
}

fn new(vm: &Vm, class: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    if class.is(vm.native_type(&ARRAY)) {
        args.no_keywords(vm, "array.array")?;
    }
    let pos = args.pos();
    if pos.is_empty() || pos.len() > 2 {
        let (word, limit, s) = if pos.is_empty() { ("at least", 1, "") } else { ("at most", 2, "s") };
        return Err(vm.type_error(format!("array() takes {word} {limit} argument{s} ({} given)", pos.len())));
    }
    let kind = kind_arg(vm, "array", "argument 1", &pos[0])?;
    let initial = pos.get(1);
    if !kind.is_text() {
        let code = char::from(kind.code);
        if initial.is_some_and(|initial| initial.is_payload::<Str>()) {
            let text = format!("cannot use a str to initialize an array with typecode '{code}'");
            return Err(vm.type_error(text));
        }
        if initial.and_then(|initial| initial.get::<Array>()).is_some_and(|other| other.kind.is_text()) {
            let text = format!("cannot use a unicode array to initialize an array with typecode '{code}'");
            return Err(vm.type_error(text));
        }
    }
    let made = of_class(class, kind, Vec::new());
    let Some(initial) = initial else { return Ok(made) };
    let own = own(vm, &made)?;
    if let Some(text) = initial.get::<Str>() {
        own.extend_text(text);
    } else if initial.is_payload::<Bytes>() || initial.is_payload::<ByteArray>() {
        own.extend_bytes(vm, &buffer::bytes_arg(vm, initial)?)?;
    } else if let Some(other) = initial.get::<Array>() {
        let values = other.values(vm)?;
        values.iter().try_for_each(|value| own.push(vm, value))?;
    } else if initial.is_payload::<List>() || initial.is_payload::<Tuple>() {
        let values = vm.iter_to_vec(initial)?;
        values.iter().try_for_each(|value| own.push(vm, value))?;
    } else {
        own.extend(vm, initial)?;
    }
    Ok(made)
}

/// The payload of `arrayiterator`.
struct ArrayIterator {
    array: ObjCell,
    next: Cell<usize>,
}

impl Payload for ArrayIterator {
    const NAME: &'static str = "arrayiterator";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.array.trace(visit);
    }
    fn clear(&self) {
        self.array.set(None);
    }
}

static ARRAY_ITERATOR: NativeType = NativeType::new("arrayiterator", ArrayIterator::VTABLE)
    .module("array")
    .size(40, 0)
    .slots(|s| {
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|vm, obj| {
            let Some(own) = obj.get::<ArrayIterator>() else { return Ok(None) };
            let Some(array) = own.array.get() else { return Ok(None) };
            let index = own.next.get();
            match array.get::<Array>().and_then(|array| array.get(vm, index)) {
                Some(value) => {
                    own.next.set(index + 1);
                    value.map(Some)
                }
                None => {
                    own.array.set(None);
                    Ok(None)
                }
            }
        }));
    })
    .methods(&[
        NativeDef::no_args(
            "__reduce__",
            |vm, obj, _| {
                let iter = vm.builtin("iter")?;
                let Some(own) = obj.get::<ArrayIterator>() else { return Ok(vm.none.clone()) };
                Ok(match own.array.get() {
                    Some(array) => vm.tuple([iter, vm.tuple([array]), vm.int(own.next.get() as i64)]),
                    None => vm.tuple([iter, vm.tuple([vm.tuple([])])]),
                })
            },
            "($self, /)\n--\n\nReturn state information for pickling.",
        ),
        NativeDef::one(
            "__setstate__",
            |vm, obj, args| {
                let index = vm.as_isize(&args.values[0])?;
                if let Some(own) = obj.get::<ArrayIterator>() {
                    own.next.set(usize::try_from(index).unwrap_or(0));
                }
                Ok(vm.none.clone())
            },
            "($self, state, /)\n--\n\nSet state information for unpickling.",
        ),
    ]);
