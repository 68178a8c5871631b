//! `SRE_Scanner`: a search that goes on where it stopped, what `finditer` iterates with.

use std::cell::Cell;

use object::{Layout as _, MemberDef, NativeDef, NativeType, Obj, Payload, Ref, Res, Visitor, Vm};

use super::engine::Anchor;
use super::matched;
use super::pattern::Pattern;
use super::subject::Subject;

/// The payload of `SRE_Scanner`.
struct Scanner {
    pattern: Ref<Pattern>,
    subject: Subject,
    /// Where the next match may start; nothing when there are no more.
    next: Cell<Option<usize>>,
    must_advance: Cell<bool>,
    executing: Cell<bool>,
}

impl Payload for Scanner {
    const NAME: &'static str = "SRE_Scanner";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(self.pattern.as_obj());
        self.subject.trace(visit);
    }
}

pub(super) static SCANNER: NativeType = NativeType::new("SRE_Scanner", Scanner::VTABLE)
    .module("_sre")
    .size(264, 0)
    .methods(&[
        NativeDef::no_args("match", |vm, obj, _| step(vm, obj, Anchor::Match), "($self, /)\n--\n\n"),
        NativeDef::no_args("search", |vm, obj, _| step(vm, obj, Anchor::Search), "($self, /)\n--\n\n"),
    ])
    .members(&[MemberDef::read_only("pattern", |vm, obj| Ok(own(vm, obj)?.pattern.as_obj().clone()), "")]);

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Scanner> {
    obj.get::<Scanner>().ok_or_else(|| vm.type_error("a scanner is needed"))
}

/// A scanner of a subject.
pub(super) fn new(vm: &Vm, pattern: &Ref<Pattern>, subject: Subject) -> Obj {
    let payload = Scanner {
        pattern: pattern.clone(),
        next: Cell::new(Some(subject.pos)),
        subject,
        must_advance: Cell::new(false),
        executing: Cell::new(false),
    };
    Ref::new(vm.native_type(&SCANNER), payload).into_obj()
}

fn step(vm: &Vm, obj: &Obj, anchor: Anchor) -> Res<Obj> {
    let own = own(vm, obj)?;
    if own.executing.get() {
        return Err(vm.value_error("regular expression scanner already executing"));
    }
    let Some(from) = own.next.get() else { return Ok(vm.none.clone()) };
    own.executing.set(true);
    let must_advance = own.must_advance.get();
    let found = own.subject.search(vm, &own.pattern, |searcher| searcher.run(from, anchor, must_advance));
    own.executing.set(false);
    let Some(found) = found? else {
        own.next.set(None);
        return Ok(vm.none.clone());
    };
    own.must_advance.set(found.is_empty());
    own.next.set(Some(found.end));
    Ok(matched::new(vm, &own.pattern, &own.subject, found))
}
