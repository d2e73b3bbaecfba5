//! A stand-in for an OpenID provider: strict about what is asked of it, right in what it answers, until a test
//! bends an answer. The real thing runs in `tests/browser`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::now;

/// The client that is registered.
pub const CLIENT: &str = "client of alpha";
/// Its secret.
pub const SECRET: &str = "secret & sound: 100%";

/// How tokens are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signing {
    /// With the key that is published.
    Right,
    /// Not at all: `alg` is `none`.
    None,
    /// With the client's secret.
    ClientSecret,
    /// With the text of the published key as a shared secret.
    PublishedKey,
    /// With another key under the published key's name.
    OtherKey,
}

type Bend = Box<dyn Fn(&mut Value) + Send>;

struct Code {
    challenge: String,
    nonce: String,
    redirect_uri: String,
    subject: String,
    anew: bool,
}

struct Inner {
    key: EcdsaKeyPair,
    other: EcdsaKeyPair,
    kid: String,
    codes: HashMap<String, Code>,
    document: Option<Bend>,
    header: Option<Bend>,
    claims: Option<Bend>,
    signing: Signing,
    /// How often each address was asked.
    asked: HashMap<&'static str, u32>,
}

/// The stand-in, behind a listener on this machine.
#[derive(Clone)]
pub struct StandIn {
    issuer: String,
    inner: Arc<Mutex<Inner>>,
}

fn key() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key")
}

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

impl StandIn {
    /// Starts one on a free port.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let inner = Inner {
            key: key(),
            other: key(),
            kid: "first".to_owned(),
            codes: HashMap::new(),
            document: None,
            header: None,
            claims: None,
            signing: Signing::Right,
            asked: HashMap::new(),
        };
        let stand_in = Self {
            issuer,
            inner: Arc::new(Mutex::new(inner)),
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(document))
            .route("/jwks", get(jwks))
            .route("/token", post(token))
            .with_state(stand_in.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        stand_in
    }

    /// Its issuer, as `http://127.0.0.1:40123`.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    fn inner<T>(&self, act: impl FnOnce(&mut Inner) -> T) -> T {
        act(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Bends the discovery document from now on.
    pub fn bend_document(&self, bend: impl Fn(&mut Value) + Send + 'static) {
        self.inner(|inner| inner.document = Some(Box::new(bend)));
    }

    /// Bends the header of tokens from now on.
    pub fn bend_header(&self, bend: impl Fn(&mut Value) + Send + 'static) {
        self.inner(|inner| inner.header = Some(Box::new(bend)));
    }

    /// Bends the claims of ID tokens from now on.
    pub fn bend_claims(&self, bend: impl Fn(&mut Value) + Send + 'static) {
        self.inner(|inner| inner.claims = Some(Box::new(bend)));
    }

    /// Signs so from now on.
    pub fn sign(&self, signing: Signing) {
        self.inner(|inner| inner.signing = signing);
    }

    /// Does all right again.
    pub fn unbend(&self) {
        self.inner(|inner| {
            (inner.document, inner.header, inner.claims) = (None, None, None);
            inner.signing = Signing::Right;
        });
    }

    /// Signs with a new key from now on, and publishes it alone.
    pub fn rotate(&self) {
        self.inner(|inner| {
            inner.key = key();
            inner.kid = format!("{}, rotated", inner.kid);
        });
    }

    /// How often an address was asked: `document`, `jwks`, `token`.
    #[must_use]
    pub fn asked(&self, what: &'static str) -> u32 {
        self.inner(|inner| inner.asked.get(what).copied().unwrap_or_default())
    }

    /// What the login page does once `subject` has signed in: the query the browser is sent back with, by name.
    ///
    /// # Panics
    /// When the request lacks anything, or asks for anything else than agreed on.
    #[must_use]
    pub fn authorize(&self, url: &str, subject: &str) -> HashMap<String, String> {
        let (place, query) = url.split_once('?').expect("a request");
        assert_eq!(place, format!("{}/authorize", self.issuer));
        let asked: HashMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let part = |name: &str| asked.get(name).unwrap_or_else(|| panic!("no `{name}`")).clone();
        for (name, value) in [
            ("response_type", "code"),
            ("scope", "openid email profile"),
            ("client_id", CLIENT),
            ("code_challenge_method", "S256"),
        ] {
            assert_eq!(part(name), value, "{name}");
        }
        // Who links is to be asked who they are, whoever is signed in.
        let anew = asked.contains_key("prompt");
        if anew {
            assert_eq!(
                (part("prompt").as_str(), part("max_age").as_str()),
                ("login", "0")
            );
        }
        assert_eq!(asked.len(), if anew { 10 } else { 8 }, "{asked:?}");
        let code = format!("code {}", uuid::Uuid::new_v4());
        let granted = Code {
            challenge: part("code_challenge"),
            nonce: part("nonce"),
            redirect_uri: part("redirect_uri"),
            subject: subject.to_owned(),
            anew,
        };
        self.inner(|inner| inner.codes.insert(code.clone(), granted));
        HashMap::from([
            ("code".to_owned(), code),
            ("state".to_owned(), part("state")),
            ("iss".to_owned(), self.issuer.clone()),
        ])
    }

    /// A token with these claims, signed as tokens are now.
    #[must_use]
    pub fn signed(&self, typ: &str, claims: &Value) -> String {
        self.inner(|inner| inner.signed(typ, claims))
    }

    /// The claims of a logout token that is right but for what is said here.
    #[must_use]
    pub fn logout_claims(&self, change: &Value) -> Value {
        let at = now().unix_timestamp();
        let mut claims = json!({
            "iss": self.issuer, "aud": CLIENT, "iat": at, "exp": at + 120,
            "jti": uuid::Uuid::new_v4().to_string(),
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        });
        merge(&mut claims, change);
        claims
    }
}

