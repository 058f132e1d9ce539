//! A text that does not live long enough for the grid, put in through a view.

use sound_split::{Grid, ViewMut};

fn put<'t>(mut view: ViewMut<'_, &'t str>, text: &'t str) {
    if let Some(cell) = view.get_mut(0, 0) {
        *cell = text;
    }
}

fn main() {
    let mut grid: Grid<&'static str> = Grid::new(1, 1, vec!["static"]);
    {
        let text = String::from("short-lived");
        put(grid.view(), &text);
    }
    let _: &'static str = grid.cells()[0];
}
