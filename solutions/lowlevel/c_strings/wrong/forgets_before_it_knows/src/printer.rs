//! What the rest of the service sees of `libtag`.

use std::error::Error;
use std::ffi::{CStr, CString, NulError};
use std::fmt;

use crate::sys;

/// A label printer.
pub struct Printer {
    /// Open as long as this lives. A raw pointer also keeps the printer in its thread, about which the header
    /// promises nothing.
    raw: *mut sys::TagPrinter,
    /// What the library points to. A field only so that it lives long enough.
    title: Option<CString>,
}

/// Why a label was not printed.
#[derive(Debug)]
pub struct PrintError {
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    Zero(NulError),
    /// A copy: the library's own text is gone with the next call.
    Refused(String),
}

impl Printer {
    /// Opens the printer.
    pub fn open() -> Self {
        Printer {
            raw: sys::tag_open(),
            title: None,
        }
    }

    /// Sets what all labels begin with from now on.
    ///
    /// # Errors
    ///
    /// If the title has a zero byte in it, which C takes for its end.
    pub fn set_title(&mut self, title: &str) -> Result<(), PrintError> {
        self.title = None;
        let title = CString::new(title)?;
        // SAFETY: the printer is open. The text is on the heap, where it stays when the `CString` moves into the
        // field, and the field keeps it until the next title was set.
        unsafe { sys::tag_set_title(self.raw, title.as_ptr()) };
        self.title = Some(title);
        Ok(())
    }

    /// The label for a line.
    ///
    /// # Errors
    ///
    /// What the library says, or that the line has a zero byte in it.
    pub fn render(&mut self, line: &str) -> Result<String, PrintError> {
        let line = CString::new(line)?;
        // SAFETY: the printer is open, and the line lives until the end of this function.
        let label = unsafe { sys::tag_render(self.raw, line.as_ptr()) };
        if label.is_null() {
            return Err(self.last_error());
        }
        // SAFETY: it is not null, so it is a label.
        let text = unsafe { CStr::from_ptr(label) }
            .to_string_lossy()
            .into_owned();
        // SAFETY: it is given back once, and `text` is a copy. `CString::from_raw` would hand it to an allocator
        // that it is not from.
        unsafe { sys::tag_free(label) };
        Ok(text)
    }

    fn last_error(&mut self) -> PrintError {
        // SAFETY: the printer is open.
        let error = unsafe { sys::tag_last_error(self.raw) };
        let text = if error.is_null() {
            "for no reason given".to_owned()
        } else {
            // SAFETY: it is not null, and no call comes between. Not UTF-8: the printer speaks Latin-1, whose bytes
            // are the first 256 characters.
            let bytes = unsafe { CStr::from_ptr(error) }.to_bytes();
            bytes.iter().map(|&byte| char::from(byte)).collect()
        };
        PrintError {
            cause: Cause::Refused(text),
        }
    }
}

impl Drop for Printer {
    fn drop(&mut self) {
        // SAFETY: it is open, and this is the last that is done with it. The title goes after it, as fields do.
        unsafe {
            sys::tag_close(self.raw);
        }
    }
}

impl From<NulError> for PrintError {
    fn from(zero: NulError) -> Self {
        PrintError {
            cause: Cause::Zero(zero),
        }
    }
}

impl fmt::Display for PrintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Cause::Zero(zero) => write!(
                f,
                "a zero byte at {}, where C would stop",
                zero.nul_position()
            ),
            Cause::Refused(text) => f.write_str(text),
        }
    }
}

impl Error for PrintError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.cause {
            Cause::Zero(zero) => Some(zero),
            Cause::Refused(_) => None,
        }
    }
}
