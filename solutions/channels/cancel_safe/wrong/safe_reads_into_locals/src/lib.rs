//! The gateway's end of a line to a payment terminal.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// What the gateway answers to each frame.
pub const ACK: u8 = 0x06;

/// Frames that arrive on a line: two bytes of length, the high one first, and as many bytes of payload.
#[derive(Debug)]
pub struct Link<S> {
    line: S,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Link<S> {
    /// The gateway's end of this line.
    pub fn new(line: S) -> Self {
        Self { line }
    }

    /// The payload of the next frame, or `None` when the terminal has hung up between two frames. The frame
    /// is acknowledged by one [`ACK`] before it is returned.
    ///
    /// # Errors
    ///
    /// Fails as the line does, and with `UnexpectedEof` if the terminal hangs up within a frame.
    pub async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        // One byte at a time, because a read of one byte is cancel-safe.
        let mut length = [0; 2];
        if self.line.read(&mut length[..1]).await? == 0 {
            return Ok(None);
        }
        if self.line.read(&mut length[1..]).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut payload = vec![0; u16::from_be_bytes(length).into()];
        for byte in &mut payload {
            if self.line.read(std::slice::from_mut(byte)).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        self.line.write_all(&[ACK]).await?;
        Ok(Some(payload))
    }
}
