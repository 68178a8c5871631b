//! Strings of JSON: read with their escapes, and written with them.

use builtins::str::writer::StrWriter;
use object::{Args, Obj, Raised, Ref, Res, Str, Vm};

use crate::import::import_module;

/// `json.decoder.JSONDecodeError`
pub(super) fn error(vm: &Vm, message: &str, text: &Ref<Str>, place: usize) -> Raised {
    let made = || {
        let class = vm.getattr_text(&import_module(vm, "json.decoder")?, "JSONDecodeError")?;
        let args = [vm.str(message), text.clone().into_obj(), vm.int(place as i64)];
        Ok(vm.raise_class(&class, &args))
    };
    made().unwrap_or_else(|raised: Raised| raised)
}

/// The one argument of functions that take a string.
pub(super) fn text_arg<'a>(vm: &Vm, arg: &'a Obj) -> Res<&'a Ref<Str>> {
    arg.downcast::<Str>()
        .ok_or_else(|| vm.type_error(format!("first argument must be a string, not {}", arg.ty().name())))
}

/// `scanstring`
pub(super) fn scan_function(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    args.no_keywords(vm, "scanstring")?;
    let count = args.values.len();
    if !(2..=3).contains(&count) {
        let (word, limit) = if count < 2 { ("least", 2) } else { ("most", 3) };
        return Err(vm.type_error(format!("scanstring() takes at {word} {limit} arguments ({count} given)")));
    }
    let end = vm.as_i64(&args.values[1])?;
    let strict = args.values.get(2).map_or(Ok(true), |strict| vm.is_true(strict))?;
    let text = text_arg(vm, &args.values[0])?;
    let start = usize::try_from(end).ok().filter(|start| *start <= text.len());
    let Some(start) = start else { return Err(vm.value_error("end is out of bounds")) };
    let (value, end) = scan(vm, text, start, strict)?;
    Ok(vm.tuple([value, vm.int(end as i64)]))
}

/// The string that begins at `start`, behind its quote, and where the text goes on behind it.
pub(super) fn scan(vm: &Vm, text: &Ref<Str>, start: usize, strict: bool) -> Res<(Obj, usize)> {
    let unterminated = || error(vm, "Unterminated string starting at", text, start.saturating_sub(1));
    let mut out: Option<StrWriter> = None;
    let mut from = start;
    loop {
        let mut at = from;
        let found = loop {
            match text.code_point(at) {
                None => return Err(unterminated()),
                Some(c @ (0x22 | 0x5C)) => break c,
                Some(c) if c <= 0x1F && strict => {
                    return Err(error(vm, "Invalid control character at", text, at));
                }
                Some(_) => at += 1,
            }
        };
        let chunk = text.substring(&vm.types.str, from, at);
        if found == 0x22 {
            let value = match out {
                None => chunk.into_obj(),
                Some(mut out) => {
                    out.push_str(&chunk);
                    out.finish(vm)
                }
            };
            return Ok((value, at + 1));
        }
        let out = out.get_or_insert_default();
        out.push_str(&chunk);
        let Some(kind) = text.code_point(at + 1) else { return Err(unterminated()) };
        let (c, behind) = match char::from_u32(kind).unwrap_or(' ') {
            'u' => unicode_escape(vm, text, at + 2)?,
            c => match simple_escape(c) {
                Some(c) => (c.into(), at + 2),
                None => return Err(error(vm, "Invalid \\escape", text, at)),
            },
        };
        out.push(c);
        from = behind;
    }
}

/// What a character behind a backslash stands for.
fn simple_escape(c: char) -> Option<char> {
    Some(match c {
        '"' | '\\' | '/' => c,
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        _ => return None,
    })
}

/// Four hexadecimal digits.
fn four_digits(text: &Str, at: usize) -> Option<u32> {
    (at..at + 4).try_fold(0, |value, index| {
        let digit = text.code_point(index).and_then(char::from_u32)?.to_digit(16)?;
        Some(value << 4 | digit)
    })
}

/// What stands behind `\u`, with a second escape if the two are the halves of one character.
fn unicode_escape(vm: &Vm, text: &Ref<Str>, at: usize) -> Res<(u32, usize)> {
    let wrong = |at: usize| error(vm, "Invalid \\uXXXX escape", text, at - 1);
    if at + 4 > text.len() {
        return Err(wrong(at));
    }
    let high = four_digits(text, at).ok_or_else(|| wrong(at))?;
    let behind = at + 4;
    let escape = [text.code_point(behind), text.code_point(behind + 1)];
    let is_pair = (0xD800..0xDC00).contains(&high) && behind + 6 < text.len();
    if !is_pair || escape != [Some(0x5C), Some(0x75)] {
        return Ok((high, behind));
    }
    let low = four_digits(text, behind + 2).ok_or_else(|| wrong(behind + 2))?;
    if !(0xDC00..0xE000).contains(&low) {
        return Ok((high, behind));
    }
    Ok((0x10000 + ((high - 0xD800) << 10 | (low - 0xDC00)), behind + 6))
}

/// `encode_basestring`
pub(super) fn encode(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let mut out = StrWriter::default();
    write(&mut out, text_arg(vm, &args.values[0])?, false);
    Ok(out.finish(vm))
}

/// `encode_basestring_ascii`
pub(super) fn encode_ascii(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let mut out = StrWriter::default();
    write(&mut out, text_arg(vm, &args.values[0])?, true);
    Ok(out.finish(vm))
}

/// Writes a string with its quotes; with `ascii` alone in ASCII.
pub(super) fn write(out: &mut StrWriter, text: &Str, ascii: bool) {
    let is_plain = |c: u32| c >= 0x20 && c != 0x22 && c != 0x5C && (!ascii || c < 0x7F);
    out.push(0x22);
    if text.code_points().all(is_plain) {
        out.push_str(text);
    } else {
        text.code_points().for_each(|c| if is_plain(c) { out.push(c) } else { escape(out, c) });
    }
    out.push(0x22);
}

fn escape(out: &mut StrWriter, c: u32) {
    let short = match c {
        0x22 => "\\\"",
        0x5C => "\\\\",
        0x08 => "\\b",
        0x0C => "\\f",
        0x0A => "\\n",
        0x0D => "\\r",
        0x09 => "\\t",
        _ => {
            let mut units = [0; 2];
            match char::from_u32(c) {
                Some(c) => {
                    for unit in c.encode_utf16(&mut units) {
                        out.push_text(&format!("\\u{unit:04x}"));
                    }
                }
                None => out.push_text(&format!("\\u{c:04x}")),
            }
            return;
        }
    };
    out.push_text(short);
}
