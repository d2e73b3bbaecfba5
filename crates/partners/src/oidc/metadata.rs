//! What a provider says of itself (Discovery 1.0 section 3), as far as it is used.

use reqwest::{StatusCode, Url};
use serde::Deserialize;

use super::{OidcError, SCOPES};
use crate::egress::Egress;

/// Where the document stands below an issuer (Discovery section 4).
const WELL_KNOWN: &str = "/.well-known/openid-configuration";

/// The algorithms that ID tokens are taken with.
const ALGORITHMS: [&str; 3] = ["RS256", "PS256", "ES256"];

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    response_types_supported: Vec<String>,
    id_token_signing_alg_values_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    prompt_values_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// A provider that can be used.
#[derive(Debug)]
pub struct Metadata {
    /// Its name, as ID tokens have it.
    pub issuer: String,
    pub(super) authorization: Url,
    pub(super) token: Url,
    pub(super) jwks: Url,
    /// Whether the client's secret goes into the form, rather than into a header.
    pub(super) secret_in_form: bool,
    /// Whether its answers name it (RFC 9207): then one that does not is not its.
    pub names_itself: bool,
    /// What it takes as `prompt`, where it says so.
    prompts: Option<Vec<String>>,
}

/// Takes `select_account` as the way to ask anew, and does not say so.
const GOOGLE: &str = "https://accounts.google.com";

/// A request to sign somebody in.
#[derive(Clone, Copy)]
pub struct Authorization<'a> {
    /// This client.
    pub client_id: &'a str,
    /// Where the answer goes.
    pub redirect_uri: &'a str,
    /// Binds the answer to the request.
    pub state: &'a str,
    /// Binds the ID token to the request.
    pub nonce: &'a str,
    /// Binds the code to the verifier, by `S256`.
    pub challenge: &'a str,
    /// Whether the provider is to ask who somebody is, whoever is signed in there.
    pub ask_anew: bool,
}

impl Metadata {
    /// Asks an issuer for it.
    ///
    /// # Errors
    /// What is wrong with the issuer or with what it answers.
    pub(super) async fn discover(egress: &Egress, issuer: &str) -> Result<Self, OidcError> {
        let what = "the issuer";
        let base = egress
            .address(issuer)
            .map_err(|why| OidcError::Egress { what, why })?;
        if base.query().is_some() || base.fragment().is_some() {
            return Err(OidcError::Malformed("the issuer"));
        }
        let place = format!("{}{WELL_KNOWN}", issuer.trim_end_matches('/'));
        let what = "the provider's discovery document";
        let place = egress
            .address(&place)
            .map_err(|why| OidcError::Egress { what, why })?;
        let body = document(egress, &place, what).await?;
        Self::read(egress, issuer, &body)
    }

    fn read(egress: &Egress, issuer: &str, body: &[u8]) -> Result<Self, OidcError> {
        let what = "the provider's discovery document";
        let document: Document = serde_json::from_slice(body).map_err(|_| OidcError::Malformed(what))?;
        if document.issuer != issuer {
            return Err(OidcError::OtherIssuer);
        }
        if !document
            .response_types_supported
            .iter()
            .any(|kind| kind == "code")
        {
            return Err(OidcError::Unsupported("the authorization code flow (`code`)"));
        }
        // Absent means RS256 (section 3); present it is required to say so, yet need not.
        if let Some(algorithms) = document.id_token_signing_alg_values_supported
            && !algorithms.iter().any(|name| ALGORITHMS.contains(&name.as_str()))
        {
            return Err(OidcError::Unsupported(
                "ID tokens signed with RS256, PS256 or ES256",
            ));
        }
        // Providers of before RFC 8414 do not say, and take it.
        if let Some(methods) = document.code_challenge_methods_supported
            && !methods.iter().any(|method| method == "S256")
        {
            return Err(OidcError::Unsupported("PKCE with S256"));
        }
        let url = |text: &str, what| {
            egress
                .address(text)
                .map_err(|why| OidcError::Egress { what, why })
        };
        Ok(Self {
            secret_in_form: secret_in_form(document.token_endpoint_auth_methods_supported)?,
            names_itself: document.authorization_response_iss_parameter_supported,
            authorization: url(&document.authorization_endpoint, "`authorization_endpoint`")?,
            token: url(&document.token_endpoint, "`token_endpoint`")?,
            jwks: url(&document.jwks_uri, "`jwks_uri`")?,
            prompts: document.prompt_values_supported,
            issuer: document.issuer,
        })
    }

    /// The address that the browser is sent to (Core section 3.1.2.1), and the host that a person is told.
    #[must_use]
    pub fn authorization_url(&self, request: Authorization<'_>) -> (String, String) {
        let mut url = self.authorization.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("scope", SCOPES)
            .append_pair("client_id", request.client_id)
            .append_pair("redirect_uri", request.redirect_uri)
            .append_pair("state", request.state)
            .append_pair("nonce", request.nonce)
            .append_pair("code_challenge", request.challenge)
            .append_pair("code_challenge_method", "S256");
        if request.ask_anew {
            // With `max_age` a provider is required to say when (Core section 3.1.2.1).
            url.query_pairs_mut()
                .append_pair("prompt", self.asks_anew())
                .append_pair("max_age", "0");
        }
        let host = url.host_str().unwrap_or_default().to_owned();
        (url.into(), host)
    }
}

impl Metadata {
    /// The `prompt` that has this provider ask who somebody is: by a proof, or where it takes none, by choosing.
    fn asks_anew(&self) -> &'static str {
        let takes = |name: &str| {
            self.prompts
                .as_ref()
                .is_some_and(|all| all.iter().any(|one| one == name))
        };
        let chooses = takes("select_account") || (self.prompts.is_none() && self.issuer == GOOGLE);
        if chooses && !takes("login") {
            "select_account"
        } else {
            "login"
        }
    }
}

