//! `str.format`, `str.format_map`, and the parsers that `string.Formatter` uses (`Objects/stringlib/unicode_format.h`).

use std::cell::Cell;

use object::protocol::self_iter;
use object::raw::StrView;
use object::{Args, Layout as _, NativeType, Obj, Payload, Ref, Res, Str, TypeFlags, Vm};

use super::writer::{StrWriter, part};
use super::{own, search};
use crate::unicode;

/// How deep format specifiers may have replacement fields in them.
const MAX_DEPTH: usize = 2;

/// What the fields refer to.
struct Source<'a> {
    /// The positional arguments; nothing under `format_map`.
    positional: Option<&'a [Obj]>,
    /// The keywords or the mapping.
    mapping: Option<Obj>,
}

/// Whether fields number themselves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbering {
    Unknown,
    Automatic(usize),
    Manual,
}

pub(super) fn format(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let mapping = if args.kwnames.is_empty() {
        None
    } else {
        let dict = vm.dict();
        for (name, value) in args.keywords() {
            vm.dict_set(&dict, name, value.clone())?;
        }
        Some(dict.into_obj())
    };
    run(vm, obj, &Source { positional: Some(args.pos()), mapping })
}

pub(super) fn format_map(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let source = Source { positional: None, mapping: Some(args.values[0].clone()) };
    run(vm, obj, &source)
}

fn run(vm: &Vm, obj: &Obj, source: &Source<'_>) -> Res<Obj> {
    let text = own(vm, obj)?;
    let mut numbering = Numbering::Unknown;
    let mut out = StrWriter::with_capacity(text.len() + 100);
    let only = build(vm, &mut out, text.view(), source, &mut numbering, MAX_DEPTH)?;
    Ok(match only {
        Only::Field(formatted) => formatted,
        Only::Literal => obj.clone(),
        Only::Neither => out.finish(vm),
    })
}

/// What alone makes up a result, which is that object then.
enum Only {
    /// The format string, without fields or doubled braces
    Literal,
    /// What the last field became
    Field(Obj),
    Neither,
}

fn at(view: StrView<'_>, i: usize) -> Option<char> {
    let c = match view {
        StrView::One(s) => s.get(i).map(|&c| c.into()),
        StrView::Two(s) => s.get(i).map(|&c| c.into()),
        StrView::Four(s) => s.get(i).copied(),
    };
    // A surrogate is never one of the characters that are looked for.
    c.map(|c| char::from_u32(c).unwrap_or('\u{FFFD}'))
}

fn text_of(vm: &Vm, view: StrView<'_>) -> Obj {
    let mut out = StrWriter::default();
    out.push_view(view);
    out.finish(vm)
}

/// A replacement field.
struct Field<'a> {
    name: StrView<'a>,
    conversion: Option<u32>,
    spec: StrView<'a>,
    /// Whether there are fields in the specifier.
    nested: bool,
}

/// The parts of a format string: literal text, then perhaps a field.
struct Markup<'a> {
    text: StrView<'a>,
    at: usize,
}

impl<'a> Markup<'a> {
    fn next(&mut self, vm: &Vm) -> Res<Option<(StrView<'a>, Option<Field<'a>>)>> {
        let len = search::len(self.text);
        if self.at >= len {
            return Ok(None);
        }
        let start = self.at;
        let mut c = ' ';
        while let Some(next) = at(self.text, self.at) {
            c = next;
            self.at += 1;
            if c == '{' || c == '}' {
                break;
            }
        }
        let mut field_follows = c == '{';
        let is_brace = field_follows || c == '}';
        let at_end = self.at >= len;
        let mut end = self.at;
        if is_brace && (at_end || (c == '}' && at(self.text, self.at) != Some('}'))) {
            return Err(vm.value_error(format!("Single '{c}' encountered in format string")));
        }
        if is_brace {
            if at(self.text, self.at) == Some(c) {
                self.at += 1;
                field_follows = false;
            } else {
                end -= 1;
            }
        }
        let literal = part(self.text, start, end);
        if !field_follows {
            return Ok(Some((literal, None)));
        }
        Ok(Some((literal, Some(self.field(vm)?))))
    }

