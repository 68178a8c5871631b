//! `IncrementalNewlineDecoder` (`textio.c`), and what all text streams share about ends of lines.

use std::cell::Cell;

use object::{
    Args, GetSetDef, Layout as _, NativeDef, NativeType, Obj, ObjCell, Params, Payload, Ref, Res, Str, Tuple,
    Visitor, Vm,
};

/// The kinds of line ends seen in a text.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Seen(u8);

impl Seen {
    const CR: u8 = 1;
    const LF: u8 = 2;
    const CRLF: u8 = 4;

    /// `newlines`: nothing, one of them, or a tuple.
    pub fn to_object(self, vm: &Vm) -> Obj {
        let kinds = [(Seen::CR, "\r"), (Seen::LF, "\n"), (Seen::CRLF, "\r\n")];
        let found: Vec<Obj> =
            kinds.iter().filter(|(bit, _)| self.0 & bit != 0).map(|(_, end)| vm.str(end)).collect();
        match &found[..] {
            [] => vm.none.clone(),
            [one] => one.clone(),
            _ => vm.tuple(found),
        }
    }
}

/// What a universal-newline decoder remembers.
#[derive(Default)]
pub(super) struct Newlines {
    pub translate: bool,
    /// A `\r` at the end is kept back: a `\n` may follow.
    pub pending: Cell<bool>,
    pub seen: Cell<Seen>,
}

impl Newlines {
    /// Notes line ends, and turns them into `\n` if that is wanted.
    pub fn decode(&self, vm: &Vm, text: &Ref<Str>, last: bool) -> Ref<Str> {
        let has_cr = text.code_points().any(|c| c == CR);
        if !has_cr && !self.pending.get() {
            if text.code_points().any(|c| c == LF) {
                self.seen.set(Seen(self.seen.get().0 | Seen::LF));
            }
            return text.clone();
        }
        let mut points: Vec<u32> = Vec::with_capacity(text.len() + 1);
        if self.pending.get() && (last || !text.is_empty()) {
            points.push(CR);
            self.pending.set(false);
        }
        points.extend(text.code_points());
        if !last && points.last() == Some(&CR) {
            points.pop();
            self.pending.set(true);
        }
        let (mut out, mut at, mut seen) = (Vec::with_capacity(points.len()), 0, self.seen.get().0);
        while let Some(&c) = points.get(at) {
            at += 1;
            match c {
                CR if points.get(at) == Some(&LF) => {
                    at += 1;
                    seen |= Seen::CRLF;
                    out.extend(if self.translate { &[LF][..] } else { &[CR, LF] });
                }
                CR => {
                    seen |= Seen::CR;
                    out.push(if self.translate { LF } else { CR });
                }
                LF => {
                    seen |= Seen::LF;
                    out.push(LF);
                }
                c => out.push(c),
            }
        }
        self.seen.set(Seen(seen));
        Str::from_code_points(&vm.types.str, &out)
    }

    pub fn reset(&self) {
        self.seen.set(Seen::default());
        self.pending.set(false);
    }
}

pub(super) const CR: u32 = 13;
pub(super) const LF: u32 = 10;

/// How lines end when they are read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// At each `\n`, which is what all ends have been turned into, or the only one.
    Lf,
    /// At each `\n`, `\r` and `\r\n`, which stay.
    Universal,
    /// At each `\r`.
    Cr,
    /// At each `\r\n`.
    CrLf,
}

impl Ends {
    /// Where the first line of the code points ends; nothing if it has no end.
    pub fn find(self, points: impl Iterator<Item = u32>) -> Option<usize> {
        let mut points = points.enumerate().peekable();
        while let Some((at, c)) = points.next() {
            let next_is_lf = |points: &mut std::iter::Peekable<_>| matches!(points.peek(), Some(&(_, LF)));
            match (self, c) {
                (Ends::Lf | Ends::Universal, LF) | (Ends::Cr, CR) => return Some(at + 1),
                (Ends::Universal, CR) => return Some(at + 1 + usize::from(next_is_lf(&mut points))),
                (Ends::CrLf, CR) if next_is_lf(&mut points) => return Some(at + 2),
                _ => {}
            }
        }
        None
    }
}

/// The payload of `IncrementalNewlineDecoder`.
struct Decoder {
    decoder: ObjCell,
    newlines: std::cell::RefCell<Option<std::rc::Rc<Newlines>>>,
}

impl Payload for Decoder {
    const NAME: &'static str = "IncrementalNewlineDecoder";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.decoder.trace(visit);
    }
    fn clear(&self) {
        self.decoder.set(None);
    }
}

