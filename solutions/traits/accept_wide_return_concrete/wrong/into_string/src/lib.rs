//! Host names, as every tool of the operations team needs them.

/// The hosts of a zone, in their order: for `eu` those whose names end in `.eu`.
///
/// Takes whatever lists names, and gives back what it listed: references for references, owned names for
/// owned ones.
pub fn in_zone<'z, I>(hosts: I, zone: &'z str) -> InZone<'z, I::IntoIter>
where
    I: IntoIterator<Item: Into<String> + Clone>,
{
    InZone {
        hosts: hosts.into_iter(),
        zone,
    }
}

/// An iterator over the hosts of a zone. Made by [`in_zone`].
///
/// A type with a name, where `impl Iterator` would hide whether it can be cloned or reversed, and where
/// nobody could write it down as the type of a field. That is worth forty lines in a library that others
/// use; for a private helper it is not.
#[derive(Debug, Clone)]
pub struct InZone<'z, I> {
    hosts: I,
    zone: &'z str,
}

impl<I> Iterator for InZone<'_, I>
where
    I: Iterator<Item: Into<String> + Clone>,
{
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        let zone = self.zone;
        self.hosts.find(|host| is_in(&host.clone().into(), zone))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, self.hosts.size_hint().1)
    }
}

impl<I> DoubleEndedIterator for InZone<'_, I>
where
    I: DoubleEndedIterator<Item: Into<String> + Clone>,
{
    fn next_back(&mut self) -> Option<I::Item> {
        let zone = self.zone;
        self.hosts.rfind(|host| is_in(&host.clone().into(), zone))
    }
}

/// Whether the name ends in a dot and the zone.
fn is_in(host: &str, zone: &str) -> bool {
    host.strip_suffix(zone)
        .is_some_and(|rest| rest.ends_with('.'))
}

/// How many characters the longest name has. The width of a column, for those who print a table.
pub fn longest_name(hosts: impl IntoIterator<Item: Into<String> + Clone>) -> usize {
    hosts
        .into_iter()
        .map(|host| host.into().chars().count())
        .max()
        .unwrap_or(0)
}
