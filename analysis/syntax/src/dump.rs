//! The tree as text: what `ast.dump` makes of CPython's (`Lib/ast.py`), byte for byte.

use bytecode::PyString;
use num_bigint::BigInt;

use crate::ast::*;
use crate::fields::{Fields, Node, Value};
use crate::optimize::Optimize;

/// How to write the tree; the default is that of `python -m ast`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DumpOptions {
    /// `-a`: lines and columns.
    pub include_attributes: bool,
    /// Spaces per level; a negative number means line ends without spaces, `None` everything on one line.
    pub indent: Option<i32>,
    /// Empty lists too.
    pub show_empty: bool,
    /// The tree as it is after CPython's first optimisations.
    pub optimize: Option<Optimize>,
}

impl Default for DumpOptions {
    fn default() -> DumpOptions {
        DumpOptions { include_attributes: false, indent: Some(3), show_empty: false, optimize: None }
    }
}

/// `ast.dump` of a tree. There is no line end after it.
pub fn dump(module: &Unit, options: DumpOptions) -> String {
    let mut dumper = Dumper { out: String::new(), options };
    dumper.node(Node::module(Cursor::new(module), options.optimize).fields(), 0);
    dumper.out
}

/// `repr` of a constant's value.
pub fn constant_repr(value: Constant<'_>) -> String {
    let mut out = String::new();
    write_constant(&mut out, value);
    out
}

fn write_constant(out: &mut String, value: Constant<'_>) {
    match value {
        Constant::None => out.push_str("None"),
        Constant::True => out.push_str("True"),
        Constant::False => out.push_str("False"),
        Constant::Ellipsis => out.push_str("Ellipsis"),
        Constant::Int(Int::Small(value)) => out.push_str(&value.to_string()),
        Constant::Int(Int::Big { radix: 10, digits }) => out.push_str(digits),
        Constant::Int(Int::Big { radix, digits }) => {
            let value = BigInt::parse_bytes(digits.as_bytes(), radix).unwrap_or_default();
            out.push_str(&value.to_string());
        }
        Constant::Float(value) => out.push_str(&bytecode::repr::float(value)),
        Constant::Complex(imaginary) => out.push_str(&bytecode::repr::complex(0.0, imaginary)),
        Constant::Str(value) => {
            if let Some(value) = PyString::from_bytes(value) {
                bytecode::repr::write_str(out, &value);
            }
        }
        Constant::Bytes(value) => bytecode::repr::write_bytes(out, value),
        Constant::Made(value) => bytecode::repr::write_const(out, value),
    }
}

struct Dumper {
    out: String,
    options: DumpOptions,
}

impl Dumper {
    fn node(&mut self, node: Fields<'_>, level: usize) {
        const LOW_WATER: usize = 64 * 1024;
        const SEGMENT: usize = 1024 * 1024;
        stacker::maybe_grow(LOW_WATER, SEGMENT, || self.guarded_node(node, level));
    }

    fn guarded_node(&mut self, node: Fields<'_>, level: usize) {
        let Fields { class, fields, place } = self.shown(node);
        let attributes = if place.is_some() { 4 } else { 0 };
        let count = fields.len() + attributes;
        let all_simple = fields.iter().all(|(_, value)| self.is_simple(value));
        let on_one_line = all_simple && count <= 3;
        self.out.push_str(class);
        self.out.push('(');
        let level = level + 1;
        for (index, (name, value)) in fields.into_iter().enumerate() {
            self.separator(index, on_one_line, level);
            self.out.push_str(name);
            self.out.push('=');
            self.value(value, level);
        }
        if let Some(place) = place {
            let names = ["lineno", "col_offset", "end_lineno", "end_col_offset"];
            for (index, (name, number)) in names.into_iter().zip(place).enumerate() {
                self.separator(count - attributes + index, on_one_line, level);
                self.out.push_str(name);
                self.out.push('=');
                self.out.push_str(&number.to_string());
            }
        }
        self.out.push(')');
    }

    /// The fields that the options do not leave out.
    fn shown<'a>(&self, mut fields: Fields<'a>) -> Fields<'a> {
        fields.fields.retain(|(_, value)| match value {
            Value::Absent => false,
            Value::List(items) => self.options.show_empty || !items.is_empty(),
            _ => true,
        });
        if !self.options.include_attributes {
            fields.place = None;
        }
        fields
    }

    /// Whether `ast.dump` would allow the value on a line with others: a leaf, or a node that shows nothing.
    fn is_simple(&self, value: &Value<'_>) -> bool {
        match value {
            Value::List(items) => items.is_empty(),
            Value::Node(node) => {
                let Fields { fields, place, .. } = self.shown(node.fields());
                fields.is_empty() && place.is_none()
            }
            Value::Made(_) => false,
            _ => true,
        }
    }

    /// What stands before the item of this index.
    fn separator(&mut self, index: usize, on_one_line: bool, level: usize) {
        if index > 0 {
            self.out.push(',');
        }
        match self.options.indent {
            Some(indent) if !on_one_line => {
                self.out.push('\n');
                let spaces = usize::try_from(indent).unwrap_or(0) * level;
                self.out.extend(std::iter::repeat_n(' ', spaces));
            }
            _ if index > 0 => self.out.push(' '),
            _ => {}
        }
    }

    fn value(&mut self, value: Value<'_>, level: usize) {
        match value {
            Value::Absent | Value::None => self.out.push_str("None"),
            Value::Tag(tag) => {
                self.out.push_str(tag);
                self.out.push_str("()");
            }
            Value::Number(number) => self.out.push_str(&number.to_string()),
            Value::Name(name) => write_constant(&mut self.out, Constant::Str(name.as_bytes())),
            Value::Constant(constant) => write_constant(&mut self.out, constant),
            Value::Folded(constant) => bytecode::repr::write_const(&mut self.out, &constant),
            Value::Node(node) => self.node(node.fields(), level),
            Value::Made(node) => self.node(node, level),
            Value::List(items) => {
                self.out.push('[');
                let level = level + 1;
                for (index, item) in items.into_iter().enumerate() {
                    self.separator(index, false, level);
                    self.value(item, level);
                }
                self.out.push(']');
            }
        }
    }
}
