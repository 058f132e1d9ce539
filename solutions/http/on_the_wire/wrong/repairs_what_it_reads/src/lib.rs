//! Reads HTTP/1.1 requests from the bytes of a connection.
//!
//! The parser is a state machine over lines and counted bytes. What it does depends on the bytes that came, and
//! never on the pieces in which they came. It is strict where leniency would be a second opinion: whoever is in
//! front of us has to see the end of a request where we see it.

/// What a connection may bring.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes from the first of a request to the end of its empty line; for trailers again.
    pub head: usize,
    /// Fields of a head.
    pub fields: usize,
    /// Bytes of a body.
    pub body: u64,
}

/// A request, complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// As it was sent: methods are case-sensitive.
    pub method: String,
    /// As it was sent.
    pub target: String,
    /// Names in lower case, values without white space around them, in order.
    pub fields: Vec<(String, Vec<u8>)>,
    /// Without the chunks' framing.
    pub body: Vec<u8>,
    /// Whether another request may follow on this connection.
    pub keep_alive: bool,
}

impl Request {
    /// All values of a field.
    fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let fields = self.fields.iter().filter(move |field| field.0 == name);
        fields.map(|(_, value)| value.as_slice())
    }
}

/// The connection is answered with this status and closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// 400, 413, 431, 501 or 505.
    pub status: u16,
    /// For the log.
    pub why: &'static str,
}

/// The longest line before a chunk. Its extensions mean nothing to us, and many small chunks with long ones
/// would be a way to send gigabytes as a body of a few bytes.
const CHUNK_LINE: usize = 128;

/// A connection's bytes on their way to become requests.
#[derive(Debug)]
pub struct Parser {
    limits: Limits,
    buffer: Vec<u8>,
    /// How much of `buffer` was used.
    used: usize,
    state: State,
}

/// What comes next.
#[derive(Debug)]
enum State {
    /// A request line. `left` is what remains of the limit for the head.
    Start { left: usize },
    /// A field, or the empty line.
    Fields {
        request: Request,
        version: Version,
        left: usize,
    },
    /// So many bytes of the body.
    Body { request: Request, left: u64 },
    /// The line with a chunk's size.
    ChunkSize { request: Request },
    /// So many bytes of a chunk.
    Chunk { request: Request, left: u64 },
    /// The line end after a chunk.
    ChunkEnd { request: Request },
    /// A field after the last chunk, or the empty line.
    Trailers {
        request: Request,
        left: usize,
        count: usize,
    },
    /// Nothing: the last request wanted the connection closed.
    Closed,
    /// Nothing. Where the next request would begin is anybody's guess, and an attacker guesses best.
    Refused(Refused),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    Http10,
    Http11,
}

/// One step of the machine.
enum Step {
    Go(State),
    /// More bytes are needed to leave this state.
    Wait(State),
    Done(Request),
}

