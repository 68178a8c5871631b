//! Arguments of native functions: counting and binding, with CPython's errors (`getargs.c`, Argument Clinic).
//!
//! ```ignore
//! static SPLIT: Params<2> = Params::new("split", ["sep", "maxsplit"]);
//! let [sep, maxsplit] = SPLIT.bind(vm, args)?;      // [Option<&Obj>; 2]
//!
//! static SORT: Params<2> = Params::new("sort", ["key", "reverse"]).keyword_only(0);
//! static ENUMERATE: Params<2> = Params::new("enumerate", ["iterable", "start"]).required(1);
//! static POW: Params<3> = Params::new("pow", ["base", "exp", "mod"]).required(2);
//! ```

use crate::raw::{Obj, Str};
use crate::suggest;
use crate::vm::{Args, Raised, Res, Vm};

/// The parameters of a native function that can be given by keyword.
pub struct Params<const N: usize> {
    function: &'static str,
    names: [&'static str; N],
    /// So many cannot be given by keyword.
    positional_only: usize,
    /// So many can be given by position.
    positional: usize,
    /// So many must be given.
    required: usize,
    /// Of the keyword-only ones, so many must be given.
    required_keywords: usize,
}

impl<const N: usize> Params<N> {
    /// Parameters that can all be given either way and left out.
    pub const fn new(function: &'static str, names: [&'static str; N]) -> Params<N> {
        Params { function, names, positional_only: 0, positional: N, required: 0, required_keywords: 0 }
    }
    /// The first `n` cannot be given by keyword.
    pub const fn positional_only(mut self, n: usize) -> Params<N> {
        self.positional_only = n;
        self
    }
    /// Those behind the first `n` can only be given by keyword.
    pub const fn keyword_only(mut self, n: usize) -> Params<N> {
        self.positional = n;
        self
    }
    /// The first `n` must be given.
    pub const fn required(mut self, n: usize) -> Params<N> {
        self.required = n;
        self
    }
    /// The first `n` of the keyword-only ones must be given.
    pub const fn required_keywords(mut self, n: usize) -> Params<N> {
        self.required_keywords = n;
        self
    }

    /// The argument for each parameter (`_PyArg_UnpackKeywords`).
    pub fn bind<'a>(&self, vm: &Vm, args: Args<'a>) -> Res<[Option<&'a Obj>; N]> {
        let pos = args.pos();
        let given = args.values.len();
        let mut bound = [None; N];
        if given > N {
            // CPython counts all arguments here, and says so if all were named.
            let kind = if pos.is_empty() { "keyword " } else { "" };
            let limit = N;
            return Err(vm.type_error(format!(
                "{}() takes at most {limit} {kind}argument{} ({given} given)",
                self.function,
                plural(limit)
            )));
        }
        if pos.len() > self.positional {
            if self.positional == 0 {
                return Err(vm.type_error(format!("{}() takes no positional arguments", self.function)));
            }
            let word = if self.required < self.positional { "at most" } else { "exactly" };
            return Err(vm.type_error(format!(
                "{}() takes {word} {} positional argument{} ({} given)",
                self.function,
                self.positional,
                plural(self.positional),
                pos.len()
            )));
        }
        if pos.len() < self.positional_only.min(self.required) {
            let least = self.positional_only.min(self.required);
            let word = if self.required < self.positional { "at least" } else { "exactly" };
            return Err(vm.type_error(format!(
                "{}() takes {word} {least} positional argument{} ({} given)",
                self.function,
                plural(least),
                pos.len()
            )));
        }
        for (place, value) in bound.iter_mut().zip(pos) {
            *place = Some(value);
        }
        // What is missing is reported first, then what is there twice, then what nobody knows.
        let (mut twice, mut unknown) = (None, None);
        for (name, value) in args.keywords() {
            match self.index_of(name) {
                Some(index) if index < pos.len() => twice = twice.or(Some(index)),
                Some(index) => bound[index] = Some(value),
                None => unknown = unknown.or(Some(name)),
            }
        }
        for (index, place) in bound.iter().enumerate() {
            let missing = index < self.required
                || (self.positional..self.positional + self.required_keywords).contains(&index);
            if missing && place.is_none() {
                if index < self.positional {
                    return Err(vm.type_error(format!(
                        "{}() missing required argument '{}' (pos {})",
                        self.function,
                        self.names[index],
                        index + 1
                    )));
                }
                return Err(vm.type_error(format!(
                    "{}() missing required keyword-only argument: '{}'",
                    self.function, self.names[index]
                )));
            }
        }
        if let Some(index) = twice {
            return Err(vm.type_error(format!(
                "argument for {}() given by name ('{}') and position ({})",
                self.function,
                self.names[index],
                index + 1
            )));
        }
        match unknown {
            Some(name) => Err(self.unexpected(vm, name)),
            None => Ok(bound),
        }
    }

    fn index_of(&self, name: &Obj) -> Option<usize> {
        let name = name.get::<Str>()?;
        let named = self.names.iter().enumerate().skip(self.positional_only);
        named.into_iter().find(|(_, n)| name.is_text(n)).map(|(i, _)| i)
    }

    fn unexpected(&self, vm: &Vm, name: &Obj) -> Raised {
        let Some(text) = name.get::<Str>() else { return vm.type_error("keywords must be strings") };
        let text = text.to_text_lossy();
        let near = suggest::closest(self.names.iter().skip(self.positional_only).copied(), &text);
        let hint = near.map(|near| format!(". Did you mean '{near}'?")).unwrap_or_default();
        let function = match self.function {
            "" => "this function".to_owned(),
            name => format!("{name}()"),
        };
        vm.type_error(format!("{function} got an unexpected keyword argument '{text}'{hint}"))
    }
}

