//! Keys as they are pressed, read in a thread of their own that can be ended.
//!
//! The thread waits on the terminal itself before it asks crossterm: crossterm reads on and on when the
//! terminal has gone, and never gets back to a timeout (crossterm issue 793).

use std::io;
use std::thread::JoinHandle;

use crossterm::event::{self, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// A key, as far as the screen tells keys apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A letter, a digit or a sign.
    Char(char),
    /// Return.
    Enter,
    /// Escape.
    Esc,
    /// Rubs out.
    Backspace,
    /// Arrows and their kin.
    Up,
    /// See `Up`.
    Down,
    /// See `Up`.
    PageUp,
    /// See `Up`.
    PageDown,
    /// See `Up`.
    Home,
    /// See `Up`.
    End,
    /// Ctrl-C.
    Interrupt,
    /// Ctrl-Z.
    Suspend,
    /// Ctrl-L.
    Redraw,
}

/// What the thread hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// A key was pressed.
    Key(Key),
    /// The terminal has another size.
    Resized,
    /// The terminal has gone.
    Gone,
}

/// Listens to the keys until this is dropped.
pub struct Keys {
    thread: Option<JoinHandle<()>>,
    #[cfg(unix)]
    end: Option<std::os::unix::net::UnixStream>,
    #[cfg(not(unix))]
    end: std::sync::Arc<std::sync::atomic::AtomicBool>,
}

impl Keys {
    /// Starts to listen.
    ///
    /// # Errors
    ///
    /// If the system gives no thread.
    #[cfg(unix)]
    pub fn listen(tell: impl Fn(Heard) + Send + 'static) -> io::Result<Self> {
        let (end, ended) = std::os::unix::net::UnixStream::pair()?;
        let thread = std::thread::Builder::new()
            .name("keys".to_owned())
            .spawn(move || {
                if read(&ended, &tell).is_err() {
                    tell(Heard::Gone);
                }
            })?;
        Ok(Keys {
            thread: Some(thread),
            end: Some(end),
        })
    }

    /// Starts to listen.
    ///
    /// # Errors
    ///
    /// If the system gives no thread.
    #[cfg(not(unix))]
    pub fn listen(tell: impl Fn(Heard) + Send + 'static) -> io::Result<Self> {
        use std::sync::atomic::Ordering;
        let end = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let ended = std::sync::Arc::clone(&end);
        let thread = std::thread::Builder::new()
            .name("keys".to_owned())
            .spawn(move || {
                while !ended.load(Ordering::Acquire) {
                    match event::poll(std::time::Duration::from_millis(50)) {
                        Ok(true) => {}
                        Ok(false) => continue,
                        Err(_) => return tell(Heard::Gone),
                    }
                    match event::read() {
                        Ok(event) => told(&event).into_iter().for_each(&tell),
                        Err(_) => return tell(Heard::Gone),
                    }
                }
            })?;
        Ok(Keys {
            thread: Some(thread),
            end,
        })
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        #[cfg(unix)]
        drop(self.end.take());
        #[cfg(not(unix))]
        self.end.store(true, std::sync::atomic::Ordering::Release);
        if let Some(thread) = self.thread.take() {
            // It only ends early if it panicked, which its own message tells.
            let _ = thread.join();
        }
    }
}

/// Reads keys until the other end of `ended` is closed.
#[cfg(unix)]
fn read(ended: &std::os::unix::net::UnixStream, tell: &impl Fn(Heard)) -> io::Result<()> {
    use rustix::event::{PollFd, PollFlags, poll};
    loop {
        let stdin = rustix::stdio::stdin();
        let mut fds = [
            PollFd::new(&stdin, PollFlags::IN),
            PollFd::new(ended, PollFlags::IN),
        ];
        match poll(&mut fds, None) {
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
        }
        if !fds[1].revents().is_empty() {
            return Ok(());
        }
        let state = fds[0].revents();
        if state.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if !state.is_empty() {
            while event::poll(std::time::Duration::ZERO)? {
                told(&event::read()?).into_iter().for_each(tell);
            }
        }
    }
}

fn told(event: &event::Event) -> Vec<Heard> {
    match event {
        event::Event::Key(key) if key.kind != KeyEventKind::Release => {
            let mut keys = Vec::with_capacity(2);
            // Terminals send Alt as Escape, so that this is also what an Escape and a letter right after
            // it look like; and Alt means nothing here.
            if key.modifiers.contains(KeyModifiers::ALT) {
                keys.push(Heard::Key(Key::Esc));
            }
            keys.extend(key_of(*key).map(Heard::Key));
            keys
        }
        event::Event::Resize(..) => vec![Heard::Resized],
        _ => Vec::new(),
    }
}

fn key_of(event: KeyEvent) -> Option<Key> {
    let with_control = event.modifiers.contains(KeyModifiers::CONTROL);
    Some(match event.code {
        KeyCode::Char('c') if with_control => Key::Interrupt,
        KeyCode::Char('z') if with_control => Key::Suspend,
        KeyCode::Char('l') if with_control => Key::Redraw,
        KeyCode::Char('h') if with_control => Key::Backspace,
        KeyCode::Char(_) if with_control => return None,
        KeyCode::Char(character) => Key::Char(character),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        _ => return None,
    })
}
