//! What `site` puts into `builtins`: `exit`, `quit`, `help`, `copyright`, `credits`, `license`.
//!
//! The objects are `_sitebuiltins`'s. `site` itself is not imported: it would load `os` for every program.

use object::{Module, Obj, Ref, Res, Vm};

/// How a terminal says that there is no more input.
const END_OF_INPUT: &str = "Ctrl-D (i.e. EOF)";

/// `credits`, as `site` has it.
const CREDITS: &str = "Thanks to CWI, CNRI, BeOpen, Zope Corporation, the Python Software\nFoundation, and a cast of thousands for supporting Python\ndevelopment.  See www.python.org for more information.";

/// `license`, of a Python without the file of its licence.
const LICENSE: &str = "See https://www.python.org/psf/license/";

/// Adds them.
pub(crate) fn add_builtins(vm: &Vm, builtins: &Ref<Module>, sys: &Ref<Module>) -> Res<()> {
    let classes = crate::import::import_module(vm, "_sitebuiltins")?;
    let class = |name: &str| vm.getattr_text(&classes, name);
    let set = |name: &str, value: Obj| builtins.dict.set_str(&vm.intern(name), value);
    let quitter = class("Quitter")?;
    for name in ["quit", "exit"] {
        set(name, vm.call(&quitter, &[vm.str(name), vm.str(END_OF_INPUT)])?);
    }
    set("help", vm.call(&class("_Helper")?, &[])?);
    let printer = class("_Printer")?;
    let copyright = vm.getattr_text(sys.as_obj(), "copyright")?;
    for (name, text) in [("copyright", copyright), ("credits", vm.str(CREDITS)), ("license", vm.str(LICENSE))]
    {
        set(name, printed(vm, &printer, name, text)?);
    }
    Ok(())
}

/// A `_Printer` of a text, without the files that `__init__` asks `os` about.
fn printed(vm: &Vm, class: &Obj, name: &str, text: Obj) -> Res<Obj> {
    let printer = vm.call(&vm.getattr_text(class, "__new__")?, std::slice::from_ref(class))?;
    let attributes = [
        ("name", vm.str(name)),
        ("data", text),
        ("lines", vm.none.clone()),
        ("filenames", vm.list(Vec::new())),
    ];
    for (attribute, value) in attributes {
        vm.setattr(&printer, &vm.intern(&format!("_Printer__{attribute}")), &value)?;
    }
    Ok(printer)
}
