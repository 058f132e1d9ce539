//! Host names, as every tool of the operations team needs them.

/// The hosts of a zone, in their order: for `eu` those whose names end in `.eu`.
pub fn in_zone<'z, I>(hosts: I, zone: &'z str) -> impl Iterator<Item = I::Item> + use<'z, I>
where
    I: IntoIterator<Item: AsRef<str>>,
{
    hosts
        .into_iter()
        .filter(move |host| is_in(host.as_ref(), zone))
}

/// Whether the name ends in a dot and the zone.
fn is_in(host: &str, zone: &str) -> bool {
    host.strip_suffix(zone)
        .is_some_and(|rest| rest.ends_with('.'))
}

/// How many characters the longest name has. The width of a column, for those who print a table.
pub fn longest_name(hosts: impl IntoIterator<Item: AsRef<str>>) -> usize {
    hosts
        .into_iter()
        .map(|host| host.as_ref().chars().count())
        .max()
        .unwrap_or(0)
}
