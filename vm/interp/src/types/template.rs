//! `string.templatelib.Template` and `Interpolation`: what t-strings make (PEP 750).

use object::types::{MemberDef, NativeDef, NativeType};
use object::{Args, Layout as _, Obj, Params, Payload, Raised, Ref, Res, Str, Tuple, Type, Vm};

/// The payload of `Template`.
pub struct Template {
    strings: Obj,
    interpolations: Obj,
}

impl Payload for Template {
    const NAME: &'static str = "Template";
    fn trace(&self, visit: &mut object::Visitor<'_>) {
        visit(&self.strings);
        visit(&self.interpolations);
    }
}

/// The payload of `Interpolation`.
pub struct Interpolation {
    value: Obj,
    expression: Obj,
    conversion: Obj,
    format_spec: Obj,
}

impl Payload for Interpolation {
    const NAME: &'static str = "Interpolation";
    fn trace(&self, visit: &mut object::Visitor<'_>) {
        for part in [&self.value, &self.expression, &self.conversion, &self.format_spec] {
            visit(part);
        }
    }
}

/// The type `string.templatelib.Template`.
pub static TEMPLATE: NativeType = NativeType::new("Template", Template::VTABLE)
    .module("string.templatelib")
    .doc("Template object")
    .slots(|s| {
        s.new.set(Some(make_template));
        s.repr.set(Some(template_repr));
        s.iter.set(Some(|vm, o| vm.iter(&vm.tuple(parts(vm, o)?))));
        s.sq_concat.set(Some(concat));
    })
    .members(&[
        MemberDef::read_only("strings", |vm, o| Ok(template(vm, o)?.strings.clone()), "Strings"),
        MemberDef::read_only(
            "interpolations",
            |vm, o| Ok(template(vm, o)?.interpolations.clone()),
            "Interpolations",
        ),
        MemberDef::read_only("values", values, "Values of interpolations"),
    ])
    .methods(&[
        NativeDef::no_args("__reduce__", reduce_template, "($self, /)\n--\n\n"),
        NativeDef::one("__class_getitem__", object::protocol::class_getitem, "See PEP 585").class_method(),
    ])
    .size(32, 0);

/// The type `string.templatelib.Interpolation`.
pub static INTERPOLATION: NativeType = NativeType::new("Interpolation", Interpolation::VTABLE)
    .module("string.templatelib")
    .doc("Interpolation object")
    .slots(|s| {
        s.new.set(Some(make_interpolation));
        s.repr.set(Some(interpolation_repr));
    })
    .methods(&[
        NativeDef::no_args("__reduce__", reduce_interpolation, "($self, /)\n--\n\n"),
        NativeDef::one(
            "__class_getitem__",
            object::protocol::class_getitem,
            "Interpolations are generic over the types of their values",
        )
        .class_method(),
    ])
    .members(&[
        MemberDef::read_only("value", |vm, o| Ok(interpolation(vm, o)?.value.clone()), "Value"),
        MemberDef::read_only(
            "expression",
            |vm, o| Ok(interpolation(vm, o)?.expression.clone()),
            "Expression",
        ),
        MemberDef::read_only(
            "conversion",
            |vm, o| Ok(interpolation(vm, o)?.conversion.clone()),
            "Conversion",
        ),
        MemberDef::read_only(
            "format_spec",
            |vm, o| Ok(interpolation(vm, o)?.format_spec.clone()),
            "Format specifier",
        ),
    ])
    .attributes(|vm, ty| {
        let names = ["value", "expression", "conversion", "format_spec"].map(|n| vm.intern(n).into_obj());
        ty.dict().set_str(&vm.names.__match_args__, vm.tuple(names));
    })
    .size(48, 0);

fn template<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Template> {
    obj.get::<Template>().ok_or_else(|| wrong(vm, "Template", obj))
}

fn interpolation<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Interpolation> {
    obj.get::<Interpolation>().ok_or_else(|| wrong(vm, "Interpolation", obj))
}

fn wrong(vm: &Vm, expected: &str, obj: &Obj) -> Raised {
    vm.type_error(format!("{expected} expected, not '{}'", obj.ty().name()))
}

pub(crate) fn new_template(vm: &Vm, strings: Obj, interpolations: Obj) -> Obj {
    Ref::new(vm.native_type(&TEMPLATE), Template { strings, interpolations }).into_obj()
}

pub(crate) fn new_interpolation(
    vm: &Vm,
    value: Obj,
    expression: Obj,
    conversion: Obj,
    format_spec: Obj,
) -> Obj {
    let payload = Interpolation { value, expression, conversion, format_spec };
    Ref::new(vm.native_type(&INTERPOLATION), payload).into_obj()
}

static INTERPOLATION_PARAMS: Params<4> =
    Params::new("Interpolation", ["value", "expression", "conversion", "format_spec"]).required(1);

