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

    /// A view of the whole grid.
    pub fn view<'g>(&self) -> ViewMut<'g, T> {
        ViewMut {
            first: self.cells.as_ptr().cast_mut(),
            rows: self.rows,
            columns: self.columns,
            stride: self.columns,
            grid: PhantomData,
        }
    }
}

/// Some columns of a grid, in all its rows.
pub struct ViewMut<'g, T> {
    first: *mut T,
    rows: usize,
    columns: usize,
    /// From a cell to the one below it.
    stride: usize,
    grid: PhantomData<&'g T>,
}

unsafe impl<T> Send for ViewMut<'_, T> {}

impl<'g, T> ViewMut<'g, T> {
    /// The cells of one row.
    pub fn row_mut(&self, row: usize) -> Option<&'g mut [T]> {
        if row >= self.rows {
            return None;
        }
        unsafe {
            let start = self.first.add(row * self.stride);
            Some(std::slice::from_raw_parts_mut(start, self.columns))
        }
    }

    /// One cell.
    pub fn get_mut(&self, row: usize, column: usize) -> Option<&'g mut T> {
        if row >= self.rows || column >= self.stride {
            return None;
        }
        unsafe { Some(&mut *self.first.add(row * self.stride + column)) }
    }

    /// The columns before `column`, and the others.
    pub fn split_at(&self, column: usize) -> (ViewMut<'g, T>, ViewMut<'g, T>) {
        let part = |first, columns| ViewMut {
            first,
            rows: self.rows,
            columns,
            stride: self.stride,
            grid: PhantomData,
        };
        let right = unsafe { self.first.add(column) };
        (
            part(self.first, column),
            part(right, self.columns.saturating_sub(column)),
        )
    }
}
