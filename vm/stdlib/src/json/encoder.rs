//! `_json.make_encoder`: a value as JSON text.

use builtins::str::writer::StrWriter;
use object::{
    Args, Dict, Float, Int, Layout as _, List, MemberDef, NativeType, Obj, Params, Payload, Raised, Ref, Res,
    Str, Tuple, Type, Visitor, Vm,
};

use super::string;

/// The payload of `Encoder`: what it was made with.
struct Encoder {
    /// The containers that are being written, by `id`, or `None`.
    markers: Obj,
    default: Obj,
    encoder: Obj,
    indent: Obj,
    key_separator: Obj,
    item_separator: Obj,
    sort_keys: bool,
    skip_keys: bool,
    allow_nan: bool,
}

impl Payload for Encoder {
    const NAME: &'static str = "Encoder";
    fn trace(&self, visit: &mut Visitor<'_>) {
        for obj in [
            &self.markers,
            &self.default,
            &self.encoder,
            &self.indent,
            &self.key_separator,
            &self.item_separator,
        ] {
            visit(obj);
        }
    }
}

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Encoder> {
    obj.get::<Encoder>().ok_or_else(|| vm.type_error("an Encoder is needed"))
}

pub(super) static ENCODER: NativeType = NativeType::new("Encoder", Encoder::VTABLE)
    .module("_json")
    .subclassable()
    .size(80, 0)
    .doc("Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)")
    .slots(|s| {
        s.new.set(Some(new));
        s.call.set(Some(call));
    })
    .members(&[
        MemberDef::read_only("markers", |vm, obj| Ok(own(vm, obj)?.markers.clone()), "markers"),
        MemberDef::read_only("default", |vm, obj| Ok(own(vm, obj)?.default.clone()), "default"),
        MemberDef::read_only("encoder", |vm, obj| Ok(own(vm, obj)?.encoder.clone()), "encoder"),
        MemberDef::read_only("indent", |vm, obj| Ok(own(vm, obj)?.indent.clone()), "indent"),
        MemberDef::read_only("key_separator", |vm, obj| Ok(own(vm, obj)?.key_separator.clone()), "key_separator"),
        MemberDef::read_only("item_separator", |vm, obj| Ok(own(vm, obj)?.item_separator.clone()), "item_separator"),
        MemberDef::read_only("sort_keys", |vm, obj| Ok(vm.bool(own(vm, obj)?.sort_keys)), "sort_keys"),
        MemberDef::read_only("skipkeys", |vm, obj| Ok(vm.bool(own(vm, obj)?.skip_keys)), "skipkeys"),
    ]);

static NEW: Params<9> = Params::new(
    "make_encoder",
    [
        "markers",
        "default",
        "encoder",
        "indent",
        "key_separator",
        "item_separator",
        "sort_keys",
        "skipkeys",
        "allow_nan",
    ],
)
.required(9);

fn new(vm: &Vm, class: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let bound = NEW.bind(vm, args)?.map(|arg| arg.unwrap_or(&vm.none));
    let [markers, default, encoder, indent, key_separator, item_separator, sort_keys, skip_keys, allow_nan] =
        bound;
    if !markers.is(&vm.none) && markers.get::<Dict>().is_none() {
        return Err(vm.bad_argument("make_encoder", "argument 1", "dict or None", markers));
    }
    for (place, separator) in [("argument 5", key_separator), ("argument 6", item_separator)] {
        vm.str_arg("make_encoder", place, separator)?;
    }
    let payload = Encoder {
        markers: markers.clone(),
        default: default.clone(),
        encoder: encoder.clone(),
        indent: indent.clone(),
        key_separator: key_separator.clone(),
        item_separator: item_separator.clone(),
        sort_keys: vm.is_true(sort_keys)?,
        skip_keys: vm.is_true(skip_keys)?,
        allow_nan: vm.is_true(allow_nan)?,
    };
    Ok(Ref::new(class, payload).into_obj())
}

static CALL: Params<2> = Params::new("_iterencode", ["obj", "_current_indent_level"]).required(2);

fn call(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [value, level] = CALL.bind(vm, args)?;
    let level = usize::try_from(vm.as_i64(level.unwrap_or(&vm.none))?).unwrap_or(0);
    let own = own(vm, obj)?;
    let native = |name: &str| {
        let module = crate::import::import_module(vm, "_json")?;
        Ok(own.encoder.is(&vm.getattr_text(&module, name)?))
    };
    let quoting = if native("encode_basestring_ascii")? {
        Quoting::Ascii
    } else if native("encode_basestring")? {
        Quoting::Plain
    } else {
        Quoting::Called
    };
    let mut encode = Encode { vm, own, quoting, out: StrWriter::default() };
    encode.value(value.unwrap_or(&vm.none), level)?;
    Ok(vm.tuple([encode.out.finish(vm)]))
}