/// `client_secret_basic` is what a provider that says nothing takes (section 3), and comes first.
fn secret_in_form(methods: Option<Vec<String>>) -> Result<bool, OidcError> {
    let Some(methods) = methods else { return Ok(false) };
    let offers = |name: &str| methods.iter().any(|method| method == name);
    if offers("client_secret_basic") {
        Ok(false)
    } else if offers("client_secret_post") {
        Ok(true)
    } else {
        Err(OidcError::Unsupported(
            "clients with a secret (`client_secret_basic` or `client_secret_post`)",
        ))
    }
}

/// A document of the provider's.
pub(super) async fn document(egress: &Egress, url: &Url, what: &'static str) -> Result<Vec<u8>, OidcError> {
    let answer = egress
        .get(url)
        .await
        .map_err(|why| OidcError::Egress { what, why })?;
    if answer.status == StatusCode::OK {
        Ok(answer.body)
    } else {
        let status = answer.status.as_u16();
        Err(OidcError::Status { what, status })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::egress::{EgressError, Reach};

    const ISSUER: &str = "https://login.example/tenant";

    fn read(change: impl FnOnce(&mut Value)) -> Result<Metadata, OidcError> {
        let mut document = json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://login.example/authorize?tenant=1",
            "token_endpoint": "https://login.example/token",
            "jwks_uri": "https://keys.example/jwks",
            "response_types_supported": ["code", "id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        });
        change(&mut document);
        let egress = Egress::new(Reach::Public).unwrap();
        Metadata::read(&egress, ISSUER, document.to_string().as_bytes())
    }

    #[test]
    fn a_request_carries_everything_that_binds_the_answer_to_it_j16() {
        let metadata = read(|_| ()).unwrap();
        let (url, host) = metadata.authorization_url(Authorization {
            client_id: "client & co",
            redirect_uri: "https://ship.example/sign-in/provider/callback",
            state: "state",
            nonce: "nonce",
            challenge: "challenge",
            ask_anew: false,
        });
        assert_eq!(host, "login.example");
        assert_eq!(
            url,
            "https://login.example/authorize?tenant=1&response_type=code&scope=openid+email+profile\
             &client_id=client+%26+co&redirect_uri=https%3A%2F%2Fship.example%2Fsign-in%2Fprovider%2Fcallback\
             &state=state&nonce=nonce&code_challenge=challenge&code_challenge_method=S256"
        );
    }

    #[test]
    fn who_links_is_asked_anew_who_they_are_as_the_provider_takes_it_j16() {
        let asked = |change: fn(&mut Value)| {
            let metadata = read(change).unwrap();
            let (url, _) = metadata.authorization_url(Authorization {
                client_id: "client",
                redirect_uri: "https://ship.example/callback",
                state: "state",
                nonce: "nonce",
                challenge: "challenge",
                ask_anew: true,
            });
            url.split_once("&prompt=").unwrap().1.to_owned()
        };
        assert_eq!(asked(|_| ()), "login&max_age=0");
        let both = asked(|d| d["prompt_values_supported"] = json!(["none", "login", "select_account"]));
        assert_eq!(both, "login&max_age=0");
        let one = asked(|d| d["prompt_values_supported"] = json!(["none", "consent", "select_account"]));
        assert_eq!(one, "select_account&max_age=0");
    }

    #[test]
    fn a_provider_that_is_another_or_lacks_something_is_refused_by_name_j16() {
        type Change = fn(&mut Value);
        let cases: [(Change, OidcError); 6] = [
            (
                |d| d["issuer"] = json!("https://login.example/tenant/"),
                OidcError::OtherIssuer,
            ),
            (
                |d| d["issuer"] = json!("https://login.example/Tenant"),
                OidcError::OtherIssuer,
            ),
            (
                |d| d["response_types_supported"] = json!(["id_token"]),
                OidcError::Unsupported("the authorization code flow (`code`)"),
            ),
            (
                |d| d["code_challenge_methods_supported"] = json!(["plain"]),
                OidcError::Unsupported("PKCE with S256"),
            ),
            (
                |d| d["id_token_signing_alg_values_supported"] = json!(["none", "HS256"]),
                OidcError::Unsupported("ID tokens signed with RS256, PS256 or ES256"),
            ),
            (
                |d| d["token_endpoint_auth_methods_supported"] = json!(["private_key_jwt"]),
                OidcError::Unsupported(
                    "clients with a secret (`client_secret_basic` or `client_secret_post`)",
                ),
            ),
        ];
        for (change, expected) in cases {
            assert_eq!(read(change).unwrap_err(), expected);
        }
    }

    #[test]
    fn every_address_a_provider_names_is_judged_as_its_own() {
        for member in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
            let metadata = read(|d| d[member] = json!("https://169.254.169.254/latest/meta-data"));
            assert!(matches!(
                metadata,
                Err(OidcError::Egress {
                    why: EgressError::NotPublic,
                    ..
                })
            ));
            let script = read(|d| d[member] = json!("javascript:alert(1)"));
            assert!(matches!(
                script,
                Err(OidcError::Egress {
                    why: EgressError::Address(_),
                    ..
                })
            ));
        }
    }

    #[test]
    fn the_secret_goes_where_the_provider_takes_it() {
        assert!(!read(|_| ()).unwrap().secret_in_form);
        let post = read(|d| d["token_endpoint_auth_methods_supported"] = json!(["client_secret_post"]));
        assert!(post.unwrap().secret_in_form);
    }
}
