//! `print`, `input`, `open`, `breakpoint`.

use object::{Args, NativeDef, Obj, Params, Res, Str, Vm};

pub(super) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::keywords(
        "breakpoint",
        breakpoint,
        "($module, /, *args, **kws)\n--\n\nCall sys.breakpointhook(*args, **kws).\n\nsys.breakpointhook() must accept whatever arguments are passed.\n\nBy default, this drops you into the pdb debugger.",
    ),
    NativeDef::positional(
        "input",
        input,
        "($module, prompt=\'\', /)\n--\n\nRead a string from standard input.  The trailing newline is stripped.\n\nThe prompt string, if given, is printed to standard output without a\ntrailing newline before reading input.\n\nIf the user hits EOF (*nix: Ctrl-D, Windows: Ctrl-Z+Return), raise EOFError.\nOn *nix systems, readline is used if available.",
    ),
    NativeDef::keywords(
        "print",
        print,
        "($module, /, *args, sep=\' \', end=\'\\n\', file=None, flush=False)\n--\n\nPrints the values to a stream, or to sys.stdout by default.\n\n  sep\n    string inserted between values, default a space.\n  end\n    string appended after the last value, default a newline.\n  file\n    a file-like object (stream); defaults to the current sys.stdout.\n  flush\n    whether to forcibly flush the stream.",
    ),
];

/// An attribute of the module `sys`, if it is there.
fn sys_attribute(vm: &Vm, name: &str) -> Res<Option<Obj>> {
    match vm.hooks.import.get() {
        Some(import) => vm.getattr_optional(&import(vm, "sys")?, &vm.intern(name)),
        None => Ok(None),
    }
}

static PRINT: Params<4> = Params::new("print", ["sep", "end", "file", "flush"]).keyword_only(0);

fn print(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let values = args.pos();
    let [sep, end, file, flush] =
        PRINT.bind(vm, Args { values: &args.values[values.len()..], kwnames: args.kwnames })?;
    let text = |given: Option<&Obj>, name: &str| -> Res<Option<Obj>> {
        match given.filter(|g| !g.is(&vm.none)) {
            Some(text) if text.get::<Str>().is_none() => {
                Err(vm.type_error(format!("{name} must be None or a string, not {}", text.ty().name())))
            }
            other => Ok(other.cloned()),
        }
    };
    let (sep, end) = (text(sep, "sep")?, text(end, "end")?);
    let file = match file.filter(|f| !f.is(&vm.none)) {
        Some(file) => file.clone(),
        None => match sys_attribute(vm, "stdout")? {
            Some(stdout) => stdout,
            None => return Err(vm.runtime_error("lost sys.stdout")),
        },
    };
    if file.is(&vm.none) {
        return Ok(vm.none.clone());
    }
    let write = vm.getattr(&file, &vm.names.write)?;
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            match &sep {
                Some(sep) => vm.call1(&write, sep)?,
                None => vm.call1(&write, &vm.str_of_code_point(' '.into()))?,
            };
        }
        vm.call1(&write, &vm.str_of(value)?)?;
    }
    match &end {
        Some(end) => vm.call1(&write, end)?,
        None => vm.call1(&write, &vm.str_of_code_point('\n'.into()))?,
    };
    if let Some(flush) = flush
        && vm.is_true(flush)?
    {
        vm.call_method(&file, &vm.names.flush, &[])?;
    }
    Ok(vm.none.clone())
}

fn input(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [prompt] = args.unpack::<1>(vm, "input", 0)?;
    let stream = |name: &str| -> Res<Obj> {
        match sys_attribute(vm, name)? {
            Some(stream) if !stream.is(&vm.none) => Ok(stream),
            _ => Err(vm.runtime_error(format!("input(): lost sys.{name}"))),
        }
    };
    let (stdin, stdout) = (stream("stdin")?, stream("stdout")?);
    if let Some(stderr) = sys_attribute(vm, "stderr")?.filter(|s| !s.is(&vm.none)) {
        vm.call_method(&stderr, &vm.names.flush, &[])?;
    }
    if let Some(prompt) = prompt {
        vm.call_method(&stdout, &vm.names.write, &[vm.str_of(prompt)?])?;
    }
    // What cannot be flushed is no hindrance.
    let _ = vm.call_method(&stdout, &vm.names.flush, &[]);
    let line = vm.call_method(&stdin, &vm.names.readline, &[])?;
    let Some(text) = line.get::<Str>() else {
        return Err(vm.type_error("object.readline() returned non-string"));
    };
    match text.len() {
        0 => Err(vm.eof_error("EOF when reading a line")),
        n if text.code_point(n - 1) == Some(10) => Ok(text.substring(&vm.types.str, 0, n - 1).into_obj()),
        _ => Ok(line.clone()),
    }
}

fn breakpoint(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    match sys_attribute(vm, "breakpointhook")? {
        Some(hook) => vm.call_args(&hook, args),
        None => Err(vm.runtime_error("lost sys.breakpointhook")),
    }
}
