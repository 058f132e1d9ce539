//! The return addresses of a stack, by the unwinder that every Rust program with `panic = "unwind"` has.

use std::ffi::{c_int, c_void};

/// How many frames of a stack are recorded, from the innermost.
pub(super) const DEPTH: usize = 128;

#[repr(C)]
struct Context {
    _private: [u8; 0],
}

unsafe extern "C" {
    fn _Unwind_Backtrace(
        callback: extern "C" fn(*mut Context, *mut c_void) -> c_int,
        argument: *mut c_void,
    ) -> c_int;
    fn _Unwind_GetIPInfo(context: *mut Context, before: *mut c_int) -> usize;
}

/// A stack: addresses inside the instruction that was running or that called, innermost first.
pub(super) struct Stack {
    frames: [usize; DEPTH],
    len: usize,
}

impl Stack {
    /// The stack of the caller. In a signal handler it is that of what was interrupted, without the
    /// handler. Neither allocates nor takes a lock with the C libraries of the last years, which find
    /// unwind tables without one.
    #[inline(never)]
    pub(super) fn here() -> Self {
        let mut stack = Stack {
            frames: [0; DEPTH],
            len: 0,
        };
        // SAFETY: the callback only uses what it is given: a valid context, and the stack above, which
        // outlives the call.
        unsafe { _Unwind_Backtrace(take, (&raw mut stack).cast()) };
        stack
    }

    pub(super) fn frames(&self) -> &[usize] {
        &self.frames[..self.len]
    }
}

/// Goes on while there is room.
extern "C" fn take(context: *mut Context, stack: *mut c_void) -> c_int {
    const GO_ON: c_int = 0;
    const END_OF_STACK: c_int = 5;
    // SAFETY: `here` passes a valid stack that nobody else uses meanwhile.
    let stack = unsafe { &mut *stack.cast::<Stack>() };
    let mut before = 0;
    // SAFETY: the unwinder passes a valid context.
    let ip = unsafe { _Unwind_GetIPInfo(context, &raw mut before) };
    if before != 0 {
        // A signal interrupted this one: what lies inside is the handler.
        stack.len = 0;
    }
    if ip == 0 || stack.len == DEPTH {
        return END_OF_STACK;
    }
    // A return address is that of the next instruction, which may be of another line.
    stack.frames[stack.len] = if before == 0 { ip - 1 } else { ip };
    stack.len += 1;
    GO_ON
}
