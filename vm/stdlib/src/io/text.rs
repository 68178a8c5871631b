//! `TextIOWrapper` (`textio.c`).

mod cookie;

use std::cell::{Cell, RefCell};

use builtins::bytes::buffer::bytes_arg;
use num_bigint::BigInt;
use object::{
    Args, GetSetDef, Layout as _, MemberDef, NativeDef, NativeType, Obj, ObjCell, Params, Payload, Ref, Res,
    Str, Visitor, Vm,
};

use super::base::TEXT_BASE;
use super::codec::{self, Decoder, Encoder};
use super::newline::{CR, Ends, LF, Newlines};
use super::{check_open, is_closed, is_text, size_arg, unsupported};
use cookie::Cookie;

/// What the encoding of the locale is called.
const LOCALE: &str = "UTF-8";
/// So many bytes are decoded at once, and so many wait to be written.
const TEXT_CHUNK: usize = 8192;

/// The payload of `TextIOWrapper`. A borrow never spans a call into Python.
pub(super) struct TextWrapper {
    state: Cell<State>,
    buffer: ObjCell,
    encoding: ObjCell,
    errors: ObjCell,
    decoder: RefCell<Option<std::rc::Rc<Decoder>>>,
    encoder: RefCell<Option<std::rc::Rc<Encoder>>>,
    /// What reading does with ends of lines, unless nothing.
    newlines: RefCell<Option<std::rc::Rc<Newlines>>>,
    ends: Cell<Ends>,
    /// What writing makes of `\n`, unless itself.
    write_end: Cell<Option<&'static [u32]>>,
    line_buffering: Cell<bool>,
    write_through: Cell<bool>,
    has_read1: Cell<bool>,
    seekable: Cell<bool>,
    /// Whether `tell` is possible: not within iteration.
    telling: Cell<bool>,
    chunk: Cell<usize>,
    /// Encoded, and not yet given to the buffer.
    pending: RefCell<Vec<u8>>,
    /// Decoded, and how much of it was read.
    decoded: RefCell<Option<Ref<Str>>>,
    used: Cell<usize>,
    /// The decoder's state before the last chunk, and the bytes it got since.
    snapshot: RefCell<Option<(i64, Vec<u8>)>>,
    finalizing: Cell<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Ready,
    Detached,
}

impl Payload for TextWrapper {
    const NAME: &'static str = "TextIOWrapper";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.buffer.trace(visit);
    }
    fn clear(&self) {
        self.buffer.set(None);
    }
}

