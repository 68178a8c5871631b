//! `cell` (CPython's `cellobject.c`).

use object::types::{CompareOp, GetSetDef, NativeType};
use object::{Args, CellObject, Layout as _, Obj, Raised, Ref, Res, Type, Vm};

/// What the type `cell` does.
pub static CELL: NativeType = NativeType::new("cell", CellObject::VTABLE)
    .doc("cell([contents])\n--\n\nCreate a new cell object.\n\n  contents\n    the contents of the cell. If not specified, the cell will be empty,\n    and \nfurther attempts to access its cell_contents attribute will\n    raise a ValueError.")
    .slots(|s| {
        s.new.set(Some(new));
        s.repr.set(Some(repr));
        s.richcompare.set(Some(compare));
    })
    .getset(&[GetSetDef::new("cell_contents", contents, set_contents, "")])
    .size(40, 0);

fn receiver<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a CellObject> {
    obj.get::<CellObject>().ok_or_else(|| wrong(vm, obj))
}

fn wrong(vm: &Vm, obj: &Obj) -> Raised {
    vm.type_error(format!("a cell was expected, not '{}'", obj.ty().name()))
}

fn new(vm: &Vm, ty: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    args.no_keywords(vm, "cell")?;
    let [value] = args.unpack(vm, "cell", 0)?;
    let cell = CellObject::default();
    cell.0.set(value.cloned());
    Ok(Ref::new(ty, cell).into_obj())
}

fn contents(vm: &Vm, obj: &Obj) -> Res<Obj> {
    receiver(vm, obj)?.0.get().ok_or_else(|| vm.value_error("cell is empty"))
}

fn set_contents(vm: &Vm, obj: &Obj, value: Option<&Obj>) -> Res<()> {
    receiver(vm, obj)?.0.set(value.cloned());
    Ok(())
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(vm.str(&match receiver(vm, obj)?.0.get() {
        None => format!("<cell at {:#x}: empty>", obj.id()),
        Some(value) => {
            format!("<cell at {:#x}: {} object at {:#x}>", obj.id(), value.ty().name(), value.id())
        }
    }))
}

/// By contents; an empty cell comes before all others.
fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let (Some(x), Some(y)) = (a.get::<CellObject>(), b.get::<CellObject>()) else {
        return Ok(vm.not_implemented.clone());
    };
    match (x.0.get(), y.0.get()) {
        (Some(x), Some(y)) => vm.compare(&x, &y, op),
        (x, y) => {
            let (x, y) = (x.is_some(), y.is_some());
            Ok(vm.bool(match op {
                CompareOp::Eq => x == y,
                CompareOp::Ne => x != y,
                CompareOp::Lt => !x & y,
                CompareOp::Le => x <= y,
                CompareOp::Gt => x & !y,
                CompareOp::Ge => x >= y,
            }))
        }
    }
}
