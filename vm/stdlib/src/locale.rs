//! `_locale`: the locales "C" and "C.UTF-8", which every system has (`_localemodule.c`). Catalogues of messages are files:
//! the functions of the C library that read them are not here, and the pure-Python `gettext` does without.

use std::cell::RefCell;

use object::{Args, Module, NativeDef, Obj, ObjCell, Ref, Res, Str, Vm};

use crate::module::NativeModule;

/// The module.
pub static MODULE: NativeModule =
    NativeModule::new("_locale", "Support for POSIX locales.").functions(FUNCTIONS).init(init);

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::positional(
        "setlocale",
        setlocale,
        "($module, category, locale=None, /)\n--\n\nActivates/queries locale processing.",
    ),
    NativeDef::no_args(
        "localeconv",
        localeconv,
        "($module, /)\n--\n\nReturns numeric and monetary locale-specific parameters.",
    ),
    NativeDef::positional(
        "strcoll",
        strcoll,
        "($module, os1, os2, /)\n--\n\nCompares two strings according to the locale.",
    ),
    NativeDef::one(
        "strxfrm",
        |vm, _, a| vm.str_arg("strxfrm", "argument", &a.values[0]).map(|text| text.as_obj().clone()),
        "($module, string, /)\n--\n\nReturn a string that can be used as a key for locale-aware comparisons.",
    ),
    NativeDef::one(
        "nl_langinfo",
        nl_langinfo,
        "($module, key, /)\n--\n\nReturn the value for the locale information associated with key.",
    ),
    NativeDef::no_args(
        "getencoding",
        |vm, _, _| Ok(vm.str(ENCODING)),
        "($module, /)\n--\n\nGet the current locale encoding.",
    ),
];

const ENCODING: &str = "UTF-8";
const DEFAULT: &str = "C.UTF-8";

/// The categories in the order in which they are listed, by their numbers on Linux; the last is all of them.
#[rustfmt::skip]
const CATEGORIES: &[&str] = &[
    "LC_CTYPE", "LC_NUMERIC", "LC_TIME", "LC_COLLATE", "LC_MONETARY", "LC_MESSAGES", "", "LC_PAPER", "LC_NAME",
    "LC_ADDRESS", "LC_TELEPHONE", "LC_MEASUREMENT", "LC_IDENTIFICATION",
];
const ALL: usize = 6;

const NUMBERS: &[(&str, i64)] = &[
    ("LC_CTYPE", 0),
    ("LC_TIME", 2),
    ("LC_COLLATE", 3),
    ("LC_MONETARY", 4),
    ("LC_MESSAGES", 5),
    ("LC_NUMERIC", 1),
    ("LC_ALL", 6),
    ("CHAR_MAX", 127),
];

/// What `nl_langinfo` answers, by name and number.
#[rustfmt::skip]
const LANGINFO: &[(&str, i64, &str)] = &[
    ("DAY_1", 131079, "Sunday"),
    ("DAY_2", 131080, "Monday"),
    ("DAY_3", 131081, "Tuesday"),
    ("DAY_4", 131082, "Wednesday"),
    ("DAY_5", 131083, "Thursday"),
    ("DAY_6", 131084, "Friday"),
    ("DAY_7", 131085, "Saturday"),
    ("ABDAY_1", 131072, "Sun"),
    ("ABDAY_2", 131073, "Mon"),
    ("ABDAY_3", 131074, "Tue"),
    ("ABDAY_4", 131075, "Wed"),
    ("ABDAY_5", 131076, "Thu"),
    ("ABDAY_6", 131077, "Fri"),
    ("ABDAY_7", 131078, "Sat"),
    ("MON_1", 131098, "January"),
    ("MON_2", 131099, "February"),
    ("MON_3", 131100, "March"),
    ("MON_4", 131101, "April"),
    ("MON_5", 131102, "May"),
    ("MON_6", 131103, "June"),
    ("MON_7", 131104, "July"),
    ("MON_8", 131105, "August"),
    ("MON_9", 131106, "September"),
    ("MON_10", 131107, "October"),
    ("MON_11", 131108, "November"),
    ("MON_12", 131109, "December"),
    ("ABMON_1", 131086, "Jan"),
    ("ABMON_2", 131087, "Feb"),
    ("ABMON_3", 131088, "Mar"),
    ("ABMON_4", 131089, "Apr"),
    ("ABMON_5", 131090, "May"),
    ("ABMON_6", 131091, "Jun"),
    ("ABMON_7", 131092, "Jul"),
    ("ABMON_8", 131093, "Aug"),
    ("ABMON_9", 131094, "Sep"),
    ("ABMON_10", 131095, "Oct"),
    ("ABMON_11", 131096, "Nov"),
    ("ABMON_12", 131097, "Dec"),
    ("RADIXCHAR", 65536, "."),
    ("THOUSEP", 65537, ""),
    ("CRNCYSTR", 262159, "-"),
    ("D_T_FMT", 131112, "%a %b %e %H:%M:%S %Y"),
    ("D_FMT", 131113, "%m/%d/%y"),
    ("T_FMT", 131114, "%H:%M:%S"),
    ("AM_STR", 131110, "AM"),
    ("PM_STR", 131111, "PM"),
    ("CODESET", 14, "UTF-8"),
    ("T_FMT_AMPM", 131115, "%I:%M:%S %p"),
    ("ERA", 131116, ""),
    ("ERA_D_FMT", 131118, ""),
    ("ERA_D_T_FMT", 131120, ""),
    ("ERA_T_FMT", 131121, ""),
    ("ALT_DIGITS", 131119, ""),
    ("YESEXPR", 327680, "^[yY]"),
    ("NOEXPR", 327681, "^[nN]"),
    ("_DATE_FMT", 131180, "%a %b %e %H:%M:%S %Z %Y"),
];

