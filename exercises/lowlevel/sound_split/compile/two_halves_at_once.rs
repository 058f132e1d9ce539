//! What it is for: two threads, each with a half of every row.

use std::thread;

use sound_split::Grid;

fn main() {
    let mut grid = Grid::new(2, 4, vec![0; 8]);
    let (mut left, mut right) = grid.view().split_at(2);
    thread::scope(|scope| {
        scope.spawn(move || left.row_mut(0).expect("a row").fill(1));
        scope.spawn(move || right.row_mut(0).expect("a row").fill(2));
    });
    drop(grid);
}