    fn field(&mut self, vm: &Vm) -> Res<Field<'a>> {
        let len = search::len(self.text);
        let start = self.at;
        let mut last = '\0';
        let mut name_end = None;
        while let Some(c) = at(self.text, self.at) {
            last = c;
            self.at += 1;
            match c {
                '{' => return Err(vm.value_error("unexpected '{' in field name")),
                '[' => {
                    while at(self.text, self.at).is_some_and(|c| c != ']') {
                        self.at += 1;
                    }
                }
                '}' | ':' | '!' => {
                    name_end = Some(self.at - 1);
                    break;
                }
                _ => {}
            }
        }
        let Some(name_end) = name_end else {
            return Err(vm.value_error("expected '}' before end of string"));
        };
        let mut field = Field {
            name: part(self.text, start, name_end),
            conversion: None,
            spec: StrView::One(b""),
            nested: false,
        };
        if last == '}' {
            return Ok(field);
        }
        if last == '!' {
            if self.at >= len {
                return Err(vm.value_error("end of string while looking for conversion specifier"));
            }
            field.conversion = part(self.text, self.at, self.at + 1).iter().next();
            self.at += 1;
            if let Some(c) = at(self.text, self.at) {
                self.at += 1;
                if c == '}' {
                    return Ok(field);
                }
                if c != ':' {
                    return Err(vm.value_error("expected ':' after conversion specifier"));
                }
            }
        }
        let spec_start = self.at;
        let mut depth = 1;
        while let Some(c) = at(self.text, self.at) {
            if c == '{' {
                field.nested = true;
                depth += 1;
            } else if c == '}' {
                depth -= 1;
                if depth == 0 {
                    field.spec = part(self.text, spec_start, self.at);
                    self.at += 1;
                    return Ok(field);
                }
            }
            self.at += 1;
        }
        Err(vm.value_error("unmatched '{' in format spec"))
    }
}

/// A part of a field name as a number, if it is one.
fn integer(vm: &Vm, text: StrView<'_>) -> Res<Option<usize>> {
    let mut value: Option<usize> = None;
    for c in text.iter() {
        let Some(digit) = unicode::decimal_value(c) else { return Ok(None) };
        let next = value.unwrap_or(0).checked_mul(10).and_then(|v| v.checked_add(digit.into()));
        match next.filter(|&n| n <= isize::MAX as usize) {
            Some(next) => value = Some(next),
            None => return Err(vm.value_error("Too many decimal digits in format string")),
        }
    }
    Ok(value)
}

/// The first part of a field name, and where the rest begins.
fn first_part(name: StrView<'_>) -> (StrView<'_>, usize) {
    let end =
        (0..search::len(name)).find(|&i| matches!(at(name, i), Some('.' | '['))).unwrap_or(search::len(name));
    (part(name, 0, end), end)
}

/// `.name` or `[key]` from `from` on: whether it is an attribute, its text, and where the next begins.
fn next_part<'a>(vm: &Vm, name: StrView<'a>, from: usize) -> Res<Option<(bool, StrView<'a>, usize)>> {
    let len = search::len(name);
    let Some(lead) = at(name, from) else { return Ok(None) };
    let start = from + 1;
    let (is_attribute, end, next) = match lead {
        '.' => {
            let end = (start..len).find(|&i| matches!(at(name, i), Some('.' | '['))).unwrap_or(len);
            (true, end, end)
        }
        '[' => match (start..len).find(|&i| at(name, i) == Some(']')) {
            Some(end) => (false, end, end + 1),
            None => return Err(vm.value_error("Missing ']' in format string")),
        },
        _ => {
            return Err(vm.value_error("Only '.' or '[' may follow ']' in format field specifier"));
        }
    };
    if end == start {
        return Err(vm.value_error("Empty attribute in format string"));
    }
    Ok(Some((is_attribute, part(name, start, end), next)))
}