pub(super) static TEXT_WRAPPER: NativeType = NativeType::new("TextIOWrapper", TextWrapper::VTABLE)
    .module("_io")
    .base(|vm| vm.native_type(&TEXT_BASE).clone())
    .subclassable()
    .with_dict()
    .doc("(buffer, encoding=None, errors=None, newline=None,\n              line_buffering=False, write_through=False)\n--\n\nCharacter and line based layer over a BufferedIOBase object, buffer.\n\nencoding gives the name of the encoding that the stream will be\ndecoded or encoded with. It defaults to locale.getencoding().\n\nerrors determines the strictness of encoding and decoding (see\nhelp(codecs.Codec) or the documentation for codecs.register) and\ndefaults to \"strict\".\n\nnewline controls how line endings are handled. It can be None, '',\n'\\n', '\\r', and '\\r\\n'.  It works as follows:\n\n* On input, if newline is None, universal newlines mode is\n  enabled. Lines in the input can end in '\\n', '\\r', or '\\r\\n', and\n  these are translated into '\\n' before being returned to the\n  caller. If it is '', universal newline mode is enabled, but line\n  endings are returned to the caller untranslated. If it has any of\n  the other legal values, input lines are only terminated by the given\n  string, and the line ending is returned to the caller untranslated.\n\n* On output, if newline is None, any '\\n' characters written are\n  translated to the system default line separator, os.linesep. If\n  newline is '' or '\\n', no translation takes place. If newline is any\n  of the other legal values, any '\\n' characters written are translated\n  to the given string.\n\nIf line_buffering is True, a call to flush is implied when a call to\nwrite contains a newline character.")
    .size(232, 0)
    .offsets(224, 216)
    .slots(|s| {
        s.new.set(Some(|_, class, _| Ok(Ref::new(class, TextWrapper::empty()).into_obj())));
        s.init.set(Some(init));
        s.repr.set(Some(repr));
        s.iternext.set(Some(next));
        s.finalize.set(Some(super::finalize));
    })
    .methods(&[
    NativeDef::no_args("detach", detach, "($self, /)\n--\n\n"),
    NativeDef::keywords("reconfigure", reconfigure, "($self, /, *, encoding=None, errors=None, newline=None,\n            line_buffering=None, write_through=None)\n--\n\nReconfigure the text stream with new parameters.\n\nThis also does an implicit stream flush."),
    NativeDef::one("write", write, "($self, text, /)\n--\n\n"),
    NativeDef::positional("read", read, "($self, size=-1, /)\n--\n\n"),
    NativeDef::positional("readline", readline, "($self, size=-1, /)\n--\n\n"),
    NativeDef::no_args("flush", flush, "($self, /)\n--\n\n"),
    NativeDef::no_args("close", close, "($self, /)\n--\n\n"),
    NativeDef::no_args("fileno", |vm, o, _| ask(vm, o, "fileno"), "($self, /)\n--\n\n"),
    NativeDef::no_args("seekable", |vm, o, _| ask(vm, o, "seekable"), "($self, /)\n--\n\n"),
    NativeDef::no_args("readable", |vm, o, _| ask(vm, o, "readable"), "($self, /)\n--\n\n"),
    NativeDef::no_args("writable", |vm, o, _| ask(vm, o, "writable"), "($self, /)\n--\n\n"),
    NativeDef::no_args("isatty", |vm, o, _| ask(vm, o, "isatty"), "($self, /)\n--\n\n"),
    NativeDef::positional("seek", seek, "($self, cookie, whence=os.SEEK_SET, /)\n--\n\nSet the stream position, and return the new stream position.\n\n  cookie\n    Zero or an opaque number returned by tell().\n  whence\n    The relative position to seek from.\n\nFour operations are supported, given by the following argument\ncombinations:\n\n- seek(0, SEEK_SET): Rewind to the start of the stream.\n- seek(cookie, SEEK_SET): Restore a previous position;\n  'cookie' must be a number returned by tell().\n- seek(0, SEEK_END): Fast-forward to the end of the stream.\n- seek(0, SEEK_CUR): Leave the current stream position unchanged.\n\nAny other argument combinations are invalid,\nand may raise exceptions."),
    NativeDef::no_args("tell", tell, "($self, /)\n--\n\nReturn the stream position as an opaque number.\n\nThe return value of tell() can be given as input to seek(), to\nrestore a previous stream position."),
    NativeDef::positional("truncate", truncate, "($self, pos=None, /)\n--\n\n"),
    NativeDef::no_args("__getstate__", super::cannot_pickle, "($self, /)\n--\n\n"),
    ])
    .members(&[
        MemberDef::read_only("encoding", |vm, o| Ok(vm.or_none(&any(vm, o)?.encoding)), ""),
        MemberDef::read_only("line_buffering", |vm, o| Ok(vm.bool(any(vm, o)?.line_buffering.get())), ""),
        MemberDef::read_only("write_through", |vm, o| Ok(vm.bool(any(vm, o)?.write_through.get())), ""),
        MemberDef::new(
            "_finalizing",
            |vm, o| Ok(vm.bool(any(vm, o)?.finalizing.get())),
            |vm, o, value| {
                any(vm, o)?.finalizing.set(value.is_some_and(|value| value.is(&vm.true_)));
                Ok(())
            },
            "",
        ),
    ])
    .getset(&[
        GetSetDef::read_only("name", |vm, o| vm.getattr_text(&ready(vm, o)?.1, "name"), ""),
        GetSetDef::read_only("closed", |vm, o| vm.getattr_text(&ready(vm, o)?.1, "closed"), ""),
        GetSetDef::read_only(
            "newlines",
            |vm, o| {
                let seen = ready(vm, o)?.0.newlines.borrow().as_ref().map(|newlines| newlines.seen.get());
                Ok(seen.map_or_else(|| vm.none.clone(), |seen| seen.to_object(vm)))
            },
            "",
        ),
        GetSetDef::read_only("errors", |vm, o| Ok(vm.or_none(&ready(vm, o)?.0.errors)), ""),
        GetSetDef::new(
            "_CHUNK_SIZE",
            |vm, o| Ok(vm.int(ready(vm, o)?.0.chunk.get() as i64)),
            |vm, o, value| {
                let Some(value) = value else { return Err(vm.attribute_error("cannot delete attribute")) };
                let size = usize::try_from(vm.as_isize(value)?).ok().filter(|size| *size > 0);
                let size = size.ok_or_else(|| vm.value_error("a strictly positive integer is required"))?;
                any(vm, o)?.chunk.set(size);
                Ok(())
            },
            "",
        ),
        GetSetDef::read_only("buffer", |vm, o| Ok(ready(vm, o)?.1), ""),
    ]);

