//! The order of an `OrderedDict`'s keys: a linked list of them, found by the identity of the key objects in the dict.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use object::{Layout as _, NativeType, Obj, Payload, Ref, TypeFlags, Visitor, Vm};

/// The instance slot that holds the order.
const ORDER_SLOT: usize = 0;

struct Node {
    key: Obj,
    hash: i64,
    previous: Option<usize>,
    next: Option<usize>,
}

#[derive(Default)]
struct Links {
    nodes: Vec<Option<Node>>,
    free: Vec<usize>,
    by_key: HashMap<usize, usize>,
    first: Option<usize>,
    last: Option<usize>,
}

/// An end of the list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    First,
    Last,
}

impl End {
    /// The end that `last=` names.
    pub(super) fn of(last: bool) -> End {
        if last { End::Last } else { End::First }
    }
}

impl Links {
    fn node(&mut self, at: Option<usize>) -> Option<&mut Node> {
        self.nodes.get_mut(at?)?.as_mut()
    }

    fn attach(&mut self, at: usize, end: End) {
        let neighbour = if end == End::Last { self.last } else { self.first };
        let (previous, next) = if end == End::Last { (neighbour, None) } else { (None, neighbour) };
        if let Some(node) = self.node(Some(at)) {
            (node.previous, node.next) = (previous, next);
        }
        if let Some(node) = self.node(neighbour) {
            if end == End::Last {
                node.next = Some(at);
            } else {
                node.previous = Some(at);
            }
        }
        if end == End::Last || neighbour.is_none() {
            self.last = Some(at);
        }
        if end == End::First || neighbour.is_none() {
            self.first = Some(at);
        }
    }

    fn detach(&mut self, at: usize) {
        let Some(node) = self.node(Some(at)) else { return };
        let (previous, next) = (node.previous.take(), node.next.take());
        match self.node(previous) {
            Some(node) => node.next = next,
            None => self.first = next,
        }
        match self.node(next) {
            Some(node) => node.previous = previous,
            None => self.last = previous,
        }
    }
}

/// The payload of the object in the slot. Keys are identified by address, which is theirs as long as a node holds them.
#[derive(Default)]
pub(super) struct Order {
    links: RefCell<Links>,
    changes: Cell<u64>,
}

impl Payload for Order {
    const NAME: &'static str = "odict_order";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.links.borrow().nodes.iter().flatten().for_each(|node| visit(&node.key));
    }
    fn clear(&self) {
        drop(self.links.take());
    }
}

static ORDER: NativeType =
    NativeType::new("odict_order", Order::VTABLE).module("collections").flags(TypeFlags::OF_CORE);

impl Order {
    /// The order of an `OrderedDict`.
    pub(super) fn of(vm: &Vm, dict: &Obj) -> Ref<Order> {
        if let Some(order) = dict.slot(ORDER_SLOT).and_then(|order| order.into_ref().ok()) {
            return order;
        }
        let order = Ref::new(vm.native_type(&ORDER), Order::default());
        drop(dict.set_slot(ORDER_SLOT, Some(order.clone().into_obj())));
        order
    }

    fn changed(&self) {
        self.changes.set(self.changes.get().wrapping_add(1));
    }

    /// A number that changes with the order and with the set of keys.
    pub(super) fn changes(&self) -> u64 {
        self.changes.get()
    }

    /// Whether there are no keys.
    pub(super) fn is_empty(&self) -> bool {
        self.links.borrow().first.is_none()
    }

    /// Whether this very key object is there.
    pub(super) fn has(&self, key: &Obj) -> bool {
        self.links.borrow().by_key.contains_key(&key.id())
    }

    /// Adds a key object at the end, unless it is there.
    pub(super) fn add(&self, key: &Obj, hash: i64) {
        if self.has(key) {
            return;
        }
        let mut links = self.links.borrow_mut();
        let node = Some(Node { key: key.clone(), hash, previous: None, next: None });
        let at = match links.free.pop() {
            Some(at) => {
                links.nodes[at] = node;
                at
            }
            None => {
                links.nodes.push(node);
                links.nodes.len() - 1
            }
        };
        links.by_key.insert(key.id(), at);
        links.attach(at, End::Last);
        self.changed();
    }

    /// Takes a key object out.
    pub(super) fn remove(&self, key: &Obj) {
        let mut links = self.links.borrow_mut();
        let Some(at) = links.by_key.remove(&key.id()) else { return };
        links.detach(at);
        let node = links.nodes[at].take();
        links.free.push(at);
        drop(links);
        self.changed();
        drop(node);
    }

    /// Moves a key object to an end.
    pub(super) fn move_to(&self, key: &Obj, end: End) {
        let mut links = self.links.borrow_mut();
        let Some(&at) = links.by_key.get(&key.id()) else { return };
        if Some(at) == if end == End::Last { links.last } else { links.first } {
            return;
        }
        links.detach(at);
        links.attach(at, end);
        self.changed();
    }

    /// The key at an end, with its hash.
    pub(super) fn end(&self, end: End) -> Option<(Obj, i64)> {
        let mut links = self.links.borrow_mut();
        let at = if end == End::Last { links.last } else { links.first };
        links.node(at).map(|node| (node.key.clone(), node.hash))
    }

    /// The key beside another one, towards an end, with its hash.
    pub(super) fn beside(&self, key: &Obj, towards: End) -> Option<(Obj, i64)> {
        let mut links = self.links.borrow_mut();
        let at = links.by_key.get(&key.id()).copied();
        let node = links.node(at)?;
        let at = if towards == End::Last { node.next } else { node.previous };
        links.node(at).map(|node| (node.key.clone(), node.hash))
    }

    /// Forgets all keys.
    pub(super) fn empty(&self) {
        self.changed();
        drop(self.links.take());
    }
}
