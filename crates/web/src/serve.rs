//! Connections: what a client may take its time for, and how they end with the server.
//!
//! HTTP/1.1, behind whatever ends TLS. The time a whole request may take is a layer of `edge`.

use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tower::ServiceExt;

/// How long a client may take over the head of a request, and keep a connection without one.
const HEAD: Duration = Duration::from_secs(10);
/// How long requests under way may take after the server was told to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// Serves until `stop` ends, then finishes what is under way, for ten seconds at most.
///
/// # Errors
/// When the listener cannot be used.
pub async fn serve(
    listener: TcpListener,
    service: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let mut listener = tokio::net::TcpListener::from_std(listener)?;
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD);
    let connections = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let (stream, peer): (_, SocketAddr) = tokio::select! {
            // As `axum::serve` does: waits out what a listener can recover from.
            accepted = Listener::accept(&mut listener) => accepted,
            () = &mut stop => break,
        };
        let service = service
            .clone()
            .map_request(move |mut request: Request<Incoming>| {
                request.extensions_mut().insert(ConnectInfo(peer));
                request.map(Body::new)
            });
        let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(DRAIN, connections.shutdown()).await.is_err() {
        tracing::warn!("stopping although some requests are not finished");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use axum::routing::post;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::sync::oneshot;
    use tokio::task::JoinHandle;

    use super::*;

    /// Longer than any limit. The clock stands still while there is work and leaps while there is none.
    const FOREVER: Duration = Duration::from_secs(3600);

    type Served = JoinHandle<std::io::Result<()>>;

    /// A client that has sent this much, and the server.
    async fn client(sent: &str) -> (TcpStream, oneshot::Sender<()>, Served) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let router = crate::edge::around(Router::new().route("/", post(async |body: String| body)));
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(serve(listener, router, async move {
            let _ = stopped.await;
        }));
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(sent.as_bytes()).await.unwrap();
        (client, stop, served)
    }

    /// What comes until the server closes the connection.
    async fn answer(client: &mut TcpStream) -> String {
        let mut answer = Vec::new();
        let read = tokio::time::timeout(FOREVER, async {
            while client.read_buf(&mut answer).await.unwrap() > 0 {}
        })
        .await;
        let answer = String::from_utf8(answer).unwrap();
        assert!(read.is_ok(), "the connection stays open after `{answer}`");
        answer
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_never_finishes_a_head_is_let_go() {
        for sent in ["", "P", "POST / HTTP/1.1\r\nhost: localhost\r\n"] {
            let (mut client, _stop, _served) = client(sent).await;
            answer(&mut client).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_never_ends_is_answered_with_a_problem() {
        let head = "POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 9\r\n\r\nhalf";
        let (mut client, _stop, _served) = client(head).await;
        let answer = answer(&mut client).await;
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(answer.contains("urn:safeshipper:problem:timeout"), "{answer}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_half_sent_request_does_not_keep_the_server_from_stopping() {
        let head = "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\nhalf";
        let (_client, stop, served) = client(head).await;
        stop.send(()).unwrap();
        let served = tokio::time::timeout(FOREVER, served).await;
        served.expect("the server stops").unwrap().unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_whole_request_is_answered_and_knows_its_peer() {
        let sent = "POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 4\r\n\r\nhalf";
        let (mut client, _stop, _served) = client(sent).await;
        let answer = answer(&mut client).await;
        assert!(
            answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("half"),
            "{answer}"
        );
    }
}
