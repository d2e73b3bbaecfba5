//! The country of a sign-in, from a database that the operator brings (AUTH-10).

use std::net::IpAddr;

use access::role::Role;
use app::sessions::place::Countries;
use app::sign_in::Credentials;
use serde_json::{Value, json};
use testkit::world::PASSWORD;
use testkit::{Company, RunningApp, mmdb};

use crate::factors::ROLE;

const LONDON: &str = "81.2.69.142";
/// Of the same network as [`LONDON`], as networks are told apart.
const MALMO: &str = "81.2.69.7";
const LEEDS: &str = "2.125.160.216";
const LINKOPING: &str = "89.160.20.112";
const UTRECHT: &str = "2a02:d000::1";
const OFFICE: &str = "10.1.2.3";

const NEW_PLACE: &str = "Signed in from a new device or network";
const NEW_COUNTRY: &str = "Signed in from a new country";

/// Nested, as GeoLite2 has it, and flat, as lists made of the registries have it.
fn records() -> Vec<(&'static str, Value)> {
    let nested = |code, name| json!({"country": {"iso_code": code, "names": {"de": "x", "en": name}}});
    vec![
        ("81.2.69.128/25", nested("GB", "United Kingdom")),
        ("81.2.69.0/25", json!({"country_code": "SE"})),
        ("2.125.160.0/24", json!({"country_code": "GB"})),
        ("89.160.20.0/24", json!({"country_code": "SE"})),
        ("2a02:d000::/29", nested("NL", "Netherlands")),
        ("10.0.0.0/8", json!({"country_code": "SE"})),
        ("198.41.1.0/24", json!({"country_code": "ZZ"})),
        ("198.41.2.0/24", json!({"country_code": "<b"})),
        ("198.41.3.0/24", json!({"country_code": 46, "country": "Sweden"})),
        ("198.41.4.0/24", json!({"city": "Kalmar"})),
    ]
}

/// What a file with these bytes is taken for.
fn opened(bytes: &[u8]) -> Result<Countries, String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    Countries::open(file.path()).map_err(|error| error.to_string())
}

async fn started() -> RunningApp {
    RunningApp::start_knowing(opened(&mmdb(&records())).unwrap()).await
}

/// Signs the person in with one and the same program, from this address.
async fn sign_in(app: &RunningApp, from: &str) {
    let credentials = Credentials {
        email: Company::A.email(ROLE),
        password: PASSWORD.into(),
        company: None,
    };
    let origin = app::Origin {
        ip: Some(from.parse().unwrap()),
        user_agent: Some("curl/8.5.0".to_owned()),
        ..app::Origin::default()
    };
    let signed_in = app::sign_in::api(app.app(), credentials, "api", &origin).await;
    signed_in.map(|_| ()).unwrap();
}

#[tokio::test]
async fn auth_10_a_sign_in_from_another_country_is_told_once_in_one_mail_that_names_it() {
    let app = started().await;
    let mut seen = 0;
    for (from, told) in [
        (LONDON, &[][..]),
        (LEEDS, &[NEW_PLACE]),
        // The network is known, the country is not.
        (MALMO, &[NEW_COUNTRY]),
        (LINKOPING, &[NEW_PLACE]),
        (UTRECHT, &[NEW_COUNTRY]),
        (OFFICE, &[NEW_PLACE]),
        (UTRECHT, &[]),
        (MALMO, &[]),
        (LONDON, &[]),
    ] {
        sign_in(&app, from).await;
        let subjects = app.told(&Company::A.email(ROLE), seen).await;
        assert_eq!(subjects, told, "{from}");
        seen += told.len();
    }
    let texts: Vec<String> = app.mails().await.into_iter().map(|mail| mail.text).collect();
    assert!(texts[1].contains("signed in as you from SE."), "{}", texts[1]);
    assert!(texts[3].contains("from Netherlands (NL)."), "{}", texts[3]);
    assert!(texts[3].contains("Country: Netherlands (NL)\n"), "{}", texts[3]);
    assert!(!texts[4].contains("Country"), "{}", texts[4]);
}

#[tokio::test]
async fn auth_10_a_country_where_one_has_not_been_for_90_days_is_new_again() {
    let app = started().await;
    sign_in(&app, LINKOPING).await;
    app.behind_the_back("update sessions set created_at = created_at - interval '91 days'")
        .await;
    sign_in(&app, LINKOPING).await;
    assert_eq!(app.told(&Company::A.email(ROLE), 0).await, [NEW_COUNTRY]);
}