/// `Interpolation(value, expression="", conversion=None, format_spec="")`
fn make_interpolation(vm: &Vm, _: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let [value, expression, conversion, format_spec] = INTERPOLATION_PARAMS.bind(vm, args)?;
    let text = |name: &str, arg: Option<&Obj>| match arg {
        None => Ok(vm.str("")),
        Some(text) => vm.str_arg("Interpolation", name, text).map(|text| text.clone().into_obj()),
    };
    let expression = text("argument 'expression'", expression)?;
    let conversion = conversion.filter(|conversion| !conversion.is(&vm.none));
    if let Some(conversion) = conversion {
        let name = vm.str_arg("Interpolation", "argument 'conversion'", conversion)?;
        if !["s", "a", "r"].into_iter().any(|known| name.is_text(known)) {
            let message = "Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'";
            return Err(vm.value_error(message));
        }
    }
    let format_spec = text("argument 'format_spec'", format_spec)?;
    let value = value.unwrap_or(&vm.none).clone();
    Ok(new_interpolation(vm, value, expression, conversion.unwrap_or(&vm.none).clone(), format_spec))
}

/// `Template(*args)`: strings next to each other are joined, and there is one around each interpolation.
fn make_template(vm: &Vm, _: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    if args.keywords().len() > 0 {
        return Err(vm.type_error("Template.__new__ only accepts *args arguments"));
    }
    let (mut strings, mut interpolations): (Vec<Ref<Str>>, Vec<Obj>) = (vec![vm.str_ref("")], Vec::new());
    for arg in args.pos() {
        if let Some(text) = arg.get::<Str>() {
            if let Some(last) = strings.last_mut() {
                *last = Str::concat(&vm.types.str, last, text);
            }
        } else if arg.get::<Interpolation>().is_some() {
            interpolations.push(arg.clone());
            strings.push(vm.str_ref(""));
        } else {
            return Err(vm.type_error(format!(
                "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {}",
                arg.ty().name()
            )));
        }
    }
    let strings: Vec<Obj> = strings.into_iter().map(Ref::into_obj).collect();
    Ok(new_template(vm, vm.tuple(strings), vm.tuple(interpolations)))
}

fn reduce_interpolation(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let own = interpolation(vm, obj)?;
    let parts = [&own.value, &own.expression, &own.conversion, &own.format_spec].map(Clone::clone);
    Ok(vm.tuple([obj.ty().as_obj().clone(), vm.tuple(parts)]))
}

fn reduce_template(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let own = template(vm, obj)?;
    let Some(import) = vm.hooks.import.get() else { return Err(vm.runtime_error("nothing can be imported")) };
    let unpickle = vm.getattr_text(&import(vm, "string.templatelib")?, "_template_unpickle")?;
    Ok(vm.tuple([unpickle, vm.tuple([own.strings.clone(), own.interpolations.clone()])]))
}

fn items(tuple: &Obj) -> &[Obj] {
    tuple.get::<Tuple>().map_or(&[], |t| t.items())
}

/// Strings that are not empty and interpolations, in order.
fn parts(vm: &Vm, obj: &Obj) -> Res<Vec<Obj>> {
    let own = template(vm, obj)?;
    let mut all = Vec::new();
    let mut interpolations = items(&own.interpolations).iter();
    for string in items(&own.strings) {
        if vm.len(string)? != 0 {
            all.push(string.clone());
        }
        all.extend(interpolations.next().cloned());
    }
    Ok(all)
}

fn values(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let own = template(vm, obj)?;
    let mut all = Vec::new();
    for part in items(&own.interpolations) {
        all.push(interpolation(vm, part)?.value.clone());
    }
    Ok(vm.tuple(all))
}

fn concat(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    let (Some(x), Some(y)) = (a.get::<Template>(), b.get::<Template>()) else {
        return Err(vm.type_error(format!(
            "can only concatenate string.templatelib.Template (not \"{}\") to string.templatelib.Template",
            b.ty().name()
        )));
    };
    let mut strings = items(&x.strings).to_vec();
    let tail = items(&y.strings);
    if let (Some(last), Some(first)) = (strings.pop(), tail.first()) {
        strings.push(vm.binary_op(object::protocol::NumberOp::Add, &last, first)?);
    }
    strings.extend(tail.iter().skip(1).cloned());
    let interpolations: Vec<Obj> =
        items(&x.interpolations).iter().chain(items(&y.interpolations)).cloned().collect();
    Ok(new_template(vm, vm.tuple(strings), vm.tuple(interpolations)))
}

fn template_repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let own = template(vm, obj)?;
    Ok(vm.str(&format!(
        "Template(strings={}, interpolations={})",
        vm.repr_text(&own.strings)?,
        vm.repr_text(&own.interpolations)?
    )))
}

fn interpolation_repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let own = interpolation(vm, obj)?;
    Ok(vm.str(&format!(
        "Interpolation({}, {}, {}, {})",
        vm.repr_text(&own.value)?,
        vm.repr_text(&own.expression)?,
        vm.repr_text(&own.conversion)?,
        vm.repr_text(&own.format_spec)?
    )))
}
