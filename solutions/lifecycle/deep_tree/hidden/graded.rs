//! The same promises for a thread of another shape, and for bodies that stay on their thread.

use std::rc::Rc;
use std::thread;

use deep_tree::Post;

const LEVELS: usize = 30_000;

fn on_a_small_stack(name: &str, work: impl FnOnce() + Send) {
    thread::scope(|scope| {
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .stack_size(128 * 1024)
            .spawn_scoped(scope, work)
            .expect("the system has room for a thread");
        thread.join().expect("no walk panics");
    });
}

#[test]
fn a_comb_is_walked_and_dropped() {
    on_a_small_stack("a comb", || {
        let mut thread = Post::new((LEVELS, 'm'));
        for level in (0..LEVELS).rev() {
            let below = thread;
            thread = Post::new((level, 'm'));
            thread.replies.push(Post::new((level, 'l')));
            thread.replies.push(below);
            thread.replies.push(Post::new((level, 'r')));
        }
        let outline = thread.outline();
        let expected = (0..LEVELS)
            .flat_map(|level| [(level, level, 'm'), (level + 1, level, 'l')])
            .chain([(LEVELS, LEVELS, 'm')])
            .chain((0..LEVELS).rev().map(|level| (level + 1, level, 'r')));
        let same = outline
            .iter()
            .map(|(level, body)| (*level, body.0, body.1))
            .eq(expected);
        assert!(
            same,
            "down the middle with the left ones, up with the right"
        );
        let sizes = thread.sizes();
        let expected = (0..LEVELS)
            .map(|level| ((level, 'l'), 1))
            .chain([((LEVELS, 'm'), 1)])
            .chain((0..LEVELS).rev().flat_map(|level| {
                let below = 3 * (LEVELS - level);
                [((level, 'r'), 1), ((level, 'm'), below + 1)]
            }));
        let same = sizes
            .iter()
            .map(|(body, size)| (**body, *size))
            .eq(expected);
        assert!(same, "each level adds itself and two replies");
    });
}

#[test]
fn bodies_may_stay_on_their_thread() {
    on_a_small_stack("200,000 levels", || {
        let body = Rc::new(());
        let mut thread = Post::new(Rc::clone(&body));
        for _ in 1..200_000 {
            let reply = thread;
            thread = Post::new(Rc::clone(&body));
            thread.replies.push(reply);
        }
        let deepest = thread.outline().last().map(|(level, _)| *level);
        assert_eq!(deepest, Some(199_999), "the level of the deepest");
        let size = thread.sizes().last().map(|(_, size)| *size);
        assert_eq!(size, Some(200_000), "the size of the whole");
        drop(thread);
        assert_eq!(Rc::strong_count(&body), 1, "every post is dropped");
    });
}
