//! `_tokenize` (`Python/Python-tokenize.c`): the type that `tokenize` gets its tokens from. The tokens are the compiler's.

use std::cell::RefCell;

use builtins::bytes::buffer;
use object::vm::{ProgramToken, TokenProblem};
use object::{
    Args, Layout as _, NativeType, Obj, ObjCell, Params, Payload, Raised, Ref, Res, Str, Type, Visitor, Vm,
};

use crate::module::NativeModule;

/// The module.
pub static MODULE: NativeModule =
    NativeModule::new("_tokenize", "").types(&[("TokenizerIter", |vm| vm.native_type(&TOKENIZER).clone())]);

/// The payload of `TokenizerIter`.
struct Tokenizer {
    /// Gives the lines, until they have been read.
    readline: ObjCell,
    /// The encoding of lines that are bytes.
    encoding: Option<String>,
    rest: RefCell<Rest>,
}

/// What was read and not given out yet.
#[derive(Default)]
struct Rest {
    tokens: std::vec::IntoIter<ProgramToken>,
    problem: Option<TokenProblem>,
    /// The last line, which the next token may share.
    line: Option<Obj>,
}

impl Payload for Tokenizer {
    const NAME: &'static str = "TokenizerIter";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.readline.trace(visit);
    }
    fn clear(&self) {
        self.readline.set(None);
    }
}

static TOKENIZER: NativeType =
    NativeType::new("TokenizerIter", Tokenizer::VTABLE).module("_tokenize").size(64, 0).slots(|s| {
        s.new.set(Some(new));
        s.iter.set(Some(|_, obj| Ok(obj.clone())));
        s.iternext.set(Some(next));
    });

static NEW: Params<3> = Params::new("tokenizeriter", ["readline", "extra_tokens", "encoding"])
    .keyword_only(1)
    .required(1)
    .required_keywords(1);

fn new(vm: &Vm, class: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let [readline, extra, encoding] = NEW.bind(vm, args)?;
    if !extra.map_or(Ok(false), |extra| vm.is_true(extra))? {
        return Err(vm.not_implemented_error("bytelens gives out tokens with extra_tokens alone"));
    }
    let encoding = encoding.map(|encoding| vm.str_arg("tokenizeriter", "argument 'encoding'", encoding));
    let payload = Tokenizer {
        readline: ObjCell::new(readline.cloned()),
        encoding: encoding.transpose()?.map(|encoding| encoding.to_text_lossy().into_owned()),
        rest: RefCell::default(),
    };
    Ok(Ref::new(class, payload).into_obj())
}

fn next(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let Some(own) = obj.get::<Tokenizer>() else { return Ok(None) };
    if let Some(readline) = own.readline.take() {
        let text = read_all(vm, own, &readline)?;
        let Some(compiler) = vm.hooks.compile.borrow().clone() else {
            return Err(vm.system_error("there is no compiler"));
        };
        let (tokens, problem) = compiler.tokens(&text);
        own.rest.replace(Rest { tokens: tokens.into_iter(), problem, line: None });
    }
    let mut rest = own.rest.borrow_mut();
    match rest.tokens.next() {
        Some(token) => Ok(Some(tuple(vm, token, &mut rest.line))),
        None => match rest.problem.take() {
            Some(problem) => Err(raised(vm, &problem)),
            None => Ok(None),
        },
    }
}

/// What `readline` gives until it gives nothing or stops.
fn read_all(vm: &Vm, own: &Tokenizer, readline: &Obj) -> Res<String> {
    let mut text = String::new();
    loop {
        let line = match vm.call(readline, &[]) {
            Err(raised) if raised.is_instance(&vm.exc.stop_iteration) => return Ok(text),
            line => line?,
        };
        let before = text.len();
        match (&own.encoding, line.get::<Str>()) {
            (None, Some(line)) => text.push_str(&line.to_text_lossy()),
            (Some(encoding), None) if buffer::has_bytes(&line) => {
                let decode = vm.intern("decode");
                let decoded = vm.call_method(&line, &decode, &[vm.str(encoding), vm.str("replace")])?;
                text.push_str(&vm.str_text(&decoded)?);
            }
            (None, None) => return Err(vm.type_error("readline() returned a non-string object")),
            (Some(_), _) => return Err(vm.type_error("readline() returned a non-bytes object")),
        }
        if text.len() == before {
            return Ok(text);
        }
    }
}

fn tuple(vm: &Vm, token: ProgramToken, last: &mut Option<Obj>) -> Obj {
    let place = |(row, column): (u32, u32)| vm.tuple([vm.int(row.into()), vm.int(column.into())]);
    let same = last.take().filter(|last| last.get::<Str>().is_some_and(|last| last.is_text(&token.line)));
    let line = same.unwrap_or_else(|| vm.str(&token.line));
    *last = Some(line.clone());
    let (start, end) = (place(token.start), place(token.end));
    vm.tuple([vm.int(token.kind.into()), vm.str(&token.text), start, end, line])
}

fn raised(vm: &Vm, problem: &TokenProblem) -> Raised {
    if !problem.is_end {
        return vm.syntax_error(&problem.error);
    }
    let raised = vm.raise_class(vm.exc.syntax_error.as_obj(), &[vm.str(&problem.error.message)]);
    let places = [("lineno", problem.error.line), ("offset", problem.error.offset)];
    for (name, value) in places {
        let value = value.map_or_else(|| vm.none.clone(), |value| vm.int(value));
        if let Err(other) = vm.setattr(&raised.0, &vm.intern(name), &value) {
            return other;
        }
    }
    let name = vm.str(&problem.error.filename);
    if let Err(other) = vm.setattr(&raised.0, &vm.intern("filename"), &name) {
        return other;
    }
    raised
}
