//! A station whose sources may be absent, closed or switched off. The clock is tokio's, paused: it jumps to
//! the next timer as soon as every task waits. A task that never waits would stop it for ever, so each
//! station is watched: after a thousand polls it is not polled any more, and the test says so.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use optional_branch::{Control, Output, station};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use Output::{Beat, Label};

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// The most polls that any test here can need.
const TOO_MANY: usize = 1_000;

/// A future that counts how often it is polled, and is left alone when that is too often.
struct Watched<F> {
    inner: Pin<Box<F>>,
    polls: Arc<AtomicUsize>,
}

impl<F: Future> Future for Watched<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        if self.polls.fetch_add(1, Ordering::Relaxed) >= TOO_MANY {
            return Poll::Pending;
        }
        self.inner.as_mut().poll(context)
    }
}

/// A station that runs on a task of its own.
struct Running {
    output: Arc<Mutex<Vec<Output>>>,
    polls: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

fn start(
    labels: mpsc::Receiver<u32>,
    panel: Option<mpsc::Receiver<Control>>,
    heartbeat: Option<Duration>,
) -> Running {
    let output = Arc::new(Mutex::new(Vec::new()));
    let polls = Arc::new(AtomicUsize::new(0));
    let emitted = Arc::clone(&output);
    let emit = move |output| {
        emitted
            .lock()
            .expect("no panic under the lock")
            .push(output);
    };
    let task = tokio::spawn(Watched {
        inner: Box::pin(station(labels, panel, heartbeat, emit)),
        polls: Arc::clone(&polls),
    });
    Running {
        output,
        polls,
        task,
    }
}

impl Running {
    /// What it has done since the last call.
    fn output(&self) -> Vec<Output> {
        std::mem::take(&mut *self.output.lock().expect("no panic under the lock"))
    }

    fn polls(&self) -> usize {
        self.polls.load(Ordering::Relaxed)
    }

    /// Lets time pass, and checks that the station has not panicked meanwhile.
    async fn after(&mut self, time: Duration) -> &mut Self {
        sleep(time).await;
        if self.task.is_finished() {
            (&mut self.task)
                .await
                .expect("the station must not panic, whichever of its sources it has");
        }
        assert!(
            self.polls() < TOO_MANY,
            "the station was polled {TOO_MANY} times in {time:?}, and has done {:?}: \
             one of its branches is ready all the time and has nothing to say, or it wakes up to look",
            self.output()
        );
        self
    }

