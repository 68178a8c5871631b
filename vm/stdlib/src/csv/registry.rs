//! Dialects by name, and the limit of fields.

use std::cell::Cell;

use object::{Args, Dict, Obj, ObjCell, Params, Ref, Res, Str, Vm};

use super::{dialect, error};

/// What the module keeps for a machine.
pub(super) struct State {
    dialects: ObjCell,
    /// The most characters of a field.
    pub limit: Cell<usize>,
}

impl Default for State {
    fn default() -> State {
        State { dialects: ObjCell::default(), limit: Cell::new(128 * 1024) }
    }
}

/// `_csv._dialects`
pub(super) fn dialects(vm: &Vm) -> Ref<Dict> {
    let place = &vm.state::<State>().dialects;
    match place.get().and_then(|dict| dict.into_ref().ok()) {
        Some(dict) => dict,
        None => {
            let dict = vm.dict();
            place.set(Some(dict.as_obj().clone()));
            dict
        }
    }
}

/// The dialect of a name.
pub(super) fn get(vm: &Vm, name: &Obj) -> Res<Obj> {
    vm.dict_get(&dialects(vm), name)?.ok_or_else(|| error(vm, "unknown dialect"))
}

fn name_arg<'a>(vm: &'a Vm, args: Args<'a>, function: &'static str) -> Res<&'a Obj> {
    let params: Params<1> = Params::new(function, ["name"]).required(1);
    Ok(params.bind(vm, args)?[0].unwrap_or(&vm.none))
}

pub(super) fn get_dialect(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    get(vm, name_arg(vm, args, "get_dialect")?)
}

pub(super) fn unregister(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    match vm.dict_remove(&dialects(vm), name_arg(vm, args, "unregister_dialect")?)? {
        Some(_) => Ok(vm.none.clone()),
        None => Err(error(vm, "unknown dialect")),
    }
}

pub(super) fn register(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    args.check_positional(vm, "register_dialect", 1, 2)?;
    let name = &args.values[0];
    if !name.is_payload::<Str>() {
        return Err(vm.type_error("dialect name must be a string"));
    }
    let made = dialect::of(vm, args.pos().get(1), args)?;
    vm.dict_set(&dialects(vm), name, made.into_obj())?;
    Ok(vm.none.clone())
}

pub(super) fn list(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    Ok(vm.list(dialects(vm).to_vec().into_iter().map(|(name, _)| name).collect()))
}

pub(super) fn field_size_limit(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<1> = Params::new("field_size_limit", ["new_limit"]);
    let place = &vm.state::<State>().limit;
    let old = vm.int(place.get() as i64);
    if let [Some(new)] = PARAMS.bind(vm, args)? {
        if !new.is_exactly(&vm.types.int) {
            return Err(vm.type_error("limit must be an integer"));
        }
        place.set(usize::try_from(vm.as_isize(new)?).unwrap_or(0));
    }
    Ok(old)
}
