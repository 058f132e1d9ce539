//! The menu of a shop: categories in a tree, which also know what they are below of.

use std::cell::RefCell;
use std::error::Error;
use std::fmt;
use std::rc::{Rc, Weak};

/// A category, with its value and its place in the tree.
///
/// A node owns what is below it. It knows what is above it and does not keep it alive: whoever needs a
/// whole tree holds its root.
pub struct Node<T> {
    value: T,
    /// Weak, because ownership goes one way: down. Two nodes that own each other are never dropped.
    parent: RefCell<Weak<Node<T>>>,
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
            // Points nowhere, and allocates nothing.
            parent: RefCell::new(Weak::new()),
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
        // Before anything is changed. A ring would also be a ring of owners, from the top down again:
        // `Weak` upwards does not help against that one.
        if Rc::ptr_eq(self, child) || self.ancestors().iter().any(|node| Rc::ptr_eq(node, child)) {
            return Err(BelowItself);
        }
        *child.parent.borrow_mut() = Rc::downgrade(self);
        self.children.borrow_mut().push(Rc::clone(child));
        Ok(())
    }

    /// The node that this one is below of, if somebody still holds it.
    pub fn parent(&self) -> Option<Rc<Self>> {
        self.parent.borrow().upgrade()
    }

    /// The nodes right below this one, in the order in which they were adopted.
    pub fn children(&self) -> Vec<Rc<Self>> {
        self.children.borrow().clone()
    }

    /// The nodes above this one, the nearest first: what the breadcrumbs show.
    pub fn ancestors(&self) -> Vec<Rc<Self>> {
        std::iter::successors(self.parent(), |node| node.parent()).collect()
    }
}
