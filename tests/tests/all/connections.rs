//! What a connection goes through below HTTP.

use tests::World;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// Less than a socket takes in at once would prove nothing.
const LARGE: usize = 4 * 1024 * 1024;

#[tokio::test]
async fn who_is_refused_before_the_body_was_read_is_told_why_and_keeps_the_connection() {
    let world = World::new().await;
    let address = world.acme().base().strip_prefix("http://").unwrap().to_owned();
    let mut connection = TcpStream::connect(&address).await.unwrap();
    let head = format!(
        "POST /api/tickets HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: {LARGE}\r\n\r\n"
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    assert!(read_until(&mut connection, "}").await.starts_with("HTTP/1.1 401 "));
    connection.write_all(&vec![b' '; LARGE]).await.unwrap();
    let next = format!("GET /healthz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    connection.write_all(next.as_bytes()).await.unwrap();
    let mut rest = String::new();
    connection.read_to_string(&mut rest).await.unwrap();
    assert!(rest.starts_with("HTTP/1.1 200 "), "{rest}");
}

async fn read_until(connection: &mut TcpStream, end: &str) -> String {
    let mut text = String::new();
    while !text.trim_end().ends_with(end) {
        let mut piece = [0; 4096];
        let length = connection.read(&mut piece).await.unwrap();
        assert!(length > 0, "it ended after {text}");
        text.push_str(std::str::from_utf8(&piece[..length]).unwrap());
    }
    text
}
