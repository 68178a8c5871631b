//! `StringIO` (`stringio.c`).

use std::cell::{Cell, RefCell};

use object::{
    Args, GetSetDef, Layout as _, NativeDef, NativeType, Obj, Params, Payload, Ref, Res, Str, Tuple, Vm,
};

use super::base::TEXT_BASE;
use super::newline::{CR, Ends, LF, Newlines};
use super::size_arg;

/// The payload of `StringIO`. A borrow never spans a call into Python.
pub(super) struct Text {
    points: RefCell<Vec<u32>>,
    place: Cell<usize>,
    state: Cell<State>,
    newline: Cell<Newline>,
    newlines: RefCell<Option<Newlines>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Closed,
}

/// The argument `newline`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Newline {
    /// `None`
    Translate,
    /// `''`
    Keep,
    Lf,
    Cr,
    CrLf,
}

impl Newline {
    fn text(self) -> Option<&'static str> {
        match self {
            Newline::Translate => None,
            Newline::Keep => Some(""),
            Newline::Lf => Some("\n"),
            Newline::Cr => Some("\r"),
            Newline::CrLf => Some("\r\n"),
        }
    }

    fn ends(self) -> Ends {
        match self {
            Newline::Translate | Newline::Lf => Ends::Lf,
            Newline::Keep => Ends::Universal,
            Newline::Cr => Ends::Cr,
            Newline::CrLf => Ends::CrLf,
        }
    }
}

impl Payload for Text {
    const NAME: &'static str = "StringIO";
    const TRACKED: bool = false;
}

pub(super) static STRING_IO: NativeType = NativeType::new("StringIO", Text::VTABLE)
    .module("_io")
    .base(|vm| vm.native_type(&TEXT_BASE).clone())
    .subclassable()
    .with_dict()
    .doc("(initial_value='', newline='\\n')\n--\n\nText I/O implementation using an in-memory buffer.\n\nThe initial_value argument sets the value of object.  The newline\nargument is like the one of TextIOWrapper's constructor.")
    .size(120, 0)
    .offsets(104, 112)
    .slots(|s| {
        s.new.set(Some(|_, class, _| {
            let text = Text {
                points: RefCell::default(),
                place: Cell::default(),
                state: Cell::new(State::New),
                newline: Cell::new(Newline::Lf),
                newlines: RefCell::default(),
            };
            Ok(Ref::new(class, text).into_obj())
        }));
        s.init.set(Some(init));
        s.iternext.set(Some(next));
    })
    .methods(&[
    NativeDef::no_args("close", close, "($self, /)\n--\n\nClose the IO object.\n\nAttempting any further operation after the object is closed\nwill raise a ValueError.\n\nThis method has no effect if the file is already closed."),
    NativeDef::no_args("getvalue", getvalue, "($self, /)\n--\n\nRetrieve the entire contents of the object."),
    NativeDef::positional("read", read, "($self, size=-1, /)\n--\n\nRead at most size characters, returned as a string.\n\nIf the argument is negative or omitted, read until EOF\nis reached. Return an empty string at EOF."),
    NativeDef::positional("readline", readline, "($self, size=-1, /)\n--\n\nRead until newline or EOF.\n\nReturns an empty string if EOF is hit immediately."),
    NativeDef::no_args("tell", |vm, o, _| own(vm, o).map(|t| vm.int(t.place.get() as i64)), "($self, /)\n--\n\nTell the current file position."),
    NativeDef::positional("truncate", truncate, "($self, pos=None, /)\n--\n\nTruncate size to pos.\n\nThe pos argument defaults to the current file position, as\nreturned by tell().  The current file position is unchanged.\nReturns the new absolute position."),
    NativeDef::positional("seek", seek, "($self, pos, whence=0, /)\n--\n\nChange stream position.\n\nSeek to character offset pos relative to position indicated by\nwhence:\n    0  Start of stream (the default).  pos should be >= 0;\n    1  Current position - pos must be 0;\n    2  End of stream - pos must be 0.\nReturns the new absolute position."),
    NativeDef::one("write", write, "($self, s, /)\n--\n\nWrite string to file.\n\nReturns the number of characters written, which is always equal to\nthe length of the string."),
    NativeDef::no_args("seekable", |vm, o, _| own(vm, o).map(|_| vm.true_.clone()), "($self, /)\n--\n\nReturns True if the IO object can be seeked."),
    NativeDef::no_args("readable", |vm, o, _| own(vm, o).map(|_| vm.true_.clone()), "($self, /)\n--\n\nReturns True if the IO object can be read."),
    NativeDef::no_args("writable", |vm, o, _| own(vm, o).map(|_| vm.true_.clone()), "($self, /)\n--\n\nReturns True if the IO object can be written."),
    NativeDef::no_args("__getstate__", getstate, "($self, /)\n--\n\n"),
    NativeDef::one("__setstate__", setstate, "($self, state, /)\n--\n\n"),
    ])
    .getset(&[
        GetSetDef::read_only("closed", |vm, o| Ok(vm.bool(ready(vm, o)?.state.get() == State::Closed)), ""),
        GetSetDef::read_only(
            "newlines",
            |vm, o| {
                let seen = own(vm, o)?.newlines.borrow().as_ref().map(|newlines| newlines.seen.get());
                Ok(seen.map_or_else(|| vm.none.clone(), |seen| seen.to_object(vm)))
            },
            "",
        ),
        GetSetDef::read_only("line_buffering", |vm, o| own(vm, o).map(|_| vm.false_.clone()), ""),
    ]);

