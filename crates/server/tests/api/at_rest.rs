//! What is encrypted is nowhere plain in the database's own files, in the log it writes ahead, or in a dump (DATA-1,
//! E10): canaries in every encrypted column, and the raw bytes searched for them in every form.

use access::role::Role;
use base64::Engine as _;
use serde_json::json;
use store::keys::SEALED;
use testkit::provider::SECRET;
use testkit::world::PASSWORD;
use testkit::{Authenticator, Canary, Company};

use crate::factors::enrol_as;
use crate::samples::{draft, gasoline, place, shipment};
use crate::shipments::change;
use crate::{oidc, passkeys};

#[tokio::test]
async fn no_encrypted_value_is_plain_in_data_files_log_or_dump_data_1() {
    let (app, _provider, _) = oidc::start().await;
    let (phone, later, mail) = (
        "+61 491 570 156 04711",
        "+61 491 570 157 04711",
        "canary-desk@carrier.example",
    );
    let (street, dock) = ("99 Canary Wharf Lane", "17 Nightingale Dock");
    let happened = "nightingale drum leaking beside the canary dock";
    let address = "canary.person@alpha.example";
    let mut owner = app.world.database.owner().await;
    app.world
        .hire(&mut owner, Company::A, Role::Operator, address)
        .await;
    let form = json!({"email": address, "password": PASSWORD});
    let tokens = app
        .anonymous()
        .post_json("/api/v1/sessions", &form)
        .await
        .expect(200)
        .json();
    let caller = app.bearer(tokens["access_token"].as_str().unwrap());

    let mut new = draft(json!([gasoline()]));
    new["contact"]["phone"] = json!(phone);
    new["contact"]["email"] = json!(mail);
    new["consignor"]["street"] = json!(street);
    new["consignee"]["street"] = json!(dock);
    let made = caller
        .post_json("/api/v1/shipments", &new)
        .await
        .expect(201)
        .json();
    let read = caller.get(&place(&made)).await.expect(200).json();
    // Changed, read as a paper's reader would, and refused: the trail and the log have all of it.
    let edit = change(&read, |body| body["contact"]["phone"] = json!(later));
    let _ = caller.put_json(&place(&made), &edit).await.expect(204);
    let _ = caller.put_json(&place(&made), &edit).await.expect(409);
    let report = json!({"kind": "leak", "severity": "HIGH", "description": happened});
    let _ = caller.post_json("/api/v1/incidents", &report).await.expect(201);
    let (file, sheet) = (
        "canary over the nightingale dock.pdf",
        "%PDF-1.7 what the canary saw",
    );
    let document = json!({"document_type": "OTHER", "file_name": file,
        "content": base64::engine::general_purpose::STANDARD.encode(sheet)});
    let uploaded = caller.post_json("/api/v1/documents", &document).await.expect(201);
    let content = format!("{}/content", uploaded.header("location"));
    assert_eq!(caller.get(&content).await.expect(200).text(), sheet);
    let enrolled = enrol_as(&app, caller).await;
    let factor = enrolled.phone;
    let passkey = Authenticator::new().create(&passkeys::begin(&enrolled.caller).await);
    let _ = passkeys::finish(&enrolled.caller, &passkey).await.expect(201);
    oidc::begin(&app, Company::A).await;

    let key = Canary::bytes("the key of a passkey", &Authenticator::public_key_of(&passkey));
    assert!(
        key.found_in(passkey.to_string().as_bytes()).is_some(),
        "what the browser sends has it"
    );
    let canaries = [
        Canary::text("the contact's phone", phone),
        Canary::text("the contact's later phone", later),
        Canary::text("the contact's e-mail", mail),
        Canary::text("the consignor's address", street),
        Canary::text("the consignee's address", dock),
        // In `users` and in the letter that tells of the new factor.
        Canary::text("a person's e-mail", address),
        Canary::bytes("the secret of a second factor", factor.secret_bytes()),
        Canary::text(
            "the secret of a second factor",
            &factor.secret_text().replace(' ', ""),
        ),
        key,
        Canary::text("what happened in an incident", happened),
        Canary::text("the name of a file", file),
        Canary::text("the bytes of a document", sheet),
        Canary::text("the secret of a client", SECRET),
    ];
    let rows = app.rows().await;
    for column in SEALED {
        assert!(rows[column.table] > 0, "nothing in {column:?}");
    }
    assert_eq!(app.plain_values().await, 0);

    let dump = app.pg_dump().await;
    let mut files = app.data_files().await;
    files.push(dump.path().to_owned());
    let name = Canary::text("a name, which is not encrypted", "Alpha Chemicals");
    let with_it = name.files_with_it(&files);
    assert!(
        with_it.len() > 1 && with_it.contains(&dump.path().to_str().unwrap().to_owned()),
        "the search finds what is there: {with_it:?}"
    );
    for canary in &canaries {
        let plain = canary.files_with_it(&files);
        assert!(plain.is_empty(), "{} is plain in {plain:?}", canary.name);
    }
}

/// A search that finds nothing proves nothing: each form is found where it stands.
#[test]
fn a_canary_is_found_in_every_form_and_wherever_it_begins() {
    let canary = Canary::text("a phone", "+61 491 570 156 canary");
    let utf16: Vec<u8> = "x+61 491 570 156 canary"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert!(canary.found_in(&utf16).is_some());
    for before in ["", "x", "xy", "xyz", "{\"phone\":\""] {
        let text = format!("{before}+61 491 570 156 canary\"}}");
        let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        let base64 = base64::engine::general_purpose::STANDARD.encode(&text);
        for form in [&text, &hex, &base64] {
            assert!(canary.found_in(form.as_bytes()).is_some(), "{form}");
        }
    }
    assert_eq!(canary.found_in(b"+61 491 570 157 canary"), None);
}

#[tokio::test]
async fn a_shipment_written_past_the_cipher_is_what_the_search_finds() {
    let app = testkit::RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    shipment(&caller, json!([gasoline()])).await;
    app.behind_the_back(
        "update shipments set contact_phone_sealed = convert_to('+61 491 570 158 canary', 'UTF8')",
    )
    .await;
    let canary = Canary::text("a phone", "+61 491 570 158 canary");
    let dump = app.pg_dump().await;
    assert_eq!(canary.files_with_it(&[dump.path().to_owned()]).len(), 1);
    assert!(!canary.files_with_it(&app.data_files().await).is_empty());
    assert_eq!(app.plain_values().await, 1);
}
