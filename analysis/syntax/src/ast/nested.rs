//! The units nested in a unit: a persistent vector with sums, so that what changes in one moves those behind it without
//! touching them.

use std::sync::Arc;

use super::ids::UnitId;
use super::unit::Unit;

/// How many entries a node has. All but the last of its level are full, so that an index is a path.
const FANOUT: usize = 16;

/// A stretch of text: bytes and line ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extent {
    pub len: u32,
    pub line_breaks: u32,
}

impl Extent {
    fn add(&mut self, other: Extent) {
        self.len += other.len;
        self.line_breaks += other.line_breaks;
    }
}

/// A nested unit as its parent keeps it.
#[derive(Clone, Debug)]
pub(crate) struct Nested {
    pub id: UnitId,
    pub unit: Arc<Unit>,
    /// From the unit's start to the line of the parent's that follows; to the unit's end if none does.
    pub extent: Extent,
}

impl PartialEq for Nested {
    /// Whether the units say the same. Their ids may differ.
    fn eq(&self, other: &Nested) -> bool {
        self.extent == other.extent && (Arc::ptr_eq(&self.unit, &other.unit) || self.unit == other.unit)
    }
}

#[derive(Clone, Debug)]
enum Node {
    Leaf(Vec<Nested>),
    Inner(Vec<(Extent, Arc<Node>)>),
}

/// The nested units in the order of the text. Cloning, and replacing one, copy a path at most.
#[derive(Clone, Debug)]
pub(crate) struct NestedUnits {
    /// `None` if there are none, as in most units.
    root: Option<Arc<Node>>,
    /// How many units each entry of the root holds, when full.
    stride: usize,
    len: usize,
}

impl NestedUnits {
    pub fn new(units: Vec<Nested>) -> NestedUnits {
        let len = units.len();
        let mut stride = 1;
        let mut level: Vec<(Extent, Arc<Node>)> = groups(units, |unit| unit.extent, Node::Leaf);
        while level.len() > 1 {
            stride *= FANOUT;
            level = groups(level, |(extent, _)| *extent, Node::Inner);
        }
        NestedUnits { root: level.pop().map(|(_, root)| root), stride, len }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    /// The unit at an index, which must exist, and the sum of the extents before it.
    pub fn get(&self, index: usize) -> (Extent, &Nested) {
        let mut before = Extent::default();
        let (mut node, mut stride) = (self.root.as_ref().expect("the unit exists"), self.stride);
        loop {
            let slot = index / stride % FANOUT;
            match &**node {
                Node::Leaf(units) => {
                    units[..slot].iter().for_each(|unit| before.add(unit.extent));
                    return (before, &units[slot]);
                }
                Node::Inner(nodes) => {
                    nodes[..slot].iter().for_each(|(extent, _)| before.add(*extent));
                    node = &nodes[slot].1;
                    stride /= FANOUT;
                }
            }
        }
    }

    /// All of them, each with the sum of the extents before it.
    pub fn iter(&self) -> Iter<'_> {
        Iter { units: self, next: 0, leaf: Default::default(), before: Extent::default() }
    }

    /// The units from an index on that share a leaf with it.
    fn leaf(&self, index: usize) -> &[Nested] {
        let (mut node, mut stride) = (self.root.as_ref(), self.stride);
        while let Some(inner) = node {
            let slot = index / stride % FANOUT;
            match &**inner {
                Node::Leaf(units) => return &units[slot..],
                Node::Inner(nodes) => node = nodes.get(slot).map(|(_, node)| node),
            }
            stride /= FANOUT;
        }
        &[]
    }

    /// The indices of the units that are not those of `other`, which has as many. What both share is not looked at.
    pub fn differences(&self, other: &NestedUnits) -> Vec<usize> {
        let mut found = Vec::new();
        if let (Some(one), Some(other)) = (&self.root, &other.root) {
            differences(one, other, 0, self.stride, &mut found);
        }
        found
    }

    /// Changes the unit at an index. Nodes that others hold too are copied.
    pub fn update(&mut self, index: usize, change: impl FnOnce(&mut Nested)) {
        if let Some(root) = &mut self.root {
            update(root, index, self.stride, change);
        }
    }

    /// Changes all units of a vector that nobody else holds.
    pub fn update_all(&mut self, mut change: impl FnMut(usize, &mut Nested)) {
        for index in 0..self.len {
            self.update(index, |unit| change(index, unit));
        }
    }
}

/// See [`NestedUnits::iter`].
#[derive(Clone)]
pub(crate) struct Iter<'a> {
    units: &'a NestedUnits,
    /// Index of the first unit behind the leaf in hand.
    next: usize,
    leaf: std::slice::Iter<'a, Nested>,
    before: Extent,
}