/// The number of a field by position, kept apart from automatic numbering.
fn number_of(vm: &Vm, first: StrView<'_>, numbering: &mut Numbering) -> Res<Option<usize>> {
    let written = integer(vm, first)?;
    let is_empty = search::len(first) == 0;
    if !is_empty && written.is_none() {
        return Ok(None);
    }
    if *numbering == Numbering::Unknown {
        *numbering = if is_empty { Numbering::Automatic(0) } else { Numbering::Manual };
    }
    match (numbering, is_empty) {
        (Numbering::Automatic(next), true) => {
            *next += 1;
            Ok(Some(*next - 1))
        }
        (Numbering::Automatic(_), false) => {
            Err(vm.value_error("cannot switch from automatic field numbering to manual field specification"))
        }
        (_, true) => {
            Err(vm.value_error("cannot switch from manual field specification to automatic field numbering"))
        }
        _ => Ok(written),
    }
}

fn field_value(vm: &Vm, name: StrView<'_>, source: &Source<'_>, numbering: &mut Numbering) -> Res<Obj> {
    let (first, mut from) = first_part(name);
    let mut value = match number_of(vm, first, numbering)? {
        Some(index) => {
            let Some(positional) = source.positional else {
                return Err(vm.value_error("Format string contains positional fields"));
            };
            match positional.get(index) {
                Some(value) => value.clone(),
                None => {
                    return Err(vm.index_error(format!(
                        "Replacement index {index} out of range for positional args tuple"
                    )));
                }
            }
        }
        None => {
            let key = text_of(vm, first);
            match &source.mapping {
                Some(mapping) => vm.getitem(mapping, &key)?,
                None => return Err(vm.key_error(&key)),
            }
        }
    };
    while let Some((is_attribute, text, next)) = next_part(vm, name, from)? {
        from = next;
        value = if is_attribute {
            let name = vm.attribute_name(&text_of(vm, text))?;
            vm.getattr(&value, &name)?
        } else {
            match integer(vm, text)? {
                Some(index) if vm.is_sequence(&value) => vm.sequence_item(&value, index as isize)?,
                Some(index) => vm.getitem(&value, &vm.int(index as i64))?,
                None => vm.getitem(&value, &text_of(vm, text))?,
            }
        };
    }
    Ok(value)
}

fn converted(vm: &Vm, value: Obj, conversion: Option<u32>) -> Res<Obj> {
    let Some(conversion) = conversion else { return Ok(value) };
    match char::from_u32(conversion) {
        Some('r') => vm.repr(&value),
        Some('s') => vm.str_of(&value),
        Some('a') => vm.ascii(&value),
        Some(c) if (' '..'\x7f').contains(&c) && c != ' ' => {
            Err(vm.value_error(format!("Unknown conversion specifier {c}")))
        }
        _ => Err(vm.value_error(format!("Unknown conversion specifier \\x{conversion:x}"))),
    }
}

fn build(
    vm: &Vm,
    out: &mut StrWriter,
    text: StrView<'_>,
    source: &Source<'_>,
    numbering: &mut Numbering,
    depth: usize,
) -> Res<Only> {
    if depth == 0 {
        return Err(vm.value_error("Max string recursion exceeded"));
    }
    let mut markup = Markup { text, at: 0 };
    let len = search::len(text);
    let mut only = Only::Neither;
    while let Some((literal, field)) = markup.next(vm)? {
        out.push_view(literal);
        if search::len(literal) == len {
            only = Only::Literal;
        }
        let Some(field) = field else { continue };
        let value = field_value(vm, field.name, source, numbering)?;
        let value = converted(vm, value, field.conversion)?;
        let spec = if field.nested {
            let mut spec = StrWriter::default();
            build(vm, &mut spec, field.spec, source, numbering, depth - 1)?;
            spec.finish(vm)
        } else {
            text_of(vm, field.spec)
        };
        let formatted = vm.format(&value, Some(&spec))?;
        if let Some(text) = formatted.get::<Str>() {
            if out.is_empty() && markup.at >= len {
                only = Only::Field(formatted.clone());
            }
            out.push_str(text);
        }
    }
    Ok(only)
}

