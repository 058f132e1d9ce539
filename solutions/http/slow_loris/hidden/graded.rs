//! The same promises under other limits, and for a crowd.

use std::time::Duration;

use probes::tasks;
use slow_loris::{Limits, connection};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::time::{Instant, sleep, timeout};

const DAY: Duration = Duration::from_secs(24 * 3600);

const LIMITS: Limits = Limits {
    connections: 100,
    idle: Duration::from_millis(900),
    head: Duration::from_millis(300),
    body: Duration::from_millis(700),
    write: Duration::from_millis(400),
    head_bytes: 60,
    body_bytes: 20,
};

async fn echo(body: Vec<u8>) -> Vec<u8> {
    body
}

/// Sends these pieces, each so many milliseconds after the one before, and reads to the end: the last status (0: none) and when.
async fn talk(limits: Limits, pieces: &[(u64, &str)]) -> (Vec<u16>, u64) {
    let (client, server) = duplex(4_096);
    tokio::spawn(async move { connection(server, &limits, echo).await });
    let start = Instant::now();
    let (mut read, mut write) = tokio::io::split(client);
    let sending = async {
        for &(pause, piece) in pieces {
            sleep(Duration::from_millis(pause)).await;
            if write.write_all(piece.as_bytes()).await.is_err() {
                return;
            }
        }
    };
    let mut said = String::new();
    let reading = async {
        let read = timeout(DAY, read.read_to_string(&mut said)).await;
        assert!(
            read.is_ok(),
            "the connection is still there after a day: {pieces:?}"
        );
        start.elapsed()
    };
    let ((), when) = tokio::join!(sending, reading);
    let statuses = said.split("HTTP/1.1 ").skip(1);
    let statuses = statuses.map(|rest| rest.split(' ').next().and_then(|word| word.parse().ok()));
    (
        statuses.map(|status| status.unwrap_or(0)).collect(),
        u64::try_from(when.as_millis()).unwrap_or(u64::MAX),
    )
}

#[tokio::test(start_paused = true)]
async fn every_phase_has_its_own_limit() {
    for (pieces, statuses, due) in [
        (&[][..], &[][..], 900),
        (&[(800, "P")], &[408], 800 + 300),
        (&[(0, "P"), (200, "U"), (90, "T"), (5, " ")], &[408], 300),
        (
            &[
                (10, "PUT / HTTP/1.1\r\nContent-Length: 9\r\n\r\n"),
                (600, "abc"),
            ],
            &[408],
            10 + 700,
        ),
        (
            &[
                (0, "PUT / HTTP/1.1\r\n"),
                (200, "Content-Length: 2\r\n\r\n"),
                (600, "ab"),
            ],
            &[200],
            800 + 900,
        ),
        (
            &[
                (0, "PUT / HTTP/1.1\r\n\r\n"),
                (850, "PUT / HTTP/1.1\r\n\r\n"),
                (850, "P"),
            ],
            &[200, 200, 408],
            1_700 + 300,
        ),
        (
            &[
                (0, "PUT / HTTP/1.1\r\nContent-Length: 1\r\n\r\naPUT"),
                (100, " /"),
            ],
            &[200, 408],
            300,
        ),
    ] {
        let (came, when) = talk(LIMITS, pieces).await;
        assert_eq!(came, statuses, "{pieces:?}");
        assert!(
            (due..due + 5).contains(&when),
            "{pieces:?}: ended after {when} ms, due after {due}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn sizes_hold_to_the_byte() {
    let head = |size: usize| {
        let fixed = "PUT / HTTP/1.1\r\nConnection: close\r\nX:\r\n\r\n".len();
        format!(
            "PUT / HTTP/1.1\r\nConnection: close\r\nX:{}\r\n\r\n",
            "x".repeat(size - fixed)
        )
    };
    for (sent, status) in [
        (head(60), 200),
        (head(61), 431),
        (head(600), 431),
        (head(600)[..61].to_owned(), 431),
        (
            "PUT / HTTP/1.1\r\nContent-Length: 21\r\n\r\n".to_owned(),
            413,
        ),
        (
            "PUT / HTTP/1.1\r\nContent-Length: 18446744073709551615\r\n\r\n".to_owned(),
            413,
        ),
        (
            "PUT / HTTP/1.1\r\nContent-Length: x\r\n\r\n".to_owned(),
            400,
        ),
    ] {
        let (came, when) = talk(LIMITS, &[(0, &sent)]).await;
        assert_eq!(
            (came.as_slice(), when),
            (&[status][..], 0),
            "{sent:?}, at once"
        );
    }
    let body = "PUT / HTTP/1.1\r\nContent-Length: 20\r\n\r\n12345678901234567890";
    let (came, _) = talk(LIMITS, &[(0, &body.repeat(3))]).await;
    assert_eq!(
        came,
        [200, 200, 200],
        "20 bytes of 20, three times in one read"
    );
}

#[tokio::test(start_paused = true)]
async fn a_crowd_of_slow_clients_leaves_nothing_behind() {
    let mut clients = Vec::new();
    for n in 0..300 {
        let (mut client, server) = duplex(16);
        tokio::spawn(async move { connection(server, &LIMITS, echo).await });
        let text = ["", "P", "PUT / HTTP/1"][n % 3];
        client
            .write_all(text.as_bytes())
            .await
            .expect("the server reads");
        clients.push(client);
    }
    sleep(LIMITS.idle + LIMITS.head + LIMITS.body + LIMITS.write).await;
    assert_eq!(
        tasks::settle(0).await,
        0,
        "300 clients that are still there and have done nothing hold connections of ours"
    );
}
