//! A view that is used after it was split.

use sound_split::Grid;

fn main() {
    let mut grid = Grid::new(1, 2, vec![0, 0]);
    let mut whole = grid.view();
    let (mut left, _right) = whole.split_at(1);
    let _ = (whole.row_mut(0), left.row_mut(0));
}
