//! The same promises, for other shapes and other cells.

#![allow(unused_mut)]

use std::thread;

use sound_split::Grid;

#[test]
fn many_parts_are_written_at_once() {
    for (rows, columns) in [(1, 1), (1, 9), (9, 1), (7, 6), (2, 64)] {
        let mut grid = Grid::new(rows, columns, vec![String::new(); rows * columns]);
        thread::scope(|scope| {
            let mut rest = grid.view();
            for column in 0..columns {
                let (mut part, right) = rest.split_at(1);
                rest = right;
                scope.spawn(move || {
                    for row in 0..rows {
                        *part.get_mut(row, 0).expect("a cell") = format!("{row}/{column}");
                    }
                    assert!(part.get_mut(0, 1).is_none(), "a part has one column");
                    assert!(part.get_mut(rows, 0).is_none(), "and {rows} rows");
                });
            }
            assert!(rest.get_mut(0, 0).is_none(), "nothing is left over");
        });
        let expected =
            (0..rows).flat_map(|row| (0..columns).map(move |column| format!("{row}/{column}")));
        assert_eq!(
            grid.cells(),
            expected.collect::<Vec<_>>(),
            "each of {columns} threads wrote its column of {rows} rows"
        );
    }
}

#[test]
fn grids_without_cells_have_views() {
    for (rows, columns) in [(0, 0), (0, 5), (5, 0)] {
        let mut grid: Grid<u64> = Grid::new(rows, columns, Vec::new());
        let (mut left, mut right) = grid.view().split_at(columns / 2);
        assert!(
            left.get_mut(0, 0).is_none() && right.get_mut(0, 0).is_none(),
            "{rows} rows of {columns} columns have no cell"
        );
        assert_eq!(
            right.row_mut(0).map(|cells| cells.len()),
            (rows > 0).then_some(0),
            "a row 0 is there if there are rows, and has no cells"
        );
        assert!(left.row_mut(rows).is_none(), "row {rows} of {rows}");
    }
}

#[test]
fn cells_without_a_size_are_cells() {
    let mut grid = Grid::new(3, 4, vec![(); 12]);
    let (mut left, mut right) = grid.view().split_at(3);
    assert_eq!(
        left.row_mut(2).map(|cells| cells.len()),
        Some(3),
        "three cells of no bytes"
    );
    assert_eq!(
        right.row_mut(2).map(|cells| cells.len()),
        Some(1),
        "one cell of no bytes"
    );
}
