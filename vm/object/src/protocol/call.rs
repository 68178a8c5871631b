//! Calling.

use smallvec::SmallVec;

use crate::payload::Module;
use crate::raw::dict::Dict;
use crate::raw::{Obj, Ref, Str};
use crate::vm::{Args, Raised, Res, Vm};

impl Vm {
    /// `f(*args)`.
    #[inline]
    pub fn call(&self, f: &Obj, args: &[Obj]) -> Res<Obj> {
        self.call_args(f, Args::positional(args))
    }

    /// `f()`.
    #[inline]
    pub fn call0(&self, f: &Obj) -> Res<Obj> {
        self.call_args(f, Args::positional(&[]))
    }

    /// `f(x)`.
    #[inline]
    pub fn call1(&self, f: &Obj, x: &Obj) -> Res<Obj> {
        self.call_args(f, Args::positional(std::slice::from_ref(x)))
    }

    /// A call with keywords.
    #[inline]
    pub fn call_args(&self, f: &Obj, args: Args<'_>) -> Res<Obj> {
        match f.ty().slots.call.get() {
            Some(call) => call(self, f, args),
            None => Err(self.not_callable(f)),
        }
    }

    /// A module that holds something of its own name to call may have been mistaken for that (`object_is_not_callable`).
    #[cold]
    fn not_callable(&self, f: &Obj) -> Raised {
        let message = format!("'{}' object is not callable", f.ty().name());
        let inner = f.get::<Module>().and_then(|module| {
            let name = module.dict.get_str(&self.names.__name__)?.into_ref::<Str>().ok()?;
            let inner = module.dict.get_str(&self.intern_str(name.clone()))?;
            inner.ty().slots.call.get()?;
            Some(name.to_text_lossy().into_owned())
        });
        self.type_error(match inner {
            Some(name) => format!("{message}. Did you mean: '{name}.{name}(...)'?"),
            None => message,
        })
    }

    /// `f(*args, **kwargs)` with a dict of keywords.
    pub fn call_dict(&self, f: &Obj, args: &[Obj], kwargs: Option<&Ref<Dict>>) -> Res<Obj> {
        let Some(kwargs) = kwargs.filter(|d| !d.is_empty()) else { return self.call(f, args) };
        let mut values: SmallVec<[Obj; 8]> = args.iter().cloned().collect();
        let mut names: SmallVec<[Obj; 8]> = SmallVec::new();
        for (key, value) in kwargs.to_vec() {
            if key.get::<Str>().is_none() {
                return Err(self.type_error("keywords must be strings"));
            }
            names.push(key);
            values.push(value);
        }
        self.call_args(f, Args { values: &values, kwnames: &names })
    }

    /// `obj.name(*args)`.
    pub fn call_method(&self, obj: &Obj, name: &Ref<Str>, args: &[Obj]) -> Res<Obj> {
        let method = self.getattr(obj, name)?;
        self.call(&method, args)
    }

    /// As [`call_method`](Self::call_method), if the object has the attribute.
    pub fn call_method_optional(&self, obj: &Obj, name: &Ref<Str>, args: &[Obj]) -> Res<Option<Obj>> {
        match self.getattr_optional(obj, name)? {
            Some(method) => self.call(&method, args).map(Some),
            None => Ok(None),
        }
    }

    /// Whether it can be called.
    pub fn is_callable(&self, obj: &Obj) -> bool {
        obj.ty().slots.call.get().is_some()
    }

    /// How an error names a function: `module.qualname()` (`_PyObject_FunctionStr`).
    pub fn function_str(&self, f: &Obj) -> String {
        let text = |name: &Ref<Str>| -> Option<String> {
            let value = self.getattr_optional(f, name).ok().flatten()?;
            value.get::<Str>().map(|s| s.to_text_lossy().into_owned())
        };
        let Some(qualname) = text(&self.names.__qualname__) else {
            return self
                .str_of(f)
                .ok()
                .and_then(|s| s.get::<Str>().map(|s| s.to_text_lossy().into_owned()))
                .unwrap_or_default();
        };
        match text(&self.names.__module__) {
            Some(module) if module != "builtins" => format!("{module}.{qualname}()"),
            _ => format!("{qualname}()"),
        }
    }
}