/// The part at a place of a string, and where the next one begins.
type PartFn = fn(&Vm, &Ref<Str>, usize) -> Res<Option<(Obj, usize)>>;

/// A part of a field name as `_string` shows it: a number if it is one.
fn key_of(vm: &Vm, text: StrView<'_>) -> Res<Obj> {
    Ok(match integer(vm, text)? {
        Some(n) => vm.int(n as i64),
        None => text_of(vm, text),
    })
}

/// The payload of the iterators of `_string.formatter_parser` and `_string.formatter_field_name_split`.
pub struct PartIterator {
    string: Ref<Str>,
    at: Cell<usize>,
    next: PartFn,
}

impl Payload for PartIterator {
    const NAME: &'static str = "formatteriterator";
    const TRACKED: bool = false;
}

static FORMATTER_ITERATOR: NativeType = NativeType::new("formatteriterator", PartIterator::VTABLE)
    .module("_string")
    .flags(TypeFlags::DISALLOW_INSTANTIATION)
    .slots(|s| {
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(part_next));
    })
    .size(56, 0);

static FIELD_NAME_ITERATOR: NativeType = NativeType::new("fieldnameiterator", PartIterator::VTABLE)
    .module("_string")
    .flags(TypeFlags::DISALLOW_INSTANTIATION)
    .slots(|s| {
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(part_next));
    })
    .size(56, 0);

fn part_next(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let Some(own) = obj.get::<PartIterator>() else { return Ok(None) };
    let Some((part, next)) = (own.next)(vm, &own.string, own.at.get())? else { return Ok(None) };
    own.at.set(next);
    Ok(Some(part))
}

/// `_string.formatter_parser(format_string)`: an iterator over (literal, field name, specifier, conversion).
pub fn formatter_parser(vm: &Vm, text: &Obj) -> Res<Obj> {
    let Some(string) = text.downcast::<Str>() else {
        return Err(vm.type_error(format!("expected str, got {}", text.ty().name())));
    };
    let next = |vm: &Vm, string: &Ref<Str>, from: usize| -> Res<Option<(Obj, usize)>> {
        let mut markup = Markup { text: string.view(), at: from };
        let Some((literal, field)) = markup.next(vm)? else { return Ok(None) };
        let none = || vm.none.clone();
        let parts = match field {
            None => [text_of(vm, literal), none(), none(), none()],
            Some(field) => [
                text_of(vm, literal),
                text_of(vm, field.name),
                text_of(vm, field.spec),
                field.conversion.map_or_else(none, |c| vm.str_of_code_point(c)),
            ],
        };
        Ok(Some((vm.tuple(parts), markup.at)))
    };
    let payload = PartIterator { string: string.clone(), at: Cell::new(0), next };
    Ok(Ref::new(vm.native_type(&FORMATTER_ITERATOR), payload).into_obj())
}

/// `_string.formatter_field_name_split(name)`: the first part, and an iterator over (is attribute, rest).
pub fn formatter_field_name_split(vm: &Vm, name: &Obj) -> Res<Obj> {
    let Some(string) = name.downcast::<Str>() else {
        return Err(vm.type_error(format!("expected str, got {}", name.ty().name())));
    };
    let (first, from) = first_part(string.view());
    let first = key_of(vm, first)?;
    let next = |vm: &Vm, string: &Ref<Str>, from: usize| -> Res<Option<(Obj, usize)>> {
        let Some((is_attribute, text, next)) = next_part(vm, string.view(), from)? else { return Ok(None) };
        let value = if is_attribute { text_of(vm, text) } else { key_of(vm, text)? };
        Ok(Some((vm.tuple([vm.bool(is_attribute), value]), next)))
    };
    let payload = PartIterator { string: string.clone(), at: Cell::new(from), next };
    let rest = Ref::new(vm.native_type(&FIELD_NAME_ITERATOR), payload).into_obj();
    Ok(vm.tuple([first, rest]))
}
