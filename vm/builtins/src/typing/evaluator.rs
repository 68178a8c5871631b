//! `_ConstEvaluator`: an evaluation function whose value is there already.

use object::{Layout as _, NativeType, Obj, Payload, Ref, Res, Tuple, Visitor, Vm};

/// The payload: the value.
struct Evaluator(Obj);

impl Payload for Evaluator {
    const NAME: &'static str = "_ConstEvaluator";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.0);
    }
}

/// `annotationlib.Format.STRING`
const FORMAT_STRING: i32 = 4;

static EVALUATOR: NativeType = NativeType::new("_ConstEvaluator", Evaluator::VTABLE)
    .module("_typing")
    .doc("()\n--\n\nInternal type for implementing evaluation functions.")
    .slots(|s| {
        s.repr.set(Some(|vm, obj| Ok(vm.str(&format!("<constevaluator {}>", vm.repr_text(value(obj))?)))));
        s.call.set(Some(|vm, obj, args| {
            args.no_keywords(vm, "constevaluator.__call__")?;
            let [format] = args.values else {
                return Err(vm.type_error(format!(
                    "constevaluator.__call__() takes exactly 1 argument ({} given)",
                    args.values.len()
                )));
            };
            if vm.as_i32(format)? == FORMAT_STRING {
                return Ok(vm.str(&source(vm, value(obj))?));
            }
            Ok(value(obj).clone())
        }));
    })
    .size(24, 0);

fn value(obj: &Obj) -> &Obj {
    obj.get::<Evaluator>().map_or(obj, |own| &own.0)
}

/// The value as it would be written.
fn source(vm: &Vm, value: &Obj) -> Res<String> {
    let Some(items) = value.get::<Tuple>() else { return crate::alias::type_repr(vm, value) };
    let items = items.iter().map(|item| crate::alias::type_repr(vm, item)).collect::<Res<Vec<_>>>()?;
    Ok(format!("({})", items.join(", ")))
}

/// An evaluator of this value.
pub(super) fn new(vm: &Vm, value: Obj) -> Obj {
    Ref::new(vm.native_type(&EVALUATOR), Evaluator(value)).into_obj()
}
