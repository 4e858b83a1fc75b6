//! Who asks without TLS where TLS is spoken is told so: a broken connection would tell them nothing.

use std::io;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// What is read of such a request: a client that is still writing may not read its answer.
const MOST: usize = 16 * 1024;
const BODY: &str = r#"{"type":"/api/docs#tls_required","title":"Bad Request","status":400,"code":"tls_required","detail":"this port speaks TLS: ask again with https://"}"#;

/// The stream as it came; none when it began with a request, which was answered.
pub async fn answer(stream: TcpStream) -> io::Result<Option<TcpStream>> {
    // A handshake begins with 22, a request with the name of its method.
    let mut first = [0];
    let length = stream.peek(&mut first).await?;
    if length == 0 || !first[0].is_ascii_uppercase() {
        return Ok(Some(stream));
    }
    refuse(stream).await?;
    Ok(None)
}

async fn refuse(mut stream: TcpStream) -> io::Result<()> {
    let mut head = Vec::new();
    let mut rest = (&mut stream).take(MOST as u64);
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        if rest.read_buf(&mut head).await? == 0 {
            break;
        }
    }
    let length = BODY.len();
    let answer = format!(
        "HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json; charset=utf-8\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n{BODY}"
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}
