//! A picture in one allocation, and views of its parts that threads may write to at the same time.

use std::marker::PhantomData;

/// Cells in rows, one row after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid<T> {
    cells: Vec<T>,
    rows: usize,
    columns: usize,
}

impl<T> Grid<T> {
    /// A grid of these cells, row by row.
    ///
    /// # Panics
    ///
    /// If there are not `rows * columns` of them.
    pub fn new(rows: usize, columns: usize, cells: Vec<T>) -> Self {
        assert_eq!(
            Some(cells.len()),
            rows.checked_mul(columns),
            "cells for {rows} rows of {columns}"
        );
        Grid {
            cells,
            rows,
            columns,
        }
    }

    /// The cells, row by row.
    pub fn cells(&self) -> &[T] {
        &self.cells
    }

    /// A view of the whole grid, which nobody else can get at as long as the view or a part of it is in use.
    pub fn view(&mut self) -> ViewMut<'_, T> {
        ViewMut {
            first: self.cells.as_mut_ptr(),
            rows: self.rows,
            columns: self.columns,
            stride: self.columns,
            grid: PhantomData,
        }
    }
}

/// Some columns of a grid, in all its rows.
///
/// Invariant, on which every `unsafe` below relies: for each `row < rows`, the `columns` cells from
/// `first + row * stride` on are cells of one live grid, borrowed mutably for `'g`, and no other view has any
/// of them. Views of one grid interleave in memory, so a slice of more than a row would reach into a neighbour:
/// none is ever made, not even for a moment.
pub struct ViewMut<'g, T> {
    // Not `NonNull`: that one is covariant, and so would the view be with `PhantomData<&'g T>`.
    first: *mut T,
    rows: usize,
    columns: usize,
    /// From a cell to the one below it.
    stride: usize,
    grid: PhantomData<&'g mut [T]>,
}

// SAFETY: a view is as good as the `&mut T` of its cells, which nobody else has, and may go where those may.
unsafe impl<T: Send> Send for ViewMut<'_, T> {}

impl<'g, T> ViewMut<'g, T> {
    /// The cells of one row.
    pub fn row_mut(&mut self, row: usize) -> Option<&mut [T]> {
        if row >= self.rows {
            return None;
        }
        // SAFETY: `row < rows`, so these are cells of the grid, and this view's alone. The slice borrows the
        // view, so there is no second one as long as it lives.
        Some(unsafe {
            std::slice::from_raw_parts_mut(self.first.add(row * self.stride), self.columns)
        })
    }

    /// One cell.
    pub fn get_mut(&mut self, row: usize, column: usize) -> Option<&mut T> {
        // What safe code can do it should: the slice checks the column.
        self.row_mut(row)?.get_mut(column)
    }

    /// The columns before `column`, and the others.
    ///
    /// # Panics
    ///
    /// If the view has fewer than `column` columns.
    pub fn split_at(self, column: usize) -> (ViewMut<'g, T>, ViewMut<'g, T>) {
        assert!(
            column <= self.columns,
            "column {column} of a view with {} columns",
            self.columns
        );
        let left = ViewMut {
            columns: column,
            ..self
        };
        let right = ViewMut {
            // Wrapping, because a grid without rows has no cell to point to, and `add` must stay inside.
            first: self.first.wrapping_add(column),
            columns: self.columns - column,
            ..self
        };
        (left, right)
    }
}
