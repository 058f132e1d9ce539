//! Host names, as every tool of the operations team needs them.

/// The hosts of a zone, in their order: for `eu` those whose names end in `.eu`.
pub fn in_zone<'z, I, N>(hosts: I, zone: &'z str) -> InZone<'z, I::IntoIter>
where
    I: IntoIterator<Item = N>,
    N: AsRef<str>,
{
    let hosts = hosts.into_iter();
    InZone { hosts, zone }
}

/// An iterator over the hosts of a zone. Made by [`in_zone`].
#[derive(Debug, Clone)]
pub struct InZone<'z, I> {
    hosts: I,
    zone: &'z str,
}

impl<I> InZone<'_, I> {
    fn has(&self, host: &str) -> bool {
        match host.strip_suffix(self.zone) {
            Some(rest) => rest.ends_with('.'),
            None => false,
        }
    }
}

impl<I, N> Iterator for InZone<'_, I>
where
    I: Iterator<Item = N>,
    N: AsRef<str>,
{
    type Item = N;

    fn next(&mut self) -> Option<N> {
        loop {
            let host = self.hosts.next()?;
            if self.has(host.as_ref()) {
                return Some(host);
            }
        }
    }
}

impl<I, N> DoubleEndedIterator for InZone<'_, I>
where
    I: DoubleEndedIterator<Item = N>,
    N: AsRef<str>,
{
    fn next_back(&mut self) -> Option<N> {
        loop {
            let host = self.hosts.next_back()?;
            if self.has(host.as_ref()) {
                return Some(host);
            }
        }
    }
}

/// How many characters the longest name has. The width of a column, for those who print a table.
pub fn longest_name<I, N>(hosts: I) -> usize
where
    I: IntoIterator<Item = N>,
    N: AsRef<str>,
{
    let mut longest = 0;
    for host in hosts {
        longest = longest.max(host.as_ref().chars().count());
    }
    longest
}
