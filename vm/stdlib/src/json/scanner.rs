//! `_json.make_scanner`: one value of a JSON text.

use object::{
    Args, Dict, Layout as _, MemberDef, NativeType, Obj, Params, Payload, Ref, Res, Str, Type, Visitor, Vm,
};

use super::string::{error, scan, text_arg};

/// The payload of `Scanner`: what the decoder wants.
struct Scanner {
    strict: bool,
    object_hook: Obj,
    object_pairs_hook: Obj,
    parse_float: Obj,
    parse_int: Obj,
    parse_constant: Obj,
}

impl Payload for Scanner {
    const NAME: &'static str = "Scanner";
    fn trace(&self, visit: &mut Visitor<'_>) {
        for obj in [
            &self.object_hook,
            &self.object_pairs_hook,
            &self.parse_float,
            &self.parse_int,
            &self.parse_constant,
        ] {
            visit(obj);
        }
    }
}

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Scanner> {
    obj.get::<Scanner>().ok_or_else(|| vm.type_error("a Scanner is needed"))
}

pub(super) static SCANNER: NativeType = NativeType::new("Scanner", Scanner::VTABLE)
    .module("_json")
    .subclassable()
    .size(64, 0)
    .doc("JSON scanner object")
    .slots(|s| {
        s.new.set(Some(new));
        s.call.set(Some(call));
    })
    .members(&[
        MemberDef::read_only("strict", |vm, obj| Ok(vm.bool(own(vm, obj)?.strict)), "strict"),
        MemberDef::read_only("object_hook", |vm, obj| Ok(own(vm, obj)?.object_hook.clone()), "object_hook"),
        MemberDef::read_only("object_pairs_hook", |vm, obj| Ok(own(vm, obj)?.object_pairs_hook.clone()), ""),
        MemberDef::read_only("parse_float", |vm, obj| Ok(own(vm, obj)?.parse_float.clone()), "parse_float"),
        MemberDef::read_only("parse_int", |vm, obj| Ok(own(vm, obj)?.parse_int.clone()), "parse_int"),
        MemberDef::read_only(
            "parse_constant",
            |vm, obj| Ok(own(vm, obj)?.parse_constant.clone()),
            "parse_constant",
        ),
    ]);

static NEW: Params<1> = Params::new("make_scanner", ["context"]).required(1);

fn new(vm: &Vm, class: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let [context] = NEW.bind(vm, args)?;
    let of = |name: &str| vm.getattr_text(context.unwrap_or(&vm.none), name);
    let payload = Scanner {
        strict: vm.is_true(&of("strict")?)?,
        object_hook: of("object_hook")?,
        object_pairs_hook: of("object_pairs_hook")?,
        parse_float: of("parse_float")?,
        parse_int: of("parse_int")?,
        parse_constant: of("parse_constant")?,
    };
    Ok(Ref::new(class, payload).into_obj())
}

static CALL: Params<2> = Params::new("scan_once", ["string", "idx"]).required(2);

fn call(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [text, index] = CALL.bind(vm, args)?;
    let text = text_arg(vm, text.unwrap_or(&vm.none))?;
    let index = vm.as_i64(index.unwrap_or(&vm.none))?;
    let Ok(index) = usize::try_from(index) else { return Err(vm.value_error("idx cannot be negative")) };
    let scan = Scan { vm, own: own(vm, obj)?, text, keys: vm.dict() };
    let (value, end) = scan.value(index)?;
    Ok(vm.tuple([value, vm.int(end as i64)]))
}

/// A text that is being read.
struct Scan<'a> {
    vm: &'a Vm,
    own: &'a Scanner,
    text: &'a Ref<Str>,
    /// The keys read so far: equal ones are one string.
    keys: Ref<Dict>,
}