#[tokio::test]
async fn auth_10_the_lists_of_sessions_name_the_country_to_their_owner_and_to_administrators() {
    let app = started().await;
    for from in [LONDON, LINKOPING, OFFICE] {
        sign_in(&app, from).await;
    }
    let admin = app.caller(Company::A, Role::Admin).await;
    let user = app.world.user(Company::A, ROLE);
    let listed = admin
        .get(&format!("/api/v1/users/{user}/sessions"))
        .await
        .expect(200);
    let own = app
        .caller(Company::A, ROLE)
        .await
        .get("/api/v1/me/sessions")
        .await
        .expect(200);
    for body in [listed.json(), own.json()] {
        for (address, country) in [
            (LONDON, json!("GB")),
            (LINKOPING, json!("SE")),
            (OFFICE, Value::Null),
        ] {
            let mut sessions = body["sessions"].as_array().unwrap().iter();
            let session = sessions.find(|session| session["ip_address"] == address).unwrap();
            assert_eq!(session["country"], country, "{address}");
        }
    }
    let person = app
        .browser(Company::A, Role::Admin)
        .await
        .get(&format!("/people/{user}"))
        .await;
    let account = app.browser(Company::A, ROLE).await.get("/account/sessions").await;
    for page in [person.expect(200).text(), account.expect(200).text()] {
        assert!(
            page.contains("United Kingdom (GB)") && page.contains(">SE<"),
            "{page}"
        );
    }
}

#[tokio::test]
async fn without_a_database_no_country_is_known_and_nothing_fails() {
    let app = RunningApp::start().await;
    for from in [LONDON, MALMO, LINKOPING] {
        sign_in(&app, from).await;
    }
    let mails = app.mails().await;
    assert_eq!(mails.len(), 1);
    assert!(
        mails[0].subject == NEW_PLACE && !mails[0].text.contains("Country"),
        "{}",
        mails[0].text
    );
    let own = app
        .caller(Company::A, ROLE)
        .await
        .get("/api/v1/me/sessions")
        .await
        .expect(200)
        .json();
    let sessions = own["sessions"].as_array().unwrap();
    assert!(
        sessions.iter().all(|session| session["country"].is_null()),
        "{own}"
    );
}

#[test]
fn a_country_is_read_nested_and_flat_for_ipv4_and_ipv6_and_no_place_has_one_that_is_not_public() {
    let countries = opened(&mmdb(&records())).unwrap();
    let told = |address: &str| {
        let country = countries.of(address.parse::<IpAddr>().unwrap());
        country.map_or_else(String::new, |country| country.to_string())
    };
    for (address, country) in [
        (LONDON, "United Kingdom (GB)"),
        ("::ffff:81.2.69.142", "United Kingdom (GB)"),
        (LINKOPING, "SE"),
        (UTRECHT, "Netherlands (NL)"),
        ("2a02:d008::1", ""),
        (OFFICE, ""),
        ("::ffff:10.1.2.3", ""),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("8.8.8.8", ""),
        // No code of a country, whatever a database writes there.
        ("198.41.1.1", ""),
        ("198.41.2.1", ""),
        ("198.41.3.1", ""),
        ("198.41.4.1", ""),
    ] {
        assert_eq!(told(address), country, "{address}");
    }
    assert!(Countries::default().of(LONDON.parse().unwrap()).is_none());
}

#[test]
fn what_is_no_database_of_countries_is_refused_with_what_it_is() {
    let whole = mmdb(&records());
    let half = &whole[..whole.len() / 2];
    for (bytes, why) in [
        (&b""[..], "no database in the MMDB format"),
        (
            b"network,country\n81.2.69.0/24,GB\n",
            "no database in the MMDB format",
        ),
        (half, "no database in the MMDB format"),
        (
            &mmdb(&[("81.2.69.0/24", json!({"asn": 20712}))]),
            "names no country",
        ),
    ] {
        let refused = opened(bytes).err().expect("refused");
        assert!(refused.contains(why), "{refused}");
    }
    let missing = Countries::open("/nowhere/countries.mmdb".as_ref());
    assert!(
        missing
            .err()
            .expect("refused")
            .to_string()
            .contains("cannot be read")
    );
}