/// Whether two slots hold the same function.
fn same<F: PartialEq>(a: Option<F>, b: Option<F>) -> bool {
    a == b
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

impl<'a> Args<'a> {
    /// Refuses keywords: `f() takes no keyword arguments`.
    pub fn no_keywords(&self, vm: &Vm, function: &str) -> Res<()> {
        if self.kwnames.is_empty() {
            return Ok(());
        }
        Err(vm.type_error(format!("{function}() takes no keyword arguments")))
    }

    /// Refuses keywords to the `__new__` of `base`, unless the class has an `__init__` of its own that they may be for.
    pub fn no_keywords_without_init(
        &self,
        vm: &Vm,
        class: &crate::Type,
        base: &crate::Type,
        function: &str,
    ) -> Res<()> {
        if same(class.slots.init.get(), base.slots.init.get()) {
            return self.no_keywords(vm, function);
        }
        Ok(())
    }

    /// Refuses keywords to the `__init__` of `base`, unless the class has a `__new__` of its own that took them.
    pub fn no_keywords_without_new(
        &self,
        vm: &Vm,
        class: &crate::Type,
        base: &crate::Type,
        function: &str,
    ) -> Res<()> {
        if same(class.slots.new.get(), base.slots.new.get()) {
            return self.no_keywords(vm, function);
        }
        Ok(())
    }

    /// Positional arguments alone, `min` to `max` of them, each as an option (`_PyArg_CheckPositional`).
    pub fn unpack<const N: usize>(&self, vm: &Vm, function: &str, min: usize) -> Res<[Option<&'a Obj>; N]> {
        self.no_keywords(vm, function)?;
        self.check_positional(vm, function, min, N)?;
        let mut bound = [None; N];
        for (place, value) in bound.iter_mut().zip(self.values) {
            *place = Some(value);
        }
        Ok(bound)
    }

    /// Exactly so many positional arguments.
    pub fn exact<const N: usize>(&self, vm: &Vm, function: &str) -> Res<&'a [Obj; N]> {
        self.no_keywords(vm, function)?;
        self.check_positional(vm, function, N, N)?;
        self.values.try_into().map_err(|_| vm.system_error("argument count"))
    }

    /// Checks how many positional arguments there are: `f expected at least 1 argument, got 0`.
    pub fn check_positional(&self, vm: &Vm, function: &str, min: usize, max: usize) -> Res<()> {
        let got = self.pos().len();
        if got < min {
            return Err(vm.type_error(format!(
                "{function} expected {}{min} argument{}, got {got}",
                if min == max { "" } else { "at least " },
                plural(min)
            )));
        }
        if got > max {
            return Err(vm.type_error(format!(
                "{function} expected {}{max} argument{}, got {got}",
                if min == max { "" } else { "at most " },
                plural(max)
            )));
        }
        Ok(())
    }
}