fn any<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a TextWrapper> {
    obj.get::<TextWrapper>().ok_or_else(|| vm.type_error("a TextIOWrapper is needed"))
}

/// The payload and the buffer.
fn ready<'a>(vm: &Vm, obj: &'a Obj) -> Res<(&'a TextWrapper, Obj)> {
    let wrapper = any(vm, obj)?;
    match (wrapper.state.get(), wrapper.buffer.get()) {
        (State::Ready, Some(buffer)) => Ok((wrapper, buffer)),
        (State::Detached, _) => Err(vm.value_error("underlying buffer has been detached")),
        _ => Err(vm.value_error("I/O operation on uninitialized object")),
    }
}

static INIT: Params<6> = Params::new(
    "TextIOWrapper",
    ["buffer", "encoding", "errors", "newline", "line_buffering", "write_through"],
)
.required(1);

fn init(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<()> {
    let [buffer, encoding, errors, newline, line_buffering, write_through] = INIT.bind(vm, args)?;
    let buffer = buffer.unwrap_or(&vm.none);
    let wrapper = any(vm, obj)?;
    wrapper.state.set(State::New);
    let encoding = optional_text(vm, "encoding", encoding)?;
    let errors = optional_text(vm, "errors", errors)?;
    let newline = newline_arg(vm, optional_text(vm, "newline", newline)?)?;
    let encoding = match encoding {
        Some(encoding) if !encoding.is_text("locale") => encoding,
        _ => vm.str_ref(LOCALE),
    };
    codec::check(vm, &encoding.to_text_lossy())?;
    wrapper.encoding.set(Some(encoding.into_obj()));
    wrapper.errors.set(Some(errors.map_or_else(|| vm.str("strict"), Ref::into_obj)));
    let flag = |given: Option<&Obj>| given.map_or(Ok(false), |given| vm.is_true(given));
    wrapper.line_buffering.set(flag(line_buffering)?);
    wrapper.write_through.set(flag(write_through)?);
    wrapper.forget_decoded();
    wrapper.pending.take();
    wrapper.chunk.set(TEXT_CHUNK);
    wrapper.set_newline(newline);
    wrapper.set_codecs(vm, buffer)?;
    wrapper.buffer.set(Some(buffer.clone()));
    let seekable = vm.is_true(&vm.call_method(buffer, &vm.intern("seekable"), &[])?)?;
    wrapper.seekable.set(seekable);
    wrapper.telling.set(seekable);
    wrapper.has_read1.set(vm.getattr_optional(buffer, &vm.intern("read1"))?.is_some());
    wrapper.place_encoder(vm, buffer)?;
    wrapper.state.set(State::Ready);
    Ok(())
}

fn optional_text(vm: &Vm, name: &str, given: Option<&Obj>) -> Res<Option<Ref<Str>>> {
    let Some(given) = given.filter(|given| !given.is(&vm.none)) else { return Ok(None) };
    let Some(text) = given.downcast::<Str>() else {
        return Err(vm.bad_argument("TextIOWrapper", &format!("argument '{name}'"), "str or None", given));
    };
    if text.code_points().any(|c| c == 0) {
        return Err(vm.value_error("embedded null character"));
    }
    Ok(Some(text.clone()))
}

/// The argument `newline`, if it is one that is known.
fn newline_arg(vm: &Vm, newline: Option<Ref<Str>>) -> Res<Option<&'static str>> {
    let Some(newline) = newline else { return Ok(None) };
    match ["", "\n", "\r", "\r\n"].into_iter().find(|known| newline.is_text(known)) {
        Some(known) => Ok(Some(known)),
        None => Err(vm.value_error(format!("illegal newline value: {}", newline.to_text_lossy()))),
    }
}

impl TextWrapper {
    fn empty() -> TextWrapper {
        TextWrapper {
            state: Cell::new(State::New),
            buffer: ObjCell::default(),
            encoding: ObjCell::default(),
            errors: ObjCell::default(),
            decoder: RefCell::default(),
            encoder: RefCell::default(),
            newlines: RefCell::default(),
            ends: Cell::new(Ends::Lf),
            write_end: Cell::default(),
            line_buffering: Cell::default(),
            write_through: Cell::default(),
            has_read1: Cell::default(),
            seekable: Cell::default(),
            telling: Cell::default(),
            chunk: Cell::new(TEXT_CHUNK),
            pending: RefCell::default(),
            decoded: RefCell::default(),
            used: Cell::default(),
            snapshot: RefCell::default(),
            finalizing: Cell::default(),
        }
    }

