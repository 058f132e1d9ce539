//! How far a pipeline works ahead, and what is left when it is stopped. The clock is tokio's, paused: it
//! jumps to the next timer as soon as every task waits.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use probes::live::{Counted, Tracker};
use probes::tasks;
use staged_pipeline::Pipeline;
use tokio::time::{Instant, sleep, timeout};

/// Longer than anything here may take.
const DAY: Duration = Duration::from_secs(24 * 3600);
const HOUR: u64 = 3_600_000;

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn wide(width: usize) -> NonZeroUsize {
    NonZeroUsize::new(width).expect("a stage is not of width zero")
}

/// An image, counted as long as it is anywhere.
struct Image {
    number: usize,
    _counted: Counted,
}

/// The catalogue with the images, and the stages that they go through.
#[derive(Clone, Default)]
struct Import {
    images: Tracker,
    /// How many images were taken from the source.
    taken: Arc<AtomicUsize>,
    fetching: Tracker,
    resizing: Tracker,
    storing: Tracker,
}

/// Width of a stage, and how long it works on an image, in milliseconds.
type Stage = (usize, u64);

impl Import {
    /// A pipeline for so many images. It panics while it resizes the image of this number.
    fn start(
        &self,
        images: usize,
        (fetch, resize, store): (Stage, Stage, Stage),
        broken: Option<usize>,
    ) -> Pipeline<Image> {
        let (tracker, taken) = (self.images.clone(), Arc::clone(&self.taken));
        let source = (0..images).map(move |number| {
            taken.fetch_add(1, Ordering::Relaxed);
            Image {
                number,
                _counted: tracker.token(),
            }
        });
        let work = |calls: &Tracker, takes: u64, broken: Option<usize>| {
            let calls = calls.clone();
            move |image: Image| {
                let calls = calls.clone();
                async move {
                    let _call = calls.token();
                    sleep(ms(takes)).await;
                    let number = image.number;
                    assert!(
                        Some(number) != broken,
                        "image {number} is broken, as the test wants it to be"
                    );
                    image
                }
            }
        };
        Pipeline::new(source)
            .stage(wide(fetch.0), work(&self.fetching, fetch.1, None))
            .stage(wide(resize.0), work(&self.resizing, resize.1, broken))
            .stage(wide(store.0), work(&self.storing, store.1, None))
    }

    fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    /// Calls under way, of all stages.
    fn calls(&self) -> usize {
        self.fetching.alive() + self.resizing.alive() + self.storing.alive()
    }

    /// Nothing may be left, now and not later.
    async fn assert_nothing_is_left(&self, after: &str) {
        let start = Instant::now();
        let tasks = tasks::settle(0).await;
        let (calls, images) = (self.calls(), self.images.alive());
        assert_eq!(start.elapsed(), Duration::ZERO, "the clock is paused");
        assert!(
            (tasks, calls, images) == (0, 0, 0),
            "{after}, and then there are\n  tasks:                 {tasks}\n  \
             calls under way:       {calls}\n  images held:           {images}\n  \
             taken from the source: {}\n  the first three must be 0 as soon as the runtime gets to it",
            self.taken()
        );
    }
}

/// The next image's number.
async fn next(pipeline: &mut Pipeline<Image>) -> Option<usize> {
    let image = timeout(DAY, pipeline.next()).await;
    let image = image.unwrap_or_else(|_| panic!("the consumer has waited for an image for a day"));
    image.map(|image| image.number)
}

#[tokio::test(start_paused = true)]
async fn every_item_comes_out_and_nothing_is_left() {
    let import = Import::default();
    let mut pipeline = import.start(200, ((8, 30), (2, 5), (4, 10)), None);
    let mut stored = Vec::new();
    while let Some(number) = next(&mut pipeline).await {
        stored.push(number);
    }
    stored.sort_unstable();
    assert_eq!(
        stored,
        (0..200).collect::<Vec<_>>(),
        "each of 200 images must come out, once"
    );
    assert_eq!(next(&mut pipeline).await, None, "after the end");
    // The pipeline is still there: it must not take a drop to end what has ended.
    import
        .assert_nothing_is_left("all images have come out of the pipeline")
        .await;
}

