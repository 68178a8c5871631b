//! `reader`: lines taken apart into fields.

use std::cell::{Cell, RefCell};

use object::protocol::self_iter;
use object::{Args, Layout as _, MemberDef, NativeType, Obj, Payload, Ref, Res, Str, Visitor, Vm};

use super::dialect::{self, Dialect, Quoting};
use super::{error, registry};

/// The payload of `reader`.
struct Reader {
    lines: Obj,
    dialect: Ref<Dialect>,
    line_number: Cell<u64>,
    /// Kept from row to row for its memory.
    field: RefCell<Vec<u32>>,
}

impl Payload for Reader {
    const NAME: &'static str = "reader";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.lines);
        visit(self.dialect.as_obj());
    }
}

pub(super) static READER: NativeType = NativeType::new("reader", Reader::VTABLE)
    .module("_csv")
    .size(88, 0)
    .doc(
        "CSV reader\n\nReader objects are responsible for reading and parsing tabular data\nin CSV format.\n",
    )
    .slots(|s| {
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(next));
    })
    .members(&[
        MemberDef::read_only("dialect", |vm, obj| Ok(own(vm, obj)?.dialect.as_obj().clone()), ""),
        MemberDef::read_only("line_num", |vm, obj| Ok(vm.int_unsigned(own(vm, obj)?.line_number.get())), ""),
    ]);

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Reader> {
    obj.get::<Reader>().ok_or_else(|| vm.type_error("a reader is needed"))
}

/// `reader(iterable, dialect='excel', **options)`
pub(super) fn reader(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    args.check_positional(vm, "reader", 1, 2)?;
    let payload = Reader {
        lines: vm.iter(&args.values[0])?,
        dialect: dialect::of(vm, args.pos().get(1), args)?,
        line_number: Cell::new(0),
        field: RefCell::default(),
    };
    Ok(Ref::new(vm.native_type(&READER), payload).into_obj())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    StartRecord,
    StartField,
    Escaped,
    InField,
    InQuotes,
    EscapedInQuotes,
    QuoteInQuotes,
    EatLineEnd,
    AfterEscapedLineEnd,
}

/// A row while it is read.
struct Row<'a> {
    vm: &'a Vm,
    dialect: &'a Dialect,
    state: State,
    field: Vec<u32>,
    /// Whether the field began without a quote.
    unquoted: bool,
    fields: Vec<Obj>,
    limit: usize,
}

fn next(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let own = own(vm, obj)?;
    let mut row = Row {
        vm,
        dialect: &own.dialect,
        state: State::StartRecord,
        field: own.field.take(),
        unquoted: false,
        fields: Vec::new(),
        limit: vm.state::<registry::State>().limit.get(),
    };
    row.field.clear();
    let found = row.read(own)?;
    let fields = found.then(|| vm.list(std::mem::take(&mut row.fields)));
    own.field.replace(std::mem::take(&mut row.field));
    Ok(fields)
}