    fn set_newline(&self, newline: Option<&'static str>) {
        let universal = newline.is_none_or(str::is_empty);
        let translate = newline.is_none();
        let newlines = universal.then(|| std::rc::Rc::new(Newlines { translate, ..Newlines::default() }));
        self.newlines.replace(newlines);
        self.ends.set(match newline {
            Some("") => Ends::Universal,
            Some("\r") => Ends::Cr,
            Some("\r\n") => Ends::CrLf,
            _ => Ends::Lf,
        });
        self.write_end.set(match newline {
            Some("\r") => Some(&[CR]),
            Some("\r\n") => Some(&[CR, LF]),
            _ => None,
        });
    }

    /// Makes decoder and encoder, as far as the buffer can be read and written.
    fn set_codecs(&self, vm: &Vm, buffer: &Obj) -> Res<()> {
        let text = |cell: &ObjCell| vm.str_text(&vm.or_none(cell));
        let (encoding, errors) = (text(&self.encoding)?, text(&self.errors)?);
        let can = |method: &str| vm.is_true(&vm.call_method(buffer, &vm.intern(method), &[])?);
        let decoder =
            if can("readable")? { Some(Decoder::new(vm, &encoding, &errors)?.into()) } else { None };
        let encoder =
            if can("writable")? { Some(Encoder::new(vm, &encoding, &errors)?.into()) } else { None };
        let old = (self.decoder.replace(decoder), self.encoder.replace(encoder));
        drop(old);
        Ok(())
    }

    /// Tells the encoder of a stream that does not start at its start.
    fn place_encoder(&self, vm: &Vm, buffer: &Obj) -> Res<()> {
        let encoder = self.encoder.borrow().clone();
        if let Some(encoder) =
            encoder.filter(|encoder| self.seekable.get() && matches!(**encoder, Encoder::Python(_)))
        {
            let place = vm.call_method(buffer, &vm.intern("tell"), &[])?;
            if !vm.eq(&place, &vm.int(0))? {
                encoder.at(vm, false)?;
            }
        }
        Ok(())
    }

    fn forget_decoded(&self) {
        self.decoded.take();
        self.used.set(0);
        self.snapshot.take();
    }

    fn set_decoded(&self, text: Option<Ref<Str>>) {
        self.decoded.replace(text);
        self.used.set(0);
    }

    /// The next characters that are decoded already.
    fn take(&self, vm: &Vm, most: Option<usize>) -> Option<Ref<Str>> {
        let decoded = self.decoded.borrow().clone()?;
        let (start, len) = (self.used.get(), decoded.len());
        let end = most.map_or(len, |most| start.saturating_add(most).min(len));
        self.used.set(end);
        Some(if start == 0 && end == len { decoded } else { decoded.substring(&vm.types.str, start, end) })
    }

    fn decoder(&self, vm: &Vm) -> Res<std::rc::Rc<Decoder>> {
        self.decoder.borrow().clone().ok_or_else(|| unsupported(vm, "not readable"))
    }

    /// Decodes, ends of lines included.
    fn decode(&self, vm: &Vm, decoder: &Decoder, bytes: &[u8], last: bool) -> Res<Ref<Str>> {
        let text = decoder.decode(vm, bytes, last)?;
        let newlines = self.newlines.borrow().clone();
        Ok(match newlines {
            Some(newlines) => newlines.decode(vm, &text, last),
            None => text,
        })
    }

    /// The state of the decoder and of the ends of lines: waiting bytes, and a number.
    fn decoder_state(&self, vm: &Vm, decoder: &Decoder) -> Res<(Vec<u8>, i64)> {
        let (bytes, flags) = decoder.state(vm)?;
        Ok(match &*self.newlines.borrow() {
            Some(newlines) => (bytes, flags << 1 | i64::from(newlines.pending.get())),
            None => (bytes, flags),
        })
    }

    fn set_decoder_state(&self, vm: &Vm, decoder: &Decoder, bytes: &[u8], flags: i64) -> Res<()> {
        let inner = match &*self.newlines.borrow() {
            Some(newlines) => {
                newlines.pending.set(flags & 1 != 0);
                flags >> 1
            }
            None => flags,
        };
        decoder.set_state(vm, bytes, inner)
    }

    fn reset_decoder(&self, vm: &Vm) -> Res<()> {
        let decoder = self.decoder.borrow().clone();
        if let Some(newlines) = &*self.newlines.borrow() {
            newlines.pending.set(false);
        }
        decoder.map_or(Ok(()), |decoder| decoder.reset(vm))
    }

    /// Gives the buffer what waits to be written.
    fn write_out(&self, vm: &Vm, buffer: &Obj) -> Res<()> {
        if self.pending.borrow().is_empty() {
            return Ok(());
        }
        let bytes = vm.bytes(&self.pending.take());
        vm.call_method(buffer, &vm.names.write, &[bytes]).map(drop)
    }

