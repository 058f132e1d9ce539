// What happens between two statements of a call: a look at each of them, and somebody else who comes in between.
//
// SQLite tells whoever asks which statement begins, and goes on when the hook returns. So
// "at the same time" is a place in the call here, and no matter of luck. It also sleeps through its `VFS`, which is replaced by
// one that says so: then a call is known to wait for a lock.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::any::Any;
use std::cell::RefCell;
use std::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;
use std::{ptr, thread};

use rusqlite::ffi;

/// What a call is about to do.
pub enum Moment<'a> {
    /// Begin a statement.
    Statement(&'a str),
    /// Wait for a lock that another has.
    Wait,
}

type Hook = Box<dyn FnMut(Moment<'_>) + Send>;
type Panic = Arc<Mutex<Option<Box<dyn Any + Send>>>>;

thread_local! {
    /// For what this thread does.
    static HERE: RefCell<Option<Hook>> = const { RefCell::new(None) };
}

/// For what is done to a file, by any thread: a store may have one of its own for that.
static FILES: Mutex<Vec<(PathBuf, Option<Hook>)>> = Mutex::new(Vec::new());

fn files() -> MutexGuard<'static, Vec<(PathBuf, Option<Hook>)>> {
    FILES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// To be called before the first file is opened: what was opened before is not looked at.
pub fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: `vfs_find` initialises the library. The copy is never freed, its name is static, and all of its functions but
        // one are those of the original, which get the same private data.
        let registered = unsafe {
            let mut copy = *ffi::sqlite3_vfs_find(ptr::null());
            copy.zName = c"watched".as_ptr();
            copy.pNext = ptr::null_mut();
            copy.xSleep = Some(sleep);
            ffi::sqlite3_vfs_register(Box::into_raw(Box::new(copy)), 1)
        };
        assert_eq!(registered, ffi::SQLITE_OK, "SQLite takes another VFS");
        // SAFETY: `opened` opens and closes nothing, and leaves the list of extensions alone.
        let made = unsafe { rusqlite::auto_extension::register_auto_extension(opened) };
        made.expect("SQLite tells of each file that is opened");
    });
}

/// Calls `hook` at each moment of what the call does on this thread. What the hook does itself is not looked at.
pub fn watch<T>(hook: impl FnMut(Moment<'_>) + Send + 'static, call: impl FnOnce() -> T) -> T {
    let (hook, panic) = guarded(hook);
    HERE.set(Some(hook));
    let answer = catch_unwind(AssertUnwindSafe(call));
    drop(HERE.take());
    unwound(&panic, answer)
}

/// Calls `hook` before each statement on that file while the call lasts. What the hook does itself is not looked at.
fn watch_file<T>(
    file: &Path,
    hook: impl FnMut(Moment<'_>) + Send + 'static,
    call: impl FnOnce() -> T,
) -> T {
    let file = file.canonicalize().expect("the file is there");
    let (hook, panic) = guarded(hook);
    files().push((file.clone(), Some(hook)));
    let answer = catch_unwind(AssertUnwindSafe(call));
    files().retain(|(other, _)| *other != file);
    unwound(&panic, answer)
}

/// A panic must not go through C. The call goes on, and the test hears of it afterwards.
fn guarded(mut hook: impl FnMut(Moment<'_>) + Send + 'static) -> (Hook, Panic) {
    let panic = Panic::default();
    let tell = Arc::clone(&panic);
    let guarded = move |moment: Moment<'_>| {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| hook(moment))) {
            *tell.lock().unwrap_or_else(PoisonError::into_inner) = Some(panic);
        }
    };
    (Box::new(guarded), panic)
}

fn unwound<T>(panic: &Panic, answer: thread::Result<T>) -> T {
    let panic = panic.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(panic) = panic {
        resume_unwind(panic);
    }
    answer.unwrap_or_else(|panic| resume_unwind(panic))
}

/// Hooks are taken out while they run, so that their own statements find none.
fn tell(moment: Moment<'_>, file: &Path) {
    if let Some(mut hook) = HERE.take() {
        hook(moment);
        HERE.set(Some(hook));
        return;
    }
    let mut known = files();
    let place = known.iter_mut().find(|(other, _)| other == file);
    let Some(mut hook) = place.and_then(|(_, hook)| hook.take()) else {
        return;
    };
    drop(known);
    hook(moment);
    if let Some((_, place)) = files().iter_mut().find(|(other, _)| other == file) {
        *place = Some(hook);
    }
}

unsafe extern "C" fn opened(
    db: *mut ffi::sqlite3,
    _: *mut *mut c_char,
    _: *const ffi::sqlite3_api_routines,
) -> c_int {
    let context = db.cast::<c_void>();
    // SAFETY: `db` is open, and is its own context.
    unsafe { ffi::sqlite3_trace_v2(db, ffi::SQLITE_TRACE_STMT, Some(begins), context) }
}

unsafe extern "C" fn begins(_: c_uint, db: *mut c_void, _: *mut c_void, sql: *mut c_void) -> c_int {
    // SAFETY: with `SQLITE_TRACE_STMT` the last argument is the statement's text. The context is the connection, which is
    // open while it begins a statement, and so is the name of its file.
    let (sql, file) = unsafe {
        let file = ffi::sqlite3_db_filename(db.cast::<ffi::sqlite3>(), c"main".as_ptr());
        let sql = CStr::from_ptr(sql.cast::<c_char>()).to_string_lossy();
        let file = (!file.is_null()).then(|| CStr::from_ptr(file).to_string_lossy());
        (sql, file.unwrap_or_default())
    };
    // A trigger's statements come as comments.
    if !sql.starts_with("--") {
        tell(Moment::Statement(&sql), Path::new(&*file));
    }
    0
}

unsafe extern "C" fn sleep(_: *mut ffi::sqlite3_vfs, micros: c_int) -> c_int {
    tell(Moment::Wait, Path::new(""));
    thread::sleep(Duration::from_micros(micros.max(0) as u64));
    micros
}

/// What came of somebody who wanted to come in.
pub enum Met<M> {
    /// The call has fewer statements than that.
    Over,
    /// It has the file's lock there: all others wait.
    Locked,
    /// Here somebody came in, before that statement.
    Made { before: String, made: M },
}

/// Runs `call`, and `meanwhile` before its statement number `place`, if others may write to the file there.
pub fn interrupted<T, M: Send + 'static>(
    file: &Path,
    place: usize,
    meanwhile: impl FnOnce() -> M + Send + 'static,
    call: impl FnOnce() -> T,
) -> (T, Met<M>) {
    let probe = rusqlite::Connection::open(file).expect("it is a file of SQLite's");
    let set = probe.busy_timeout(Duration::ZERO);
    set.expect("it needs not wait");
    let met = Arc::new(Mutex::new(Met::Over));
    let tell = Arc::clone(&met);
    let (mut meanwhile, mut begun) = (Some(meanwhile), 0);
    let hook = move |moment: Moment<'_>| {
        let Moment::Statement(sql) = moment else {
            return;
        };
        if begun == place
            && let Some(meanwhile) = meanwhile.take()
        {
            let free = probe.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_ok();
            let came = if free {
                Met::Made {
                    before: sql.to_owned(),
                    made: meanwhile(),
                }
            } else {
                Met::Locked
            };
            *tell.lock().expect("nobody panics with it") = came;
        }
        begun += 1;
    };
    let answer = watch_file(file, hook, call);
    let met = Arc::into_inner(met).expect("the hook is gone");
    (answer, met.into_inner().expect("nobody panics with it"))
}
