//! `re.Pattern`.

use object::protocol::class_getitem;
use object::{
    Args, CompareOp, Dict, GetSetDef, Layout as _, List, MemberDef, NativeDef, NativeType, Obj, Params,
    Payload, Ref, Res, Str, Tuple, Visitor, Vm,
};

use super::engine::{Anchor, Found};
use super::subject::{self, Subject};
use super::template::{self, Template};
use super::{matched, scanner, validate};

/// The payload of `re.Pattern`.
pub(super) struct Pattern {
    source: Obj,
    flags: i32,
    pub code: Box<[u32]>,
    pub groups: usize,
    /// Numbers of groups by name, if any has one.
    pub group_index: Option<Ref<Dict>>,
    /// Names of groups by number.
    pub index_group: Option<Ref<Tuple>>,
    /// Whether it is for bytes; nothing if it is for both.
    pub is_bytes: Option<bool>,
}

impl Payload for Pattern {
    const NAME: &'static str = "re.Pattern";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.source);
        self.group_index.iter().for_each(|names| visit(names.as_obj()));
        self.index_group.iter().for_each(|names| visit(names.as_obj()));
    }
}

const MATCH_DOC: &str = "($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\nMatches zero or more characters at the beginning of the string.";

pub(super) static PATTERN: NativeType = NativeType::new("Pattern", Pattern::VTABLE)
    .module("re")
    .size(96, 4)
    .offsets(0, 64)
    .doc("Compiled regular expression object.")
    .slots(|s| {
        s.repr.set(Some(repr));
        s.hash.set(Some(hash));
        s.richcompare.set(Some(compare));
    })
    .methods(&[
        NativeDef::keywords("match", |vm, obj, args| find(vm, obj, args, "match", Anchor::Match), MATCH_DOC),
        NativeDef::keywords("fullmatch", |vm, obj, args| find(vm, obj, args, "fullmatch", Anchor::FullMatch), "($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\nMatches against all of the string."),
        NativeDef::keywords("search", |vm, obj, args| find(vm, obj, args, "search", Anchor::Search), "($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\nScan through string looking for a match, and return a corresponding match object instance.\n\nReturn None if no position in the string matches."),
        NativeDef::keywords("sub", |vm, obj, args| Ok(substitute(vm, obj, args, "sub")?.0), "($self, /, repl, string, count=0)\n--\n\nReturn the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by the replacement repl."),
        NativeDef::keywords("subn", |vm, obj, args| {
            let (text, count) = substitute(vm, obj, args, "subn")?;
            Ok(vm.tuple([text, vm.int(count as i64)]))
        }, "($self, /, repl, string, count=0)\n--\n\nReturn the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping occurrences of pattern with the replacement repl."),
        NativeDef::keywords("findall", find_all, "($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\nReturn a list of all non-overlapping matches of pattern in string."),
        NativeDef::keywords("split", split, "($self, /, string, maxsplit=0)\n--\n\nSplit string by the occurrences of pattern."),
        NativeDef::keywords("finditer", |vm, obj, args| {
            let scanner = scanner::new(vm, own(vm, obj)?, subject_of(vm, obj, args, "finditer")?);
            Ok(builtins::callable_iterator(vm, &vm.getattr_text(&scanner, "search")?, &vm.none))
        }, "($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\nReturn an iterator over all non-overlapping matches for the RE pattern in string.\n\nFor each match, the iterator returns a match object."),
        NativeDef::keywords("scanner", |vm, obj, args| {
            Ok(scanner::new(vm, own(vm, obj)?, subject_of(vm, obj, args, "scanner")?))
        }, "($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\n"),
        NativeDef::no_args("__copy__", |_, obj, _| Ok(obj.clone()), "($self, /)\n--\n\n"),
        NativeDef::one("__deepcopy__", |_, obj, _| Ok(obj.clone()), "($self, memo, /)\n--\n\n"),
        NativeDef::one("__class_getitem__", class_getitem, "($type, object, /)\n--\n\nPatterns are generic over the type of string they handle (str or bytes)").class_method(),
    ])
    .members(&[
        MemberDef::read_only("pattern", |vm, obj| Ok(own(vm, obj)?.source.clone()), "The pattern string from which the RE object was compiled."),
        MemberDef::read_only("flags", |vm, obj| Ok(vm.int(own(vm, obj)?.flags.into())), "The regex matching flags."),
        MemberDef::read_only("groups", |vm, obj| Ok(vm.int(own(vm, obj)?.groups as i64)), "The number of capturing groups in the pattern."),
    ])
    .getset(&[GetSetDef::read_only("groupindex", |vm, obj| {
        match &own(vm, obj)?.group_index {
            None => Ok(vm.dict().into_obj()),
            Some(names) => Ok(vm.mapping_proxy(names.as_obj())),
        }
    }, "A dictionary mapping group names to group numbers.")]);

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Ref<Pattern>> {
    obj.downcast::<Pattern>().ok_or_else(|| vm.type_error("a pattern is needed"))
}