    /// Reads and decodes a chunk; whether there was one.
    fn read_chunk(&self, vm: &Vm, buffer: &Obj) -> Res<bool> {
        let decoder = self.decoder(vm)?;
        let before = if self.telling.get() { Some(self.decoder_state(vm, &decoder)?) } else { None };
        let method = vm.intern(if self.has_read1.get() { "read1" } else { "read" });
        let chunk = vm.call_method(buffer, &method, &[vm.int(self.chunk.get() as i64)])?;
        let Ok(bytes) = bytes_arg(vm, &chunk) else {
            let (method, got) = (method.to_text_lossy().into_owned(), chunk.ty().name());
            let message =
                format!("underlying {method}() should have returned a bytes-like object, not '{got}'");
            return Err(vm.type_error(message));
        };
        let text = self.decode(vm, &decoder, &bytes, bytes.is_empty())?;
        let more = !bytes.is_empty() || !text.is_empty();
        self.set_decoded(Some(text));
        if let Some((mut input, flags)) = before {
            input.extend_from_slice(&bytes);
            self.snapshot.replace(Some((flags, input)));
        }
        Ok(more)
    }
}

/// As [`ready`], for reading: what waits to be written goes out first.
fn for_reading<'a>(vm: &Vm, obj: &'a Obj) -> Res<(&'a TextWrapper, Obj)> {
    let (wrapper, buffer) = ready(vm, obj)?;
    check_open(vm, obj)?;
    wrapper.decoder(vm)?;
    wrapper.write_out(vm, &buffer)?;
    Ok((wrapper, buffer))
}

fn write(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let (wrapper, buffer) = ready(vm, obj)?;
    let Some(text) = args.values[0].downcast::<Str>() else {
        let got = if args.values[0].is(&vm.none) { "None".into() } else { args.values[0].ty().name() };
        return Err(vm.type_error(format!("write() argument must be str, not {got}")));
    };
    check_open(vm, obj)?;
    let Some(encoder) = wrapper.encoder.borrow().clone() else { return Err(unsupported(vm, "not writable")) };
    let asks = wrapper.write_end.get().is_some() || wrapper.line_buffering.get();
    let has_lf = asks && text.code_points().any(|c| c == LF);
    let flushes = wrapper.line_buffering.get() && (has_lf || text.code_points().any(|c| c == CR));
    match wrapper.write_end.get().filter(|_| has_lf) {
        Some(end) => {
            let points: Vec<u32> =
                text.code_points().flat_map(|c| if c == LF { end.to_vec() } else { vec![c] }).collect();
            encoder.encode(vm, &Str::from_code_points(&vm.types.str, &points), &wrapper.pending)?;
        }
        None => encoder.encode(vm, text, &wrapper.pending)?,
    }
    if wrapper.pending.borrow().len() >= wrapper.chunk.get() || flushes || wrapper.write_through.get() {
        wrapper.write_out(vm, &buffer)?;
    }
    if flushes {
        vm.call_method(&buffer, &vm.names.flush, &[])?;
    }
    if wrapper.decoder.borrow().is_some() {
        wrapper.forget_decoded();
        wrapper.reset_decoder(vm)?;
    }
    Ok(vm.int(text.len() as i64))
}

fn read(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [size] = args.unpack::<1>(vm, "read", 0)?;
    let (wrapper, buffer) = for_reading(vm, obj)?;
    let size = size_arg(vm, size)?.and_then(|size| usize::try_from(size).ok());
    let Some(size) = size else {
        let bytes = vm.call_method(&buffer, &vm.intern("read"), &[])?;
        let Ok(bytes) = bytes_arg(vm, &bytes) else {
            let got = bytes.ty().name();
            let message = format!("underlying read() should have returned a bytes-like object, not '{got}'");
            return Err(vm.type_error(message));
        };
        let rest = wrapper.decode(vm, &*wrapper.decoder(vm)?, &bytes, true)?;
        let text = match wrapper.take(vm, None) {
            Some(first) if !first.is_empty() => Str::concat(&vm.types.str, &first, &rest),
            _ => rest,
        };
        wrapper.forget_decoded();
        return Ok(text.into_obj());
    };
    let mut parts = vec![wrapper.take(vm, Some(size)).unwrap_or_else(|| vm.str_ref(""))];
    let mut length = parts[0].len();
    while length < size && wrapper.read_chunk(vm, &buffer)? {
        let part = wrapper.take(vm, Some(size - length)).unwrap_or_else(|| vm.str_ref(""));
        length += part.len();
        parts.push(part);
    }
    Ok(joined(vm, &parts))
}