fn ready<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Text> {
    match obj.get::<Text>() {
        Some(text) if text.state.get() != State::New => Ok(text),
        Some(_) => Err(vm.value_error("I/O operation on uninitialized object")),
        None => Err(vm.type_error("a StringIO is needed")),
    }
}

/// The payload, if the object is open.
fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Text> {
    let text = ready(vm, obj)?;
    if text.state.get() == State::Closed {
        return Err(vm.value_error("I/O operation on closed file"));
    }
    Ok(text)
}

static INIT: Params<2> = Params::new("StringIO", ["initial_value", "newline"]);

fn init(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<()> {
    let [initial, newline] = INIT.bind(vm, args)?;
    let newline = match newline {
        None => Newline::Lf,
        Some(given) if given.is(&vm.none) => Newline::Translate,
        Some(given) => {
            let Some(text) = given.get::<Str>() else {
                return Err(vm.type_error(format!("newline must be str or None, not {}", given.ty().name())));
            };
            match &*text.to_text_lossy() {
                "" => Newline::Keep,
                "\n" => Newline::Lf,
                "\r" => Newline::Cr,
                "\r\n" => Newline::CrLf,
                _ => return Err(vm.value_error(format!("illegal newline value: {}", vm.repr_text(given)?))),
            }
        }
    };
    let initial = initial.filter(|initial| !initial.is(&vm.none));
    if let Some(initial) = initial
        && initial.get::<Str>().is_none()
    {
        let got = initial.ty().name();
        return Err(vm.type_error(format!("initial_value must be str or None, not {got}")));
    }
    let Some(text) = obj.get::<Text>() else { return Ok(()) };
    text.newline.set(newline);
    let universal = matches!(newline, Newline::Translate | Newline::Keep);
    let translate = newline == Newline::Translate;
    text.newlines.replace(universal.then(|| Newlines { translate, ..Newlines::default() }));
    text.points.take();
    text.place.set(0);
    text.state.set(State::Open);
    if let Some(initial) = initial.and_then(|initial| initial.downcast::<Str>()) {
        text.write(vm, initial)?;
    }
    text.place.set(0);
    Ok(())
}

impl Text {
    fn write(&self, vm: &Vm, given: &Ref<Str>) -> Res<()> {
        let decoded = match &*self.newlines.borrow() {
            Some(newlines) => newlines.decode(vm, given, true),
            None => given.clone(),
        };
        let mut new: Vec<u32> = decoded.code_points().collect();
        // Writing turns `\n` into what ends lines here.
        match self.newline.get() {
            Newline::Cr => new.iter_mut().filter(|c| **c == LF).for_each(|c| *c = CR),
            Newline::CrLf => {
                new = new.into_iter().flat_map(|c| if c == LF { vec![CR, LF] } else { vec![c] }).collect()
            }
            _ => {}
        }
        let mut points = self.points.borrow_mut();
        let place = self.place.get();
        let end = place.saturating_add(new.len());
        if new.is_empty() {
            return Ok(());
        }
        if end > points.len() {
            vm.check_alloc(end.saturating_mul(4))?;
            points.resize(end, 0);
        }
        points[place..end].copy_from_slice(&new);
        self.place.set(end);
        Ok(())
    }

    /// The next characters, as many as there are and are asked for.
    fn take(&self, vm: &Vm, most: Option<usize>) -> Obj {
        let points = self.points.borrow();
        let rest = points.get(self.place.get()..).unwrap_or_default();
        let taken = &rest[..most.unwrap_or(rest.len()).min(rest.len())];
        self.place.set(self.place.get() + taken.len());
        Str::from_code_points(&vm.types.str, taken).into_obj()
    }

    fn line(&self, vm: &Vm, most: Option<usize>) -> Obj {
        let end = {
            let points = self.points.borrow();
            let rest = points.get(self.place.get()..).unwrap_or_default();
            self.newline.get().ends().find(rest.iter().copied()).unwrap_or(rest.len())
        };
        self.take(vm, Some(most.map_or(end, |most| most.min(end))))
    }
}

fn most(vm: &Vm, size: Option<&Obj>) -> Res<Option<usize>> {
    Ok(size_arg(vm, size)?.and_then(|size| usize::try_from(size).ok()))
}

fn next(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let text = own(vm, obj)?;
    let line = if obj.is_exactly(vm.native_type(&STRING_IO)) {
        text.line(vm, None)
    } else {
        let line = vm.call_method(obj, &vm.names.readline, &[])?;
        if line.get::<Str>().is_none() {
            let got = line.ty().name();
            let message = format!("readline() should have returned a str object, not '{got}'");
            return Err(vm.raise_text(&vm.exc.os_error, &message));
        }
        line
    };
    Ok(if vm.len(&line)? == 0 { None } else { Some(line) })
}

fn close(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let text = obj.get::<Text>().ok_or_else(|| vm.type_error("a StringIO is needed"))?;
    text.state.set(State::Closed);
    text.points.take();
    Ok(vm.none.clone())
}

fn getvalue(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    Ok(Str::from_code_points(&vm.types.str, &own(vm, obj)?.points.borrow()).into_obj())
}

fn read(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let text = own(vm, obj)?;
    let [size] = args.unpack::<1>(vm, "read", 0)?;
    Ok(text.take(vm, most(vm, size)?))
}

fn readline(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let text = own(vm, obj)?;
    let [size] = args.unpack::<1>(vm, "readline", 0)?;
    Ok(text.line(vm, most(vm, size)?))
}

fn truncate(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [size] = args.unpack::<1>(vm, "truncate", 0)?;
    let text = own(vm, obj)?;
    let size = size_arg(vm, size)?.unwrap_or(text.place.get() as i64);
    let Ok(length) = usize::try_from(size) else {
        return Err(vm.value_error(format!("Negative size value {size}")));
    };
    text.points.borrow_mut().truncate(length);
    Ok(vm.int(size))
}

fn seek(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [place, whence] = args.unpack::<2>(vm, "seek", 1)?;
    let text = own(vm, obj)?;
    let place = vm.as_isize(place.unwrap_or(&vm.none))?;
    let whence = whence.map_or(Ok(0), |whence| vm.as_i32(whence))?;
    let place = match whence {
        0 if place < 0 => return Err(vm.value_error(format!("Negative seek position {place}"))),
        0 => place as usize,
        1 | 2 if place != 0 => {
            return Err(vm.raise_text(&vm.exc.os_error, "Can't do nonzero cur-relative seeks"));
        }
        1 => text.place.get(),
        2 => text.points.borrow().len(),
        _ => return Err(vm.value_error(format!("Invalid whence ({whence}, should be 0, 1 or 2)"))),
    };
    text.place.set(place);
    Ok(vm.int(place as i64))
}

fn write(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let text = ready(vm, obj)?;
    let Some(given) = args.values[0].downcast::<Str>() else {
        return Err(vm.type_error(format!("string argument expected, got '{}'", args.values[0].ty().name())));
    };
    own(vm, obj)?;
    text.write(vm, given)?;
    Ok(vm.int(given.len() as i64))
}

fn getstate(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let value = getvalue(vm, obj, args)?;
    let text = own(vm, obj)?;
    let newline = text.newline.get().text().map_or_else(|| vm.none.clone(), |newline| vm.str(newline));
    let dict = vm.instance_dict(obj).filter(|dict| !dict.is_empty());
    let dict = dict.map_or_else(
        || vm.none.clone(),
        |dict| {
            let copy = vm.dict();
            copy.copy_from(&dict);
            copy.into_obj()
        },
    );
    Ok(vm.tuple([value, newline, vm.int(text.place.get() as i64), dict]))
}

fn setstate(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let state = &args.values[0];
    if let Some(text) = obj.get::<Text>()
        && text.state.get() == State::Closed
    {
        return Err(vm.value_error("__setstate__ on closed file"));
    }
    let Some([value, newline, place, dict, ..]) = state.get::<Tuple>().map(|state| state.items()) else {
        let (class, got) = (obj.ty().name(), state.ty().name());
        return Err(vm.type_error(format!("{class}.__setstate__ argument should be 4-tuple, got {got}")));
    };
    init(vm, obj, Args::positional(&[vm.none.clone(), newline.clone()]))?;
    let text = own(vm, obj)?;
    let Some(value) = value.get::<Str>() else {
        return Err(vm.type_error(format!("initial_value must be str or None, not {}", value.ty().name())));
    };
    // The value is what the buffer held: no line ends are translated again.
    text.points.replace(value.code_points().collect());
    if place.get::<object::Int>().is_none() {
        let got = place.ty().name();
        return Err(vm.type_error(format!("third item of state must be an integer, got {got}")));
    }
    let Ok(place) = usize::try_from(vm.as_isize(place)?) else {
        return Err(vm.value_error("position value cannot be negative"));
    };
    text.place.set(place);
    super::update_dict(vm, obj, dict, "fourth item of state should be a dict, got a ")
}
