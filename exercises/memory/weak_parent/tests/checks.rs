//! A menu is there as long as somebody holds it, and no longer.

use std::rc::Rc;

use probes::live::{Counted, Tracker};
use weak_parent::{BelowItself, Node};

type Menu = Rc<Node<(&'static str, Counted)>>;

/// Makes nodes whose life is counted.
struct Maker(Tracker);

impl Maker {
    fn new() -> Self {
        Self(Tracker::new())
    }

    fn node(&self, name: &'static str) -> Menu {
        Node::new((name, self.0.token()))
    }

    fn below(&self, parent: &Menu, name: &'static str) -> Menu {
        let child = self.node(name);
        parent.adopt(&child).expect("a new node is above nobody");
        child
    }

    fn alive(&self) -> usize {
        self.0.alive()
    }
}

fn names(nodes: Vec<Menu>) -> Vec<&'static str> {
    nodes.iter().map(|node| node.value().0).collect()
}

#[test]
fn a_tree_that_nobody_holds_is_gone() {
    let make = Maker::new();
    for _ in 0..100 {
        let shop = make.node("shop");
        let lamps = make.below(&shop, "lamps");
        make.below(&lamps, "desk lamps");
        make.below(&shop, "chairs");
    }
    assert_eq!(
        make.alive(),
        0,
        "100 menus of 4 nodes were built and dropped, and so many nodes are alive: nobody holds them but \
         each other. Two nodes that own each other are never dropped"
    );
}

#[test]
fn a_parent_owns_its_children() {
    let make = Maker::new();
    let shop = make.node("shop");
    for name in ["lamps", "chairs", "tables"] {
        let category = make.below(&shop, name);
        make.below(&category, "new");
    }
    assert_eq!(
        (names(shop.children()), make.alive()),
        (vec!["lamps", "chairs", "tables"], 7),
        "the shop has three children and each of them one; nobody but the parent holds them, and that is \
         enough"
    );
    for category in shop.children() {
        assert_eq!(names(category.children()), ["new"]);
        assert_eq!(names(category.ancestors()), ["shop"]);
    }
}

#[test]
fn a_node_that_is_held_keeps_what_is_below_it_and_nothing_else() {
    let make = Maker::new();
    let shop = make.node("shop");
    let lamps = make.below(&shop, "lamps");
    make.below(&shop, "chairs");
    let desk = make.below(&lamps, "desk lamps");
    assert_eq!(
        names(desk.ancestors()),
        ["lamps", "shop"],
        "the nearest first"
    );

    drop(shop);
    assert_eq!(
        make.alive(),
        2,
        "the shop was dropped. Held are `lamps` and `desk lamps`; so many nodes are alive: who holds a node \
         holds what is below it, and nothing above or beside it"
    );
    assert!(lamps.parent().is_none(), "the parent of `lamps` is gone");
    assert_eq!(names(desk.ancestors()), ["lamps"], "above `desk lamps`");

    let other = make.node("other shop");
    other.adopt(&lamps).expect("it is below nobody any more");
    assert_eq!(names(desk.ancestors()), ["lamps", "other shop"]);
    drop((other, lamps, desk));
    assert_eq!(make.alive(), 0, "nobody holds anything");
}

#[test]
fn a_node_moves_with_all_that_is_below_it() {
    let make = Maker::new();
    let (old, new) = (make.node("old"), make.node("new"));
    let lamps = make.below(&old, "lamps");
    make.below(&old, "chairs");
    make.below(&lamps, "desk lamps");
    make.below(&new, "tables");

    new.adopt(&lamps).expect("`new` is not below `lamps`");
    assert_eq!(
        (names(old.children()), names(new.children())),
        (vec!["chairs"], vec!["tables", "lamps"]),
        "`lamps` was moved: what is left in its old place, and what is in its new one"
    );
    new.adopt(&lamps).expect("`new` is not below `lamps`");
    assert_eq!(
        names(new.children()),
        ["tables", "lamps"],
        "adopted again by its own parent, it is there once, at the end"
    );
    drop((old, lamps));
    let lamps = &new.children()[1];
    assert_eq!(
        (names(lamps.children()), names(lamps.ancestors())),
        (vec!["desk lamps"], vec!["new"]),
        "below and above `lamps`, which only its new parent holds"
    );
}

/// What is above a node, and no more than ten: in a ring there is no end to it.
fn path_up(node: &Menu) -> Vec<&'static str> {
    let nodes = std::iter::successors(node.parent(), |node| node.parent());
    names(nodes.take(10).collect())
}

#[test]
fn a_node_is_never_below_itself() {
    let make = Maker::new();
    {
        let shop = make.node("shop");
        let lamps = make.below(&shop, "lamps");
        let desk = make.below(&lamps, "desk lamps");
        for (above, below) in [
            (&shop, &shop),
            (&shop, &lamps),
            (&shop, &desk),
            (&lamps, &desk),
        ] {
            assert_eq!(
                below.adopt(above),
                Err(BelowItself),
                "`{}` is above the node `{}`, or is that node, and can't be put below it",
                above.value().0,
                below.value().0
            );
            assert_eq!(
                (
                    names(shop.children()),
                    names(lamps.children()),
                    path_up(&desk)
                ),
                (vec!["lamps"], vec!["desk lamps"], vec!["lamps", "shop"]),
                "when a node is refused nothing changes"
            );
        }
    }
    assert_eq!(
        make.alive(),
        0,
        "nobody holds the menu any more; so many nodes own each other"
    );
}
