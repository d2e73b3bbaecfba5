//! What signing in costs and betrays: its rate, keys that rotate under load, and whether the time of a refusal tells
//! a person from nobody.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use hyper::body::Bytes;
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::{self, Request, Sample, once};
use crate::server::Server;
use crate::statistics::{Comparison, in_turns};

/// Refusals measured of each kind.
const REFUSALS: usize = 400;
/// How often keys rotate while the load runs.
const ROTATIONS: usize = 3;

/// The figures.
pub(crate) struct Identity {
    sign_in: Vec<(usize, Sample)>,
    rotation: Sample,
    refusals: Comparison,
}

fn sign_in(email: &str, password: &str, status: StatusCode) -> Request {
    Request {
        method: Method::POST,
        path: "/api/v1/sessions".into(),
        token: None,
        body: Some(Bytes::from(
            json!({"email": email, "password": password}).to_string(),
        )),
        status,
    }
}

/// Measures on a running server; `binary` is what rotates its keys.
pub(crate) async fn measure(
    server: &Server,
    binary: &Path,
    connections: &[usize],
    time: Duration,
) -> anyhow::Result<Identity> {
    let password = server.demo_password()?;
    let good = sign_in("operator@northwind.example", &password, StatusCode::OK);
    let mut rates = Vec::new();
    for &connections in connections {
        rates.push((connections, client::run(server, &good, connections, time).await?));
    }
    Ok(Identity {
        sign_in: rates,
        rotation: rotate_under_load(server, binary, &good, time).await?,
        refusals: refuse(server).await?,
    })
}

/// Every request renews its token and uses the new one, while keys rotate; one refusal ends the measurement.
async fn rotate_under_load(
    server: &Server,
    binary: &Path,
    good: &Request,
    time: Duration,
) -> anyhow::Result<Sample> {
    let begin = Instant::now();
    let end = time.max(Duration::from_secs(2)) * 2;
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (server, good) = (server.clone(), good.clone());
        callers.spawn(async move {
            let mut pair = once(&server, &good).await?;
            let mut took = Vec::new();
            while begin.elapsed() < end {
                let sent = Instant::now();
                pair = once(&server, &renewal(&pair)?).await?;
                once(&server, &me(&pair)?).await?;
                took.push(sent.elapsed().as_secs_f64() * 1e6);
            }
            anyhow::Ok(took)
        });
    }
    for number in 1..=ROTATIONS {
        tokio::time::sleep_until((begin + end * number as u32 / (ROTATIONS as u32 + 1)).into()).await;
        let rotated = server.rotate_keys(binary)?.wait().await?;
        ensure!(rotated.success(), "the keys did not rotate");
    }
    let mut took = Vec::new();
    while let Some(done) = callers.join_next().await {
        took.extend(done?.context("a request failed while keys rotated")?);
    }
    Sample::of(took, begin.elapsed())
}

fn text<'a>(pair: &'a Value, name: &str) -> anyhow::Result<&'a str> {
    pair[name].as_str().with_context(|| format!("no {name}"))
}

fn renewal(pair: &Value) -> anyhow::Result<Request> {
    let body = json!({"refresh_token": text(pair, "refresh_token")?});
    Ok(Request {
        method: Method::POST,
        path: "/api/v1/sessions/refresh".into(),
        token: None,
        body: Some(Bytes::from(body.to_string())),
        status: StatusCode::OK,
    })
}

fn me(pair: &Value) -> anyhow::Result<Request> {
    Ok(Request {
        method: Method::GET,
        path: "/api/v1/me".into(),
        token: Some(format!("Bearer {}", text(pair, "access_token")?)),
        body: None,
        status: StatusCode::OK,
    })
}

/// A wrong password of a person and the same of nobody.
async fn refuse(server: &Server) -> anyhow::Result<Comparison> {
    let known = sign_in(
        "operator@northwind.example",
        "not the right password",
        StatusCode::UNAUTHORIZED,
    );
    let unknown = sign_in(
        "nobody-here@northwind.example",
        "not the right password",
        StatusCode::UNAUTHORIZED,
    );
    in_turns(server, (&known, &unknown), REFUSALS).await
}

impl Identity {
    /// Lines to print.
    pub(crate) fn text(&self) -> String {
        let mut text = String::from("identity\n");
        for (connections, sample) in &self.sign_in {
            text.push_str(&format!(
                "  sign-in, {connections:3} connections            {:8.1} a second, p50 {:.1} ms, p99 {:.1} ms\n",
                sample.rate,
                sample.p50 / 1e3,
                sample.p99 / 1e3
            ));
        }
        text.push_str(&format!(
            "  renewed and used while keys rotate {ROTATIONS} times: {} of {} failed, p50 {:.1} ms, p99 {:.1} ms\n  {}\n",
            0,
            self.rotation.count,
            self.rotation.p50 / 1e3,
            self.rotation.p99 / 1e3,
            self.refusals.text("wrong password", "unknown person"),
        ));
        text
    }

    /// The same for a machine; times in microseconds.
    pub(crate) fn json(&self) -> Value {
        let sample = |sample: &Sample| json!({"count": sample.count, "a_second": sample.rate, "p50_us": sample.p50, "p99_us": sample.p99});
        let sign_in = self.sign_in.iter().map(|(connections, found)| {
            let mut found = sample(found);
            found["connections"] = json!(connections);
            found
        });
        json!({
            "sign_in": sign_in.collect::<Vec<_>>(),
            "rotation": sample(&self.rotation),
            "refusals": self.refusals.json(),
        })
    }
}
