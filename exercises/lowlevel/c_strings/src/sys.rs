//! The bindings of `libtag`, which prints labels, as a generator writes them: names and types of C, and the rules
//! of its header as comments. So that the course needs no C compiler, the functions are here as well, in Rust with
//! C's calling convention; the rules are the same.

use std::alloc::{Layout, alloc, dealloc};
use std::cell::Cell;
use std::ffi::{CStr, c_char};
use std::ptr;

/// `typedef struct tag_printer tag_printer;`
pub struct TagPrinter {
    title: *const c_char,
    error: Vec<u8>,
}

thread_local! {
    static OUTSTANDING: Cell<usize> = const { Cell::new(0) };
}

/// How many printers and texts of the library this thread has and did not give back. For tests.
pub fn outstanding() -> usize {
    OUTSTANDING.get()
}

/// `tag_printer *tag_open(void);`
///
/// Never `NULL`. To be closed with `tag_close`.
pub extern "C" fn tag_open() -> *mut TagPrinter {
    OUTSTANDING.set(OUTSTANDING.get() + 1);
    Box::into_raw(Box::new(TagPrinter {
        title: ptr::null(),
        error: Vec::new(),
    }))
}

/// `void tag_close(tag_printer *p);`
///
/// # Safety
///
/// `p` is from `tag_open` and not closed. It must not be used afterwards.
pub unsafe extern "C" fn tag_close(p: *mut TagPrinter) {
    OUTSTANDING.set(OUTSTANDING.get() - 1);
    // SAFETY: the caller has it from `tag_open`.
    drop(unsafe { Box::from_raw(p) });
}

/// `void tag_set_title(tag_printer *p, const char *title);`
///
/// # Safety
///
/// `p` is open. The library keeps `title` and does not copy it: the caller keeps it alive and unchanged until
/// another title is set or the printer is closed. `NULL` means no title.
pub unsafe extern "C" fn tag_set_title(p: *mut TagPrinter, title: *const c_char) {
    // SAFETY: the caller says that it is open.
    unsafe { (*p).title = title };
}

/// `char *tag_render(tag_printer *p, const char *line);`
///
/// The label, or `NULL`; then `tag_last_error` says why.
///
/// # Safety
///
/// `p` is open. `line` ends in a zero byte and is read during the call only. The label is the caller's, who gives it
/// back with `tag_free`, and with nothing else: it is not from `malloc`.
pub unsafe extern "C" fn tag_render(p: *mut TagPrinter, line: *const c_char) -> *mut c_char {
    // SAFETY: the caller says that it is open, and that the line ends.
    let (printer, line) = unsafe { (&mut *p, CStr::from_ptr(line).to_bytes()) };
    // Not cleared: a text that was handed out is no longer valid, and another may lie in its place.
    printer.error = Vec::new();
    if line.len() > 24 {
        printer.error = format!("line of {} bytes, and 24 fit\0", line.len()).into_bytes();
        return ptr::null_mut();
    }
    if let Some(&byte) = line.iter().find(|byte| !byte.is_ascii()) {
        // As the printer has it, in Latin-1.
        printer.error = [b"no glyph for ", &[byte][..], b"\0"].concat();
        return ptr::null_mut();
    }
    let mut label = Vec::new();
    if !printer.title.is_null() {
        // SAFETY: the caller keeps it alive.
        label.extend_from_slice(unsafe { CStr::from_ptr(printer.title) }.to_bytes());
        label.extend_from_slice(b": ");
    }
    label.extend_from_slice(line);
    label.push(0);
    OUTSTANDING.set(OUTSTANDING.get() + 1);
    let layout = layout(label.len());
    // SAFETY: the layout has a size; the length is written in front, and the bytes behind it, which is what it is for.
    unsafe {
        let start = alloc(layout);
        assert!(!start.is_null(), "out of memory");
        start.cast::<usize>().write(label.len());
        let text = start.add(HEADER);
        ptr::copy_nonoverlapping(label.as_ptr(), text, label.len());
        text.cast()
    }
}

/// `void tag_free(char *text);`
///
/// # Safety
///
/// `text` is from `tag_render` and was not given back.
pub unsafe extern "C" fn tag_free(text: *mut c_char) {
    OUTSTANDING.set(OUTSTANDING.get() - 1);
    // SAFETY: the caller has it from `tag_render`, which wrote the length in front.
    unsafe {
        let start = text.cast::<u8>().sub(HEADER);
        dealloc(start, layout(start.cast::<usize>().read()));
    }
}

/// `const char *tag_last_error(tag_printer *p);`
///
/// Why the last `tag_render` failed, or `NULL`. In the printer's encoding, Latin-1.
///
/// # Safety
///
/// `p` is open. The text is the library's, and valid until the next call with `p`.
pub unsafe extern "C" fn tag_last_error(p: *mut TagPrinter) -> *const c_char {
    // SAFETY: the caller says that it is open.
    let error = unsafe { &(*p).error };
    if error.is_empty() {
        ptr::null()
    } else {
        error.as_ptr().cast()
    }
}

const HEADER: usize = size_of::<usize>();

fn layout(length: usize) -> Layout {
    Layout::from_size_align(HEADER + length, HEADER).expect("labels are short")
}
