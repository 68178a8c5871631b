//! `re.Match`.

use object::protocol::class_getitem;
use object::{
    Args, Dict, GetSetDef, Int, Layout as _, MemberDef, NativeDef, NativeType, Obj, ObjCell, Params, Payload,
    Ref, Res, Visitor, Vm,
};

use super::engine::Found;
use super::pattern::{self, Pattern};
use super::subject::Subject;
use super::template;

/// The payload of `re.Match`.
pub(super) struct Match {
    string: Obj,
    pattern: Ref<Pattern>,
    regs: ObjCell,
    found: Found,
    pos: usize,
    end: usize,
}

impl Payload for Match {
    const NAME: &'static str = "re.Match";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.string);
        visit(self.pattern.as_obj());
        self.regs.trace(visit);
    }
    fn clear(&self) {
        self.regs.set(None);
    }
}

/// A match object.
pub(super) fn new(vm: &Vm, pattern: &Ref<Pattern>, subject: &Subject, found: Found) -> Obj {
    let payload = Match {
        string: subject.object.clone(),
        pattern: pattern.clone(),
        regs: ObjCell::default(),
        found,
        pos: subject.pos,
        end: subject.end,
    };
    Ref::new(vm.native_type(&MATCH), payload).into_obj()
}

impl Match {
    /// The bounds of a group, 0 being the whole match; of one that took no part −1 twice. Nothing if there is no such
    /// group.
    fn bounds(&self, group: usize) -> Option<(i64, i64)> {
        let bounds = match group.checked_sub(1) {
            None => Some((self.found.start, self.found.end)),
            Some(index) => *self.found.groups.get(index)?,
        };
        Some(bounds.map_or((-1, -1), |(start, end)| (start as i64, end as i64)))
    }

    /// The text of a group, or the default of one that took no part. Nothing if there is no such group.
    pub(super) fn slice(&self, vm: &Vm, group: usize, default: &Obj) -> Res<Option<Obj>> {
        let Some((start, end)) = self.bounds(group) else { return Ok(None) };
        if start < 0 {
            return Ok(Some(default.clone()));
        }
        let subject = Subject::whole(vm, &self.string)?;
        subject.slice(vm, start as usize, end as usize).map(Some)
    }

    fn index(&self, vm: &Vm, group: &Obj) -> Res<usize> {
        let index = if vm.has_index(group) {
            usize::try_from(vm.index_as_isize(group, None)?).ok()
        } else {
            let found = match &self.pattern.group_index {
                Some(names) => vm.dict_get(names, group)?,
                None => None,
            };
            found.and_then(|n| n.get::<Int>()?.small()).and_then(|n| usize::try_from(n).ok())
        };
        let index = index.filter(|index| *index <= self.found.groups.len());
        index.ok_or_else(|| vm.index_error("no such group"))
    }

    fn group(&self, vm: &Vm, group: &Obj, default: &Obj) -> Res<Obj> {
        let slice = self.slice(vm, self.index(vm, group)?, default)?;
        Ok(slice.unwrap_or_else(|| default.clone()))
    }

    /// The bounds of the group that `start`, `end` and `span` are asked for.
    fn wanted_bounds(&self, vm: &Vm, args: Args<'_>, function: &str) -> Res<(i64, i64)> {
        let [group] = args.unpack(vm, function, 0)?;
        let index = group.map_or(Ok(0), |group| self.index(vm, group))?;
        Ok(self.bounds(index).unwrap_or((-1, -1)))
    }
}

