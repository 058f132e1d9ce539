//! Lists and bars.

use colored::Colorize as _;

/// A bar of so many cells.
pub fn bar(done: usize, total: usize, cells: usize) -> String {
    let filled = (done * cells).checked_div(total).unwrap_or(0);
    format!(
        "{}{}",
        "█".repeat(filled).green(),
        "░".repeat(cells - filled).dimmed()
    )
}

/// Columns padded to the widest cell of each; the last is left as it is. Cells may have ANSI colours.
pub fn columns(rows: &[Vec<String>]) -> Vec<String> {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count)
        .map(|column| {
            rows.iter()
                .filter_map(|row| row.get(column))
                .map(|cell| shown(cell))
                .max()
                .unwrap_or(0)
        })
        .collect();
    let line = |row: &Vec<String>| {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            line.push_str(cell);
            if column + 1 < row.len() {
                line.push_str(&" ".repeat(widths[column] - shown(cell) + 2));
            }
        }
        line
    };
    rows.iter().map(line).collect()
}

/// How many columns a text takes, near enough for ids and titles.
pub fn shown(text: &str) -> usize {
    anstream::adapter::strip_str(text)
        .to_string()
        .chars()
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_whatever_their_colours() {
        colored::control::set_override(true);
        let rows = [
            vec!["a".red().to_string(), "b".to_owned()],
            vec!["ccc".to_owned(), "d".to_owned()],
        ];
        let lines = columns(&rows).join("\n");
        assert_eq!(
            anstream::adapter::strip_str(&lines).to_string(),
            "a    b\nccc  d"
        );
    }

    #[test]
    fn a_bar_is_always_as_long_as_asked_for() {
        for (done, total) in [(0, 0), (0, 3), (1, 3), (3, 3)] {
            let text = bar(done, total, 10);
            assert_eq!(shown(&text), 10);
        }
    }
}
