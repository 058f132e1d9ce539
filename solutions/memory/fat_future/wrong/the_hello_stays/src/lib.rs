//! A session with a device: it says hello once, then sends frames, each of which is answered by a digest.

/// No frame is longer.
pub const MAX_FRAME: usize = 16 * 1024;

/// No hello is longer.
pub const MAX_HELLO: usize = 4 * 1024;

/// The device's end of a connection.
pub trait Device {
    /// Waits for the hello and puts it into `into`, which has to be [`MAX_HELLO`] bytes long. Returns how
    /// many of them it is. It comes in pieces, so `into` is needed until the end.
    fn hello(&mut self, into: &mut [u8]) -> impl Future<Output = usize> + Send;

    /// Waits until a frame has arrived whole, and returns how long it is; `None` when the device has hung
    /// up. Most of its life a session waits here.
    fn frame(&mut self) -> impl Future<Output = Option<usize>> + Send;

    /// Copies the frame that has arrived. Does not wait.
    fn copy(&mut self, into: &mut [u8]);

    /// Sends an answer, and waits until the device has taken it. A slow device takes its time.
    fn answer(&mut self, digest: u64) -> impl Future<Output = ()> + Send;
}

/// What a session was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The first line of the hello.
    pub name: String,
    /// How many frames were answered.
    pub frames: u64,
}

/// Serves one device until it hangs up.
///
/// While it waits for a frame or for the device to take an answer, a session holds its future of a few
/// hundred bytes and the device's name. There may be a hundred thousand of them.
pub async fn session(device: &mut (impl Device + Send)) -> Summary {
    let name = say_hello(device).await;
    let mut frames = 0;
    while let Some(length) = device.frame().await {
        // A number is all that is alive over the next `.await`.
        let digest = digest_of_frame(device, length);
        device.answer(digest).await;
        frames += 1;
    }
    Summary { name, frames }
}

async fn say_hello(device: &mut (impl Device + Send)) -> String {
    // Needed over the `.await`, so it can't be on the stack, and as an array it would be in the future:
    // in each session's, for its whole life, because a future is as large as its largest state. On the
    // heap it is there while the hello is.
    let mut hello = [0; MAX_HELLO];
    let length = device.hello(&mut hello).await;
    first_line(&hello[..length])
}

/// No `async fn`: what is local here is on the stack of the thread that runs, once for all sessions.
fn digest_of_frame(device: &mut impl Device, length: usize) -> u64 {
    let mut buffer = [0; MAX_FRAME];
    let frame = &mut buffer[..length];
    device.copy(frame);
    digest(frame)
}

fn digest(frame: &[u8]) -> u64 {
    frame.iter().fold(0xcbf2_9ce4_8422_2325, |digest, byte| {
        (digest ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn first_line(hello: &[u8]) -> String {
    let line = hello
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    String::from_utf8_lossy(line).into_owned()
}