impl Parser {
    /// For a new connection.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            buffer: Vec::new(),
            used: 0,
            state: State::Start { left: limits.head },
        }
    }

    /// Takes what was read from the socket.
    pub fn push(&mut self, bytes: &[u8]) {
        if matches!(self.state, State::Closed | State::Refused(_)) {
            return;
        }
        self.buffer.drain(..self.used);
        self.used = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// The next request, if all of it is there. `None` asks for more bytes, or says that the request before was
    /// the connection's last. A refusal is final.
    ///
    /// # Errors
    ///
    /// What came can't be a request, or is not one that we take.
    pub fn next_request(&mut self) -> Result<Option<Request>, Refused> {
        loop {
            let state = std::mem::replace(&mut self.state, State::Closed);
            match self.step(state) {
                Ok(Step::Go(next)) => self.state = next,
                Ok(Step::Wait(same)) => {
                    self.state = same;
                    return Ok(None);
                }
                Ok(Step::Done(request)) => {
                    if request.keep_alive {
                        self.state = State::Start {
                            left: self.limits.head,
                        };
                    }
                    return Ok(Some(request));
                }
                Err(refused) => {
                    self.state = State::Refused(refused);
                    return Err(refused);
                }
            }
        }
    }

    fn step(&mut self, state: State) -> Result<Step, Refused> {
        match state {
            State::Start { mut left } => {
                let Some(line) = self.line(&mut left, TOO_LARGE)? else {
                    // `left` is as it was: a line counts when it is complete.
                    return Ok(Step::Wait(State::Start { left }));
                };
                if line.is_empty() {
                    // Some clients end a body with a line end too many. It counts, so that it has an end.
                    return Ok(Step::Go(State::Start { left }));
                }
                let (request, version) = request_line(&line)?;
                Ok(Step::Go(State::Fields {
                    request,
                    version,
                    left,
                }))
            }
            State::Fields {
                mut request,
                version,
                mut left,
            } => {
                let Some(line) = self.line(&mut left, TOO_LARGE)? else {
                    return Ok(Step::Wait(State::Fields {
                        request,
                        version,
                        left,
                    }));
                };
                if line.is_empty() {
                    return self.after_head(request, version);
                }
                if request.fields.len() == self.limits.fields {
                    return Err(TOO_LARGE);
                }
                request.fields.push(field(&line)?);
                Ok(Step::Go(State::Fields {
                    request,
                    version,
                    left,
                }))
            }
            State::Body { mut request, left } => Ok(match self.counted(&mut request, left) {
                0 => Step::Done(request),
                left => Step::Wait(State::Body { request, left }),
            }),
            State::ChunkSize { request } => {
                let Some(line) = self.line(&mut { CHUNK_LINE }, BAD_CHUNK)? else {
                    return Ok(Step::Wait(State::ChunkSize { request }));
                };
                let left = chunk_size(&line)?;
                if left == 0 {
                    return Ok(Step::Go(State::Trailers {
                        request,
                        left: self.limits.head,
                        count: 0,
                    }));
                }
                let so_far = request.body.len() as u64;
                if so_far
                    .checked_add(left)
                    .is_none_or(|sum| sum > self.limits.body)
                {
                    return Err(BODY_TOO_LARGE);
                }
                Ok(Step::Go(State::Chunk { request, left }))
            }
            State::Chunk { mut request, left } => Ok(match self.counted(&mut request, left) {
                0 => Step::Go(State::ChunkEnd { request }),
                left => Step::Wait(State::Chunk { request, left }),
            }),
            State::ChunkEnd { request } => match self.line(&mut { 2 }, BAD_CHUNK)? {
                Some(line) if line.is_empty() => Ok(Step::Go(State::ChunkSize { request })),
                Some(_) => Err(BAD_CHUNK),
                None => Ok(Step::Wait(State::ChunkEnd { request })),
            },
            State::Trailers {
                request,
                mut left,
                count,
            } => {
                let Some(line) = self.line(&mut left, TOO_LARGE)? else {
                    return Ok(Step::Wait(State::Trailers {
                        request,
                        left,
                        count,
                    }));
                };
                if line.is_empty() {
                    return Ok(Step::Done(request));
                }
                if count == self.limits.fields {
                    return Err(TOO_LARGE);
                }
                // Checked and dropped: a trailer must not pass for a field that was in the head.
                field(&line)?;
                Ok(Step::Go(State::Trailers {
                    request,
                    left,
                    count: count + 1,
                }))
            }
            State::Closed => Ok(Step::Wait(State::Closed)),
            State::Refused(refused) => Err(refused),
        }
    }

    /// A line without its end, if it is there, of at most `left` bytes with it.
    fn line(&mut self, left: &mut usize, too_long: Refused) -> Result<Option<Vec<u8>>, Refused> {
        let rest = &self.buffer[self.used..];
        let Some(end) = rest.iter().take(*left).position(|&byte| byte == b'\n') else {
            return if rest.len() > *left {
                Err(too_long)
            } else {
                Ok(None)
            };
        };
        // A line feed alone ends a line for some and not for others, and so does a carriage return.
        let Some(line) = rest[..end].strip_suffix(b"\r") else {
            return Err(bad("a line feed without a carriage return"));
        };
        if line.contains(&b'\r') {
            return Err(bad("a carriage return without a line feed"));
        }
        let line = line.to_vec();
        *left -= end + 1;
        self.used += end + 1;
        Ok(Some(line))
    }

    /// Moves up to `left` bytes into the body, and returns how many are still to come.
    fn counted(&mut self, request: &mut Request, left: u64) -> u64 {
        let rest = &self.buffer[self.used..];
        let take = usize::try_from(left).map_or(rest.len(), |left| left.min(rest.len()));
        request.body.extend_from_slice(&rest[..take]);
        self.used += take;
        left - take as u64
    }

    /// How the body is framed. RFC 9112, section 6.3, without what it allows to those who repair messages.
    fn after_head(&self, mut request: Request, version: Version) -> Result<Step, Refused> {
        match (request.values("host").count(), version) {
            (1, _) | (0, Version::Http10) => {}
            _ => return Err(bad("not exactly one Host")),
        }
        let tokens = || {
            let values = request.values("connection");
            let tokens = values.flat_map(|value| value.split(|&byte| byte == b','));
            tokens.map(<[u8]>::trim_ascii)
        };
        let has = |token: &[u8]| tokens().any(|found| found.eq_ignore_ascii_case(token));
        let keep_alive = match version {
            Version::Http11 => !has(b"close"),
            Version::Http10 => has(b"keep-alive") && !has(b"close"),
        };

        let mut codings = request.values("transfer-encoding");
        let mut lengths = request.values("content-length");
        let (coding, length) = (codings.next(), lengths.next());
        // Two that say the same are one.
        if codings.next().is_some() || lengths.any(|other| Some(other) != length) {
            return Err(bad("one framing, said twice"));
        }
        let framing = match (coding, length) {
            (None, None) => Framing::Length(0),
            (None, Some(length)) => Framing::Length(number(length, 10)?),
            // Chunks win over a length.
            (Some(coding), _) if version == Version::Http11 => {
                if !coding.eq_ignore_ascii_case(b"chunked") {
                    return Err(Refused {
                        status: 501,
                        why: "a transfer coding that we do not have",
                    });
                }
                Framing::Chunked
            }
            (Some(_), _) => return Err(bad("a transfer coding before HTTP/1.1")),
        };
        drop((codings, lengths));
        request.keep_alive = keep_alive;
        match framing {
            // Before any of it is read.
            Framing::Length(length) if length > self.limits.body => Err(BODY_TOO_LARGE),
            Framing::Length(left) => Ok(Step::Go(State::Body { request, left })),
            Framing::Chunked => Ok(Step::Go(State::ChunkSize { request })),
        }
    }
}