impl Row<'_> {
    /// Reads as many lines as the row has; `false` if there are no more rows.
    fn read(&mut self, reader: &Reader) -> Res<bool> {
        let vm = self.vm;
        loop {
            let Some(line) = vm.next(&reader.lines)? else {
                if self.field.is_empty() && self.state != State::InQuotes {
                    return Ok(false);
                }
                if self.dialect.strict {
                    return Err(error(vm, "unexpected end of data"));
                }
                self.save_field()?;
                return Ok(true);
            };
            let Some(text) = line.get::<Str>() else {
                let name = line.ty().name();
                return Err(error(
                    vm,
                    &format!(
                        "iterator should return strings, not {name} (the file should be opened in text mode)"
                    ),
                ));
            };
            reader.line_number.set(reader.line_number.get() + 1);
            for c in text.code_points() {
                self.take(Some(c))?;
            }
            self.take(None)?;
            if self.state == State::StartRecord {
                return Ok(true);
            }
        }
    }

    fn save_field(&mut self) -> Res<()> {
        let vm = self.vm;
        let quoting = self.dialect.quoting;
        let empty = self.field.is_empty();
        let value = if self.unquoted && empty && matches!(quoting, Quoting::NotNull | Quoting::Strings) {
            vm.none.clone()
        } else {
            let text = match &self.field[..] {
                [] => vm.str(""),
                [only] => vm.str_of_code_point(*only),
                points => Str::from_code_points(&vm.types.str, points).into_obj(),
            };
            if self.unquoted && !empty && matches!(quoting, Quoting::NonNumeric | Quoting::Strings) {
                vm.call1(vm.types.float.as_obj(), &text)?
            } else {
                text
            }
        };
        self.field.clear();
        self.fields.push(value);
        Ok(())
    }

    fn add(&mut self, c: u32) -> Res<()> {
        if self.field.len() >= self.limit {
            return Err(error(self.vm, &format!("field larger than field limit ({})", self.limit)));
        }
        self.field.push(c);
        Ok(())
    }

    /// A field and the row end here.
    fn end_record(&mut self, c: Option<u32>) -> Res<()> {
        self.save_field()?;
        self.state = if c.is_none() { State::StartRecord } else { State::EatLineEnd };
        Ok(())
    }

    /// Goes on by a character, or by the end of the line.
    fn take(&mut self, c: Option<u32>) -> Res<()> {
        const LINE_FEED: u32 = 10;
        let dialect = self.dialect;
        let is_end = matches!(c, None | Some(10 | 13));
        let is = |wanted: Option<u32>| c.is_some() && c == wanted;
        let quotes = dialect.quoting != Quoting::None;
        match self.state {
            State::StartRecord if c.is_none() => {}
            State::StartRecord if is_end => self.state = State::EatLineEnd,
            State::StartRecord | State::StartField => {
                self.unquoted = true;
                self.state = State::StartField;
                if is_end {
                    self.end_record(c)?;
                } else if is(dialect.quote) && quotes {
                    self.unquoted = false;
                    self.state = State::InQuotes;
                } else if is(dialect.escape) {
                    self.state = State::Escaped;
                } else if c == Some(32) && dialect.skip_space {
                    // It does not belong to the field.
                } else if c == Some(dialect.delimiter) {
                    self.save_field()?;
                } else if let Some(c) = c {
                    self.add(c)?;
                    self.state = State::InField;
                }
            }
            State::Escaped => {
                self.add(c.unwrap_or(LINE_FEED))?;
                let line_end = c.is_some() && is_end;
                self.state = if line_end { State::AfterEscapedLineEnd } else { State::InField };
            }
            State::AfterEscapedLineEnd if c.is_none() => {}
            State::AfterEscapedLineEnd | State::InField => {
                self.state = State::InField;
                if is_end {
                    self.end_record(c)?;
                } else if is(dialect.escape) {
                    self.state = State::Escaped;
                } else if c == Some(dialect.delimiter) {
                    self.save_field()?;
                    self.state = State::StartField;
                } else if let Some(c) = c {
                    self.add(c)?;
                }
            }
            State::InQuotes => {
                let Some(c) = c else { return Ok(()) };
                if is(dialect.escape) {
                    self.state = State::EscapedInQuotes;
                } else if is(dialect.quote) && quotes {
                    let double = dialect.double_quote;
                    self.state = if double { State::QuoteInQuotes } else { State::InField };
                } else {
                    self.add(c)?;
                }
            }
            State::EscapedInQuotes => {
                self.add(c.unwrap_or(LINE_FEED))?;
                self.state = State::InQuotes;
            }
            State::QuoteInQuotes => {
                if let Some(c) = c.filter(|_| is(dialect.quote) && quotes) {
                    self.add(c)?;
                    self.state = State::InQuotes;
                } else if c == Some(dialect.delimiter) {
                    self.save_field()?;
                    self.state = State::StartField;
                } else if is_end {
                    self.end_record(c)?;
                } else if dialect.strict {
                    let shown = |c: u32| char::from_u32(c).unwrap_or('\u{FFFD}');
                    let quote = shown(dialect.quote.unwrap_or(0));
                    return Err(error(
                        self.vm,
                        &format!("'{}' expected after '{quote}'", shown(dialect.delimiter)),
                    ));
                } else if let Some(c) = c {
                    self.add(c)?;
                    self.state = State::InField;
                }
            }
            State::EatLineEnd => match c {
                None => self.state = State::StartRecord,
                Some(_) if is_end => {}
                Some(_) => {
                    return Err(error(
                        self.vm,
                        "new-line character seen in unquoted field - do you need to open the file with newline=''?",
                    ));
                }
            },
        }
        Ok(())
    }
}
