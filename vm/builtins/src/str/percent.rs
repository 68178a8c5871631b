//! The `%` operator of `str`, `bytes` and `bytearray` (`PyUnicode_Format`, `_PyBytes_FormatEx`).
//!
//! Both run through one loop over code points; for bytes each stands for a byte.

use object::raw::StrView;
use object::{Bytes, Int, Obj, Raised, Res, Str, Tuple, Vm};

use super::search;
use super::writer::{StrWriter, part};
use crate::number::format::{float_text, int_digits};

/// Formats text: `text % args`.
pub fn format_str(vm: &Vm, text: &Str, args: &Obj) -> Res<Obj> {
    let Formatted { out, whole } = Formatter::new(vm, text.view(), args, false).run()?;
    Ok(whole.unwrap_or_else(|| out.finish(vm)))
}

/// Formats bytes: `bytes % args`.
pub fn format_bytes(vm: &Vm, bytes: &[u8], args: &Obj) -> Res<Vec<u8>> {
    let out = Formatter::new(vm, StrView::One(bytes), args, true).run()?.out.finish_ref(vm);
    Ok(out.raw_bytes().to_vec())
}

#[derive(Default)]
struct Spec {
    left: bool,
    plus: bool,
    blank: bool,
    alternate: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
    kind: u32,
}

/// One converted argument: sign and prefix stand in front of zeros that fill the width.
struct Piece {
    sign: Option<char>,
    prefix: &'static str,
    body: Body,
    fill_zero: bool,
}

enum Body {
    Text(String),
    Object(Obj),
    Bytes(Vec<u8>),
    Char(u32),
}

struct Formatted {
    out: StrWriter,
    /// The one string that makes up all of it
    whole: Option<Obj>,
}

struct Formatter<'a> {
    vm: &'a Vm,
    text: StrView<'a>,
    at: usize,
    bytes: bool,
    /// What is converted next.
    args: Obj,
    /// The number of the next item of a tuple; nothing if `args` is one value.
    next: Option<usize>,
    /// Whether the one value was taken.
    taken: bool,
    mapping: Option<Obj>,
    formatted: Formatted,
}

