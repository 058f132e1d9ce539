//! What the rest of the service sees of `libtag`.

use std::error::Error;
use std::ffi::{CStr, CString, c_char};
use std::fmt;

use crate::sys;

/// A label printer.
pub struct Printer {
    raw: *mut sys::TagPrinter,
}

/// Why a label was not printed.
#[derive(Debug)]
pub struct PrintError {
    text: &'static str,
}

impl Printer {
    /// Opens the printer.
    pub fn open() -> Self {
        Printer {
            raw: sys::tag_open(),
        }
    }

    /// Sets what all labels begin with from now on.
    ///
    /// # Errors
    ///
    /// If the title has a zero byte in it, which C takes for its end.
    pub fn set_title(&mut self, title: &str) -> Result<(), PrintError> {
        unsafe { sys::tag_set_title(self.raw, c_text(title)) };
        Ok(())
    }

    /// The label for a line.
    ///
    /// # Errors
    ///
    /// What the library says, or that the line has a zero byte in it.
    pub fn render(&mut self, line: &str) -> Result<String, PrintError> {
        unsafe {
            let label = sys::tag_render(self.raw, c_text(line));
            if label.is_null() {
                let error = CStr::from_ptr(sys::tag_last_error(self.raw));
                return Err(PrintError {
                    text: std::str::from_utf8_unchecked(error.to_bytes()),
                });
            }
            Ok(CStr::from_ptr(label).to_string_lossy().into_owned())
        }
    }
}

/// The text as C wants it.
fn c_text(text: &str) -> *const c_char {
    let text = CString::new(text.replace('\0', "")).unwrap_or_default();
    text.as_ptr()
}

impl fmt::Display for PrintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

impl Error for PrintError {}