/// `_sre.compile`
pub(super) fn compile(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<6> =
        Params::new("compile", ["pattern", "flags", "code", "groups", "groupindex", "indexgroup"])
            .required(6);
    let [source, flags, code, groups, group_index, index_group] =
        PARAMS.bind(vm, args)?.map(|arg| arg.unwrap_or(&vm.none));
    let flags = vm.as_i32(flags)?;
    let wrong = |name: &str, expected: &str, got: &Obj| {
        vm.bad_argument("compile", &format!("argument '{name}'"), expected, got)
    };
    let code = code.get::<List>().ok_or_else(|| wrong("code", "list", code))?;
    let groups = vm.as_isize(groups)?;
    let group_index =
        group_index.downcast::<Dict>().ok_or_else(|| wrong("groupindex", "dict", group_index))?;
    let index_group =
        index_group.downcast::<Tuple>().ok_or_else(|| wrong("indexgroup", "tuple", index_group))?;
    let code = code.0.to_vec().iter().map(|word| code_word(vm, word)).collect::<Res<Box<[u32]>>>()?;
    let is_bytes = if source.is(&vm.none) { None } else { Some(subject::is_bytes(vm, source)?) };
    let Some(groups) = usize::try_from(groups).ok().filter(|groups| validate::is_valid(&code, *groups))
    else {
        return Err(vm.runtime_error("invalid SRE code"));
    };
    let has_names = !group_index.is_empty();
    let payload = Pattern {
        source: source.clone(),
        flags,
        code,
        groups,
        group_index: has_names.then(|| group_index.clone()),
        index_group: (has_names && !index_group.is_empty()).then(|| index_group.clone()),
        is_bytes,
    };
    Ok(Ref::new(vm.native_type(&PATTERN), payload).into_obj())
}

fn code_word(vm: &Vm, word: &Obj) -> Res<u32> {
    let Some(int) = word.get::<object::Int>() else { return Err(vm.type_error("an integer is required")) };
    if int.is_negative() {
        return Err(vm.overflow_error("can't convert negative value to unsigned int"));
    }
    match int.small() {
        Some(n) => {
            u32::try_from(n).map_err(|_| vm.overflow_error("regular expression code size limit exceeded"))
        }
        None => Err(vm.overflow_error("Python int too large to convert to C unsigned long")),
    }
}

/// Arguments `string`, `pos`, `endpos`.
fn subject_of(vm: &Vm, obj: &Obj, args: Args<'_>, function: &'static str) -> Res<Subject> {
    let params: Params<3> = Params::new(function, ["string", "pos", "endpos"]).required(1);
    let [string, pos, end] = params.bind(vm, args)?;
    let pos = pos.map_or(Ok(0), |pos| vm.as_isize(pos))?;
    let end = end.map_or(Ok(isize::MAX), |end| vm.as_isize(end))?;
    Subject::new(vm, own(vm, obj)?, string.unwrap_or(&vm.none), pos, end)
}

