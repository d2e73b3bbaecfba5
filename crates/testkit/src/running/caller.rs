//! Who sends requests, and what they get.

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, SET_COOKIE};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use super::SESSION_COOKIE;

/// What a caller shows.
#[derive(Clone)]
pub(super) enum Proof {
    Nothing,
    Bearer(String),
    Cookie { cookie: String, csrf: String },
}

/// Somebody who sends requests.
#[derive(Clone)]
pub struct Caller {
    pub(super) http: reqwest::Client,
    pub(super) url: String,
    pub(super) proof: Proof,
}

impl Caller {
    /// A request with the caller's proof, and from a browser the mark of our own pages.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        match &self.proof {
            Proof::Nothing => request,
            Proof::Bearer(token) => request.header(AUTHORIZATION, format!("Bearer {token}")),
            Proof::Cookie { cookie, .. } => request
                .header(COOKIE, format!("{SESSION_COOKIE}={cookie}"))
                .header("sec-fetch-site", "same-origin"),
        }
    }

    /// The access token or the cookie.
    #[must_use]
    pub fn proof(&self) -> &str {
        match &self.proof {
            Proof::Nothing => "",
            Proof::Bearer(token) => token,
            Proof::Cookie { cookie, .. } => cookie,
        }
    }

    /// The CSRF token of the browser's session.
    #[must_use]
    pub fn csrf(&self) -> &str {
        match &self.proof {
            Proof::Cookie { csrf, .. } => csrf,
            _ => "",
        }
    }

    /// Sends a request.
    ///
    /// # Panics
    /// When no answer comes: the server is dead.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.expect("the server answers");
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.bytes().await.expect("a whole body").to_vec(),
        }
    }

    /// Sends a `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// Sends a `DELETE`.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Sends a `POST` without a body.
    pub async fn post(&self, path: &str) -> Answer {
        self.send(self.request(Method::POST, path)).await
    }

    /// Sends a `POST` of JSON.
    pub async fn post_json(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// Sends a `PUT` of JSON.
    pub async fn put_json(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PUT, path).json(body)).await
    }

    /// Sends a `POST` of these bytes as JSON, whatever they are.
    pub async fn post_raw(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        let request = self.request(Method::POST, path);
        self.send(request.header(CONTENT_TYPE, "application/json").body(body))
            .await
    }

    /// Sends a form with the session's CSRF token.
    pub async fn post_form(&self, path: &str, fields: &[(&str, String)]) -> Answer {
        let mut form = fields.to_vec();
        form.push(("csrf_token", self.csrf().to_owned()));
        self.send(self.request(Method::POST, path).form(&form)).await
    }

    /// Sends a form of a page that is there before there is a session, as a browser that has loaded the page.
    pub async fn gate(&self, path: &str, page: &Answer, fields: &[(&str, String)]) -> Answer {
        let mut form = fields.to_vec();
        form.push(("csrf_token", page.hidden("csrf_token")));
        let cookie = format!("__Host-sign-in={}", page.cookie("__Host-sign-in"));
        let request = self.request(Method::POST, path).header(COOKIE, cookie);
        self.send(request.header("sec-fetch-site", "same-origin").form(&form))
            .await
    }

    /// Sends a file in a field of a form with the session's CSRF token, as a browser writes it.
    pub async fn post_file(&self, path: &str, field: &str, file: &[u8]) -> Answer {
        const BOUNDARY: &str = "----WebKitFormBoundaryTestkit";
        let csrf = self.csrf();
        let mut body = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"csrf_token\"\r\n\r\n{csrf}\r\n\
             --{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"file\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(file);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let request = self.request(Method::POST, path).header("content-type", kind);
        self.send(request.body(body)).await
    }
}

/// An answer.
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    /// A header; empty when it is absent.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The value of a cookie that the answer sets.
    ///
    /// # Panics
    /// When it sets none of this name.
    #[must_use]
    pub fn cookie(&self, name: &str) -> String {
        let cookies = self.headers.get_all(SET_COOKIE).iter();
        let value = cookies
            .filter_map(|value| value.to_str().ok()?.strip_prefix(name)?.strip_prefix('='))
            .find_map(|rest| rest.split(';').next());
        value.unwrap_or_else(|| panic!("no cookie `{name}`")).to_owned()
    }

    /// The value of a field of the page's first form that has it.
    ///
    /// # Panics
    /// When the page has no such field.
    #[must_use]
    pub fn hidden(&self, name: &str) -> String {
        let (text, wanted) = (self.text(), format!("name=\"{name}\""));
        let field = text.split("<input").find(|field| field.contains(&wanted));
        let value = field.and_then(|field| field.split("value=\"").nth(1)?.split('"').next());
        value
            .unwrap_or_else(|| panic!("no `{name}` in a page of status {}", self.status))
            .to_owned()
    }

    /// The answer, which must have this status.
    ///
    /// # Panics
    /// When it has another one; says what came instead.
    #[must_use]
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }
}