impl<'a> Formatter<'a> {
    fn new(vm: &'a Vm, text: StrView<'a>, args: &Obj, bytes: bool) -> Formatter<'a> {
        let is_tuple = args.get::<Tuple>().is_some();
        let is_text = if bytes {
            args.get::<Bytes>().is_some()
                || args.get::<object::ByteArray>().is_some()
                || args.get::<Str>().is_some()
        } else {
            args.get::<Str>().is_some()
        };
        let is_mapping = vm.is_mapping(args) && !is_tuple && !is_text;
        Formatter {
            vm,
            text,
            at: 0,
            bytes,
            args: args.clone(),
            next: is_tuple.then_some(0),
            taken: false,
            mapping: is_mapping.then(|| args.clone()),
            formatted: Formatted { out: StrWriter::with_capacity(search::len(text) + 100), whole: None },
        }
    }

    fn len(&self) -> usize {
        search::len(self.text)
    }

    fn char_at(&self, i: usize) -> Option<u32> {
        match self.text {
            StrView::One(s) => s.get(i).map(|&c| c.into()),
            StrView::Two(s) => s.get(i).map(|&c| c.into()),
            StrView::Four(s) => s.get(i).copied(),
        }
    }

    fn run(mut self) -> Res<Formatted> {
        const PERCENT: StrView<'_> = StrView::One(b"%");
        while let Some(place) = search::find(self.text, PERCENT, self.at, self.len()) {
            self.formatted.out.push_view(part(self.text, self.at, place));
            self.at = place + 1;
            if self.char_at(self.at) == Some(u32::from('%')) {
                self.formatted.out.push(u32::from('%'));
                self.at += 1;
                continue;
            }
            let spec = self.parse()?;
            let piece = self.convert(&spec)?;
            self.write(&spec, piece)?;
        }
        self.formatted.out.push_view(part(self.text, self.at, self.len()));
        let left = match self.next {
            Some(next) => next < self.args.get::<Tuple>().map_or(0, |t| t.len()),
            None => !self.taken,
        };
        if left && self.mapping.is_none() {
            let kind = if self.bytes { "bytes" } else { "string" };
            return Err(self.vm.type_error(format!("not all arguments converted during {kind} formatting")));
        }
        Ok(self.formatted)
    }

    fn next_arg(&mut self) -> Res<Obj> {
        match &mut self.next {
            Some(next) => {
                if let Some(item) = self.args.get::<Tuple>().and_then(|t| t.get(*next)) {
                    *next += 1;
                    return Ok(item.clone());
                }
            }
            None if !self.taken => {
                self.taken = true;
                return Ok(self.args.clone());
            }
            None => {}
        }
        Err(self.vm.type_error("not enough arguments for format string"))
    }

    /// The next character of the specifier.
    fn take(&mut self) -> Res<u32> {
        match self.char_at(self.at) {
            Some(c) => {
                self.at += 1;
                Ok(c)
            }
            None => Err(self.vm.value_error("incomplete format")),
        }
    }

    fn parse_key(&mut self) -> Res<()> {
        let Some(mapping) = self.mapping.clone() else {
            return Err(self.vm.type_error("format requires a mapping"));
        };
        self.at += 1;
        let start = self.at;
        let mut depth = 1;
        while depth > 0 {
            match self.char_at(self.at).and_then(char::from_u32) {
                Some(')') => depth -= 1,
                Some('(') => depth += 1,
                None if self.at >= self.len() => {
                    return Err(self.vm.value_error("incomplete format key"));
                }
                _ => {}
            }
            self.at += 1;
        }
        let key = part(self.text, start, self.at - 1);
        let key = match key {
            StrView::One(bytes) if self.bytes => self.vm.bytes(bytes),
            view => {
                let mut writer = StrWriter::default();
                writer.push_view(view);
                writer.finish(self.vm)
            }
        };
        self.args = self.vm.getitem(&mapping, &key)?;
        self.next = None;
        self.taken = false;
        Ok(())
    }

    /// A number that is written, or taken from the arguments (`*`).
    fn number(&mut self, most: usize, too_big: &str) -> Res<Option<isize>> {
        if self.char_at(self.at) == Some(u32::from('*')) {
            let value = self.next_arg()?;
            let Some(int) = value.get::<Int>() else { return Err(self.vm.type_error("* wants int")) };
            let fits = int.small().filter(|n| n.unsigned_abs() <= most as u64);
            let Some(n) = fits else {
                let name = if most > i32::MAX as usize { "ssize_t" } else { "int" };
                return Err(self.vm.overflow_error(format!("Python int too large to convert to C {name}")));
            };
            self.at += 1;
            return Ok(Some(n as isize));
        }
        let mut value: Option<usize> = None;
        while let Some(digit) = self.char_at(self.at).and_then(char::from_u32).and_then(|c| c.to_digit(10)) {
            let next = value.unwrap_or(0).checked_mul(10).and_then(|v| v.checked_add(digit as usize));
            match next.filter(|&n| n <= most) {
                Some(n) => value = Some(n),
                None => return Err(self.vm.value_error(too_big)),
            }
            self.at += 1;
        }
        Ok(value.map(|n| n as isize))
    }

    fn parse(&mut self) -> Res<Spec> {
        let mut spec = Spec::default();
        if self.char_at(self.at) == Some(u32::from('(')) {
            self.parse_key()?;
        }
        while let Some(c) = self.char_at(self.at).and_then(char::from_u32) {
            match c {
                '-' => spec.left = true,
                '+' => spec.plus = true,
                ' ' => spec.blank = true,
                '#' => spec.alternate = true,
                '0' => spec.zero = true,
                _ => break,
            }
            self.at += 1;
        }
        if let Some(width) = self.number(isize::MAX as usize, "width too big")? {
            spec.left |= width < 0;
            spec.width = width.unsigned_abs();
        }
        if self.char_at(self.at) == Some(u32::from('.')) {
            self.at += 1;
            let most = i32::MAX as usize;
            let precision =
                self.number(most, if self.bytes { "prec too big" } else { "precision too big" })?;
            spec.precision = Some(usize::try_from(precision.unwrap_or(0)).unwrap_or(0));
        }
        if matches!(self.char_at(self.at).and_then(char::from_u32), Some('h' | 'l' | 'L')) {
            self.at += 1;
        }
        spec.kind = self.take()?;
        Ok(spec)
    }

    fn convert(&mut self, spec: &Spec) -> Res<Piece> {
        let vm = self.vm;
        let value = self.next_arg()?;
        let plain = |body: Body| Piece { sign: None, prefix: "", body, fill_zero: false };
        let Some(kind) = char::from_u32(spec.kind) else { return Err(self.unsupported(spec)) };
        match kind {
            's' | 'b' if self.bytes => Ok(plain(Body::Bytes(bytes_of(vm, &value)?))),
            's' => Ok(plain(Body::Object(vm.str_of(&value)?))),
            'r' if !self.bytes => Ok(plain(Body::Object(vm.repr(&value)?))),
            'r' | 'a' => Ok(plain(Body::Object(vm.ascii(&value)?))),
            'c' => Ok(plain(Body::Char(self.character(&value)?))),
            'd' | 'i' | 'u' | 'o' | 'x' | 'X' => self.integer(spec, kind, &value),
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
                let number = match vm.as_f64(&value) {
                    Err(raised) if self.bytes && raised.is_instance(&vm.exc.type_error) => {
                        return Err(
                            vm.type_error(format!("float argument required, not {}", value.ty().name()))
                        );
                    }
                    number => number?,
                };
                let precision = spec.precision.unwrap_or(6);
                vm.check_alloc(precision)?;
                let text = float_text(number, kind, precision, spec.alternate);
                Ok(signed(spec, text, ""))
            }
            _ => Err(self.unsupported(spec)),
        }
    }

    fn unsupported(&self, spec: &Spec) -> Raised {
        let shown =
            char::from_u32(spec.kind).filter(|c| self.bytes || ('\x1f'..='~').contains(c)).unwrap_or('?');
        self.vm.value_error(format!(
            "unsupported format character '{shown}' (0x{:x}) at index {}",
            spec.kind,
            self.at - 1
        ))
    }

    fn character(&self, value: &Obj) -> Res<u32> {
        let vm = self.vm;
        if self.bytes {
            let one = crate::bytes::buffer::with_bytes(value, |b| (b.len(), b.first().copied()));
            let is_buffer = value.get::<Bytes>().is_some() || value.get::<object::ByteArray>().is_some();
            match one.filter(|_| is_buffer) {
                Some((1, Some(byte))) => return Ok(byte.into()),
                Some((len, _)) => {
                    return Err(vm.type_error(format!(
                        "%c requires an integer in range(256) or a single byte, not a {} object of length {len}",
                        vm.type_full_name(value.ty())
                    )));
                }
                None => {}
            }
            if !vm.has_index(value) {
                return Err(vm.type_error(format!(
                    "%c requires an integer in range(256) or a single byte, not {}",
                    vm.type_full_name(value.ty())
                )));
            }
            let index = vm.index(value)?;
            let byte = index.get::<Int>().and_then(Int::small).and_then(|n| u8::try_from(n).ok());
            return byte.map(u32::from).ok_or_else(|| vm.overflow_error("%c arg not in range(256)"));
        }
        if let Some(text) = value.get::<Str>() {
            return match (text.len(), text.code_point(0)) {
                (1, Some(c)) => Ok(c),
                (len, _) => Err(vm.type_error(format!(
                    "%c requires an int or a unicode character, not a string of length {len}"
                ))),
            };
        }
        if !vm.has_index(value) {
            return Err(vm.type_error(format!(
                "%c requires an int or a unicode character, not {}",
                vm.type_full_name(value.ty())
            )));
        }
        let index = vm.index(value)?;
        let c = index.get::<Int>().and_then(Int::small).and_then(|n| u32::try_from(n).ok());
        c.filter(|&c| c < 0x110000).ok_or_else(|| vm.overflow_error("%c arg not in range(0x110000)"))
    }

    fn integer(&self, spec: &Spec, kind: char, value: &Obj) -> Res<Piece> {
        let vm = self.vm;
        let radix = match kind {
            'o' => 8,
            'x' | 'X' => 16,
            _ => 10,
        };
        let number = match to_integer(vm, value, radix != 10) {
            Ok(Some(number)) if number.get::<Int>().is_some() => number,
            Err(raised) if !raised.is_instance(&vm.exc.type_error) => return Err(raised),
            _ => {
                let wanted = if radix == 10 { "a real number" } else { "an integer" };
                return Err(
                    vm.type_error(format!("%{kind} format: {wanted} is required, not {}", value.ty().name()))
                );
            }
        };
        let Some(int) = number.get::<Int>() else { return Err(vm.system_error("an int is needed")) };
        let mut text = int_digits(vm, int, radix)?;
        let digits = text.len() - usize::from(text.starts_with('-'));
        if let Some(more) = spec.precision.and_then(|p| p.checked_sub(digits)) {
            vm.check_alloc(more)?;
            text.insert_str(text.len() - digits, &"0".repeat(more));
        }
        let prefix = match kind {
            'o' => "0o",
            'x' => "0x",
            'X' => "0X",
            _ => "",
        };
        if kind == 'X' {
            text.make_ascii_uppercase();
        }
        Ok(signed(spec, text, if spec.alternate { prefix } else { "" }))
    }

    fn write(&mut self, spec: &Spec, piece: Piece) -> Res<()> {
        let narrow;
        let body: StrView<'_> = match &piece.body {
            Body::Text(text) => StrView::One(text.as_bytes()),
            Body::Bytes(bytes) => StrView::One(bytes),
            Body::Object(obj) => match obj.get::<Str>() {
                Some(s) => s.view(),
                None => StrView::One(b""),
            },
            Body::Char(c) => {
                narrow = [*c];
                StrView::Four(&narrow)
            }
        };
        let is_text = matches!(piece.body, Body::Object(_) | Body::Bytes(_));
        let shown = match spec.precision {
            Some(p) if is_text => p.min(search::len(body)),
            _ => search::len(body),
        };
        let own = shown + piece.prefix.len() + usize::from(piece.sign.is_some());
        let pad = spec.width.saturating_sub(own);
        self.vm.check_alloc(pad.saturating_mul(4))?;
        let Formatted { out, whole } = &mut self.formatted;
        if let Body::Object(text) = &piece.body
            && self.at == search::len(self.text)
            && out.is_empty()
            && pad == 0
            && shown == search::len(body)
            && text.is_exactly(&self.vm.types.str)
        {
            *whole = Some(text.clone());
        }
        let zeros = piece.fill_zero && !spec.left;
        if !zeros && !spec.left {
            out.push_times(u32::from(' '), pad);
        }
        piece.sign.into_iter().for_each(|c| out.push(c.into()));
        out.push_text(piece.prefix);
        if zeros {
            out.push_times(u32::from('0'), pad);
        }
        out.push_view(part(body, 0, shown));
        if spec.left {
            out.push_times(u32::from(' '), pad);
        }
        Ok(())
    }
}