pub(super) static MATCH: NativeType = NativeType::new("Match", Match::VTABLE)
    .module("re")
    .size(88, 8)
    .doc("The result of re.match() and re.search().\nMatch objects always have a boolean value of True.")
    .slots(|s| {
        s.repr.set(Some(|vm, obj| {
            let own = own(vm, obj)?;
            let (start, end) = (own.found.start, own.found.end);
            let text = own.slice(vm, 0, &vm.none)?.unwrap_or_else(|| vm.none.clone());
            let shown = pattern::clipped_repr(vm, &text, 50)?;
            let head = vm.str_ref(&format!("<re.Match object; span=({start}, {end}), match="));
            Ok(object::Str::join(&vm.types.str, &[&head, &shown, &vm.str_ref(">")]).into_obj())
        }));
        s.mp_subscript.set(Some(|vm, obj, name| own(vm, obj)?.group(vm, name, &vm.none)));
    })
    .methods(&[
        NativeDef::positional("group", group, "group([group1, ...]) -> str or tuple.\n    Return subgroup(s) of the match by indices or names.\n    For 0 returns the entire match."),
        NativeDef::positional("start", |vm, obj, args| Ok(vm.int(own(vm, obj)?.wanted_bounds(vm, args, "start")?.0)), "($self, group=0, /)\n--\n\nReturn index of the start of the substring matched by group."),
        NativeDef::positional("end", |vm, obj, args| Ok(vm.int(own(vm, obj)?.wanted_bounds(vm, args, "end")?.1)), "($self, group=0, /)\n--\n\nReturn index of the end of the substring matched by group."),
        NativeDef::positional("span", |vm, obj, args| Ok(pair(vm, own(vm, obj)?.wanted_bounds(vm, args, "span")?)), "($self, group=0, /)\n--\n\nFor match object m, return the 2-tuple (m.start(group), m.end(group))."),
        NativeDef::keywords("groups", groups, "($self, /, default=None)\n--\n\nReturn a tuple containing all the subgroups of the match, from 1.\n\n  default\n    Is used for groups that did not participate in the match."),
        NativeDef::keywords("groupdict", group_dict, "($self, /, default=None)\n--\n\nReturn a dictionary containing all the named subgroups of the match, keyed by the subgroup name.\n\n  default\n    Is used for groups that did not participate in the match."),
        NativeDef::keywords("expand", |vm, obj, args| {
            static PARAMS: Params<1> = Params::new("expand", ["template"]).required(1);
            let [replacement] = PARAMS.bind(vm, args)?;
            let own = own(vm, obj)?;
            let template = template::compile(vm, &own.pattern, replacement.unwrap_or(&vm.none))?;
            template::expand(vm, &template, own)
        }, "($self, /, template)\n--\n\nReturn the string obtained by doing backslash substitution on the string template, as done by the sub() method."),
        NativeDef::no_args("__copy__", |_, obj, _| Ok(obj.clone()), "($self, /)\n--\n\n"),
        NativeDef::one("__deepcopy__", |_, obj, _| Ok(obj.clone()), "($self, memo, /)\n--\n\n"),
        NativeDef::one("__class_getitem__", class_getitem, "($type, object, /)\n--\n\nMatches are generic over the type of string which was matched (str or bytes)").class_method(),
    ])
    .members(&[
        MemberDef::read_only("string", |vm, obj| Ok(own(vm, obj)?.string.clone()), "The string passed to match() or search()."),
        MemberDef::read_only("re", |vm, obj| Ok(own(vm, obj)?.pattern.as_obj().clone()), "The regular expression object."),
        MemberDef::read_only("pos", |vm, obj| Ok(vm.int(own(vm, obj)?.pos as i64)), "The index into the string at which the RE engine started looking for a match."),
        MemberDef::read_only("endpos", |vm, obj| Ok(vm.int(own(vm, obj)?.end as i64)), "The index into the string beyond which the RE engine will not go."),
    ])
    .getset(&[
        GetSetDef::read_only("lastindex", |vm, obj| {
            Ok(own(vm, obj)?.found.last_index.map_or_else(|| vm.none.clone(), |index| vm.int(index as i64)))
        }, "The integer index of the last matched capturing group."),
        GetSetDef::read_only("lastgroup", |vm, obj| {
            let own = own(vm, obj)?;
            let name = own.found.last_index.and_then(|index| own.pattern.index_group.as_ref()?.get(index).cloned());
            Ok(name.unwrap_or_else(|| vm.none.clone()))
        }, "The name of the last matched capturing group."),
        GetSetDef::read_only("regs", |vm, obj| {
            let own = own(vm, obj)?;
            if let Some(regs) = own.regs.get() {
                return Ok(regs);
            }
            let pairs: Vec<Obj> = (0..).map_while(|group| own.bounds(group)).map(|bounds| pair(vm, bounds)).collect();
            let regs = vm.tuple(pairs);
            own.regs.set(Some(regs.clone()));
            Ok(regs)
        }, ""),
    ]);

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Match> {
    obj.get::<Match>().ok_or_else(|| vm.type_error("a match is needed"))
}

/// The match of an object that is one.
pub(super) fn of(vm: &Vm, obj: &Obj) -> Res<Ref<Match>> {
    obj.downcast::<Match>().cloned().ok_or_else(|| vm.type_error("a match is needed"))
}

fn pair(vm: &Vm, (start, end): (i64, i64)) -> Obj {
    vm.tuple([vm.int(start), vm.int(end)])
}

fn group(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let own = own(vm, obj)?;
    match args.values {
        [] => own.group(vm, &vm.int(0), &vm.none),
        [only] => own.group(vm, only, &vm.none),
        several => {
            let items = several.iter().map(|group| own.group(vm, group, &vm.none));
            Ok(vm.tuple(items.collect::<Res<Vec<_>>>()?))
        }
    }
}

fn groups(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<1> = Params::new("groups", ["default"]);
    let default = PARAMS.bind(vm, args)?[0].unwrap_or(&vm.none);
    let own = own(vm, obj)?;
    let slice = |group| Ok(own.slice(vm, group, default)?.unwrap_or_else(|| default.clone()));
    Ok(vm.tuple((1..=own.found.groups.len()).map(slice).collect::<Res<Vec<_>>>()?))
}

fn group_dict(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<1> = Params::new("groupdict", ["default"]);
    let default = PARAMS.bind(vm, args)?[0].unwrap_or(&vm.none);
    let own = own(vm, obj)?;
    let result = vm.dict();
    for (name, _) in own.pattern.group_index.as_deref().map(Dict::to_vec).unwrap_or_default() {
        let value = own.group(vm, &name, default)?;
        vm.dict_set(&result, &name, value)?;
    }
    Ok(result.into_obj())
}
