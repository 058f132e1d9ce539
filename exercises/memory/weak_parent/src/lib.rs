//! The menu of a shop: categories in a tree, which also know what they are below of.

use std::cell::RefCell;
use std::error::Error;
use std::fmt;
use std::rc::Rc;

/// A category, with its value and its place in the tree.
pub struct Node<T> {
    value: T,
    parent: RefCell<Option<Rc<Node<T>>>>,
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
            parent: RefCell::default(),
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
        if Rc::ptr_eq(self, child) {
            return Err(BelowItself);
        }
        if let Some(before) = child.parent.replace(Some(Rc::clone(self))) {
            before
                .children
                .borrow_mut()
                .retain(|node| !Rc::ptr_eq(node, child));
        }
        self.children.borrow_mut().push(Rc::clone(child));
        Ok(())
    }

    /// The node that this one is below of.
    pub fn parent(&self) -> Option<Rc<Self>> {
        self.parent.borrow().clone()
    }

    /// The nodes right below this one, in the order in which they were adopted.
    pub fn children(&self) -> Vec<Rc<Self>> {
        self.children.borrow().clone()
    }

    /// The nodes above this one, the nearest first: what the breadcrumbs show.
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
