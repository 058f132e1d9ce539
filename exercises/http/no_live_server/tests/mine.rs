//! What the link service promises, as it was tested so far: over a socket, by hand. Yours.

use no_live_server::{Links, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Starts a server for one test, sends it one request after the other, and returns the last answer.
async fn last_answer(requests: &[&str]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(serve(listener, Links::new()));
    let mut answer = String::new();
    for request in requests {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        answer.clear();
        stream.read_to_string(&mut answer).await.unwrap();
    }
    server.abort();
    answer
}

const MAKE: &str = "POST /links HTTP/1.1\r\n\
    host: localhost\r\n\
    connection: close\r\n\
    content-type: application/json\r\n\
    content-length: 31\r\n\
    \r\n\
    {\"target\":\"http://example.com\"}";

#[tokio::test]
async fn test_make() {
    let answer = last_answer(&[MAKE]).await;
    assert!(answer.starts_with("HTTP/1.1 2"), "{answer}");
    assert!(answer.contains("\"target\":\"http://example.com\""));
}

#[tokio::test]
async fn test_follow() {
    let go = "GET /go/1 HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let answer = last_answer(&[MAKE, go]).await;
    assert!(answer.starts_with("HTTP/1.1 3"), "{answer}");
    assert!(answer.contains("http://example.com"));
}

#[tokio::test]
async fn test_unknown() {
    let show = "GET /links/7 HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let answer = last_answer(&[show]).await;
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
}
