//! What a thread of posts looks like, and how deep it may be.
//!
//! A stack that overflows ends the whole process, so where a test has no message of its own, the runtime's has to
//! do: it has the name of the thread that overflowed.

use std::mem::ManuallyDrop;
use std::thread;

use deep_tree::Post;
use probes::live::Tracker;

/// As deep as the thread of posts that came up on a Sunday.
const LEVELS: usize = 200_000;

/// Runs this on a stack of 128 KiB. The name is what is said if that is too small.
fn on_a_small_stack<T: Send>(name: &str, work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        thread::Builder::new()
            .name(name.to_owned())
            .stack_size(128 * 1024)
            .spawn_scoped(scope, work)
            .expect("the system has room for a thread")
            .join()
            .expect("no walk panics")
    })
}

/// A post with one reply, which has one reply, and so on. The bodies are the levels.
fn chain<T>(levels: usize, body: impl Fn(usize) -> T) -> Post<T> {
    let mut post = Post::new(body(levels - 1));
    for level in (0..levels - 1).rev() {
        let reply = post;
        post = Post::new(body(level));
        post.replies.push(reply);
    }
    post
}

/// A post with these replies.
fn post(body: &'static str, replies: Vec<Post<&'static str>>) -> Post<&'static str> {
    let mut post = Post::new(body);
    post.replies = replies;
    post
}

#[test]
fn a_small_thread_has_its_order_and_sizes() {
    let thread = post(
        "a",
        vec![
            post(
                "b",
                vec![post("c", vec![]), post("d", vec![post("e", vec![])])],
            ),
            post("f", vec![]),
            post("g", vec![post("h", vec![])]),
        ],
    );
    let outline: Vec<_> = thread
        .outline()
        .iter()
        .map(|(level, body)| (*level, **body))
        .collect();
    assert_eq!(
        outline,
        [
            (0, "a"),
            (1, "b"),
            (2, "c"),
            (2, "d"),
            (3, "e"),
            (1, "f"),
            (1, "g"),
            (2, "h")
        ],
        "b, f and g reply to a; c and d to b; e to d; h to g: a post before its replies, older ones first"
    );
    let sizes: Vec<_> = thread
        .sizes()
        .iter()
        .map(|(body, size)| (**body, *size))
        .collect();
    assert_eq!(
        sizes,
        [
            ("c", 1),
            ("e", 1),
            ("d", 2),
            ("b", 4),
            ("f", 1),
            ("h", 1),
            ("g", 2),
            ("a", 8)
        ],
        "the same thread: a post behind its replies, and how many posts it is with all below it"
    );
    let alone = Post::new("alone");
    assert_eq!(alone.outline(), [(0, &"alone")], "a post without replies");
    assert_eq!(alone.sizes(), [(&"alone", 1)], "a post without replies");
}

#[test]
fn a_deep_thread_has_an_outline() {
    // How it is dropped is another test's affair.
    let thread = ManuallyDrop::new(chain(LEVELS, |level| level));
    let wrong = on_a_small_stack("the outline of 200,000 levels", || {
        let outline = thread.outline();
        assert_eq!(outline.len(), LEVELS, "each level has one post");
        let mut levels = outline.into_iter().enumerate();
        levels.find(|&(at, (level, body))| (level, *body) != (at, at))
    });
    assert_eq!(
        wrong, None,
        "in a chain, the post at each place of the outline is the one of that level"
    );
}

#[test]
fn a_deep_thread_has_sizes() {
    let thread = ManuallyDrop::new(chain(LEVELS, |level| level));
    let wrong = on_a_small_stack("the sizes of 200,000 levels", || {
        let sizes = thread.sizes();
        assert_eq!(sizes.len(), LEVELS, "each level has one post");
        let mut sizes = sizes.into_iter().enumerate();
        sizes.find(|&(at, (body, size))| (LEVELS - 1 - *body, size) != (at, at + 1))
    });
    assert_eq!(
        wrong, None,
        "in a chain, the deepest post comes first and has size 1, and each one above has one more"
    );
}

#[test]
fn a_deep_thread_can_be_dropped() {
    let bodies = Tracker::new();
    let thread = chain(LEVELS, |_| bodies.token());
    on_a_small_stack("the drop of 200,000 levels", move || drop(thread));
    assert_eq!(
        bodies.alive(),
        0,
        "of {LEVELS} bodies, so many are still there after the drop"
    );
}

#[test]
fn a_wide_thread_is_walked_and_dropped() {
    let bodies = Tracker::new();
    let mut thread = Post::new((0, bodies.token()));
    thread
        .replies
        .extend((1..=LEVELS).map(|n| Post::new((n, bodies.token()))));
    on_a_small_stack("the walks over 200,000 replies", move || {
        let mut outline = thread.outline().into_iter().enumerate();
        let wrong =
            outline.find(|&(at, (level, body))| body.0 != at || level != usize::from(at > 0));
        assert!(wrong.is_none(), "replies to one post come in their order");
        let sizes = thread.sizes();
        assert_eq!(
            sizes.last().map(|(body, size)| (body.0, *size)),
            Some((0, LEVELS + 1)),
            "the post itself comes last, with all its replies counted"
        );
        drop(sizes);
        drop(thread);
    });
    assert_eq!(bodies.alive(), 0, "bodies that are left after the drop");
}

#[test]
fn what_is_dropped_lets_go_of_every_body() {
    let bodies = Tracker::new();
    let mut thread = chain(3, |_| bodies.token());
    thread.replies.push(chain(5, |_| bodies.token()));
    assert_eq!(bodies.alive(), 8, "three posts, and five below the first");
    let removed = thread.replies.remove(0);
    drop(removed);
    assert_eq!(bodies.alive(), 6, "a reply was dropped, with one below it");
    drop(thread);
    assert_eq!(bodies.alive(), 0, "the post was dropped, with five below");
}