impl<'a> Iterator for Iter<'a> {
    type Item = (Extent, &'a Nested);

    fn next(&mut self) -> Option<Self::Item> {
        let unit = match self.leaf.next() {
            Some(unit) => unit,
            None if self.next < self.units.len => {
                let leaf = self.units.leaf(self.next);
                self.next += leaf.len();
                self.leaf = leaf.iter();
                self.leaf.next()?
            }
            None => return None,
        };
        let before = self.before;
        self.before.add(unit.extent);
        Some((before, unit))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.leaf.len() + self.units.len - self.next;
        (left, Some(left))
    }
}

impl ExactSizeIterator for Iter<'_> {}

/// Makes nodes of so many entries each, with their sums.
fn groups<T>(
    entries: Vec<T>,
    extent: impl Fn(&T) -> Extent,
    node: impl Fn(Vec<T>) -> Node,
) -> Vec<(Extent, Arc<Node>)> {
    let mut made = Vec::with_capacity(entries.len().div_ceil(FANOUT));
    let mut entries = entries.into_iter().peekable();
    while entries.peek().is_some() {
        let group: Vec<T> = entries.by_ref().take(FANOUT).collect();
        let mut sum = Extent::default();
        group.iter().for_each(|entry| sum.add(extent(entry)));
        made.push((sum, Arc::new(node(group))));
    }
    made
}

/// Returns the new sum of the node.
fn update(node: &mut Arc<Node>, index: usize, stride: usize, change: impl FnOnce(&mut Nested)) -> Extent {
    let slot = index / stride % FANOUT;
    let mut sum = Extent::default();
    match Arc::make_mut(node) {
        Node::Leaf(units) => {
            change(&mut units[slot]);
            units.iter().for_each(|unit| sum.add(unit.extent));
        }
        Node::Inner(nodes) => {
            nodes[slot].0 = update(&mut nodes[slot].1, index, stride / FANOUT, change);
            nodes.iter().for_each(|(extent, _)| sum.add(*extent));
        }
    }
    sum
}

fn differences(one: &Arc<Node>, other: &Arc<Node>, first: usize, stride: usize, found: &mut Vec<usize>) {
    if Arc::ptr_eq(one, other) {
        return;
    }
    match (&**one, &**other) {
        (Node::Leaf(one), Node::Leaf(other)) => {
            let same = |one: &Nested, other: &Nested| {
                one.id == other.id && one.extent == other.extent && Arc::ptr_eq(&one.unit, &other.unit)
            };
            let pairs = one.iter().zip(other).enumerate();
            found.extend(pairs.filter(|(_, (one, other))| !same(one, other)).map(|(slot, _)| first + slot));
        }
        (Node::Inner(one), Node::Inner(other)) => {
            for (slot, ((_, one), (_, other))) in one.iter().zip(other).enumerate() {
                differences(one, other, first + slot * stride, stride / FANOUT, found);
            }
        }
        _ => {}
    }
}

impl PartialEq for NestedUnits {
    fn eq(&self, other: &NestedUnits) -> bool {
        self.len == other.len && self.root.iter().zip(&other.root).all(|(a, b)| same(a, b))
    }
}

impl Eq for NestedUnits {}

/// Whether two nodes of the same height hold equal units; shared ones are not looked into.
fn same(a: &Arc<Node>, b: &Arc<Node>) -> bool {
    Arc::ptr_eq(a, b)
        || match (&**a, &**b) {
            (Node::Leaf(a), Node::Leaf(b)) => a == b,
            (Node::Inner(a), Node::Inner(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|((x, a), (y, b))| x == y && same(a, b))
            }
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_follow_updates() {
        let unit = crate::parse_module("x\n").module;
        for len in [0, 1, 15, 16, 17, 255, 256, 257, 5000] {
            let extent = |index: usize| Extent { len: index as u32 + 2, line_breaks: index as u32 % 3 };
            let nested =
                |index| Nested { id: UnitId(index as u32), unit: unit.clone(), extent: extent(index) };
            let mut units = NestedUnits::new((0..len).map(nested).collect());
            assert_eq!(units.len(), len);
            let old = units.clone();
            if len > 0 {
                units.update(len / 2, |unit| unit.extent.len += 100);
                assert_ne!(units, old);
                assert_eq!(units.differences(&old), [len / 2]);
            }
            let all: Vec<_> = units.iter().map(|(before, unit)| (before, unit.id)).collect();
            let each = (0..len).map(|index| units.get(index)).map(|(before, unit)| (before, unit.id));
            assert!(all.into_iter().eq(each));
            let mut before = Extent::default();
            for index in 0..len {
                assert_eq!(old.get(index).1.id, UnitId(index as u32));
                assert_eq!(units.get(index).0, before);
                before.add(units.get(index).1.extent);
            }
        }
    }
}
