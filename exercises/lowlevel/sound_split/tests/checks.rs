//! What views of a grid reach, and what they leave alone.

#![allow(unused_mut)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use sound_split::Grid;

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

#[test]
fn halves_reach_their_own_cells() {
    let mut grid = Grid::new(3, 5, (0..15).collect());
    let mut view = grid.view();
    let (mut left, mut right) = view.split_at(2);
    assert_eq!(
        (left.row_mut(1), right.row_mut(2)),
        (Some(&mut [5, 6][..]), Some(&mut [12, 13, 14][..])),
        "row 1 of the two columns on the left, row 2 of the three on the right"
    );
    thread::scope(|scope| {
        scope.spawn(move || (0..3).for_each(|row| left.row_mut(row).expect("row 0 to 2").fill(1)));
        scope.spawn(move || (0..3).for_each(|row| right.row_mut(row).expect("row 0 to 2").fill(2)));
    });
    assert_eq!(
        grid.cells(),
        [1, 1, 2, 2, 2, 1, 1, 2, 2, 2, 1, 1, 2, 2, 2],
        "one thread wrote 1 into the left half of each row, the other 2 into the right"
    );
}

#[test]
fn a_cell_outside_is_none() {
    let mut grid = Grid::new(2, 4, (0..8).collect());
    let mut view = grid.view();
    let (mut left, mut right) = view.split_at(1);
    assert_eq!(
        left.get_mut(1, 0),
        Some(&mut 4),
        "row 1, column 0 on the left"
    );
    assert_eq!(
        right.get_mut(0, 2),
        Some(&mut 3),
        "row 0, column 2 on the right"
    );
    for (row, column) in [(0, 1), (0, 3), (1, 1), (2, 0)] {
        assert_eq!(
            left.get_mut(row, column),
            None,
            "the left view has 2 rows of 1 column, so row {row}, column {column} is not its own; what lies there in \
             the allocation belongs to the other view, and two `&mut` to it would exist"
        );
    }
    for (row, column) in [(0, 3), (1, 3), (2, 0)] {
        assert_eq!(
            right.get_mut(row, column),
            None,
            "the right view has 2 rows of 3 columns, so row {row}, column {column} is not its own"
        );
    }
    assert_eq!(
        (left.row_mut(2), right.row_mut(7)),
        (None, None),
        "there are rows 0 and 1"
    );
}

#[test]
fn a_split_behind_the_last_column_panics() {
    for column in [3, 4, 5, usize::MAX] {
        let mut grid = Grid::new(2, 4, vec![0_u8; 8]);
        let mut view = grid.view();
        let (mut left, _right) = view.split_at(2);
        let split = catch_unwind(AssertUnwindSafe(|| {
            let _ = left.split_at(column);
        }));
        assert!(
            split.is_err(),
            "a view of 2 columns was split at column {column}, as if it had that many; its left half would have columns \
             of its neighbour"
        );
    }
}

#[test]
fn a_split_at_either_end_leaves_an_empty_half() {
    let mut grid = Grid::new(2, 3, (0..6).collect());
    let mut view = grid.view();
    let (mut none, mut rest) = view.split_at(0);
    assert_eq!(none.row_mut(1), Some(&mut [][..]), "a row without cells");
    let (mut all, mut none) = rest.split_at(3);
    assert_eq!(all.row_mut(1), Some(&mut [3, 4, 5][..]), "the whole row");
    assert_eq!(none.row_mut(1), Some(&mut [][..]), "a row without cells");
    assert_eq!(none.get_mut(1, 0), None, "and so without a first one");
}

#[test]
fn views_allocate_nothing() {
    let mut grid = Grid::new(100, 64, vec![0_u32; 6400]);
    let (sum, tally) = probes::alloc::measure(|| {
        let mut view = grid.view();
        let (mut left, mut right) = view.split_at(16);
        let mut sum = 0;
        for row in 0..100 {
            sum += left.row_mut(row).map_or(0, |cells| cells.len());
            sum += right.row_mut(row).map_or(0, |cells| cells.len());
        }
        sum
    });
    assert_eq!(sum, 6400, "16 and 48 cells in each of 100 rows");
    assert_eq!(
        tally.allocations, 0,
        "a picture is split some thousand times a second; a view is a pointer and three numbers"
    );
}
