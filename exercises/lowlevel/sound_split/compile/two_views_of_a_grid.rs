//! Two views of the same cells.

use sound_split::Grid;

fn main() {
    let mut grid = Grid::new(1, 2, vec![0, 0]);
    let mut one = grid.view();
    let mut two = grid.view();
    let _ = (one.row_mut(0), two.row_mut(0));
}
