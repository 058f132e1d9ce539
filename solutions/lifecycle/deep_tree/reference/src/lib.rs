//! Posts of a forum, and the replies to them.

use std::{mem, slice};

/// A post with the replies to it, the oldest first.
pub struct Post<T> {
    /// What it says.
    pub body: T,
    /// What was replied to it.
    pub replies: Vec<Post<T>>,
}

impl<T> Post<T> {
    /// A post that nobody has replied to yet.
    #[must_use]
    pub fn new(body: T) -> Self {
        Self {
            body,
            replies: Vec::new(),
        }
    }

    /// This post and all that are below it, as a page shows them: a post before its replies, and older
    /// replies, with all that belongs to them, before newer ones. The number says how many levels below
    /// this post each is.
    #[must_use]
    pub fn outline(&self) -> Vec<(usize, &T)> {
        let mut outline = Vec::new();
        // What a frame of the recursion would remember, on the heap: there it may be as large as the tree.
        let mut waiting = vec![(0, self)];
        while let Some((level, post)) = waiting.pop() {
            outline.push((level, &post.body));
            // In reverse, because what is pushed last is popped first.
            let replies = post.replies.iter().rev();
            waiting.extend(replies.map(|reply| (level + 1, reply)));
        }
        outline
    }

    /// For this post and all that are below it, how many posts it and what is below it are together. In
    /// the order in which they can be archived: a post behind its replies, older replies before newer ones.
    #[must_use]
    pub fn sizes(&self) -> Vec<(&T, usize)> {
        let mut sizes = Vec::new();
        // A post is recorded behind its replies, so it stays on the stack until they are done, with how far
        // they are. An iterator per level is also all that a wide post costs.
        let mut open = vec![Open::new(self)];
        while let Some(top) = open.last_mut() {
            if let Some(reply) = top.replies.next() {
                open.push(Open::new(reply));
                continue;
            }
            let (body, size) = (top.body, top.size);
            sizes.push((body, size));
            open.pop();
            if let Some(parent) = open.last_mut() {
                parent.size += size;
            }
        }
        sizes
    }
}

/// The compiler's own drop goes down to the replies of the replies before the first of them is done. This takes
/// the replies out of each post before it goes, so none has any when its turn comes.
impl<T> Drop for Post<T> {
    fn drop(&mut self) {
        let mut waiting = mem::take(&mut self.replies);
        while let Some(mut post) = waiting.pop() {
            // If a body's drop panics, `waiting` is dropped, and each post in it comes through here.
            waiting.append(&mut post.replies);
        }
    }
}

/// A post whose replies are not all counted yet.
struct Open<'a, T> {
    body: &'a T,
    /// The replies that are still to come.
    replies: slice::Iter<'a, Post<T>>,
    /// The post itself and all below it that are counted.
    size: usize,
}

impl<'a, T> Open<'a, T> {
    fn new(post: &'a Post<T>) -> Self {
        Self {
            body: &post.body,
            replies: post.replies.iter(),
            size: 1,
        }
    }
}