fn find(vm: &Vm, obj: &Obj, args: Args<'_>, function: &'static str, anchor: Anchor) -> Res<Obj> {
    let own = own(vm, obj)?;
    let subject = subject_of(vm, obj, args, function)?;
    let found = subject.search(vm, own, |searcher| searcher.run(subject.pos, anchor, false))?;
    Ok(found.map_or_else(|| vm.none.clone(), |found| matched::new(vm, own, &subject, found)))
}

/// Hands the matches out one after the other, at most `most` of them.
fn each_match(
    vm: &Vm,
    pattern: &Pattern,
    subject: &Subject,
    most: usize,
    mut each: impl FnMut(Found) -> Res<()>,
) -> Res<()> {
    subject.search(vm, pattern, |searcher| {
        let (mut from, mut must_advance) = (subject.pos, false);
        for _ in 0..most {
            let Some(found) = searcher.run(from, Anchor::Search, must_advance)? else { break };
            must_advance = found.is_empty();
            from = found.end;
            each(found)?;
        }
        Ok(())
    })
}

/// The text of a group, or nothing if it took no part.
fn group_text(vm: &Vm, subject: &Subject, bounds: Option<(usize, usize)>) -> Res<Option<Obj>> {
    bounds.map(|(start, end)| subject.slice(vm, start, end)).transpose()
}

fn find_all(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let subject = subject_of(vm, obj, args, "findall")?;
    let mut items = Vec::new();
    let text = |bounds| {
        Ok(match group_text(vm, &subject, bounds)? {
            Some(text) => text,
            None => subject.slice(vm, 0, 0)?,
        })
    };
    each_match(vm, own(vm, obj)?, &subject, usize::MAX, |found| {
        items.push(match &found.groups[..] {
            [] => subject.slice(vm, found.start, found.end)?,
            [only] => text(*only)?,
            several => vm.tuple(several.iter().map(|bounds| text(*bounds)).collect::<Res<Vec<_>>>()?),
        });
        Ok(())
    })?;
    Ok(vm.list(items))
}

/// A count of which 0 says "all"; below zero there are none.
fn limit(vm: &Vm, count: Option<&Obj>) -> Res<usize> {
    Ok(match count.map_or(Ok(0), |count| vm.as_isize(count))? {
        0 => usize::MAX,
        count => usize::try_from(count).unwrap_or(0),
    })
}

fn split(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<2> = Params::new("split", ["string", "maxsplit"]).required(1);
    let [string, most] = PARAMS.bind(vm, args)?;
    let most = limit(vm, most)?;
    let own = own(vm, obj)?;
    let subject = Subject::new(vm, own, string.unwrap_or(&vm.none), 0, isize::MAX)?;
    let mut items = Vec::new();
    let mut last = 0;
    each_match(vm, own, &subject, most, |found| {
        items.push(subject.slice(vm, last, found.start)?);
        for bounds in found.groups {
            items.push(group_text(vm, &subject, bounds)?.unwrap_or_else(|| vm.none.clone()));
        }
        last = found.end;
        Ok(())
    })?;
    items.push(subject.slice(vm, last, subject.end)?);
    Ok(vm.list(items))
}

/// What matches are replaced by.
enum Replacement {
    Literal(Obj),
    Template(Ref<Template>),
    Function(Obj),
}

impl Replacement {
    fn new(vm: &Vm, pattern: &Ref<Pattern>, given: &Obj) -> Res<Replacement> {
        if vm.is_callable(given) {
            return Ok(Replacement::Function(given.clone()));
        }
        if Subject::whole(vm, given).is_ok_and(|text| !text.has(b'\\')) {
            return Ok(Replacement::Literal(given.clone()));
        }
        let template = template::compile(vm, pattern, given)?;
        if template.items.is_empty() {
            return Ok(Replacement::Literal(template.literal.clone()));
        }
        Ok(Replacement::Template(template))
    }
}

