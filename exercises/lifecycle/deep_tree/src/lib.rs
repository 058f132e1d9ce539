//! Posts of a forum, and the replies to them.

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
        self.add_to_outline(0, &mut outline);
        outline
    }

    fn add_to_outline<'a>(&'a self, level: usize, outline: &mut Vec<(usize, &'a T)>) {
        outline.push((level, &self.body));
        for reply in &self.replies {
            reply.add_to_outline(level + 1, outline);
        }
    }

    /// For this post and all that are below it, how many posts it and what is below it are together. In
    /// the order in which they can be archived: a post behind its replies, older replies before newer ones.
    #[must_use]
    pub fn sizes(&self) -> Vec<(&T, usize)> {
        let mut sizes = Vec::new();
        self.add_to_sizes(&mut sizes);
        sizes
    }

    fn add_to_sizes<'a>(&'a self, sizes: &mut Vec<(&'a T, usize)>) -> usize {
        let below: usize = self
            .replies
            .iter()
            .map(|reply| reply.add_to_sizes(sizes))
            .sum();
        sizes.push((&self.body, below + 1));
        below + 1
    }
}