fn joined(vm: &Vm, parts: &[Ref<Str>]) -> Obj {
    let views: Vec<&Str> = parts.iter().map(|part| &**part).collect();
    Str::join(&vm.types.str, &views).into_obj()
}

/// A line; empty at the end.
fn line(vm: &Vm, obj: &Obj, limit: Option<usize>) -> Res<Obj> {
    let (wrapper, buffer) = for_reading(vm, obj)?;
    let mut parts: Vec<Ref<Str>> = Vec::new();
    let mut length = 0;
    loop {
        let room = limit.map_or(usize::MAX, |limit| limit - length);
        let decoded = wrapper.decoded.borrow().clone();
        let rest = decoded.as_ref().map_or(0, |decoded| decoded.len() - wrapper.used.get());
        let end = decoded
            .as_ref()
            .and_then(|decoded| wrapper.ends.get().find(decoded.code_points().skip(wrapper.used.get())));
        // Of an end of two characters only the first may be here yet.
        let split = wrapper.ends.get() == Ends::CrLf && end.is_none() && rest > 0;
        let ends_in_cr = split && decoded.is_some_and(|decoded| decoded.code_points().last() == Some(CR));
        if end.is_some() || rest >= room {
            parts.extend(wrapper.take(vm, Some(end.unwrap_or(rest).min(room))));
            break;
        }
        let part = wrapper.take(vm, None).filter(|part| !part.is_empty());
        length += part.as_ref().map_or(0, |part| part.len());
        parts.extend(part);
        if !wrapper.read_chunk(vm, &buffer)? {
            wrapper.forget_decoded();
            break;
        }
        if ends_in_cr {
            let next = wrapper.decoded.borrow().as_ref().and_then(|decoded| decoded.code_point(0));
            if next == Some(LF) {
                parts.extend(wrapper.take(vm, Some(1)));
                break;
            }
        }
    }
    Ok(joined(vm, &parts))
}

fn readline(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [size] = args.unpack::<1>(vm, "readline", 0)?;
    let size = match size.filter(|size| !size.is(&vm.none)) {
        Some(size) => Some(vm.as_isize(size)? as i64),
        None => None,
    };
    line(vm, obj, size.and_then(|size| usize::try_from(size).ok()))
}

fn next(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let (wrapper, _) = ready(vm, obj)?;
    wrapper.telling.set(false);
    let line = if obj.is_exactly(vm.native_type(&TEXT_WRAPPER)) {
        line(vm, obj, None)?
    } else {
        let line = vm.call_method(obj, &vm.names.readline, &[])?;
        if !is_text(&line) {
            let got = line.ty().name();
            let message = format!("readline() should have returned a str object, not '{got}'");
            return Err(vm.raise_text(&vm.exc.os_error, &message));
        }
        line
    };
    if vm.len(&line)? == 0 {
        wrapper.snapshot.take();
        wrapper.telling.set(wrapper.seekable.get());
        return Ok(None);
    }
    Ok(Some(line))
}

fn flush(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let (wrapper, buffer) = ready(vm, obj)?;
    check_open(vm, obj)?;
    wrapper.telling.set(wrapper.seekable.get());
    wrapper.write_out(vm, &buffer)?;
    vm.call_method(&buffer, &vm.names.flush, &[])
}

fn close(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let (wrapper, buffer) = ready(vm, obj)?;
    if is_closed(vm, obj)? {
        return Ok(vm.none.clone());
    }
    if wrapper.finalizing.get() {
        // The buffer's own complaint names this stream.
        let _ = vm.call_method_optional(&buffer, &vm.intern("_dealloc_warn"), std::slice::from_ref(obj));
    }
    let flushed = vm.call_method(obj, &vm.names.flush, &[]);
    let closed = vm.call_method(&buffer, &vm.names.close, &[]);
    super::both(vm, flushed, closed)
}

fn detach(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let (wrapper, buffer) = ready(vm, obj)?;
    vm.call_method(obj, &vm.names.flush, &[])?;
    wrapper.buffer.set(None);
    wrapper.state.set(State::Detached);
    Ok(buffer)
}

/// Passes a question on to the buffer.
fn ask(vm: &Vm, obj: &Obj, method: &str) -> Res<Obj> {
    let (_, buffer) = ready(vm, obj)?;
    vm.call_method(&buffer, &vm.intern(method), &[])
}

