//! A station that prints labels for parcels.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, interval_at};

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
            biased;
            control = async { panel.as_mut()?.recv().await }, if panel.is_some() => match control {
                Some(Control::Pause) => paused = true,
                Some(Control::Resume) => paused = false,
                // The panel was unplugged: the branch is off from now on.
                None => {
                    panel = None;
                    paused = false;
                }
            },
            // An async block does nothing before it is polled, so the condition comes in time.
            Some(_) = async { Some(beats.as_mut()?.tick().await) }, if beats.is_some() => {
                emit(Output::Beat);
            }
            label = labels.recv(), if !paused => match label {
                Some(parcel) => emit(Output::Label(parcel)),
                None => return,
            },
        }
    }
}