/// The locale of each category.
struct Locales(RefCell<Vec<&'static str>>);

impl Default for Locales {
    fn default() -> Locales {
        // CPython sets the category of characters at its start.
        let first = |name: &&str| if *name == "LC_CTYPE" { DEFAULT } else { "C" };
        Locales(RefCell::new(CATEGORIES.iter().map(first).collect()))
    }
}

/// `locale.Error`
#[derive(Default)]
struct Error(ObjCell);

fn init(vm: &Vm, module: &Ref<Module>) -> Res<()> {
    let set = |name: &str, value: Obj| module.dict.set_str(&vm.intern(name), value);
    for (name, number) in
        NUMBERS.iter().copied().chain(LANGINFO.iter().map(|(name, number, _)| (*name, *number)))
    {
        set(name, vm.int(number));
    }
    let namespace = vm.dict();
    namespace.set_str(&vm.names.__module__, vm.str("locale"));
    let bases = vm.tuple([vm.exc.exception.as_obj().clone()]);
    let error = vm.call(vm.types.r#type.as_obj(), &[vm.str("Error"), bases, namespace.into_obj()])?;
    vm.state::<Error>().0.set(Some(error.clone()));
    set("Error", error);
    Ok(())
}

fn refuse(vm: &Vm, message: &str) -> object::Raised {
    vm.raise_class(&vm.or_none(&vm.state::<Error>().0), &[vm.str(message)])
}

fn setlocale(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [category, locale] = args.unpack::<2>(vm, "setlocale", 1)?;
    let category = vm.as_i32(category.unwrap_or(&vm.none))?;
    let locale = match locale.filter(|locale| !locale.is(&vm.none)) {
        Some(locale) => match locale.get::<Str>() {
            Some(text) => Some(text.to_text_lossy().into_owned()),
            None => return Err(vm.bad_argument("setlocale", "argument 2", "str or None", locale)),
        },
        None => None,
    };
    let known = usize::try_from(category).ok().filter(|category| *category < CATEGORIES.len());
    let locales = &vm.state::<Locales>().0;
    let Some(locale) = locale else {
        let Some(category) = known else { return Err(refuse(vm, "locale query failed")) };
        return Ok(vm.str(&shown(&locales.borrow(), category)));
    };
    let unsupported = || refuse(vm, "unsupported locale setting");
    let category = known.ok_or_else(unsupported)?;
    let mut changed = locales.borrow().clone();
    if category == ALL && locale.contains('=') {
        for part in locale.split(';') {
            let (name, value) = part.split_once('=').ok_or_else(unsupported)?;
            let place = CATEGORIES.iter().position(|own| *own == name).ok_or_else(unsupported)?;
            changed[place] = supported(value).ok_or_else(unsupported)?;
        }
    } else {
        let locale = supported(&locale).ok_or_else(unsupported)?;
        match category {
            ALL => changed.fill(locale),
            category => changed[category] = locale,
        }
    }
    locales.replace(changed);
    Ok(vm.str(&shown(&locales.borrow(), category)))
}

/// The locale of a name, if it is one of the two.
fn supported(name: &str) -> Option<&'static str> {
    match name {
        "C" | "POSIX" => Some("C"),
        "" | "C.UTF-8" | "C.utf8" | "C.UTF8" => Some(DEFAULT),
        _ => None,
    }
}

/// A category's locale; all of them, if they are not the same.
fn shown(locales: &[&'static str], category: usize) -> String {
    let named = || CATEGORIES.iter().zip(locales).filter(|(name, _)| !name.is_empty());
    if category != ALL || named().all(|(_, locale)| *locale == locales[0]) {
        return locales[if category == ALL { 0 } else { category }].to_owned();
    }
    named().map(|(name, locale)| format!("{name}={locale}")).collect::<Vec<_>>().join(";")
}

fn localeconv(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    const TEXTS: [&str; 6] = [
        "int_curr_symbol",
        "currency_symbol",
        "mon_decimal_point",
        "mon_thousands_sep",
        "positive_sign",
        "negative_sign",
    ];
    const UNKNOWN: [&str; 8] = [
        "int_frac_digits",
        "frac_digits",
        "p_cs_precedes",
        "p_sep_by_space",
        "n_cs_precedes",
        "n_sep_by_space",
        "p_sign_posn",
        "n_sign_posn",
    ];
    let found = vm.dict();
    let set = |name: &str, value: Obj| found.set_str(&vm.intern(name), value);
    TEXTS[..4].iter().for_each(|name| set(name, vm.str("")));
    set("mon_grouping", vm.list(Vec::new()));
    TEXTS[4..].iter().for_each(|name| set(name, vm.str("")));
    UNKNOWN.iter().for_each(|name| set(name, vm.int(127)));
    set("decimal_point", vm.str("."));
    set("thousands_sep", vm.str(""));
    set("grouping", vm.list(Vec::new()));
    Ok(found.into_obj())
}

fn strcoll(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [first, second] = args.exact(vm, "strcoll")?;
    let first = vm.str_arg("strcoll", "argument 1", first)?;
    let second = vm.str_arg("strcoll", "argument 2", second)?;
    Ok(vm.int(first.compare(second) as i64))
}

fn nl_langinfo(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let key = i64::from(vm.as_i32(&args.values[0])?);
    match LANGINFO.iter().find(|(_, number, _)| *number == key) {
        Some((_, _, text)) => Ok(vm.str(text)),
        None => Err(vm.value_error("unsupported langinfo constant")),
    }
}