    async fn ends(self) {
        timeout(DAY, self.task)
            .await
            .expect("no label can come any more: the station must end, and has not within a day")
            .expect("the station must not panic");
    }
}

async fn send<T>(to: &mpsc::Sender<T>, messages: impl IntoIterator<Item = T>) {
    for message in messages {
        let sent = timeout(DAY, to.send(message)).await;
        assert!(
            matches!(sent, Ok(Ok(()))),
            "the station must take what is sent to it, and has not within a day"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn labels_and_beats_come_out() {
    let (labels, waiting) = mpsc::channel(10);
    let (_panel, controls) = mpsc::channel(10);
    let mut station = start(waiting, Some(controls), Some(secs(10)));
    send(&labels, [1, 2]).await;
    assert_eq!(
        station.after(secs(25)).await.output(),
        [Label(1), Label(2), Beat, Beat],
        "two labels, and in 25 s two beats: one each 10 s, and none at the start"
    );
    send(&labels, [3]).await;
    assert_eq!(station.after(secs(1)).await.output(), [Label(3)]);
    drop(labels);
    station.ends().await;
}

#[tokio::test(start_paused = true)]
async fn a_station_without_a_panel_prints() {
    let (labels, waiting) = mpsc::channel(10);
    let mut station = start(waiting, None, Some(secs(10)));
    send(&labels, [1, 2]).await;
    assert_eq!(
        station.after(secs(15)).await.output(),
        [Label(1), Label(2), Beat],
        "a station without a panel"
    );
    drop(labels);
    station.ends().await;
}

#[tokio::test(start_paused = true)]
async fn a_station_without_a_heartbeat_prints() {
    let (labels, waiting) = mpsc::channel(10);
    let (panel, controls) = mpsc::channel(10);
    let mut station = start(waiting, Some(controls), None);
    send(&panel, [Control::Pause]).await;
    send(&labels, [1]).await;
    assert_eq!(station.after(secs(1)).await.output(), [], "it is paused");
    send(&panel, [Control::Resume]).await;
    assert_eq!(
        station.after(HOUR).await.output(),
        [Label(1)],
        "a station that is not monitored"
    );
    drop(labels);
    station.ends().await;
}

#[tokio::test(start_paused = true)]
async fn a_pause_holds_labels_and_not_beats() {
    let (labels, waiting) = mpsc::channel(2);
    let (panel, controls) = mpsc::channel(10);
    let mut station = start(waiting, Some(controls), Some(secs(10)));
    // All of this is there when the station is polled for the first time.
    send(&panel, [Control::Pause]).await;
    send(&labels, [1, 2]).await;
    assert_eq!(
        station.after(secs(35)).await.output(),
        [Beat, Beat, Beat],
        "the pause was pressed before the first label was printed; beats go on"
    );
    assert!(
        labels.try_send(3).is_err(),
        "a paused station takes no labels: the two that wait fill the channel"
    );
    send(&panel, [Control::Resume, Control::Pause, Control::Resume]).await;
    assert_eq!(
        station.after(secs(1)).await.output(),
        [Label(1), Label(2)],
        "it was resumed"
    );
    drop(labels);
    station.ends().await;
}

#[tokio::test(start_paused = true)]
async fn an_unplugged_panel_ends_the_pause() {
    for heartbeat in [Some(secs(10)), Some(DAY)] {
        let (labels, waiting) = mpsc::channel(10);
        let (panel, controls) = mpsc::channel(10);
        let mut station = start(waiting, Some(controls), heartbeat);
        send(&panel, [Control::Pause]).await;
        send(&labels, [1, 2]).await;
        assert_eq!(station.after(secs(5)).await.output(), [], "it is paused");
        drop(panel);
        assert_eq!(
            station.after(secs(1)).await.output(),
            [Label(1), Label(2)],
            "the panel was unplugged during a pause: nobody can press resume any more"
        );
        send(&labels, [3]).await;
        assert_eq!(
            station.after(secs(1)).await.output(),
            [Label(3)],
            "a station whose panel was unplugged goes on"
        );
        drop(labels);
        station.ends().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_station_with_nothing_to_do_sleeps() {
    for (which, plugged, paused, heartbeat) in [
        ("a panel that nobody touches", Some(true), false, Some(DAY)),
        ("a panel that is unplugged", Some(false), false, Some(DAY)),
        ("no panel", None, false, Some(DAY)),
        ("no panel and no heartbeat", None, false, None),
        ("a pause, and labels that wait", Some(true), true, None),
    ] {
        let (labels, waiting) = mpsc::channel(10);
        let (panel, controls) = mpsc::channel(10);
        let panel = plugged.is_some_and(|plugged| plugged).then_some(panel);
        let mut station = start(waiting, plugged.map(|_| controls), heartbeat);
        if let (true, Some(panel)) = (paused, &panel) {
            send(panel, [Control::Pause]).await;
            send(&labels, [1, 2]).await;
        }
        station.after(secs(1)).await;
        let before = station.polls();
        station.after(HOUR).await;
        let polls = station.polls() - before;
        assert!(
            polls <= 1,
            "{which}: in an hour in which nothing happens the station was polled {polls} times; \
             it must sleep until there is something to do"
        );
        drop(labels);
        if let (true, Some(panel)) = (paused, &panel) {
            send(panel, [Control::Resume]).await;
        }
        station.ends().await;
    }
}
