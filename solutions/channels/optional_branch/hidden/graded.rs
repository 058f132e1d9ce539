//! The same promises at other values.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use optional_branch::{Control, Output, station};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

const DAY: Duration = Duration::from_secs(86_400);

#[tokio::test(start_paused = true)]
async fn every_combination_of_sources_works() {
    for heartbeat in [None, Some(Duration::from_secs(7))] {
        for panel in ["absent", "open", "closed at the start", "closed later"] {
            let (labels, waiting) = mpsc::channel(100);
            let (controls, pressed) = mpsc::channel(4);
            let mut controls = Some(controls);
            let pressed = (panel != "absent").then_some(pressed);
            if panel == "closed at the start" {
                controls = None;
            }
            let output = Arc::new(Mutex::new(Vec::new()));
            let emitted = Arc::clone(&output);
            let running = tokio::spawn(station(waiting, pressed, heartbeat, move |output| {
                emitted.lock().expect("no panic").push(output);
            }));
            for parcel in 0..50 {
                labels.send(parcel).await.expect("the station runs");
                sleep(Duration::from_secs(1)).await;
                if parcel == 25 && panel == "closed later" {
                    controls = None;
                }
            }
            drop(labels);
            timeout(DAY, running)
                .await
                .expect("it ends within a day")
                .expect("it must not panic");
            drop(controls);
            let output = std::mem::take(&mut *output.lock().expect("no panic"));
            let beats = output.iter().filter(|&&o| o == Output::Beat).count();
            let labels = output.into_iter().filter(|&o| o != Output::Beat);
            assert!(
                labels.eq((0..50).map(Output::Label)),
                "panel {panel}, heartbeat {heartbeat:?}"
            );
            let expected = if heartbeat.is_some() { 7 } else { 0 };
            assert_eq!(
                beats, expected,
                "beats in 50 s, panel {panel}, {heartbeat:?}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn beats_come_in_time_beside_many_labels() {
    let (labels, waiting) = mpsc::channel(1_000);
    let (panel, pressed) = mpsc::channel(4);
    let output = Arc::new(Mutex::new(Vec::new()));
    let emitted = Arc::clone(&output);
    for parcel in 0..1_000 {
        labels.send(parcel).await.expect("there is room");
    }
    panel.send(Control::Pause).await.expect("there is room");
    let _running = tokio::spawn(station(
        waiting,
        Some(pressed),
        Some(Duration::from_secs(1)),
        move |output| emitted.lock().expect("no panic").push(output),
    ));
    sleep(Duration::from_millis(3_500)).await;
    assert_eq!(
        *output.lock().expect("no panic"),
        [Output::Beat; 3],
        "a pause is obeyed before the first of 1,000 labels, and beats go on"
    );
    panel.send(Control::Resume).await.expect("there is room");
    sleep(Duration::from_secs(1)).await;
    assert_eq!(
        output.lock().expect("no panic").len(),
        1_004,
        "1,000 labels and four beats"
    );
}