/// How strings are written.
#[derive(Clone, Copy)]
enum Quoting {
    Ascii,
    Plain,
    /// The program's own function does it.
    Called,
}

/// A text that is being written.
struct Encode<'a> {
    vm: &'a Vm,
    own: &'a Encoder,
    quoting: Quoting,
    out: StrWriter,
}

const NESTED: &str = " while encoding a JSON object";

impl Encode<'_> {
    fn value(&mut self, value: &Obj, level: usize) -> Res<()> {
        let vm = self.vm;
        if let Some(word) = self.word(value) {
            self.out.push_text(word);
        } else if let Some(text) = value.downcast::<Str>() {
            self.string(text)?;
        } else if value.get::<Int>().is_some() {
            let text = self.int(value)?;
            self.out.push_str(&text);
        } else if let Some(float) = value.get::<Float>() {
            let text = self.float(value, float.0)?;
            self.out.push_text(&text);
        } else if value.get::<List>().is_some() || value.get::<Tuple>().is_some() {
            return vm.recurse(NESTED, || self.list(value, level));
        } else if let Some(dict) = value.get::<Dict>() {
            return vm.recurse(NESTED, || self.dict(value, dict, level));
        } else {
            return self.other(value, level);
        }
        Ok(())
    }

    /// The values that have a word.
    fn word(&self, value: &Obj) -> Option<&'static str> {
        let vm = self.vm;
        let words = [(&vm.none, "null"), (&vm.true_, "true"), (&vm.false_, "false")];
        words.into_iter().find(|(own, _)| value.is(own)).map(|(_, word)| word)
    }

    fn int(&self, value: &Obj) -> Res<Ref<Str>> {
        match self.vm.types.int.slots.repr.get() {
            Some(repr) => {
                let text = repr(self.vm, value)?;
                text.into_ref().map_err(|_| self.vm.type_error("__repr__ returned non-string"))
            }
            None => self.vm.repr_ref(value),
        }
    }

    fn float(&self, value: &Obj, float: f64) -> Res<String> {
        if float.is_finite() {
            return Ok(builtins::number::decimal::repr(float));
        }
        if !self.own.allow_nan {
            let shown = self.vm.repr_text(value)?;
            let message = format!("Out of range float values are not JSON compliant: {shown}");
            return Err(self.vm.value_error(message));
        }
        Ok(match float {
            f64::INFINITY => "Infinity",
            f64::NEG_INFINITY => "-Infinity",
            _ => "NaN",
        }
        .into())
    }

    fn string(&mut self, text: &Ref<Str>) -> Res<()> {
        match self.quoting {
            Quoting::Ascii => string::write(&mut self.out, text, true),
            Quoting::Plain => string::write(&mut self.out, text, false),
            Quoting::Called => {
                let encoded = self.vm.call1(&self.own.encoder, text.as_obj())?;
                let Some(encoded) = encoded.get::<Str>() else {
                    let name = encoded.ty().name();
                    let message = format!("encoder() must return a string, not {name}");
                    return Err(self.vm.type_error(message));
                };
                self.out.push_str(encoded);
            }
        }
        Ok(())
    }

    /// A value that `default` has to replace.
    fn other(&mut self, value: &Obj, level: usize) -> Res<()> {
        let mark = self.enter(value)?;
        let replaced = self.vm.call1(&self.own.default, value)?;
        let written = self.vm.recurse(NESTED, || self.value(&replaced, level));
        written.map_err(|raised| self.noted(raised, value, "object"))?;
        self.leave(mark)
    }

    /// Remembers that a container is being written.
    fn enter(&self, value: &Obj) -> Res<Option<Obj>> {
        let Some(markers) = self.own.markers.get::<Dict>() else { return Ok(None) };
        let id = self.vm.int_unsigned(value.id() as u64);
        if self.vm.dict_get(markers, &id)?.is_some() {
            return Err(self.vm.value_error("Circular reference detected"));
        }
        self.vm.dict_set(markers, &id, value.clone())?;
        Ok(Some(id))
    }

    fn leave(&self, mark: Option<Obj>) -> Res<()> {
        if let (Some(markers), Some(mark)) = (self.own.markers.get::<Dict>(), mark) {
            self.vm.dict_remove(markers, &mark)?;
        }
        Ok(())
    }

    /// Adds what was being written to an exception.
    fn noted(&self, raised: Raised, container: &Obj, place: &str) -> Raised {
        let named = || {
            let class = container.ty().as_obj();
            let module = self.vm.str_text(&self.vm.getattr(class, &self.vm.names.__module__)?)?;
            let name = self.vm.str_text(&self.vm.getattr_text(class, "__qualname__")?)?;
            let name =
                if matches!(&*module, "builtins" | "__main__") { name } else { format!("{module}.{name}") };
            self.vm.add_note(&raised, &format!("when serializing {name} {place}"))
        };
        match named() {
            Ok(()) => raised,
            Err(other) => other,
        }
    }

    /// A line break and the indentation of a level, if there is any.
    fn new_line(&mut self, level: usize) {
        if let Some(indent) = self.own.indent.get::<Str>() {
            self.out.push(0x0A);
            (0..level).for_each(|_| self.out.push_str(indent));
        }
    }

    fn separator(&mut self, is_first: bool, level: usize) {
        if let Some(separator) = self.own.item_separator.get::<Str>().filter(|_| !is_first) {
            self.out.push_str(separator);
        }
        self.new_line(level);
    }

    fn list(&mut self, value: &Obj, level: usize) -> Res<()> {
        let items = self.vm.iter_to_vec(value)?;
        if items.is_empty() {
            self.out.push_text("[]");
            return Ok(());
        }
        let mark = self.enter(value)?;
        self.out.push_text("[");
        // A list is gone through as it is, whatever `default` makes of it meanwhile.
        let list = value.get::<List>();
        for index in 0.. {
            let item = list.map_or_else(|| items.get(index).cloned(), |list| list.0.get(index));
            let Some(item) = item else { break };
            self.separator(index == 0, level + 1);
            let written = self.value(&item, level + 1);
            written.map_err(|raised| self.noted(raised, value, &format!("item {index}")))?;
        }
        self.leave(mark)?;
        self.new_line(level);
        self.out.push_text("]");
        Ok(())
    }

    fn dict(&mut self, value: &Obj, dict: &Dict, level: usize) -> Res<()> {
        if dict.is_empty() {
            self.out.push_text("{}");
            return Ok(());
        }
        let mark = self.enter(value)?;
        self.out.push_text("{");
        let mut is_first = true;
        for (key, item) in self.items(value, dict)? {
            if self.key(&key, is_first, level + 1)? {
                is_first = false;
                let written = self.value(&item, level + 1);
                if let Err(raised) = written {
                    let shown = self.vm.repr_text(&key)?;
                    return Err(self.noted(raised, value, &format!("item {shown}")));
                }
            }
        }
        self.leave(mark)?;
        if !is_first {
            self.new_line(level);
        }
        self.out.push_text("}");
        Ok(())
    }

    /// The pairs of a dict, in the order in which they are written.
    fn items(&self, value: &Obj, dict: &Dict) -> Res<Vec<(Obj, Obj)>> {
        let vm = self.vm;
        if !self.own.sort_keys && value.is_exactly(&vm.types.dict) {
            return Ok(dict.to_vec());
        }
        let items = if value.is_exactly(&vm.types.dict) {
            dict.to_vec().into_iter().map(|(key, value)| vm.tuple([key, value])).collect()
        } else {
            vm.iter_to_vec(&vm.call_method(value, &vm.intern("items"), &[])?)?
        };
        let mut items: Vec<Obj> = items;
        if self.own.sort_keys {
            vm.sort(&mut items)?;
        }
        let pair = |item: Obj| match item.get::<Tuple>().map(|item| item.items()) {
            Some([key, value]) => Ok((key.clone(), value.clone())),
            _ => Err(vm.value_error("items must return 2-tuples")),
        };
        items.into_iter().map(pair).collect()
    }

    /// Writes a key with what stands around it; whether it was one.
    fn key(&mut self, key: &Obj, is_first: bool, level: usize) -> Res<bool> {
        let vm = self.vm;
        let text = if let Some(text) = key.downcast::<Str>() {
            text.clone()
        } else if let Some(word) = self.word(key) {
            vm.str_ref(word)
        } else if let Some(float) = key.get::<Float>() {
            vm.str_ref(&self.float(key, float.0)?)
        } else if key.get::<Int>().is_some() {
            self.int(key)?
        } else if self.own.skip_keys {
            return Ok(false);
        } else {
            let name = key.ty().name();
            let message = format!("keys must be str, int, float, bool or None, not {name}");
            return Err(vm.type_error(message));
        };
        self.separator(is_first, level);
        self.string(&text)?;
        if let Some(separator) = self.own.key_separator.get::<Str>() {
            self.out.push_str(separator);
        }
        Ok(true)
    }
}