fn truncate(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let (_, buffer) = ready(vm, obj)?;
    vm.call_method(obj, &vm.names.flush, &[])?;
    vm.call_method(&buffer, &vm.intern("truncate"), args.values)
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let wrapper = any(vm, obj)?;
    let mut text = format!("<{}", super::class_name(obj));
    if wrapper.state.get() == State::New {
        return Err(vm.value_error("I/O operation on uninitialized object"));
    }
    if let Some(name) = super::shown_name(vm, obj)? {
        text.push_str(&format!(" name={name}"));
    }
    if let Some(mode) = vm.getattr_optional(obj, &vm.names.mode)? {
        text.push_str(&format!(" mode={}", vm.repr_text(&mode)?));
    }
    text.push_str(&format!(" encoding={}>", vm.repr_text(&vm.or_none(&wrapper.encoding))?));
    Ok(vm.str(&text))
}

static RECONFIGURE: Params<5> =
    Params::new("reconfigure", ["encoding", "errors", "newline", "line_buffering", "write_through"])
        .keyword_only(0);

fn reconfigure(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [encoding, errors, newline, line_buffering, write_through] = RECONFIGURE.bind(vm, args)?;
    let (wrapper, buffer) = ready(vm, obj)?;
    let none = |given: Option<&Obj>| given.is_none_or(|given| given.is(&vm.none));
    let has_read = wrapper.decoder.borrow().is_some() && wrapper.decoded.borrow().is_some();
    if has_read && (!none(encoding) || !none(errors) || newline.is_some()) {
        let message = "It is not possible to set the encoding or newline of stream after the first read";
        return Err(unsupported(vm, message));
    }
    let named = |given: Option<&Obj>, name: &str| match given.filter(|given| !given.is(&vm.none)) {
        Some(given) if !is_text(given) => {
            Err(vm.bad_argument("reconfigure", &format!("argument '{name}'"), "str or None", given))
        }
        given => Ok(given.and_then(|given| given.downcast::<Str>()).cloned()),
    };
    let (new_encoding, new_errors) = (named(encoding, "encoding")?, named(errors, "errors")?);
    let new_newline = match newline {
        Some(newline) => Some(newline_arg(vm, named(Some(newline), "newline")?)?),
        None => None,
    };
    let flag = |given: Option<&Obj>, old: bool| match given.filter(|given| !given.is(&vm.none)) {
        Some(given) => Ok(vm.as_i32(given)? != 0),
        None => Ok(old),
    };
    let line_buffering = flag(line_buffering, wrapper.line_buffering.get())?;
    let write_through = flag(write_through, wrapper.write_through.get())?;
    if let Some(encoding) = &new_encoding
        && !encoding.is_text("locale")
    {
        codec::check(vm, &encoding.to_text_lossy())?;
    }
    vm.call_method(obj, &vm.names.flush, &[])?;
    if new_encoding.is_some() || new_errors.is_some() || new_newline.is_some() {
        if let Some(encoding) = &new_encoding {
            let encoding =
                if encoding.is_text("locale") { vm.str(LOCALE) } else { encoding.as_obj().clone() };
            wrapper.encoding.set(Some(encoding));
            // A new encoding starts with strict errors.
            wrapper.errors.set(Some(vm.str("strict")));
        }
        if let Some(errors) = new_errors {
            wrapper.errors.set(Some(errors.into_obj()));
        }
        if let Some(newline) = new_newline {
            wrapper.set_newline(newline);
        }
        wrapper.set_codecs(vm, &buffer)?;
        wrapper.place_encoder(vm, &buffer)?;
    }
    wrapper.line_buffering.set(line_buffering);
    wrapper.write_through.set(write_through);
    Ok(vm.none.clone())
}

fn tell(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let (wrapper, buffer) = ready(vm, obj)?;
    check_open(vm, obj)?;
    if !wrapper.seekable.get() {
        return Err(unsupported(vm, "underlying stream is not seekable"));
    }
    if !wrapper.telling.get() {
        return Err(vm.raise_text(&vm.exc.os_error, "telling position disabled by next() call"));
    }
    vm.call_method(obj, &vm.names.flush, &[])?;
    let place = vm.call_method(&buffer, &vm.intern("tell"), &[])?;
    let (decoder, snapshot) = (wrapper.decoder.borrow().clone(), wrapper.snapshot.borrow().clone());
    let (Some(decoder), Some((flags, input))) = (decoder, snapshot) else { return Ok(place) };
    let start = vm.as_i64(&place)? - input.len() as i64;
    let saved = wrapper.decoder_state(vm, &decoder)?;
    let found = cookie_of(vm, wrapper, &decoder, start, flags, &input);
    wrapper.set_decoder_state(vm, &decoder, &saved.0, saved.1)?;
    Ok(vm.int_big(found?.pack()))
}

