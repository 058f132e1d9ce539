//! Posts of a forum, and the replies to them.

use std::mem;

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
        // Each post before its replies, the newest first, is this order backwards.
        let mut backwards = Vec::new();
        let mut waiting = vec![(0, self)];
        while let Some((level, post)) = waiting.pop() {
            backwards.push((level, &post.body));
            waiting.extend(post.replies.iter().map(|reply| (level + 1, reply)));
        }
        // When a post comes, all that is below it and nothing else has come since the last post of its level
        // or above: what is summed up one level deeper belongs to it.
        let deepest = backwards.iter().map(|(level, _)| *level).max();
        let mut sums = vec![0; deepest.unwrap_or(0) + 2];
        let mut sizes = Vec::with_capacity(backwards.len());
        for (level, body) in backwards.into_iter().rev() {
            let size = 1 + mem::take(&mut sums[level + 1]);
            sums[level] += size;
            sizes.push((body, size));
        }
        sizes
    }
}

impl<T> Drop for Post<T> {
    fn drop(&mut self) {
        // Level by level, so that no post that is dropped has a reply.
        let mut level = mem::take(&mut self.replies);
        while !level.is_empty() {
            level = level
                .iter_mut()
                .flat_map(|post| mem::take(&mut post.replies))
                .collect();
        }
    }
}