#[tokio::test(start_paused = true)]
async fn stages_have_their_widths() {
    let import = Import::default();
    let start = Instant::now();
    // In the long run each stage gets an image done every 10 ms.
    let mut pipeline = import.start(100, ((4, 40), (1, 10), (2, 20)), None);
    while next(&mut pipeline).await.is_some() {}
    assert_eq!(
        [
            import.fetching.most(),
            import.resizing.most(),
            import.storing.most()
        ],
        [4, 1, 2],
        "the stages are 4, 1 and 2 wide, and there are 100 images: the most calls at the same time"
    );
    let took = start.elapsed().as_millis();
    assert!(
        (1_060..=1_100).contains(&took),
        "100 images, one every 10 ms after the first: that takes about 1,060 ms if all stages work at the same \
         time, and it took {took} ms"
    );
}

#[tokio::test(start_paused = true)]
async fn a_busy_consumer_holds_up_the_source() {
    let import = Import::default();
    let stages = ((4, 40), (1, 10), (2, 20));
    // Twice the widths, and two at the source.
    let room = 2 * (4 + 1 + 2) + 2;
    let mut pipeline = import.start(1_000, stages, None);
    for stored in 0..20 {
        if stored % 5 == 0 {
            // The consumer is busy for so long that whatever could go on has.
            sleep(DAY).await;
            let inside = import.taken() - stored;
            assert!(
                inside <= room,
                "the consumer has taken {stored} images and then none for a day; the stages are 4, 1 and 2 \
                 wide, so there is room for {room}, and {inside} images are in the pipeline: a stage must \
                 wait for the one behind it"
            );
        }
        next(&mut pipeline).await;
    }
}

#[tokio::test(start_paused = true)]
async fn stages_go_on_while_the_consumer_is_busy() {
    let import = Import::default();
    let mut pipeline = import.start(100, ((4, 40), (2, 10), (3, 20)), None);
    next(&mut pipeline).await;
    sleep(DAY).await;
    let start = Instant::now();
    for image in 1..=3 {
        next(&mut pipeline).await;
        assert_eq!(
            start.elapsed(),
            Duration::ZERO,
            "the consumer was busy for a day, and then waits for image {image} of 3; the stages must go on \
             while the consumer does something else, until as many are done as the last stage is wide"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn dropping_the_pipeline_leaves_nothing() {
    // Stopped while calls of an hour are under way: in the first stage, in all stages, and when all is
    // full.
    let cases = [
        (0, ((4, HOUR), (2, 10), (3, 10)), "while images are fetched"),
        (0, ((8, 10), (4, HOUR), (3, 10)), "while images are resized"),
        (5, ((8, 10), (2, 10), (3, 10)), "after five images"),
    ];
    for (take, stages, when) in cases {
        let import = Import::default();
        let mut pipeline = import.start(50_000, stages, None);
        for _ in 0..take {
            next(&mut pipeline).await;
        }
        sleep(ms(500)).await;
        drop(pipeline);
        import
            .assert_nothing_is_left(&format!("the pipeline was dropped {when}"))
            .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_not_the_end() {
    let import = Import::default();
    // While image 7 makes the second stage panic, the first one fetches for an hour.
    let mut pipeline = import.start(100, ((10, 5), (2, 5), (3, 5)), Some(7));
    let consumer = tokio::spawn(async move {
        let mut stored = Vec::new();
        while let Some(number) = next(&mut pipeline).await {
            stored.push(number);
        }
        stored
    });
    let ended = timeout(DAY, consumer).await;
    let ended = ended.unwrap_or_else(|_| panic!("the consumer has not ended after a day"));
    let panic = match ended {
        Ok(stored) => panic!(
            "the work on image 7 of 100 has panicked, and `next` has returned None after {} images; that must \
             not look like the end of the items",
            stored.len()
        ),
        Err(error) => error.into_panic(),
    };
    assert_eq!(
        panic.downcast_ref::<String>().map(String::as_str),
        Some("image 7 is broken, as the test wants it to be"),
        "`next` must panic as the work has"
    );
    import
        .assert_nothing_is_left("the work on an image has panicked, and so has the consumer")
        .await;
}
