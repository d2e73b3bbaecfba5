//! What is measured: a request, and the SQL the server runs for it.

use anyhow::Context;
use hyper::body::Bytes;
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::{Request, once};
use crate::server::Server;
use crate::statements::{Bind, Script, as_in, statement};

/// Shipments on one page of the list.
const PAGE: usize = 50;

/// One request, and the same SQL for `pgbench`.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) request: Request,
    /// None when the request needs no database.
    pub(crate) sql: Option<Script>,
}

/// Signs in, makes the shipments of the list, and puts the scenarios together from what the server wrote.
pub(crate) async fn prepare(server: &Server) -> anyhow::Result<Vec<Scenario>> {
    let token = sign_in(server, "operator@northwind.example").await?;
    let request = |method, path: &'static str, body: Option<Value>, status| Request {
        method,
        path: path.into(),
        token: Some(token.clone()),
        body: body.map(|body| Bytes::from(body.to_string())),
        status,
    };
    let goods = request(
        Method::GET,
        "/api/v1/dangerous-goods/UN1203",
        None,
        StatusCode::OK,
    );
    let check = request(
        Method::POST,
        "/api/v1/dangerous-goods/compatibility-checks",
        Some(json!({"lines": ten_lines()})),
        StatusCode::OK,
    );
    let create = request(
        Method::POST,
        "/api/v1/shipments",
        Some(shipment()),
        StatusCode::CREATED,
    );
    let list = request(Method::GET, "/api/v1/shipments", None, StatusCode::OK);

    once(server, &check).await?;
    let checked = last_event(server, "VIEW")?;
    for _ in 0..=PAGE {
        once(server, &create).await?;
    }
    let created = last_event(server, "CREATE")?;
    let row = row(
        server,
        "select to_jsonb(s) from shipments s order by s.id desc limit 1",
    )?;
    let page = once(server, &list).await?;
    anyhow::ensure!(
        page["shipments"].as_array().map(Vec::len) == Some(PAGE),
        "the list has not {PAGE} shipments: {page}"
    );

    let session = Session::read(server, &checked)?;
    let event = statement("insert into audit_events")?;
    let insert = statement("insert into shipments")?;
    let new_event = |event: &str, row: &Value| as_in(event, row, &[("id", "gen_random_uuid()")]);
    let new_shipment = as_in(
        &insert,
        &row,
        &[("id", "gen_random_uuid()"), ("tracking_number", TRACKING_NUMBER)],
    )?;
    Ok(vec![
        Scenario {
            name: "health",
            request: Request {
                token: None,
                ..request(Method::GET, "/healthz", None, StatusCode::NO_CONTENT)
            },
            sql: None,
        },
        Scenario {
            name: "catalogue look-up, token checked",
            request: goods,
            sql: Some(session.token_checked()?),
        },
        Scenario {
            name: "check of ten items, audited",
            request: check,
            sql: Some(
                session
                    .entered(session.token_checked()?)?
                    .with(&event, &new_event(&event, &checked)?)?
                    .plain("commit"),
            ),
        },
        Scenario {
            name: "list of 50 shipments",
            request: list,
            sql: Some(
                session
                    .entered(session.token_checked()?)?
                    .with(&statement("select s.id, s.tracking_number")?, &session.list())?
                    .plain("rollback"),
            ),
        },
        Scenario {
            name: "shipment created, four fields sealed",
            request: create,
            sql: Some(
                session
                    .entered(session.token_checked()?)?
                    .with(&insert, &new_shipment)?
                    .with(&event, &new_event(&event, &created)?)?
                    .plain("commit"),
            ),
        },
    ])
}

/// In the form the table demands, and never the same twice: some of four billion.
const TRACKING_NUMBER: &str = "'SS-0000-' || translate(upper(substr(md5(random()::text), 1, 4) || '-' || \
    substr(md5(random()::text), 1, 4)), 'ILOU', '0000')";

/// The session of the operator, as the database knows it.
pub(crate) struct Session {
    company: Bind,
    user: Bind,
    handle: Bind,
}

impl Session {
    /// The session in which an event was recorded.
    pub(crate) fn read(server: &Server, event: &Value) -> anyhow::Result<Self> {
        let text = |name: &str| event[name].as_str().with_context(|| format!("no `{name}`"));
        let session = row(
            server,
            &format!(
                "select to_jsonb(s) from sessions s where id = '{}'",
                text("session_id")?
            ),
        )?;
        let handle = session["handle_hash"].as_str().context("no handle")?;
        Ok(Self {
            company: Bind::Text(text("company_id")?.to_owned()),
            user: Bind::Text(text("actor_user_id")?.to_owned()),
            handle: Bind::Text(handle.to_owned()),
        })
    }

