//! Trees put together from nodes say what the trees say that the nodes were taken from.

use std::rc::Rc;

use bytecode::Const;
use syntax::ast::Cursor;
use syntax::dump::{DumpOptions, dump};
use syntax::fields::{Fields, Node, Place, Value};
use syntax::made::{self, MadeError, Source};

/// A node or the value of a field, on its own.
#[derive(Clone, Debug)]
enum Item {
    None,
    Number(i64),
    Text(Vec<u8>),
    Constant(Const),
    List(Vec<Item>),
    Node(Rc<Taken>),
}

#[derive(Debug)]
struct Taken {
    class: &'static str,
    fields: Vec<(&'static str, Item)>,
    place: Option<Place>,
}

fn taken(node: Node<'_>) -> Item {
    of_fields(node.fields())
}

fn of_fields(Fields { class, fields, place }: Fields<'_>) -> Item {
    let fields = fields.into_iter().filter_map(|(name, value)| Some((name, item(value)?)));
    Item::Node(Rc::new(Taken { class, fields: fields.collect(), place }))
}

fn item(value: Value<'_>) -> Option<Item> {
    Some(match value {
        Value::Absent => return None,
        Value::None => Item::None,
        Value::Tag(class) => Item::Node(Rc::new(Taken { class, fields: Vec::new(), place: None })),
        Value::Number(number) => Item::Number(number),
        Value::Name(name) => Item::Text(name.as_bytes().to_vec()),
        Value::Constant(constant) => Item::Constant(constant.value()),
        Value::Folded(constant) => Item::Constant(constant),
        Value::Made(fields) => of_fields(fields),
        Value::Node(node) => taken(node),
        Value::List(items) => Item::List(items.into_iter().filter_map(item).collect()),
    })
}

struct Nodes;

impl Source for Nodes {
    type Value = Item;
    type Error = String;

    fn class(&self, value: &Item, _: &'static str) -> Result<&'static str, String> {
        match value {
            Item::Node(node) => Ok(node.class),
            other => Err(format!("{other:?} is no node")),
        }
    }

    fn attribute(&self, value: &Item, name: &'static str) -> Result<Option<Item>, String> {
        let Item::Node(node) = value else { return Err(format!("{value:?} has no {name}")) };
        let field = node.fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value.clone());
        let names = ["lineno", "col_offset", "end_lineno", "end_col_offset"];
        let number = |place: Place| names.iter().position(|it| *it == name).map(|index| place[index]);
        Ok(field.or_else(|| node.place.and_then(number).map(|number| Item::Number(number.into()))))
    }

    fn is_none(&self, value: &Item) -> bool {
        matches!(value, Item::None)
    }

    fn items(&self, value: &Item) -> Option<Vec<Item>> {
        match value {
            Item::List(items) => Some(items.clone()),
            _ => None,
        }
    }

    fn string(&self, value: &Item) -> Option<Vec<u8>> {
        match value {
            Item::Text(text) => Some(text.clone()),
            Item::Constant(Const::Str(text)) => Some(text.as_bytes().to_vec()),
            _ => None,
        }
    }

    fn number(&self, value: &Item) -> Result<i32, String> {
        match value {
            Item::Number(number) => i32::try_from(*number).map_err(|error| error.to_string()),
            other => Err(format!("{other:?} is no number")),
        }
    }

    fn constant(&self, value: &Item) -> Result<Option<Const>, String> {
        match value {
            Item::Constant(value) => Ok(Some(value.clone())),
            _ => Ok(None),
        }
    }

    fn type_name(&self, value: &Item) -> String {
        format!("{value:?}")
    }

    fn error(&self, class: MadeError, message: String) -> String {
        format!("{class:?}: {message}")
    }
}

/// Takes the tree of `source` apart, makes one of its nodes, and compares what they print.
fn check(source: &str) {
    let parsed = syntax::parse_module(source);
    assert!(parsed.errors.is_empty(), "{source}: {:?}", parsed.errors);
    let made = made::unit(&Nodes, &taken(Node::module(Cursor::new(&parsed.module), None)), "Module");
    let made = made.unwrap_or_else(|error| panic!("{source}: {error}"));
    let options = DumpOptions { include_attributes: true, show_empty: true, ..DumpOptions::default() };
    let (expect, got) = (dump(&parsed.module, options), dump(&made, options));
    assert_eq!(expect, got, "{source}");
}

#[test]
fn every_kind_of_node() {
    check(
        "\
@deco(1)
class C[T: int = str, *Ts = *tuple[int], **P = [int]](Base, metaclass=M):
    '''doc'''
    x: int = 1
    (y): str

    @property
    async def f(self, a, /, b: int = 2, *args: *Ts, c, d=None, **kw: P.kwargs) -> 'r':
        async with a as b, c: pass
        async for i in aiter(x): break
        else: continue_ = 1
        return [await z async for z in y if z if not z]
    def g(): yield; yield 1; yield from g(); return
type A[T] = list[T]
",
    );
    check(
        "\
for a, *b in c: continue
else: pass
while x: x -= 1
else: x **= 2
if a: b
elif c: d
else: e
with (open(a) as f, g): pass
try: pass
except (A, B) as e: raise X from e
except: raise
else: 1
finally: 2
try: pass
except* E: pass
assert a, b
import a.b as c, d
from ..x import (y as z, w)
from . import *
del a, b[0], c.d
global p, q
x = y = lambda a, /, b=1, *c, d, **e: a or b and not c
z = {**a, b: c, 'd': 1.5}, {1, 2j}, [*a, b], -x, +x, ~x, ...
f(a, *b, c=1, **d)[1:2, ::3, ...].e
(n := 10) if a < b <= c != d is not e not in f else 1_000_000_000_000_000_000_000_000
print(f'{a!r:>{w}} {b=} {{}}' 'c', b''.decode(), u'u', '\\ud800', b'\\xff')
t'{a!s:x} b'
s = {k: v for k, v in x}, {e for e in x}, (g for g in x for h in g if h), None, True, False
",
    );
    check(
        "\
match a, b:
    case 1 | -2.5 | 1 + 2j | 'a' | b'b' | None | True: pass
    case [x, *rest] | (x, *_, rest): pass
    case {'a': y, b.c: 1, **kw} if y: pass
    case C(1, a.B(), k=v, w=_) as whole: pass
    case _: pass
",
    );
}

#[test]
fn what_no_text_says_is_refused() {
    let place = Some([1, 0, 1, 1]);
    let node = |class, fields, place| Item::Node(Rc::new(Taken { class, fields, place }));
    let module = |stmt| node("Module", vec![("body", Item::List(vec![stmt]))], None);
    let refused = |stmt, expect: &str| {
        let made: Result<_, String> = made::unit(&Nodes, &module(stmt), "Module");
        assert_eq!(made.err().as_deref(), Some(expect));
    };
    refused(node("Delete", vec![], place), "ValueError: empty targets on Delete");
    refused(node("Expr", vec![], place), "TypeError: required field \"value\" missing from Expr");
    refused(node("Pass", vec![], None), "TypeError: required field \"lineno\" missing from stmt");
    refused(Item::None, "ValueError: None disallowed in statement list");
    let back = Some([3, 0, 1, 1]);
    refused(node("Pass", vec![], back), "ValueError: AST node line range (3, 1) is not valid");
    let name = node("Name", vec![("id", Item::Text(b"x".to_vec()))], place);
    let delete = node("Delete", vec![("targets", Item::List(vec![name]))], place);
    refused(delete, "ValueError: expression must have Del context but has Load instead");
}
