//! A view that outlives its grid.

use sound_split::Grid;

fn main() {
    let mut view = {
        let mut grid = Grid::new(1, 1, vec![String::from("gone")]);
        grid.view()
    };
    let _ = view.row_mut(0);
}