/// The text with matches replaced, and how many.
fn substitute(vm: &Vm, obj: &Obj, args: Args<'_>, function: &'static str) -> Res<(Obj, usize)> {
    let params: Params<3> = Params::new(function, ["repl", "string", "count"]).required(2);
    let [given, string, most] = params.bind(vm, args)?;
    let most = limit(vm, most)?;
    let own = own(vm, obj)?;
    let replacement = Replacement::new(vm, own, given.unwrap_or(&vm.none))?;
    let subject = Subject::new(vm, own, string.unwrap_or(&vm.none), 0, isize::MAX)?;
    let mut parts = Vec::new();
    let (mut last, mut count) = (0, 0);
    each_match(vm, own, &subject, most, |found| {
        if last < found.start {
            parts.push(subject.slice(vm, last, found.start)?);
        }
        last = found.end;
        count += 1;
        let part = match &replacement {
            Replacement::Literal(text) => text.clone(),
            Replacement::Template(template) => {
                let found = matched::new(vm, own, &subject, found);
                template::expand(vm, template, &*matched::of(vm, &found)?)?
            }
            Replacement::Function(function) => vm.call1(function, &matched::new(vm, own, &subject, found))?,
        };
        if !part.is(&vm.none) {
            parts.push(part);
        }
        Ok(())
    })?;
    if last < subject.end {
        parts.push(subject.slice(vm, last, subject.end)?);
    }
    let joiner = subject.slice(vm, 0, 0)?;
    Ok((template::join(vm, &joiner, parts)?, count))
}

/// Flags by name, with their bits.
const FLAG_NAMES: [(&str, i32); 8] = [
    ("re.IGNORECASE", 2),
    ("re.LOCALE", LOCALE),
    ("re.MULTILINE", 8),
    ("re.DOTALL", 16),
    ("re.UNICODE", UNICODE),
    ("re.VERBOSE", 64),
    ("re.DEBUG", 128),
    ("re.ASCII", ASCII),
];
const LOCALE: i32 = 4;
const UNICODE: i32 = 32;
const ASCII: i32 = 256;

/// The first `most` characters of an object's repr.
pub(super) fn clipped_repr(vm: &Vm, obj: &Obj, most: usize) -> Res<Ref<Str>> {
    let text = vm.repr_ref(obj)?;
    Ok(if text.len() <= most { text } else { text.substring(&vm.types.str, 0, most) })
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let own = own(vm, obj)?;
    let mut flags = own.flags;
    // What text patterns have anyway is not said.
    if own.is_bytes == Some(false) && flags & (LOCALE | UNICODE | ASCII) == UNICODE {
        flags &= !UNICODE;
    }
    let mut names = Vec::new();
    for (name, bit) in FLAG_NAMES {
        if flags & bit != 0 {
            names.push(name.to_owned());
            flags &= !bit;
        }
    }
    if flags != 0 {
        names.push(format!("{flags:#x}"));
    }
    let source = clipped_repr(vm, &own.source, 200)?;
    let tail = if names.is_empty() { ")".to_owned() } else { format!(", {})", names.join("|")) };
    let parts = [&*vm.str_ref("re.compile("), &*source, &*vm.str_ref(&tail)];
    Ok(Str::join(&vm.types.str, &parts).into_obj())
}

fn hash(vm: &Vm, obj: &Obj) -> Res<i64> {
    let own = own(vm, obj)?;
    let code: Vec<u8> = own.code.iter().flat_map(|word| word.to_ne_bytes()).collect();
    let is_bytes = own.is_bytes.map_or(-1, i64::from);
    let hash = vm.hash(&own.source)?
        ^ bytecode::hash::bytes(&code)
        ^ i64::from(own.flags)
        ^ is_bytes
        ^ own.code.len() as i64;
    Ok(if hash == -1 { -2 } else { hash })
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let negate = match op {
        CompareOp::Eq => false,
        CompareOp::Ne => true,
        _ => return Ok(vm.not_implemented.clone()),
    };
    let (Some(left), Some(right)) = (a.get::<Pattern>(), b.get::<Pattern>()) else {
        return Ok(vm.not_implemented.clone());
    };
    let equal = a.is(b)
        || left.flags == right.flags
            && left.is_bytes == right.is_bytes
            && left.code == right.code
            && vm.eq(&left.source, &right.source)?;
    Ok(vm.bool(equal != negate))
}