/// Puts members in; a null takes one away.
fn merge(into: &mut Value, change: &Value) {
    let members = into.as_object_mut().expect("an object");
    for (name, value) in change.as_object().expect("an object") {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
}

impl Inner {
    fn count(&mut self, what: &'static str) {
        *self.asked.entry(what).or_default() += 1;
    }

    fn jwk(&self) -> Value {
        let point = self.key.public_key().as_ref();
        let part = |range: std::ops::Range<usize>| URL_SAFE_NO_PAD.encode(point.get(range).expect("a point"));
        json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.kid,
            "x": part(1..33), "y": part(33..65),
        })
    }

    fn signed(&self, typ: &str, claims: &Value) -> String {
        let algorithm = match self.signing {
            Signing::Right | Signing::OtherKey => "ES256",
            Signing::None => "none",
            Signing::ClientSecret | Signing::PublishedKey => "HS256",
        };
        let mut header = json!({"alg": algorithm, "typ": typ, "kid": self.kid});
        if let Some(bend) = &self.header {
            bend(&mut header);
        }
        let text = format!("{}.{}", encode(&header), encode(claims));
        let shared = |secret: &[u8]| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
            hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
        };
        let with = |key: &EcdsaKeyPair| {
            let signature = key.sign(&SystemRandom::new(), text.as_bytes());
            signature.expect("signs").as_ref().to_vec()
        };
        let signature = match self.signing {
            Signing::Right => with(&self.key),
            Signing::OtherKey => with(&self.other),
            Signing::None => Vec::new(),
            Signing::ClientSecret => shared(SECRET.as_bytes()),
            Signing::PublishedKey => shared(self.jwk().to_string().as_bytes()),
        };
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

async fn document(State(stand_in): State<StandIn>) -> Json<Value> {
    let issuer = &stand_in.issuer;
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    });
    stand_in.inner(|inner| {
        inner.count("document");
        if let Some(bend) = &inner.document {
            bend(&mut document);
        }
    });
    Json(document)
}

async fn jwks(State(stand_in): State<StandIn>) -> Json<Value> {
    stand_in.inner(|inner| {
        inner.count("jwks");
        // A shared secret among them is not to be used.
        Json(
            json!({"keys": [inner.jwk(), {"kty": "oct", "k": "c2VjcmV0", "kid": inner.kid, "alg": "HS256"}]}),
        )
    })
}

async fn token(State(stand_in): State<StandIn>, headers: HeaderMap, body: Bytes) -> Response {
    let form: HashMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let refuse = |why: &str| (StatusCode::BAD_REQUEST, Json(json!({"error": why}))).into_response();
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let basic = STANDARD.encode(format!("{}:{}", encode(CLIENT), encode(SECRET)));
    let sent = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (issuer, at) = (stand_in.issuer.clone(), now().unix_timestamp());
    stand_in.inner(|inner| {
        inner.count("token");
        if sent != Some(format!("Basic {basic}").as_str()) {
            return refuse("invalid_client");
        }
        let part = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        let Some(code) = inner.codes.remove(part("code")) else {
            return refuse("invalid_grant");
        };
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, part("code_verifier").as_bytes()));
        let right = part("grant_type") == "authorization_code"
            && challenge == code.challenge
            && part("redirect_uri") == code.redirect_uri;
        if !right {
            return refuse("invalid_grant");
        }
        let access = uuid::Uuid::new_v4().to_string();
        let hash = digest(&SHA256, access.as_bytes());
        let mut claims = json!({
            "iss": issuer, "aud": CLIENT, "azp": CLIENT, "sub": code.subject, "nonce": code.nonce,
            "iat": at, "exp": at + 300, "sid": format!("at {}", code.subject),
            "at_hash": URL_SAFE_NO_PAD.encode(hash.as_ref().get(..16).expect("a hash")),
            "email": "operator@alpha.example", "email_verified": true,
        });
        if code.anew {
            claims["auth_time"] = json!(at);
        }
        if let Some(bend) = &inner.claims {
            bend(&mut claims);
        }
        let id = inner.signed("JWT", &claims);
        let given =
            json!({"id_token": id, "access_token": access, "token_type": "Bearer", "expires_in": 300});
        Json(given).into_response()
    })
}