/// Finds the place whose decoding gives the characters read so far: feeds byte by byte, and notes where nothing waits.
fn cookie_of(
    vm: &Vm,
    wrapper: &TextWrapper,
    decoder: &Decoder,
    start: i64,
    flags: i64,
    input: &[u8],
) -> Res<Cookie> {
    let mut cookie = Cookie { start, flags, skip: wrapper.used.get() as i64, ..Cookie::default() };
    if cookie.skip == 0 {
        return Ok(cookie);
    }
    wrapper.set_decoder_state(vm, decoder, b"", flags)?;
    let mut chars = 0;
    for byte in input {
        cookie.feed += 1;
        chars += wrapper.decode(vm, decoder, std::slice::from_ref(byte), false)?.len() as i64;
        let (waiting, flags) = wrapper.decoder_state(vm, decoder)?;
        if waiting.is_empty() && chars <= cookie.skip {
            cookie.start += cookie.feed;
            cookie.skip -= chars;
            (cookie.flags, cookie.feed, chars) = (flags, 0, 0);
        }
        if chars >= cookie.skip {
            return Ok(cookie);
        }
    }
    chars += wrapper.decode(vm, decoder, b"", true)?.len() as i64;
    cookie.at_end = true;
    if chars < cookie.skip {
        return Err(vm.raise_text(&vm.exc.os_error, "can't reconstruct logical file position"));
    }
    Ok(cookie)
}

fn seek(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [target, whence] = args.unpack::<2>(vm, "seek", 1)?;
    let (wrapper, buffer) = ready(vm, obj)?;
    check_open(vm, obj)?;
    let target = target.unwrap_or(&vm.none);
    let whence = whence.map_or(Ok(0), |whence| vm.as_i32(whence))?;
    if !wrapper.seekable.get() {
        return Err(unsupported(vm, "underlying stream is not seekable"));
    }
    let is_zero = vm.eq(target, &vm.int(0))?;
    let target = match whence {
        0 => target.clone(),
        1 if !is_zero => return Err(unsupported(vm, "can't do nonzero cur-relative seeks")),
        1 => tell(vm, obj, Args::positional(&[]))?,
        2 if !is_zero => return Err(unsupported(vm, "can't do nonzero end-relative seeks")),
        2 => {
            vm.call_method(obj, &vm.names.flush, &[])?;
            wrapper.forget_decoded();
            wrapper.reset_decoder(vm)?;
            let place = vm.call_method(&buffer, &vm.intern("seek"), &[vm.int(0), vm.int(2)])?;
            set_encoder(vm, wrapper, vm.eq(&place, &vm.int(0))?)?;
            return Ok(place);
        }
        _ => return Err(vm.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))),
    };
    let number: BigInt = match target.get::<object::Int>() {
        Some(int) => int.to_big(),
        None => vm.as_i64(&target)?.into(),
    };
    if number < BigInt::ZERO {
        return Err(vm.value_error(format!("negative seek position {number}")));
    }
    vm.call_method(obj, &vm.names.flush, &[])?;
    let Some(cookie) = Cookie::unpack(&number) else {
        return Err(vm.overflow_error("Python int too large to convert to C long"));
    };
    vm.call_method(&buffer, &vm.intern("seek"), &[vm.int(cookie.start)])?;
    wrapper.forget_decoded();
    let decoder = wrapper.decoder.borrow().clone();
    if let Some(decoder) = decoder {
        if number == BigInt::ZERO {
            wrapper.reset_decoder(vm)?;
        } else {
            wrapper.set_decoder_state(vm, &decoder, b"", cookie.flags)?;
            wrapper.snapshot.replace(Some((cookie.flags, Vec::new())));
        }
        if cookie.skip > 0 {
            let input = vm.call_method(&buffer, &vm.intern("read"), &[vm.int(cookie.feed)])?;
            let input = bytes_arg(vm, &input)?;
            let text = wrapper.decode(vm, &decoder, &input, cookie.at_end)?;
            let enough = text.len() as i64 >= cookie.skip;
            wrapper.set_decoded(Some(text));
            wrapper.snapshot.replace(Some((cookie.flags, input)));
            if !enough {
                return Err(vm.raise_text(&vm.exc.os_error, "can't restore logical file position"));
            }
            wrapper.used.set(cookie.skip as usize);
        }
    }
    set_encoder(vm, wrapper, number == BigInt::ZERO)?;
    Ok(target)
}

fn set_encoder(vm: &Vm, wrapper: &TextWrapper, start: bool) -> Res<()> {
    let encoder = wrapper.encoder.borrow().clone();
    encoder.map_or(Ok(()), |encoder| encoder.at(vm, start))
}
