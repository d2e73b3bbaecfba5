//! Nobody, and people who have really signed in.

use access::role::Role;
use serde_json::{Value, json};

use super::caller::Proof;
use super::{Caller, RunningApp, SESSION_COOKIE};
use crate::world::{Company, PASSWORD};

impl RunningApp {
    /// Nobody.
    #[must_use]
    pub fn anonymous(&self) -> Caller {
        self.holder(Proof::Nothing)
    }

    /// Nobody, who comes from this address of the machine's own, such as `127.0.2.1`: another network than everybody
    /// else's.
    ///
    /// # Panics
    /// When it is no address.
    #[must_use]
    pub fn anonymous_from(&self, address: &str) -> Caller {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .local_address(address.parse::<std::net::IpAddr>().expect("an address"))
            .build();
        Caller {
            http: http.expect("a client"),
            ..self.holder(Proof::Nothing)
        }
    }

    /// A client of the API with this access token, whatever it is.
    #[must_use]
    pub fn bearer(&self, token: &str) -> Caller {
        self.holder(Proof::Bearer(token.to_owned()))
    }

    /// A browser with this session cookie and CSRF token, whatever they are.
    #[must_use]
    pub fn cookie(&self, cookie: &str, csrf: &str) -> Caller {
        self.holder(Proof::Cookie {
            cookie: cookie.to_owned(),
            csrf: csrf.to_owned(),
        })
    }

    fn holder(&self, proof: Proof) -> Caller {
        Caller {
            http: self.http.clone(),
            url: self.url.clone(),
            proof,
        }
    }

    /// A person as a client of the API; signs in at the first call.
    ///
    /// # Panics
    /// When the sign-in fails.
    pub async fn caller(&self, company: Company, role: Role) -> Caller {
        let mut signed_in = self.signed_in.lock().await;
        if let Some(caller) = signed_in.get(&(company, role, true)) {
            return caller.clone();
        }
        let caller = self.bearer(&self.tokens(company, role).await.access);
        signed_in.insert((company, role, true), caller.clone());
        caller
    }

    /// A person with a browser; signs in at the first call.
    ///
    /// # Panics
    /// When the sign-in fails.
    pub async fn browser(&self, company: Company, role: Role) -> Caller {
        let mut signed_in = self.signed_in.lock().await;
        if let Some(caller) = signed_in.get(&(company, role, false)) {
            return caller.clone();
        }
        let caller = self.new_browser(company, role).await;
        signed_in.insert((company, role, false), caller.clone());
        caller
    }

    /// A second administrator of the company, hired and signed in to the API in a session of their own.
    ///
    /// # Panics
    /// When there is one already.
    pub async fn second_admin(&self, company: Company) -> Caller {
        let email = format!("second@{}.example", company.slug());
        let mut owner = self.world.database.owner().await;
        self.world.hire(&mut owner, company, Role::Admin, &email).await;
        let form = json!({"email": email, "password": PASSWORD});
        let answer = self.anonymous().post_json("/api/v1/sessions", &form).await;
        self.bearer(&Tokens::from(answer.expect(200).json()).access)
    }

    /// Forgets who has signed in: their sessions were ended.
    pub async fn forget_callers(&self) {
        self.signed_in.lock().await.clear();
    }

    /// Signs in to the API in a new session.
    ///
    /// # Panics
    /// When the sign-in fails.
    pub async fn tokens(&self, company: Company, role: Role) -> Tokens {
        let form = json!({"email": company.email(role), "password": PASSWORD});
        let answer = self.anonymous().post_json("/api/v1/sessions", &form).await;
        Tokens::from(answer.expect(200).json())
    }

    /// Signs in to the console in a new session, by its own form.
    ///
    /// # Panics
    /// When the sign-in fails.
    pub async fn new_browser(&self, company: Company, role: Role) -> Caller {
        let anonymous = self.anonymous();
        let form = anonymous.get("/sign-in").await.expect(200);
        let fields = [("email", company.email(role)), ("password", PASSWORD.to_owned())];
        let answer = anonymous.gate("/sign-in", &form, &fields).await;
        let cookie = answer.expect(303).cookie(SESSION_COOKIE);
        // The one page that is open to everybody, whatever their company demands.
        let page = self.cookie(&cookie, "").get("/security").await;
        self.cookie(&cookie, &page.hidden("csrf_token"))
    }
}

/// What signing in to the API returned.
pub struct Tokens {
    /// The access token.
    pub access: String,
    /// The refresh token.
    pub refresh: String,
}

impl From<Value> for Tokens {
    fn from(body: Value) -> Self {
        let text = |name: &str| body[name].as_str().expect("a token").to_owned();
        Self {
            access: text("access_token"),
            refresh: text("refresh_token"),
        }
    }
}
