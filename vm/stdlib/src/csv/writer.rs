//! `writer`: fields put together into lines.

use object::{Args, Layout as _, MemberDef, NativeDef, NativeType, Obj, Payload, Ref, Res, Str, Visitor, Vm};

use super::dialect::{self, Dialect, Quoting};
use super::error;

/// The payload of `writer`.
struct Writer {
    write: Obj,
    dialect: Ref<Dialect>,
}

impl Payload for Writer {
    const NAME: &'static str = "writer";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.write);
        visit(self.dialect.as_obj());
    }
}

pub(super) static WRITER: NativeType = NativeType::new("writer", Writer::VTABLE)
    .module("_csv")
    .size(72, 0)
    .doc("CSV writer\n\nWriter objects are responsible for generating tabular data\nin CSV format from sequence input.\n")
    .methods(&[
        NativeDef::one("writerow", |vm, obj, args| write_row(vm, own(vm, obj)?, &args.values[0]), "($self, row, /)\n--\n\nConstruct and write a CSV record from an iterable of fields.\n\nNon-string elements will be converted to string."),
        NativeDef::one("writerows", |vm, obj, args| {
            let own = own(vm, obj)?;
            vm.for_each(&vm.iter(&args.values[0])?, |row| write_row(vm, own, &row).map(|_| true))?;
            Ok(vm.none.clone())
        }, "($self, rows, /)\n--\n\nConstruct and write a series of iterables to a csv file.\n\nNon-string elements will be converted to string."),
    ])
    .members(&[MemberDef::read_only("dialect", |vm, obj| Ok(own(vm, obj)?.dialect.as_obj().clone()), "")]);

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Writer> {
    obj.get::<Writer>().ok_or_else(|| vm.type_error("a writer is needed"))
}

/// `writer(fileobj, dialect='excel', **options)`
pub(super) fn writer(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    args.check_positional(vm, "writer", 1, 2)?;
    let dialect = dialect::of(vm, args.pos().get(1), args)?;
    let write = vm.getattr_optional(&args.values[0], &vm.names.write)?.filter(|write| vm.is_callable(write));
    let Some(write) = write else {
        return Err(vm.type_error("argument 1 must have a \"write\" method"));
    };
    Ok(Ref::new(vm.native_type(&WRITER), Writer { write, dialect }).into_obj())
}

/// Whether an object counts as a number (`PyNumber_Check`).
fn is_number(obj: &Obj) -> bool {
    let slots = &obj.ty().slots;
    slots.nb_index.get().is_some()
        || slots.nb_int.get().is_some()
        || slots.nb_float.get().is_some()
        || obj.is_payload::<object::Complex>()
}

fn write_row(vm: &Vm, own: &Writer, row: &Obj) -> Res<Obj> {
    let dialect = &*own.dialect;
    let fields = vm.iter(row).map_err(|raised| {
        if raised.is_instance(&vm.exc.type_error) {
            return error(vm, &format!("iterable expected, not {}", row.ty().name()));
        }
        raised
    })?;
    let mut line = Line { dialect, out: Vec::new(), fields: 0 };
    let mut null = false;
    while let Some(field) = vm.next(&fields)? {
        let quoted = match dialect.quoting {
            Quoting::NonNumeric => !is_number(&field),
            Quoting::All => true,
            Quoting::Strings => field.is_payload::<Str>(),
            Quoting::NotNull => !field.is(&vm.none),
            Quoting::Minimal | Quoting::None => false,
        };
        null = field.is(&vm.none);
        if null {
            line.append(vm, None, quoted)?;
        } else {
            line.append(vm, Some(&*vm.str_of_ref(&field)?), quoted)?;
        }
    }
    if line.fields > 0 && line.out.is_empty() {
        if dialect.quoting == Quoting::None
            || null && matches!(dialect.quoting, Quoting::Strings | Quoting::NotNull)
        {
            return Err(error(vm, "single empty field record must be quoted"));
        }
        line.fields -= 1;
        line.append(vm, None, true)?;
    }
    line.out.extend(dialect.terminator.code_points());
    vm.call1(&own.write, Str::from_code_points(&vm.types.str, &line.out).as_obj())
}

/// A line while it is put together.
struct Line<'a> {
    dialect: &'a Dialect,
    out: Vec<u32>,
    fields: usize,
}

impl Line<'_> {
    /// Appends a field; nothing stands for `None`.
    fn append(&mut self, vm: &Vm, field: Option<&Str>, mut quoted: bool) -> Res<()> {
        let dialect = self.dialect;
        if field.is_none_or(Str::is_empty) && dialect.delimiter == 32 && dialect.skip_space {
            if dialect.quoting == Quoting::None
                || field.is_none() && matches!(dialect.quoting, Quoting::Strings | Quoting::NotNull)
            {
                return Err(error(
                    vm,
                    "empty field must be quoted if delimiter is a space and skipinitialspace is true",
                ));
            }
            quoted = true;
        }
        if self.fields > 0 {
            self.out.push(dialect.delimiter);
        }
        let start = self.out.len();
        for c in field.into_iter().flat_map(Str::code_points) {
            let (is_quote, is_escape) = (dialect.quote == Some(c), dialect.escape == Some(c));
            let special = c == dialect.delimiter
                || is_quote
                || is_escape
                || c == 10
                || c == 13
                || dialect.ends_lines(c);
            if special {
                let mut escaped = dialect.quoting == Quoting::None;
                if !escaped {
                    if is_quote && dialect.double_quote {
                        self.out.push(c);
                    } else {
                        escaped = is_quote || is_escape;
                    }
                    quoted |= !escaped;
                }
                if escaped {
                    let escape =
                        dialect.escape.ok_or_else(|| error(vm, "need to escape, but no escapechar set"))?;
                    self.out.push(escape);
                }
            }
            self.out.push(c);
        }
        if let Some(quote) = dialect.quote.filter(|_| quoted) {
            self.out.insert(start, quote);
            self.out.push(quote);
        }
        self.fields += 1;
        Ok(())
    }
}
