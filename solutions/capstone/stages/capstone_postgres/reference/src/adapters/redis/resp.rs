//! As much of Redis's protocol, RESP 2, as three commands need.

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// Longer than any line that is no value, and than any copy. What announces more is no Redis, or not ours.
const LONGEST_LINE: u64 = 1024;
const LONGEST_VALUE: usize = 64 * 1024;

/// A connection on which one command at a time is asked and answered.
pub(super) struct Connection(BufReader<TcpStream>);

/// What a command has led to.
pub(super) enum Reply {
    Nil,
    Bulk(Vec<u8>),
    /// `OK`, or a number, which nobody here needs.
    Done,
}

impl Connection {
    pub(super) async fn open(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        // A command is one small packet whose answer is waited for.
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Asks a command. The error inside is what Redis says against it, and leaves the connection as it is. After one
    /// outside, or if the future is dropped, nobody knows what comes next on it, and it must not be used again.
    pub(super) async fn ask(&mut self, command: &[&[u8]]) -> io::Result<Result<Reply, String>> {
        let mut bytes = format!("*{}\r\n", command.len()).into_bytes();
        for part in command {
            bytes.extend_from_slice(format!("${}\r\n", part.len()).as_bytes());
            bytes.extend_from_slice(part);
            bytes.extend_from_slice(b"\r\n");
        }
        self.0.write_all(&bytes).await?;
        let line = self.line().await?;
        let Some((kind, rest)) = line.split_at_checked(1) else {
            return Err(garbage());
        };
        Ok(match kind {
            "+" | ":" => Ok(Reply::Done),
            "-" => Err(rest.to_owned()),
            "$" if rest == "-1" => Ok(Reply::Nil),
            "$" => Ok(Reply::Bulk(self.value(rest).await?)),
            _ => return Err(garbage()),
        })
    }

    async fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        (&mut self.0)
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line)
            .await?;
        let line = line.strip_suffix(b"\r\n").ok_or_else(garbage)?;
        String::from_utf8(line.to_vec()).map_err(|_| garbage())
    }

    async fn value(&mut self, length: &str) -> io::Result<Vec<u8>> {
        let length: usize = length.parse().map_err(|_| garbage())?;
        if length > LONGEST_VALUE {
            return Err(garbage());
        }
        let mut bytes = vec![0; length + 2];
        self.0.read_exact(&mut bytes).await?;
        let value = bytes.strip_suffix(b"\r\n").ok_or_else(garbage)?;
        Ok(value.to_vec())
    }
}

fn garbage() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "that is no answer of Redis")
}
