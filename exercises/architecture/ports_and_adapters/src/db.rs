//! Stands for a database and its driver: tables of rows of texts. Not yours to change.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};

/// The columns of a row.
pub type Row = BTreeMap<String, String>;

/// What the driver says is wrong. The text names hosts; it is for us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DbError(pub String);

/// What somebody else does.
type Other = dyn FnOnce(&Db);

#[derive(Default)]
pub struct Db {
    rows: RefCell<BTreeMap<(String, u64), Row>>,
    down: Cell<bool>,
    others: RefCell<VecDeque<Box<Other>>>,
}

impl Db {
    /// `SELECT * FROM table WHERE id = …`
    pub fn select(&self, table: &str, id: u64) -> Result<Option<Row>, DbError> {
        self.up()?;
        let rows = self.rows.borrow();
        Ok(rows.get(&(table.to_owned(), id)).cloned())
    }

    /// `UPDATE table SET … WHERE id = … AND …`. Answers how many rows it has changed.
    pub fn update(
        &self,
        table: &str,
        id: u64,
        and: &[(&str, &str)],
        set: &[(&str, &str)],
    ) -> Result<usize, DbError> {
        self.up()?;
        let other = self.others.borrow_mut().pop_front();
        if let Some(other) = other {
            other(self);
        }
        let mut rows = self.rows.borrow_mut();
        let Some(row) = rows.get_mut(&(table.to_owned(), id)) else {
            return Ok(0);
        };
        let holds = |(column, value): &(&str, &str)| row.get(*column).is_some_and(|is| is == value);
        if !and.iter().all(holds) {
            return Ok(0);
        }
        for (column, value) in set {
            row.insert((*column).to_owned(), (*value).to_owned());
        }
        Ok(1)
    }

    /// For tests: a row as somebody left it.
    pub fn put(&self, table: &str, id: u64, columns: &[(&str, &str)]) {
        let columns = columns.iter();
        let row = columns.map(|(column, value)| ((*column).to_owned(), (*value).to_owned()));
        let mut rows = self.rows.borrow_mut();
        rows.insert((table.to_owned(), id), row.collect());
    }

    /// For tests: from now on nothing works.
    pub fn go_down(&self) {
        self.down.set(true);
    }

    /// For tests: what somebody else does right before our next update, and after that before the one
    /// that follows, and so on.
    pub fn meanwhile(&self, other: impl FnOnce(&Db) + 'static) {
        self.others.borrow_mut().push_back(Box::new(other));
    }

    fn up(&self) -> Result<(), DbError> {
        if self.down.get() {
            return Err(DbError(
                "cards-db-1.internal: too many connections".to_owned(),
            ));
        }
        Ok(())
    }
}