pub(super) static NEWLINE_DECODER: NativeType = NativeType::new("IncrementalNewlineDecoder", Decoder::VTABLE)
    .module("_io")
    .subclassable()
    .doc("(decoder, translate, errors='strict')\n--\n\nCodec used when reading a file in universal newlines mode.\n\nIt wraps another incremental decoder, translating \\r\\n and \\r into \\n.\nIt also records the types of newlines encountered.  When used with\ntranslate=False, it ensures that the newline sequence is returned in\none piece. When used with decoder=None, it expects unicode strings as\ndecode input and translates newlines without first invoking an external\ndecoder.")
    .size(40, 0)
    .slots(|s| {
        s.new.set(Some(|_, class, _| {
            let decoder = Decoder { decoder: ObjCell::default(), newlines: Default::default() };
            Ok(Ref::new(class, decoder).into_obj())
        }));
        s.init.set(Some(init));
    })
    .methods(&[
    NativeDef::keywords("decode", decode, "($self, /, input, final=False)\n--\n\n"),
    NativeDef::no_args("getstate", getstate, "($self, /)\n--\n\n"),
    NativeDef::one("setstate", setstate, "($self, state, /)\n--\n\n"),
    NativeDef::no_args("reset", reset, "($self, /)\n--\n\n"),
    ])
    .getset(&[GetSetDef::read_only("newlines", |vm, o| Ok(own(vm, o)?.1.seen.get().to_object(vm)), "")]);

static INIT: Params<3> =
    Params::new("IncrementalNewlineDecoder", ["decoder", "translate", "errors"]).required(2);

fn init(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<()> {
    let [inner, translate, _] = INIT.bind(vm, args)?;
    let Some(decoder) = obj.get::<Decoder>() else { return Ok(()) };
    let translate = vm.is_true(translate.unwrap_or(&vm.none))?;
    decoder.decoder.set(inner.cloned());
    decoder.newlines.replace(Some(std::rc::Rc::new(Newlines { translate, ..Newlines::default() })));
    Ok(())
}

fn own(vm: &Vm, obj: &Obj) -> Res<(Option<Obj>, std::rc::Rc<Newlines>)> {
    let decoder = obj.get::<Decoder>().ok_or_else(|| vm.type_error("a decoder is needed"))?;
    let newlines = decoder.newlines.borrow().clone();
    let newlines =
        newlines.ok_or_else(|| vm.value_error("IncrementalNewlineDecoder.__init__() not called"))?;
    Ok((decoder.decoder.get().filter(|inner| !inner.is(&vm.none)), newlines))
}

static DECODE: Params<2> = Params::new("decode", ["input", "final"]).required(1);

fn decode(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [input, last] = DECODE.bind(vm, args)?;
    let (inner, newlines) = own(vm, obj)?;
    let input = input.unwrap_or(&vm.none);
    let last = last.map_or(Ok(false), |last| vm.is_true(last))?;
    let text = match &inner {
        Some(inner) => vm.call_method(inner, &vm.intern("decode"), &[input.clone(), vm.bool(last)])?,
        None => input.clone(),
    };
    let Some(text) = text.downcast::<Str>() else {
        let got = text.ty().name();
        return Err(vm.type_error(format!("decoder should return a string result, not '{got}'")));
    };
    Ok(newlines.decode(vm, text, last).into_obj())
}

fn getstate(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let (inner, newlines) = own(vm, obj)?;
    let (buffer, flag) = match inner {
        Some(inner) => {
            let state = vm.call_method(&inner, &vm.intern("getstate"), &[])?;
            match state.get::<Tuple>().map(|state| state.items()) {
                Some([buffer, flag]) => (buffer.clone(), flag.clone()),
                _ => return Err(vm.type_error("illegal decoder state")),
            }
        }
        None => (vm.bytes(b""), vm.int(0)),
    };
    let flag = vm.binary_op(object::NumberOp::Lshift, &flag, &vm.int(1))?;
    let flag = vm.binary_op(object::NumberOp::Or, &flag, &vm.int(newlines.pending.get().into()))?;
    Ok(vm.tuple([buffer, flag]))
}

fn setstate(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let (inner, newlines) = own(vm, obj)?;
    let Some(state) = args.values[0].get::<Tuple>() else {
        return Err(vm.type_error("state argument must be a tuple"));
    };
    let [buffer, flag] = state.items() else { return Err(vm.type_error("illegal decoder state")) };
    let number = vm.as_i64(flag)?;
    newlines.pending.set(number & 1 != 0);
    if let Some(inner) = inner {
        let state = vm.tuple([buffer.clone(), vm.int(number >> 1)]);
        vm.call_method(&inner, &vm.intern("setstate"), &[state])?;
    }
    Ok(vm.none.clone())
}

fn reset(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let (inner, newlines) = own(vm, obj)?;
    newlines.reset();
    match inner {
        Some(inner) => vm.call_method(&inner, &vm.intern("reset"), &[]),
        None => Ok(vm.none.clone()),
    }
}
