//! Files the pages load, part of the program, and the hazard labels, drawn on demand.

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use dangerous_goods::label::{self, LabelModel};
use rust_embed::RustEmbed;

use crate::problem::Problem;
use crate::routes::{Audience, Routes};

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

pub(super) fn routes() -> Routes {
    let reason = "files of the program, the same for everybody";
    Routes::new(Audience::Console)
        .public(Method::GET, "/assets/{file}", reason, file)
        .public(Method::GET, "/assets/labels/{file}", reason, drawing)
        .public(Method::GET, "/worker.js", reason, worker)
}

/// The script that keeps emergency pages on a device: it serves only what lies below its own address.
async fn worker(headers: HeaderMap) -> Response {
    file(Path("worker.js".to_owned()), headers).await
}

async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(file) = Files::get(&name) else {
        return not_found();
    };
    let kind = match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("LICENSE") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
    let hash: String = file
        .metadata
        .sha256_hash()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let etag = format!("\"{hash}\"");
    let fixed = [(CACHE_CONTROL, "no-cache".to_owned()), (ETAG, etag.clone())];
    let known = headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .any(|value| value.as_bytes() == etag.as_bytes());
    if known {
        return (StatusCode::NOT_MODIFIED, fixed).into_response();
    }
    (fixed, [(CONTENT_TYPE, kind)], file.data).into_response()
}

async fn drawing(Path(name): Path<String>) -> Response {
    let model = name
        .strip_suffix(".svg")
        .and_then(|code| code.parse::<LabelModel>().ok());
    match model {
        Some(model) => {
            let headers = [
                (CONTENT_TYPE, "image/svg+xml"),
                (CACHE_CONTROL, "public, max-age=86400"),
            ];
            (headers, label::svg(&model)).into_response()
        }
        None => not_found(),
    }
}

fn not_found() -> Response {
    Problem::of_status(StatusCode::NOT_FOUND).into_response()
}

#[cfg(test)]
mod tests {
    use super::{drawing, file};
    use axum::extract::Path;
    use axum::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
    use axum::http::{HeaderMap, StatusCode};

    #[tokio::test]
    async fn a_file_has_its_type_and_is_not_sent_twice() {
        let response = file(Path("app.css".into()), HeaderMap::new()).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[CONTENT_TYPE], "text/css; charset=utf-8");
        let known = HeaderMap::from_iter([(IF_NONE_MATCH, response.headers()[ETAG].clone())]);
        assert_eq!(
            file(Path("app.css".into()), known).await.status(),
            StatusCode::NOT_MODIFIED
        );
    }

    #[tokio::test]
    async fn nothing_outside_the_assets_is_served() {
        for name in [
            "../Cargo.toml",
            "..%2fCargo.toml",
            "/etc/passwd",
            "absent.css",
            "",
        ] {
            let response = file(Path(name.into()), HeaderMap::new()).await;
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{name}");
        }
    }

    #[tokio::test]
    async fn labels_are_drawn_for_labels_alone() {
        for name in ["3.svg", "2.1.svg", "1.4S.svg", "LQ.svg"] {
            assert_eq!(
                drawing(Path(name.into())).await.status(),
                StatusCode::OK,
                "{name}"
            );
        }
        for name in ["3", "12.svg", "<script>.svg", ".svg", "3.svg.svg"] {
            assert_eq!(
                drawing(Path(name.into())).await.status(),
                StatusCode::NOT_FOUND,
                "{name}"
            );
        }
    }
}
