//! The same promises in a larger tree that is moved about.

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

#[test]
fn after_a_thousand_moves_nothing_is_lost_or_kept() {
    let make = Maker::new();
    let nodes: Vec<Menu> = (0..40).map(|_| make.node("node")).collect();
    let mut parents: Vec<Option<usize>> = vec![None; nodes.len()];
    let mut state = 11_u64;
    let mut random = |end: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % end
    };
    let mut refused = 0;
    for _ in 0..1_000 {
        let (parent, child) = (random(nodes.len()), random(nodes.len()));
        let mut above = Some(parent);
        while above.is_some_and(|node| node != child) {
            above = parents[above.expect("just asked")];
        }
        let result = nodes[parent].adopt(&nodes[child]);
        if above.is_some() {
            assert_eq!(
                result,
                Err(BelowItself),
                "{child} below {parent}: {parents:?}"
            );
            refused += 1;
        } else {
            assert_eq!(result, Ok(()), "{child} below {parent}: {parents:?}");
            parents[child] = Some(parent);
        }
        for (number, node) in nodes.iter().enumerate() {
            let found = node.parent().map(|parent| {
                nodes
                    .iter()
                    .position(|node| Rc::ptr_eq(node, &parent))
                    .expect("one of them")
            });
            assert_eq!(found, parents[number], "the parent of {number}");
            let children = parents
                .iter()
                .filter(|parent| **parent == Some(number))
                .count();
            assert_eq!(node.children().len(), children, "the children of {number}");
        }
    }
    assert!(refused > 50, "rings were tried {refused} times");
    // From the lists of children alone: the roots hold everything.
    let roots: Vec<Menu> = nodes
        .iter()
        .filter(|node| node.parent().is_none())
        .cloned()
        .collect();
    drop(nodes);
    assert_eq!(make.alive(), 40, "the roots own all");
    drop(roots);
    assert_eq!(make.alive(), 0, "nobody holds anything");
}

#[test]
fn a_parent_may_go_while_its_children_are_walked() {
    let make = Maker::new();
    let shop = make.node("shop");
    for name in ["a", "b", "c"] {
        make.below(&shop, name);
    }
    let children = shop.children();
    drop(shop);
    assert_eq!(make.alive(), 3);
    for child in children {
        assert!(child.parent().is_none() && child.ancestors().is_empty());
    }
    assert_eq!(make.alive(), 0);
}
