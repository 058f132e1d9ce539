//! Two mutable slices of the same row of one view.

use sound_split::Grid;

fn main() {
    let mut grid = Grid::new(1, 2, vec![0, 0]);
    let mut view = grid.view();
    let one = view.row_mut(0);
    let two = view.row_mut(0);
    let _ = (one, two);
}
