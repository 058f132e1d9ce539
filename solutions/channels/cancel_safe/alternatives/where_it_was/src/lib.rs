//! The gateway's end of a line to a payment terminal.

use std::io;
use std::mem;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// What the gateway answers to each frame.
pub const ACK: u8 = 0x06;

/// Frames that arrive on a line: two bytes of length, the high one first, and as many bytes of payload.
#[derive(Debug)]
pub struct Link<S> {
    line: S,
    header: [u8; 2],
    payload: Vec<u8>,
    /// How many bytes of the frame are there, those of the header included.
    filled: usize,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Link<S> {
    /// The gateway's end of this line.
    pub fn new(line: S) -> Self {
        Self {
            line,
            header: [0; 2],
            payload: Vec::new(),
            filled: 0,
        }
    }

    /// The payload of the next frame, or `None` when the terminal has hung up between two frames. The frame
    /// is acknowledged by one [`ACK`] before it is returned.
    ///
    /// # Errors
    ///
    /// Fails as the line does, and with `UnexpectedEof` if the terminal hangs up within a frame.
    ///
    /// # Cancel safety
    ///
    /// This method is cancel-safe. If its future is dropped, the next call goes on where it was: no byte is
    /// lost, and no frame is acknowledged twice.
    pub async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        while self.filled < self.header.len() {
            match self.line.read(&mut self.header[self.filled..]).await? {
                0 if self.filled == 0 => return Ok(None),
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => self.filled += read,
            }
        }
        // As long as the length is known and the payload is not: made once, at the first try.
        self.payload
            .resize(u16::from_be_bytes(self.header).into(), 0);
        while self.filled < self.header.len() + self.payload.len() {
            let rest = self.filled - self.header.len();
            match self.line.read(&mut self.payload[rest..]).await? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => self.filled += read,
            }
        }
        if self.line.write(&[ACK]).await? == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        self.filled = 0;
        Ok(Some(mem::take(&mut self.payload)))
    }
}