/// A number's text, its sign split off.
fn signed(spec: &Spec, mut text: String, prefix: &'static str) -> Piece {
    let sign = match text.chars().next() {
        Some('-') => {
            text.remove(0);
            Some('-')
        }
        _ if spec.plus => Some('+'),
        _ if spec.blank => Some(' '),
        _ => None,
    };
    Piece { sign, prefix, body: Body::Text(text), fill_zero: spec.zero }
}

/// The value as an `int`; nothing if it is no number. Radixes other than 10 only take what has `__index__`.
fn to_integer(vm: &Vm, value: &Obj, exact: bool) -> Res<Option<Obj>> {
    if value.get::<Int>().is_some() {
        return Ok(Some(value.clone()));
    }
    let slots = &value.ty().slots;
    if exact {
        return if vm.has_index(value) { vm.index(value).map(Some) } else { Ok(None) };
    }
    match slots.nb_int.get() {
        Some(convert) => convert(vm, value).map(Some),
        None if vm.has_index(value) => vm.index(value).map(Some),
        None => Ok(None),
    }
}

/// What `%b` writes: a buffer's bytes, or what `__bytes__` returns.
fn bytes_of(vm: &Vm, value: &Obj) -> Res<Vec<u8>> {
    if let Some(bytes) = crate::bytes::buffer::with_bytes(value, <[u8]>::to_vec) {
        return Ok(bytes);
    }
    if let Some(result) = vm.call_special(value, &vm.names.__bytes__, &[])? {
        return match result.get::<Bytes>() {
            Some(bytes) => Ok(bytes.0.to_vec()),
            None => Err(vm.type_error(format!("__bytes__ returned non-bytes (type {})", result.ty().name()))),
        };
    }
    Err(vm.type_error(format!(
        "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
        value.ty().name()
    )))
}
