//! The menu of a shop: categories in a tree, which also know what they are below of.

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fmt;
use std::rc::{Rc, Weak};

/// A category, with its value and its place in the tree. It owns what is below it, and nothing above.
pub struct Node<T> {
    value: T,
    parent: Cell<Option<Weak<Node<T>>>>,
    children: RefCell<Vec<Rc<Node<T>>>>,
}

/// A node cannot be put below itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BelowItself;

impl fmt::Display for BelowItself {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a node can't be put below itself")
    }
}

impl Error for BelowItself {}

impl<T> Node<T> {
    /// A node on its own.
    pub fn new(value: T) -> Rc<Self> {
        Rc::new(Self {
            value,
            parent: Cell::default(),
            children: RefCell::default(),
        })
    }

    /// What the node is about.
    pub fn value(&self) -> &T {
        &self.value
    }

    /// Puts `child` below this node, behind the children that it has. If it was below another one, it is
    /// taken away there.
    ///
    /// # Errors
    ///
    /// Fails if this node is `child` or below it; then nothing changes.
    pub fn adopt(self: &Rc<Self>, child: &Rc<Self>) -> Result<(), BelowItself> {
        let mut above = Some(Rc::clone(self));
        while let Some(node) = above {
            if Rc::ptr_eq(&node, child) {
                return Err(BelowItself);
            }
            above = node.parent();
        }
        if let Some(before) = child.parent() {
            let mut siblings = before.children.borrow_mut();
            let place = siblings.iter().position(|node| Rc::ptr_eq(node, child));
            place.map(|place| siblings.remove(place));
        }
        child.parent.set(Some(Rc::downgrade(self)));
        self.children.borrow_mut().push(Rc::clone(child));
        Ok(())
    }

    /// The node that this one is below of.
    pub fn parent(&self) -> Option<Rc<Self>> {
        // A `Cell` can't be looked into, so the pointer is taken out and put back. It is never borrowed.
        let parent = self.parent.take();
        let found = parent.as_ref().and_then(Weak::upgrade);
        self.parent.set(parent);
        found
    }

    /// The nodes right below this one, in the order in which they were adopted.
    pub fn children(&self) -> Vec<Rc<Self>> {
        self.children.borrow().iter().map(Rc::clone).collect()
    }

    /// The nodes above this one, the nearest first.
    pub fn ancestors(&self) -> Vec<Rc<Self>> {
        let mut above = Vec::new();
        let mut next = self.parent();
        while let Some(node) = next {
            next = node.parent();
            above.push(node);
        }
        above
    }
}