impl Scan<'_> {
    fn at(&self, index: usize) -> Option<char> {
        self.text.code_point(index).map(|c| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn skip_space(&self, mut index: usize) -> usize {
        while matches!(self.at(index), Some(' ' | '\t' | '\n' | '\r')) {
            index += 1;
        }
        index
    }

    fn has(&self, index: usize, word: &str) -> bool {
        word.bytes()
            .enumerate()
            .all(|(offset, byte)| self.text.code_point(index + offset) == Some(byte.into()))
    }

    fn error(&self, message: &str, index: usize) -> object::Raised {
        error(self.vm, message, self.text, index)
    }

    /// There is no value: `StopIteration(index)`.
    fn nothing(&self, index: usize) -> object::Raised {
        self.vm.raise_class(self.vm.exc.stop_iteration.as_obj(), &[self.vm.int(index as i64)])
    }

    /// The value that begins at `index`, and where the text goes on.
    fn value(&self, index: usize) -> Res<(Obj, usize)> {
        let vm = self.vm;
        match self.at(index) {
            None => Err(self.nothing(index)),
            Some('"') => scan(vm, self.text, index + 1, self.own.strict),
            Some('{') => {
                vm.recurse(" while decoding a JSON object from a unicode string", || self.object(index + 1))
            }
            Some('[') => {
                vm.recurse(" while decoding a JSON array from a unicode string", || self.array(index + 1))
            }
            Some('n') if self.has(index, "null") => Ok((vm.none.clone(), index + 4)),
            Some('t') if self.has(index, "true") => Ok((vm.true_.clone(), index + 4)),
            Some('f') if self.has(index, "false") => Ok((vm.false_.clone(), index + 5)),
            Some('N') if self.has(index, "NaN") => self.constant("NaN", index),
            Some('I') if self.has(index, "Infinity") => self.constant("Infinity", index),
            Some('-') if self.has(index, "-Infinity") => self.constant("-Infinity", index),
            Some(_) => self.number(index),
        }
    }

    fn constant(&self, name: &str, index: usize) -> Res<(Obj, usize)> {
        let value = self.vm.call1(&self.own.parse_constant, self.vm.intern(name).as_obj())?;
        Ok((value, index + name.len()))
    }

    fn digits(&self, mut index: usize) -> usize {
        while matches!(self.at(index), Some('0'..='9')) {
            index += 1;
        }
        index
    }

    fn number(&self, start: usize) -> Res<(Obj, usize)> {
        let vm = self.vm;
        let whole = start + usize::from(self.at(start) == Some('-'));
        let mut end = match self.at(whole) {
            Some('1'..='9') => self.digits(whole),
            Some('0') => whole + 1,
            _ => return Err(self.nothing(start)),
        };
        let mut is_float = false;
        if self.at(end) == Some('.') && self.digits(end + 1) > end + 1 {
            is_float = true;
            end = self.digits(end + 1);
        }
        if matches!(self.at(end), Some('e' | 'E')) {
            let power = end + 1 + usize::from(matches!(self.at(end + 1), Some('-' | '+')));
            if self.digits(power) > power {
                is_float = true;
                end = self.digits(power);
            }
        }
        let text = self.text.substring(&vm.types.str, start, end);
        let custom = if is_float { &self.own.parse_float } else { &self.own.parse_int };
        let own = if is_float { &vm.types.float } else { &vm.types.int };
        let value = match text.as_ascii().filter(|_| custom.is(own.as_obj())) {
            None => vm.call1(custom, text.as_obj())?,
            Some(digits) if is_float => {
                vm.float(builtins::number::parse_float(digits).ok_or_else(|| self.nothing(start))?)
            }
            Some(digits) => builtins::number::parse::parse_int(vm, digits, 10, text.as_obj())?,
        };
        Ok((value, end))
    }

    fn array(&self, start: usize) -> Res<(Obj, usize)> {
        let mut items = Vec::new();
        let mut index = self.skip_space(start);
        if self.at(index) == Some(']') {
            return Ok((self.vm.list(items), index + 1));
        }
        loop {
            let (item, behind) = self.value(index)?;
            items.push(item);
            index = self.skip_space(behind);
            match self.at(index) {
                Some(']') => return Ok((self.vm.list(items), index + 1)),
                Some(',') => {}
                _ => return Err(self.error("Expecting ',' delimiter", index)),
            }
            let comma = index;
            index = self.skip_space(comma + 1);
            if self.at(index) == Some(']') {
                return Err(self.error("Illegal trailing comma before end of array", comma));
            }
        }
    }

    fn object(&self, start: usize) -> Res<(Obj, usize)> {
        let mut pairs = Vec::new();
        let mut index = self.skip_space(start);
        while self.at(index) != Some('}') {
            if self.at(index) != Some('"') {
                return Err(self.error("Expecting property name enclosed in double quotes", index));
            }
            let (key, behind) = self.key(index + 1)?;
            index = self.skip_space(behind);
            if self.at(index) != Some(':') {
                return Err(self.error("Expecting ':' delimiter", index));
            }
            let (value, behind) = self.value(self.skip_space(index + 1))?;
            pairs.push((key, value));
            index = self.skip_space(behind);
            match self.at(index) {
                Some('}') => break,
                Some(',') => {}
                _ => return Err(self.error("Expecting ',' delimiter", index)),
            }
            let comma = index;
            index = self.skip_space(comma + 1);
            if self.at(index) == Some('}') {
                return Err(self.error("Illegal trailing comma before end of object", comma));
            }
        }
        Ok((self.finished(pairs)?, index + 1))
    }

    fn key(&self, start: usize) -> Res<(Obj, usize)> {
        let (key, behind) = scan(self.vm, self.text, start, self.own.strict)?;
        if let Some(known) = self.vm.dict_get(&self.keys, &key)? {
            return Ok((known, behind));
        }
        self.vm.dict_set(&self.keys, &key, key.clone())?;
        Ok((key, behind))
    }

    /// The object of its pairs, as the hooks want it.
    fn finished(&self, pairs: Vec<(Obj, Obj)>) -> Res<Obj> {
        let vm = self.vm;
        if !self.own.object_pairs_hook.is(&vm.none) {
            let pairs = pairs.into_iter().map(|(key, value)| vm.tuple([key, value])).collect();
            return vm.call1(&self.own.object_pairs_hook, &vm.list(pairs));
        }
        let dict = vm.dict();
        for (key, value) in pairs {
            vm.dict_set(&dict, &key, value)?;
        }
        let dict = dict.into_obj();
        if self.own.object_hook.is(&vm.none) { Ok(dict) } else { vm.call1(&self.own.object_hook, &dict) }
    }
}
