//! Host names, as every tool of the operations team needs them.

/// The hosts of a zone, in their order: for `eu` those whose names end in `.eu`.
pub fn in_zone<'h>(
    hosts: &'h Vec<String>,
    zone: &String,
) -> Box<dyn Iterator<Item = &'h String> + 'h> {
    let suffix = format!(".{zone}");
    Box::new(hosts.iter().filter(move |host| host.ends_with(&suffix)))
}

/// How many characters the longest name has. The width of a column, for those who print a table.
pub fn longest_name(hosts: &Vec<String>) -> usize {
    hosts
        .iter()
        .map(|host| host.chars().count())
        .max()
        .unwrap_or(0)
}
