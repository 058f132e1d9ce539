//! Cells that must not leave their thread.

use std::rc::Rc;
use std::thread;

use sound_split::Grid;

fn main() {
    let counter = Rc::new(());
    let mut grid = Grid::new(1, 1, vec![Rc::clone(&counter)]);
    let mut view = grid.view();
    thread::scope(|scope| {
        scope.spawn(move || view.row_mut(0).map(|row| row.iter().cloned().count()));
    });
}
