//! `SRE_Template`: a replacement with references to groups.

use object::{Args, Bytes, Int, Layout as _, List, NativeType, Obj, Payload, Ref, Res, Str, Visitor, Vm};

use super::matched::Match;
use super::pattern::Pattern;

/// The payload of `SRE_Template`.
pub(super) struct Template {
    /// What stands before the first group.
    pub literal: Obj,
    /// Groups, each with what stands behind it unless that is empty.
    pub items: Box<[(usize, Option<Obj>)]>,
}

impl Payload for Template {
    const NAME: &'static str = "SRE_Template";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.literal);
        self.items.iter().filter_map(|(_, literal)| literal.as_ref()).for_each(visit);
    }
}

pub(super) static TEMPLATE: NativeType =
    NativeType::new("SRE_Template", Template::VTABLE).module("_sre").size(40, 16);

/// `_sre.template(pattern, [literal, group, literal, …])`
pub(super) fn template(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [_, parts] = args.exact(vm, "template")?;
    let Some(parts) = parts.get::<List>() else {
        return Err(vm.bad_argument("template", "argument 2", "list", parts));
    };
    let parts = parts.0.to_vec();
    let invalid = || vm.type_error("invalid template");
    let (literal, rest) = parts.split_first().ok_or_else(invalid)?;
    if rest.len() % 2 != 0 {
        return Err(invalid());
    }
    let items = rest.chunks_exact(2).map(|pair| {
        if !pair[0].is_payload::<Int>() {
            return Err(vm.type_error("an integer is required"));
        }
        let group = usize::try_from(vm.as_isize(&pair[0])?).map_err(|_| invalid())?;
        Ok((group, Some(pair[1].clone()).filter(|literal| !is_empty(literal))))
    });
    let payload = Template { literal: literal.clone(), items: items.collect::<Res<_>>()? };
    Ok(Ref::new(vm.native_type(&TEMPLATE), payload).into_obj())
}

fn is_empty(literal: &Obj) -> bool {
    literal.get::<Str>().is_some_and(Str::is_empty) || literal.get::<Bytes>().is_some_and(|b| b.0.is_empty())
}

/// The template of a replacement, which `re` itself parses.
pub(super) fn compile(vm: &Vm, pattern: &Ref<Pattern>, replacement: &Obj) -> Res<Ref<Template>> {
    let Some(import) = vm.hooks.import.get() else { return Err(vm.runtime_error("nothing can be imported")) };
    let function = vm.getattr_text(&import(vm, "re")?, "_compile_template")?;
    let mut result = vm.call(&function, &[pattern.as_obj().clone(), replacement.clone()]);
    if let Err(raised) = &result
        && raised.is_instance(&vm.exc.type_error)
        && let Some(plain) = plain(vm, replacement)?
    {
        result = vm.call(&function, &[pattern.as_obj().clone(), plain]);
    }
    result?.into_ref::<Template>().map_err(|other| {
        let name = other.ty().name().to_string();
        vm.runtime_error(format!("the result of compiling a replacement string is {name}"))
    })
}

/// A replacement as an exact `str` or `bytes`, if it is none and can be made one: those can be hashed.
fn plain(vm: &Vm, replacement: &Obj) -> Res<Option<Obj>> {
    if let Some(text) = replacement.get::<Str>() {
        let is_plain = replacement.is_exactly(&vm.types.str);
        return Ok((!is_plain).then(|| text.substring(&vm.types.str, 0, text.len()).into_obj()));
    }
    if replacement.is_exactly(&vm.types.bytes) {
        return Ok(None);
    }
    Ok(builtins::bytes::buffer::with_bytes(replacement, <[u8]>::to_vec).map(|bytes| vm.bytes(&bytes)))
}

/// The replacement for a match.
pub(super) fn expand(vm: &Vm, template: &Template, found: &Match) -> Res<Obj> {
    if template.items.is_empty() {
        return Ok(template.literal.clone());
    }
    let mut parts = vec![template.literal.clone()];
    for (group, literal) in &template.items {
        let Some(text) = found.slice(vm, *group, &vm.none)? else {
            return Err(vm.index_error("no such group"));
        };
        if !text.is(&vm.none) {
            parts.push(text);
        }
        parts.extend(literal.clone());
    }
    let joiner = if template.literal.get::<Str>().is_some() { vm.str("") } else { vm.bytes(b"") };
    join(vm, &joiner, parts)
}

/// `joiner.join(parts)`
pub(super) fn join(vm: &Vm, joiner: &Obj, parts: Vec<Obj>) -> Res<Obj> {
    if joiner.is_exactly(&vm.types.str)
        && let Some(views) = parts.iter().map(|part| part.get::<Str>()).collect::<Option<Vec<_>>>()
    {
        return match &parts[..] {
            [] => Ok(vm.str("")),
            [only] if only.is_exactly(&vm.types.str) => Ok(only.clone()),
            _ => Ok(Str::join(&vm.types.str, &views).into_obj()),
        };
    }
    vm.call_method(joiner, &vm.intern("join"), &[vm.list(parts)])
}
