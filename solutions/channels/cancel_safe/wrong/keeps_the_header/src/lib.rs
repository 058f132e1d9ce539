//! The gateway's end of a line to a payment terminal.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// What the gateway answers to each frame.
pub const ACK: u8 = 0x06;

/// Frames that arrive on a line: two bytes of length, the high one first, and as many bytes of payload.
#[derive(Debug)]
pub struct Link<S> {
    line: S,
    /// The length of the frame that is being read.
    length: Option<u16>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Link<S> {
    /// The gateway's end of this line.
    pub fn new(line: S) -> Self {
        Self { line, length: None }
    }

    /// The payload of the next frame, or `None` when the terminal has hung up between two frames. The frame
    /// is acknowledged by one [`ACK`] before it is returned.
    ///
    /// # Errors
    ///
    /// Fails as the line does, and with `UnexpectedEof` if the terminal hangs up within a frame.
    pub async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let length = match self.length {
            Some(length) => length,
            None => {
                let mut length = [0; 2];
                if self.line.read(&mut length[..1]).await? == 0 {
                    return Ok(None);
                }
                self.line.read_exact(&mut length[1..]).await?;
                *self.length.insert(u16::from_be_bytes(length))
            }
        };
        let mut payload = vec![0; length.into()];
        self.line.read_exact(&mut payload).await?;
        self.line.write_all(&[ACK]).await?;
        self.length = None;
        Ok(Some(payload))
    }
}