enum Framing {
    Length(u64),
    Chunked,
}

const TOO_LARGE: Refused = Refused {
    status: 431,
    why: "the head is too large",
};

const BODY_TOO_LARGE: Refused = Refused {
    status: 413,
    why: "the body is too large",
};

const BAD_CHUNK: Refused = bad("a bad chunk");

const fn bad(why: &'static str) -> Refused {
    Refused { status: 400, why }
}

fn request_line(line: &[u8]) -> Result<(Request, Version), Refused> {
    let mut words = line.split(|&byte| byte == b' ');
    let (Some(method), Some(target), Some(version), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(bad("not three words with one space between them"));
    };
    if target.is_empty() || !target.iter().all(u8::is_ascii_graphic) {
        return Err(bad("a bad target"));
    }
    let version = match version {
        b"HTTP/1.1" => Version::Http11,
        b"HTTP/1.0" => Version::Http10,
        [b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
            if major.is_ascii_digit() && minor.is_ascii_digit() =>
        {
            return Err(Refused {
                status: 505,
                why: "another version of HTTP",
            });
        }
        _ => return Err(bad("a bad version")),
    };
    let request = Request {
        method: token(method)?.to_owned(),
        target: text(target)?.to_owned(),
        fields: Vec::new(),
        body: Vec::new(),
        keep_alive: false,
    };
    Ok((request, version))
}

fn field(line: &[u8]) -> Result<(String, Vec<u8>), Refused> {
    // A line that begins with a space would go on with the value above, for those who still know that; and for
    // them a name may have a space behind it. `token` refuses both.
    let mut halves = line.splitn(2, |&byte| byte == b':');
    let (Some(name), Some(value)) = (halves.next(), halves.next()) else {
        return Err(bad("a field without a colon"));
    };
    let name = token(name)?.to_ascii_lowercase();
    let fits = |&byte: &u8| byte == b'\t' || !byte.is_ascii_control();
    if !value.iter().all(fits) {
        return Err(bad("a control character in a value"));
    }
    Ok((name, trim(value).to_vec()))
}

/// Without the white space that a value may have around it, which is spaces and tabs only.
fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

fn token(word: &[u8]) -> Result<&str, Refused> {
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    if word.is_empty() || !word.iter().all(fits) {
        return Err(bad("a bad name"));
    }
    text(word)
}

fn text(bytes: &[u8]) -> Result<&str, Refused> {
    str::from_utf8(bytes).map_err(|_| bad("no text"))
}

fn chunk_size(line: &[u8]) -> Result<u64, Refused> {
    let size = line.split(|&byte| byte == b';').next().unwrap_or_default();
    number(size, 16)
}

/// Digits and nothing else: `from_str_radix` takes a `+`, which the next one in the chain may not.
fn number(digits: &[u8], radix: u32) -> Result<u64, Refused> {
    let is_digit = |&byte: &u8| char::from(byte).is_digit(radix);
    if digits.is_empty() || !digits.iter().all(is_digit) {
        return Err(bad("no number"));
    }
    // So many digits that it does not fit are a number all the same, and larger than any limit.
    Ok(u64::from_str_radix(text(digits)?, radix).unwrap_or(u64::MAX))
}
