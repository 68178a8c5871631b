//! `_csv` (`Modules/_csv.c`).

mod dialect;
mod reader;
mod registry;
mod writer;

use object::{NativeDef, Raised, Vm};

use self::dialect::Quoting;
use crate::module::{self, NativeModule};

/// The module.
pub static MODULE: NativeModule = NativeModule::new("_csv", "CSV parsing and writing.\n")
    .functions(&[
        NativeDef::keywords("reader", reader::reader, "($module, iterable, /, dialect='excel', **fmtparams)\n--\n\nReturn a reader object that will process lines from the given iterable.\n\nThe \"iterable\" argument can be any object that returns a line\nof input for each iteration, such as a file object or a list.  The\noptional \"dialect\" argument defines a CSV dialect.  The function\nalso accepts optional keyword arguments which override settings\nprovided by the dialect.\n\nThe returned object is an iterator.  Each iteration returns a row\nof the CSV file (which can span multiple input lines).\n"),
        NativeDef::keywords("writer", writer::writer, "($module, fileobj, /, dialect='excel', **fmtparams)\n--\n\nReturn a writer object that will write user data on the given file object.\n\nThe \"fileobj\" argument can be any object that supports the file API.\nThe optional \"dialect\" argument defines a CSV dialect.  The function\nalso accepts optional keyword arguments which override settings\nprovided by the dialect.\n"),
        NativeDef::keywords("register_dialect", registry::register, "($module, name, /, dialect='excel', **fmtparams)\n--\n\nCreate a mapping from a string name to a CVS dialect.\n\nThe optional \"dialect\" argument specifies the base dialect instance\nor the name of the registered dialect.  The function also accepts\noptional keyword arguments which override settings provided by the\ndialect.\n"),
        NativeDef::no_args("list_dialects", registry::list, "($module, /)\n--\n\nReturn a list of all known dialect names."),
        NativeDef::keywords("unregister_dialect", registry::unregister, "($module, /, name)\n--\n\nDelete the name/dialect mapping associated with a string name."),
        NativeDef::keywords("get_dialect", registry::get_dialect, "($module, /, name)\n--\n\nReturn the dialect instance associated with name."),
        NativeDef::keywords("field_size_limit", registry::field_size_limit, "($module, /, new_limit=<unrepresentable>)\n--\n\nSets an upper limit on parsed fields.\n\nReturns old limit. If limit is not given, no new limit is set and\nthe old limit is returned"),
    ])
    .types(&[
        ("Dialect", |vm| vm.native_type(&dialect::DIALECT).clone()),
        ("Reader", |vm| vm.native_type(&reader::READER).clone()),
        ("Writer", |vm| vm.native_type(&writer::WRITER).clone()),
    ])
    .init(|vm, module| {
        let set = |name: &str, value| module.dict.set_str(&vm.intern(name), value);
        for (number, name) in (0..).zip(Quoting::NAMES) {
            set(name, vm.int(number));
        }
        set("_dialects", registry::dialects(vm).into_obj());
        set("Error", module::exception_type(vm, ERROR, &vm.exc.exception)?.into_obj());
        Ok(())
    });

const ERROR: &str = "_csv.Error";

fn error(vm: &Vm, message: &str) -> Raised {
    module::raise(vm, ERROR, &vm.exc.exception, message)
}