    /// What checks an access token against its session.
    fn token_checked(&self) -> anyhow::Result<Script> {
        Script::default().with(
            &statement("select company_id as \"company_id!\", company_name")?,
            &[
                self.handle.clone(),
                Bind::Null,
                Bind::Text("api".to_owned()),
                // The token's own id, which was not revoked.
                Bind::Text("00000000-0000-7000-8000-000000000000".to_owned()),
            ],
        )
    }

    /// What opens a transaction in the company's context.
    pub(crate) fn entered(&self, script: Script) -> anyhow::Result<Script> {
        script.plain("begin").with(
            &statement("select guard.enter")?,
            std::slice::from_ref(&self.handle),
        )
    }

    /// The company's id.
    pub(crate) fn company(&self) -> Bind {
        self.company.clone()
    }

    /// The hash of the session's handle.
    pub(crate) fn handle(&self) -> Bind {
        self.handle.clone()
    }

    /// The first page, for someone who sees every shipment of the company.
    fn list(&self) -> [Bind; 10] {
        let text = |value: &str| Bind::Text(value.to_owned());
        [
            self.company.clone(),
            text("true"),
            text("false"),
            self.user.clone(),
            text("false"),
            Bind::Null,
            Bind::Null,
            Bind::Text((PAGE + 1).to_string()),
            // No emergency access.
            text("false"),
            Bind::Null,
        ]
    }
}

/// One row as JSON.
pub(crate) fn row(server: &Server, sql: &str) -> anyhow::Result<Value> {
    serde_json::from_str(&server.ask(sql)?).with_context(|| format!("no row: {sql}"))
}

/// The newest event of a kind that a request left.
pub(crate) fn last_event(server: &Server, kind: &str) -> anyhow::Result<Value> {
    row(
        server,
        &format!(
            "select to_jsonb(e) from audit_events e where event_type = '{kind}' and request_id is not null
             order by occurred_at desc limit 1"
        ),
    )
}

/// A person of the demo companies signed in: the header that proves it.
pub(crate) async fn sign_in(server: &Server, email: &str) -> anyhow::Result<String> {
    let form = json!({"email": email, "password": server.demo_password()?});
    let answer = once(
        server,
        &Request {
            method: Method::POST,
            path: "/api/v1/sessions".into(),
            token: None,
            body: Some(Bytes::from(form.to_string())),
            status: StatusCode::OK,
        },
    )
    .await?;
    let token = answer["access_token"].as_str().context("no access token")?;
    Ok(format!("Bearer {token}"))
}

/// Ten goods of eight classes; the rows of one are narrowed by its packing group.
fn ten_lines() -> Value {
    json!([
        {"goods": "UN1203", "packages": 4, "packaging": "steel drums"},
        {"goods": "UN1830", "packing_group": "II"},
        {"goods": "UN1942"},
        {"goods": "UN1017"},
        {"goods": "UN3077"},
        {"goods": "UN1133", "limited_quantity": true},
        {"goods": "UN1978"},
        {"goods": "UN1090"},
        {"goods": "UN2014"},
        {"goods": "UN1689"},
    ])
}

fn shipment() -> Value {
    let party = |name, street| {
        json!({"name": name, "street": street, "postcode": "3089 JH", "city": "Rotterdam",
               "country": "Netherlands"})
    };
    json!({
        "consignor": party("Northwind Chemicals", "Waalhaven 12"),
        "consignee": party("Harbour Paints", "Keilestraat 9"),
        "contact": {"name": "Duty desk", "phone": "+31 10 555 0100", "email": "duty@northwind.example"},
        "lines": [
            {"goods": "UN1203", "quantity": {"value": "200", "unit": "L"}, "packages": 1,
             "packaging": "steel drums"},
            {"goods": "UN1830", "packing_group": "II", "quantity": {"value": "60", "unit": "L"}, "packages": 3,
             "packaging": "plastics jerricans"},
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::{Bind, Script, Session, statement};
    use crate::context::ONE_ROW;

    /// The store's statements change; what is measured must not lag behind until somebody measures.
    #[test]
    fn what_is_measured_is_what_the_store_asks() -> anyhow::Result<()> {
        let text = || Bind::Text("x".to_owned());
        let session = Session {
            company: text(),
            user: text(),
            handle: text(),
        };
        let script = session.entered(session.token_checked()?)?;
        let script = script.with(&statement("select s.id, s.tracking_number")?, &session.list())?;
        let _: Script = script.with(&statement(ONE_ROW)?, &[text(), text()])?;
        for written in ["insert into audit_events", "insert into shipments"] {
            statement(written)?;
        }
        Ok(())
    }
}
