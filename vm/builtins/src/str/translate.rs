//! `str.translate` and `str.maketrans`.

use object::{Args, Dict, Int, Obj, Res, Str, Vm};

use super::own;
use super::writer::StrWriter;

/// What stands for a code point: nothing, a text, or itself.
fn look_up(vm: &Vm, table: &Obj, c: u32) -> Res<Option<Obj>> {
    match vm.getitem(table, &vm.int(c.into())) {
        Ok(value) => Ok(Some(value)),
        Err(raised) if raised.is_instance(&vm.exc.lookup_error) => Ok(None),
        Err(raised) => Err(raised),
    }
}

fn write_mapped(vm: &Vm, out: &mut StrWriter, value: &Obj) -> Res<()> {
    if value.is(&vm.none) {
        return Ok(());
    }
    if let Some(int) = value.get::<Int>() {
        let c = int.small().and_then(|n| u32::try_from(n).ok()).filter(|&c| c < 0x110000);
        let Some(c) = c else { return Err(vm.value_error("character mapping must be in range(0x110000)")) };
        out.push(c);
        return Ok(());
    }
    match value.get::<Str>() {
        Some(text) => out.push_str(text),
        None => return Err(vm.type_error("character mapping must return integer, None or str")),
    }
    Ok(())
}

pub(super) fn translate(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let (s, table) = (own(vm, obj)?, &args.values[0]);
    let mut out = StrWriter::with_capacity(s.len());
    // What the table says of ASCII characters is asked once.
    let mut known: [Option<Option<Obj>>; 128] = [const { None }; 128];
    for c in s.code_points() {
        let mapped = match known.get_mut(c as usize) {
            Some(Some(mapped)) => mapped.clone(),
            Some(unknown) => {
                let mapped = look_up(vm, table, c)?;
                *unknown = Some(mapped.clone());
                mapped
            }
            None => look_up(vm, table, c)?,
        };
        match mapped {
            Some(value) => write_mapped(vm, &mut out, &value)?,
            None => out.push(c),
        }
    }
    Ok(out.finish(vm))
}

pub(super) fn maketrans(vm: &Vm, _obj: &Obj, args: Args<'_>) -> Res<Obj> {
    args.check_positional(vm, "maketrans", 1, 3)?;
    let table = vm.dict();
    let x = &args.values[0];
    let Some(y) = args.values.get(1) else {
        let Some(dict) = x.get::<Dict>().filter(|_| x.is_exactly(&vm.types.dict)) else {
            return Err(vm.type_error("if you give only one argument to maketrans it must be a dict"));
        };
        for (key, value) in dict.to_vec() {
            let key = match key.get::<Str>() {
                Some(text) => match (text.len(), text.code_point(0)) {
                    (1, Some(c)) => vm.int(c.into()),
                    _ => {
                        return Err(vm.value_error("string keys in translatetable must be of length 1"));
                    }
                },
                None if key.get::<Int>().is_some() => key,
                None => return Err(vm.type_error("keys in translate table mustbe strings or integers")),
            };
            vm.dict_set(&table, &key, value)?;
        }
        return Ok(table.into_obj());
    };
    let y = vm.str_arg("maketrans", "argument 2", y)?;
    let z = args.values.get(2).map(|z| vm.str_arg("maketrans", "argument 3", z)).transpose()?;
    let Some(x) = x.get::<Str>() else {
        return Err(vm.type_error("first maketrans argument must be a string if there is a second argument"));
    };
    if x.len() != y.len() {
        return Err(vm.value_error("the first two maketrans arguments must have equal length"));
    }
    for (from, to) in x.code_points().zip(y.code_points()) {
        vm.dict_set(&table, &vm.int(from.into()), vm.int(to.into()))?;
    }
    for c in z.iter().flat_map(|z| z.code_points()) {
        vm.dict_set(&table, &vm.int(c.into()), vm.none.clone())?;
    }
    Ok(table.into_obj())
}
