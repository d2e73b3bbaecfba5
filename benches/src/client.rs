//! A light HTTP client: keep-alive connections that each send the same request again and again.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::{Method, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::server::Server;

/// What is sent, and the status that must come back.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) path: Cow<'static, str>,
    pub(crate) token: Option<String>,
    pub(crate) body: Option<Bytes>,
    pub(crate) status: StatusCode,
}

/// What many requests took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    /// How many.
    pub(crate) count: usize,
    /// A second.
    pub(crate) rate: f64,
    /// The median, in microseconds.
    pub(crate) p50: f64,
    /// 99 of 100 took no longer, in microseconds.
    pub(crate) p99: f64,
}

impl Sample {
    /// Of so many microseconds each, in this time altogether.
    pub(crate) fn of(mut took: Vec<f64>, time: Duration) -> anyhow::Result<Self> {
        took.sort_by(f64::total_cmp);
        let at = |share: usize| took.get(took.len().saturating_sub(1) * share / 100).copied();
        Ok(Self {
            count: took.len(),
            rate: took.len() as f64 / time.as_secs_f64(),
            p50: at(50).context("nothing was measured")?,
            p99: at(99).context("nothing was measured")?,
        })
    }
}

/// Sends one request; its answer as JSON.
pub(crate) async fn once(server: &Server, request: &Request) -> anyhow::Result<Value> {
    let mut sender = connect(server).await?;
    let bytes = send(&mut sender, server, request).await?;
    Ok(serde_json::from_slice(&bytes)?)
}

/// Sends the request over so many connections for so long.
pub(crate) async fn run(
    server: &Server,
    request: &Request,
    connections: usize,
    time: Duration,
) -> anyhow::Result<Sample> {
    let mut senders = Vec::new();
    for _ in 0..connections {
        senders.push(connect(server).await?);
    }
    let begin = Instant::now();
    let mut running = JoinSet::new();
    for mut sender in senders {
        let (server, request) = (server.clone(), request.clone());
        running.spawn(async move {
            let mut took = Vec::new();
            while begin.elapsed() < time {
                let sent = Instant::now();
                send(&mut sender, &server, &request).await?;
                took.push(sent.elapsed().as_secs_f64() * 1e6);
            }
            anyhow::Ok(took)
        });
    }
    let mut took = Vec::new();
    while let Some(done) = running.join_next().await {
        took.extend(done??);
    }
    Sample::of(took, begin.elapsed())
}

async fn connect(server: &Server) -> anyhow::Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(server.address()).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

/// The whole answer, if its status is the one that is expected.
async fn send(
    sender: &mut SendRequest<Full<Bytes>>,
    server: &Server,
    request: &Request,
) -> anyhow::Result<Bytes> {
    let mut builder = hyper::Request::builder()
        .method(&request.method)
        .uri(&*request.path)
        .header(HOST, server.address());
    if let Some(token) = &request.token {
        builder = builder.header(AUTHORIZATION, token.as_str());
    }
    if request.body.is_some() {
        builder = builder.header(CONTENT_TYPE, "application/json");
    }
    let message = builder.body(Full::new(request.body.clone().unwrap_or_default()))?;
    sender.ready().await?;
    let answer = sender.send_request(message).await?;
    let status = answer.status();
    let bytes = answer.into_body().collect().await?.to_bytes();
    if status != request.status {
        bail!(
            "{} {} answered {status}: {}",
            request.method,
            request.path,
            String::from_utf8_lossy(&bytes)
        );
    }
    Ok(bytes)
}
