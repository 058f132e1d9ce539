//! The gateway's end of a line to a payment terminal.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// What the gateway answers to each frame.
pub const ACK: u8 = 0x06;

/// Frames that arrive on a line: two bytes of length, the high one first, and as many bytes of payload.
#[derive(Debug)]
pub struct Link<S> {
    line: S,
    /// What has arrived and was not returned. It begins with the frame that is next, and may hold a part of
    /// it, or frames beyond it.
    // Here and not in `next`: what a future owns ends with the future.
    received: Vec<u8>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Link<S> {
    /// The gateway's end of this line.
    pub fn new(line: S) -> Self {
        Self {
            line,
            received: Vec::with_capacity(1_024),
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
        // Each `.await` below is one operation that has either happened or not. Before it `self` is
        // complete, and behind it the change is made without another `.await` in between.
        let end = loop {
            if let Some(end) = frame_end(&self.received) {
                break end;
            }
            // Not `read_exact`: that is a loop, and bytes of its first rounds go with the future.
            if self.line.read_buf(&mut self.received).await? == 0 {
                return if self.received.is_empty() {
                    Ok(None)
                } else {
                    Err(io::ErrorKind::UnexpectedEof.into())
                };
            }
        };

        let payload = self.received[2..end].to_vec();
        self.received.drain(..end);
        self.line.write_all(&[ACK]).await?;
        Ok(Some(payload))
    }
}

/// Where the first frame ends, if all of it is there.
fn frame_end(received: &[u8]) -> Option<usize> {
    let (length, payload) = received.split_first_chunk()?;
    let length = usize::from(u16::from_be_bytes(*length));
    (payload.len() >= length).then_some(2 + length)
}
