//! The numbers of invoices. The tax office wants them without gaps.

/// The numbers of one company.
#[derive(Debug)]
pub(crate) struct Numbers {
    prefix: String,
    next: u32,
}

impl Numbers {
    pub(crate) fn new(prefix: String, first: u32) -> Self {
        Self {
            prefix,
            next: first,
        }
    }

    pub(crate) fn next(&mut self) -> String {
        let number = self.next;
        self.next += 1;
        format!("{}-{number}", self.prefix)
    }
}
