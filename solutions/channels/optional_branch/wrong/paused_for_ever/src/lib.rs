//! A station that prints labels for parcels.

use std::future::pending;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, Interval, interval_at};

/// What a person presses on the station's panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// Print no further label.
    Pause,
    /// Go on.
    Resume,
}

/// What the station does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// Prints the label of this parcel.
    Label(u32),
    /// Tells the monitoring that it is alive.
    Beat,
}

/// Prints labels until no more can come. Not every station has a panel, and not every one is monitored.
///
/// A control is obeyed before the next label. While the station is paused it takes no label, so they wait
/// in the channel and whoever sends them waits for room. A panel that is unplugged resumes: nobody is left
/// who could.
///
/// # Panics
///
/// Panics if the heartbeat's period is zero.
pub async fn station(
    mut labels: mpsc::Receiver<u32>,
    mut panel: Option<mpsc::Receiver<Control>>,
    heartbeat: Option<Duration>,
    mut emit: impl FnMut(Output),
) {
    let mut paused = false;
    let mut beats = heartbeat.map(|period| interval_at(Instant::now() + period, period));
    loop {
        tokio::select! {
            // In this order: labels may be ready all the time, and would starve what is below them.
            biased;
            control = pressed(&mut panel) => match control {
                Some(Control::Pause) => paused = true,
                Some(Control::Resume) => paused = false,
                None => {
                    // A closed channel is ready for ever. Without this line the loop never sleeps again.
                    panel = None;
                }
            },
            () = beat(&mut beats) => emit(Output::Beat),
            // `if` is right here: the future can be made in any case, it is only not polled.
            label = labels.recv(), if !paused => match label {
                Some(parcel) => emit(Output::Label(parcel)),
                None => return,
            },
        }
    }
}

// A source that is not there is one that is never ready. A condition behind the branch would come too late,
// because `select!` makes the future before it asks whether to poll it; what makes it must not panic.

/// The next control, or `None` when the panel has just been unplugged. Without a panel, never.
async fn pressed(panel: &mut Option<mpsc::Receiver<Control>>) -> Option<Control> {
    match panel {
        Some(panel) => panel.recv().await,
        None => pending().await,
    }
}

/// The next beat. Without monitoring, never.
async fn beat(beats: &mut Option<Interval>) {
    match beats {
        Some(beats) => {
            beats.tick().await;
        }
        None => pending().await,
    }
}
