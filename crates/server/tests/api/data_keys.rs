//! Data keys while they change (DATA-3, E3): nobody notices, nothing is lost, and a count proves that it is done.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use access::role::Role;
use app::Error;
use app::keys::{KeyFacts, Progress};
use crypto::field::MasterKey;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Caller, Company, RunningApp};
use time::Duration;
use tokio::sync::RwLock;

use crate::contract::hold_at;
use crate::factors::{Enrolled, enrol, ticket};
use crate::keys::answered;
use crate::samples::{PDF, PHONE, draft, gasoline, place, shipment, upload};
use crate::shipments::change;

/// Longer than any node seals with a key that was retired.
const SETTLED: Duration = Duration::seconds(61);

async fn begin(app: &RunningApp, slug: &str, purpose: &str) {
    let begun = app
        .operator()
        .await
        .rotate_data_keys(slug, Some(purpose), app.now())
        .await;
    assert_eq!(begun.unwrap(), [purpose]);
}

async fn state(app: &RunningApp, slug: &str) -> (Vec<KeyFacts>, Progress) {
    let (keys, rotations) = app.operator().await.data_keys(slug).await.unwrap();
    (keys, rotations.into_iter().next().unwrap())
}

/// Has both nodes work until the rotation has ended.
async fn to_the_end(app: &RunningApp, slug: &str, nodes: &[&app::App]) -> Progress {
    between_requests(app, slug, nodes, &RwLock::default()).await
}

/// The same beside clients, each request of which holds the gate: a minute passes between requests, for it is
/// longer than any request.
async fn between_requests(app: &RunningApp, slug: &str, nodes: &[&app::App], gate: &RwLock<()>) -> Progress {
    for round in 0..50 {
        for node in nodes {
            node.look_after_data_keys().await.unwrap();
        }
        let (_, rotation) = state(app, slug).await;
        if rotation.state != "running" {
            return rotation;
        }
        if round > 0 {
            let _nobody_asks = gate.write().await;
            app.turn_clock(SETTLED);
        }
    }
    panic!("the rotation does not end");
}

/// What clients share.
#[derive(Default)]
struct Load {
    gate: RwLock<()>,
    stop: AtomicBool,
    answers: AtomicUsize,
}

/// Somebody who changes a shipment of their own and reads it, on one node and the other; what they read is always
/// what was written last.
async fn client(nodes: [Caller; 2], name: usize, load: Arc<Load>) {
    let asking = load.gate.read().await;
    let mut read: Value = shipment(&nodes[name % 2], json!([gasoline()])).await;
    drop(asking);
    let address = place(&read);
    let mut turn = 0_usize;
    while !load.stop.load(Ordering::Relaxed) || turn < 4 {
        let _asking = load.gate.read().await;
        let phone = format!("+31 10 {name:03} {turn:06}");
        let changed = change(&read, |body| body["contact"]["phone"] = json!(phone));
        let put = || nodes[turn % 2].request(Method::PUT, &address).json(&changed);
        let status = answered(put).await.status().as_u16();
        // A conflict with itself, where the first answer was lost with its connection: what is read tells.
        assert!(matches!(status, 204 | 409), "{status}");
        for node in &nodes {
            let seen = answered(|| node.request(Method::GET, &address)).await;
            assert_eq!(seen.status().as_u16(), 200);
            let seen: Value = seen.json().await.unwrap();
            assert_eq!(seen["contact"]["phone"], phone);
            assert_eq!(seen["consignor"]["city"], "Rotterdam");
            read = seen;
        }
        turn += 1;
        load.answers.fetch_add(3, Ordering::Relaxed);
    }
}

/// Rotates over so many values with so many clients on two nodes.
async fn rotate_under_load(shipments: usize, clients: usize) -> (Progress, usize, std::time::Duration) {
    let app = RunningApp::start().await;
    let other = app.second_node().await;
    let token = app.tokens(Company::A, Role::Operator).await.access;
    let nodes = [app.bearer(&token), other.bearer(&token)];
    let template = shipment(&nodes[0], json!([gasoline()])).await;
    app.store_copies(template["tracking_number"].as_str().unwrap(), shipments)
        .await;
    let load = Arc::new(Load::default());
    let mut working = tokio::task::JoinSet::new();
    for name in 0..clients {
        working.spawn(client(nodes.clone(), name, load.clone()));
    }
    let began = std::time::Instant::now();
    begin(&app, "alpha", "contact").await;
    let rotation = between_requests(&app, "alpha", &[app.app(), other.app()], &load.gate).await;
    let took = began.elapsed();
    load.stop.store(true, Ordering::Relaxed);
    while let Some(client) = working.join_next().await {
        client.expect("a client saw nothing but right answers");
    }
    let (under, all) = app.sealed_under(rotation.key).await;
    assert_eq!((under, app.plain_values().await), (all, 0));
    assert!(all >= i64::try_from(4 * shipments).unwrap());
    (rotation, load.answers.load(Ordering::Relaxed), took)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_key_rotates_while_two_nodes_read_and_write_and_nobody_notices_data_3() {
    let (rotation, answers, _) = rotate_under_load(600, 4).await;
    assert_eq!((rotation.state.as_str(), rotation.remaining), ("done", 0));
    assert!(rotation.total >= 2400 && rotation.resealed >= rotation.total / 2);
    assert!(answers >= 48);
}

/// Of `./dev bench`: takes minutes.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement: ./dev bench runs it"]
async fn measures_a_rotation_over_100_000_rows_with_20_clients() {
    let (rotation, answers, took) = rotate_under_load(100_000, 20).await;
    assert_eq!((rotation.state.as_str(), rotation.remaining), ("done", 0));
    eprintln!(
        "{} values sealed anew in {:.1} s beside {answers} answers to 20 clients, none wrong",
        rotation.resealed,
        took.as_secs_f64()
    );
}

#[tokio::test]
async fn a_node_that_does_not_know_of_a_rotation_opens_what_another_has_just_sealed_data_3() {
    let app = RunningApp::start().await;
    let other = app.second_node().await;
    let token = app.tokens(Company::A, Role::Operator).await.access;
    let [here, there] = [app.bearer(&token), other.bearer(&token)];
    let before = shipment(&here, json!([gasoline()])).await;
    // Both nodes have the keys in memory, and time does not pass.
    let _ = there.get(&place(&before)).await.expect(200);
    begin(&app, "alpha", "contact").await;
    app.turn_clock(Duration::seconds(6));
    let after = shipment(&here, json!([gasoline()])).await;
    let (keys, rotation) = state(&app, "alpha").await;
    let sealed = |state: &str| {
        let of = keys
            .iter()
            .filter(|key| key.purpose == "contact" && key.state == state);
        of.map(|key| key.sealed).sum::<i64>()
    };
    assert_eq!(
        (sealed("active"), sealed("retired")),
        (4, 4),
        "the new key seals at once, the old one still opens"
    );
    assert_eq!((rotation.state.as_str(), rotation.remaining), ("running", 4));
    app.turn_clock(Duration::seconds(-6));
    for made in [&before, &after] {
        let seen = there.get(&place(made)).await.expect(200).json();
        assert_eq!(seen["contact"]["phone"], PHONE);
    }
    let edit = change(&after, |body| body["contact"]["name"] = json!("Day desk"));
    let _ = there.put_json(&place(&after), &edit).await.expect(204);
}

#[tokio::test]
async fn a_rotation_with_nothing_left_waits_for_who_may_still_seal_with_the_key_before_data_3() {
    let app = RunningApp::start().await;
    let Enrolled { caller: admin, .. } = enrol(&app, Company::A, Role::Admin).await;
    let _ = shipment(&app.caller(Company::A, Role::Operator).await, json!([gasoline()])).await;
    for begun_by in ["operator", "administrator"] {
        if begun_by == "operator" {
            begin(&app, "alpha", "contact").await;
        } else {
            let _ = rotate(&admin, "contact").await.expect(204);
        }
        // Half of the time it waits; the rest is for a slow machine.
        for passes in [Duration::ZERO, Duration::seconds(30)] {
            app.turn_clock(passes);
            app.app().look_after_data_keys().await.unwrap();
            let (_, rotation) = state(&app, "alpha").await;
            assert_eq!(
                (rotation.state.as_str(), rotation.remaining),
                ("running", 0),
                "{begun_by} {passes}"
            );
        }
        let ended = to_the_end(&app, "alpha", &[app.app()]).await;
        assert_eq!(ended.state, "done", "{begun_by}");
    }
}

#[tokio::test]
async fn a_rotation_that_is_killed_goes_on_where_it_was_and_counts_every_value_once_data_3() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    let made = shipment(&caller, json!([gasoline()])).await;
    app.store_copies(made["tracking_number"].as_str().unwrap(), 1000)
        .await;
    begin(&app, "alpha", "contact").await;
    let (keys, _) = state(&app, "alpha").await;
    let key = keys
        .iter()
        .find(|key| key.purpose == "contact" && key.state == "active");
    let key = key.unwrap().id;
    let (mut seen, mut kills) = (0, 0);
    loop {
        // As a kill does: the connection ends in the middle of whatever it is at.
        let node = app.second_node().await;
        tokio::select! {
            biased;
            done = node.app().look_after_data_keys() => { done.unwrap(); break }
            () = app.until_more_is_sealed_under(key, seen) => kills += 1,
        }
        drop(node);
        let (counted, under) = app.counted_and_sealed_under(key).await;
        assert_eq!(counted, under, "a batch counts whole or not at all");
        seen = under;
    }
    assert!(kills > 1, "nothing was killed");
    let rotation = to_the_end(&app, "alpha", &[app.app()]).await;
    assert_eq!((rotation.resealed, rotation.remaining), (4004, 0));
    assert_eq!((rotation.state.as_str(), rotation.total), ("done", 4004));
}

#[tokio::test]
async fn every_purpose_rotates_factors_sign_in_and_notices_are_sent_data_3() {
    let app = RunningApp::start().await;
    let other = app.second_node().await;
    let Enrolled { mut phone, codes, .. } = enrol(&app, Company::A, Role::Operator).await;
    let waiting = app.rows().await["notices"];
    assert!(waiting > 0, "somebody was told of the factor");
    for slug in ["alpha", "platform"] {
        let begun = app.operator().await.rotate_data_keys(slug, None, app.now()).await;
        let begun = begun.unwrap();
        assert_eq!(begun.contains(&"notice"), slug == "platform");
        assert!(begun.contains(&"credential") && begun.contains(&"identity"));
    }
    for _ in 0..4 {
        app.app().look_after_data_keys().await.unwrap();
        app.turn_clock(SETTLED);
    }
    for slug in ["alpha", "platform"] {
        let (keys, rotations) = app.operator().await.data_keys(slug).await.unwrap();
        for rotation in &rotations {
            assert_eq!(
                (rotation.state.as_str(), rotation.remaining),
                ("done", 0),
                "{rotation:?}"
            );
        }
        let old = keys.iter().filter(|key| key.state == "retired");
        assert_eq!(old.map(|key| key.sealed).sum::<i64>(), 0);
    }
    assert_eq!(app.plain_values().await, 0);
    // The other node still has every key from before in memory.
    let ticket = ticket(&app, Company::A, Role::Operator).await;
    let code = phone.code(&app);
    let form = json!({"ticket": ticket, "code": code});
    let signed_in = other.anonymous().post_json(crate::factors::SECOND, &form).await;
    assert_eq!(signed_in.status, 200, "{}", signed_in.text());
    assert!(!codes.is_empty());
    other.app().deliver_notices().await.unwrap();
    assert!(!app.mails().await.is_empty(), "letters open under the newer key");
    let third = app.second_node().await;
    let token = app.tokens(Company::B, Role::Operator).await.access;
    let _ = third.bearer(&token).get("/api/v1/me").await.expect(200);
}

#[tokio::test]
async fn a_value_that_was_tampered_with_is_reported_kept_as_it_is_and_stops_nothing_e9() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    let [bad, good] = [
        shipment(&caller, json!([gasoline()])).await,
        shipment(&caller, json!([gasoline()])).await,
    ];
    app.behind_the_back(
        "update shipments set contact_phone_sealed = set_byte(contact_phone_sealed, 70, 255 - get_byte(contact_phone_sealed, 70))
         where id = (select min(id::text)::uuid from shipments)",
    )
    .await;
    begin(&app, "alpha", "contact").await;
    let rotation = to_the_end(&app, "alpha", &[app.app()]).await;
    assert_eq!((rotation.state.as_str(), rotation.remaining), ("incomplete", 1));
    let _ = caller.get(&place(&bad)).await.expect(500);
    let _ = caller.get(&place(&good)).await.expect(200);
    let failures = app.descriptions("FAILURE").await;
    assert!(
        failures.contains(&"HIGH data key rotation: values that do not open".to_owned())
            && failures.contains(&"HIGH data key rotation ended with values that do not open".to_owned()),
        "{failures:?}"
    );
}

#[tokio::test]
async fn what_does_not_rotate_and_a_second_rotation_are_refused_with_the_reason_and_the_trail_has_both_ends()
{
    let app = RunningApp::start().await;
    let mut operator = app.operator().await;
    for purpose in ["blind_index", "installation", "notice"] {
        let refused = operator.rotate_data_keys("alpha", Some(purpose), app.now()).await;
        assert!(matches!(refused, Err(Error::State(_))), "{purpose}");
    }
    let unknown = operator
        .rotate_data_keys("alpha", Some("contacts"), app.now())
        .await;
    assert!(matches!(unknown, Err(Error::NotFound("purpose"))));
    begin(&app, "alpha", "identity").await;
    let again = operator
        .rotate_data_keys("alpha", Some("identity"), app.now())
        .await;
    assert!(matches!(again, Err(Error::State(_))));
    let rotation = to_the_end(&app, "alpha", &[app.app()]).await;
    assert_eq!(rotation.state, "done");
    let told = app.descriptions("SUCCESS").await;
    for what in ["HIGH data key rotation begun", "HIGH data key rotation completed"] {
        assert!(told.contains(&what.to_owned()), "{what}: {told:?}");
    }
    begin(&app, "alpha", "identity").await;
}

#[tokio::test]
async fn a_company_whose_keys_are_destroyed_reads_an_error_that_says_so_and_has_a_receipt_e20() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    let made = shipment(&caller, json!([gasoline()])).await;
    let _ = caller.get(&place(&made)).await.expect(200);
    let theirs = app.caller(Company::B, Role::Operator).await;
    let untouched = shipment(&theirs, json!([gasoline()])).await;
    let signer = crypto::note::SignerKey::generate("platform.example", &crypto::Rng::system()).unwrap();
    let why = "the company has left the platform";

    let mut operator = app.operator().await;
    let unkept = |_: &str| Err(Error::State("the disk is full"));
    for (slug, although, expected) in [
        ("alpha", false, "people of this company can still sign in"),
        ("platform", true, "the platform's own keys"),
        ("alpha", true, "the disk is full"),
    ] {
        let refused = operator
            .shred(slug, (why, although), &signer, unkept, app.now())
            .await;
        assert!(
            matches!(&refused, Err(Error::State(told)) if told.starts_with(expected)),
            "{slug}"
        );
    }
    let _ = caller.get(&place(&made)).await.expect(200);

    let mut kept = String::new();
    let keep = |note: &str| {
        note.clone_into(&mut kept);
        Ok(())
    };
    let receipt = operator
        .shred("alpha", (why, true), &signer, keep, app.now())
        .await
        .unwrap();
    // People of each role, and the shipment's four.
    assert!(
        receipt.values >= 10 && receipt.keys.iter().any(|key| key.values == 4),
        "{receipt:?}"
    );

    app.turn_clock(Duration::seconds(6));
    let gone = caller.get(&place(&made)).await.expect(410);
    assert_eq!(gone.json()["type"], "urn:safeshipper:problem:key-destroyed");
    let refused = caller
        .post_json("/api/v1/shipments", &draft(json!([gasoline()])))
        .await;
    assert_eq!(refused.status, 410, "nothing new is sealed under no key either");
    let _ = theirs.get(&place(&untouched)).await.expect(200);
    assert!(matches!(
        operator.rotate_data_keys("alpha", None, app.now()).await,
        Err(Error::KeyDestroyed(_))
    ));
    let again = operator
        .shred("alpha", (why, true), &signer, unkept, app.now())
        .await;
    assert!(matches!(again, Err(Error::State(told)) if told.contains("before")));

    let verify =
        |note: &str| app::keys::verify_receipt(note.as_bytes(), std::slice::from_ref(signer.verifier()));
    assert_eq!(verify(&kept).unwrap(), receipt);
    assert!(verify(&kept.replace("left the platform", "never been here")).is_err());
    let other = signer.sign("another text\n").unwrap();
    assert_eq!(verify(&other), Err(app::keys::ReceiptError::Form));
    assert!(app.dump().await.contains("data keys of the company destroyed"));
    assert_eq!(app.wrapped_keys_of(Company::A).await, 0);
}

#[tokio::test]
async fn the_master_key_changes_while_nodes_know_both_and_nobody_is_signed_out_data_2() {
    let app = RunningApp::start().await;
    let Enrolled { caller, codes, .. } = enrol(&app, Company::A, Role::Operator).await;
    let made = shipment(&caller, json!([gasoline()])).await;
    let old = testkit::database::master_key();
    let new = MasterKey::generate(&crypto::Rng::system()).unwrap();
    let both = new.clone().with_former(&old);

    assert!(
        app.operator_with(new.clone()).await.is_err(),
        "it opens nothing yet"
    );
    let rolling = app.node_with(both.clone()).await;
    let there = rolling.bearer(caller.proof());
    let _ = there.get(&place(&made)).await.expect(200);
    let mut operator = app.operator_with(both).await.unwrap();
    let (wrapped, left) = operator.rewrap(app.now()).await.unwrap();
    assert!(wrapped > 15 && left == 0, "{wrapped}");
    assert_eq!(operator.rewrap(app.now()).await.unwrap(), (0, 0));
    assert!(app.operator_with(old).await.is_err(), "it opens nothing any more");
    app.turn_clock(Duration::seconds(6));
    let _ = there.get(&place(&made)).await.expect(200);

    let alone = app.node_with(new).await;
    let seen = alone
        .bearer(caller.proof())
        .get(&place(&made))
        .await
        .expect(200)
        .json();
    assert_eq!(seen["contact"]["phone"], PHONE);
    let ticket = ticket(&app, Company::A, Role::Operator).await;
    let form = json!({"ticket": ticket, "code": codes[0]});
    let answer = alone.anonymous().post_json(crate::factors::SECOND, &form).await;
    assert_eq!(
        answer.status,
        200,
        "backup codes are good as before: {}",
        answer.text()
    );
    let told = app.descriptions("SUCCESS").await;
    let wrapped = told
        .iter()
        .filter(|told| told.ends_with("wrapped by another master key"));
    assert_eq!(wrapped.count(), 3, "each company's trail has it once");
}

const KEYS: &str = "/api/v1/data-keys";
const ROTATIONS: &str = "/api/v1/data-keys/rotations";

async fn listed(caller: &Caller) -> Value {
    let answer = caller.get(KEYS).await;
    hold_at("GET", KEYS, &answer);
    answer.expect(200).json()
}

async fn rotate(caller: &Caller, purpose: &str) -> Answer {
    let answer = caller.post_json(ROTATIONS, &json!({"purpose": purpose})).await;
    hold_at("POST", ROTATIONS, &answer);
    answer
}

#[tokio::test]
async fn an_administrator_has_another_key_made_and_sees_how_far_it_is_data_3() {
    let app = RunningApp::start().await;
    let made = shipment(&app.caller(Company::A, Role::Operator).await, json!([gasoline()])).await;
    let _ = shipment(&app.caller(Company::B, Role::Operator).await, json!([gasoline()])).await;
    let untouched = app.operator().await.data_keys("bravo").await.unwrap();
    let Enrolled { caller: admin, .. } = enrol(&app, Company::A, Role::Admin).await;

    let mark = app.mark().await;
    let _ = rotate(&admin, "contact").await.expect(204);
    let events = app.since(&mark).await;
    assert_eq!(events.len(), 1, "{events:?}");
    let now = listed(&admin).await;
    let running = &now["rotations"][0];
    assert_eq!(
        (&running["state"], &running["total"], &running["remaining"]),
        (&json!("running"), &json!(4), &json!(4))
    );
    assert_eq!(events[0].resource.unwrap().to_string(), running["key"]);
    let again = rotate(&admin, "contact").await.expect(409).json();
    assert_eq!(
        again["detail"],
        "a rotation of this purpose is running; let it end first"
    );

    let ended = to_the_end(&app, "alpha", &[app.app()]).await;
    assert_eq!((ended.state.as_str(), ended.remaining), ("done", 0));
    let now = listed(&admin).await;
    let of_contacts = |key: &&Value| key["purpose"] == "contact";
    let keys: Vec<_> = now["keys"]
        .as_array()
        .unwrap()
        .iter()
        .filter(of_contacts)
        .collect();
    assert_eq!(
        keys.iter()
            .map(|key| (&key["state"], &key["values"]))
            .collect::<Vec<_>>(),
        [(&json!("retired"), &json!(0)), (&json!("active"), &json!(4))]
    );
    let read = admin.get(&place(&made)).await.expect(200).json();
    assert_eq!(read["contact"]["phone"], PHONE);
    assert_eq!(
        app.operator().await.data_keys("bravo").await.unwrap().0,
        untouched.0,
        "another company's keys are its own"
    );
}

#[tokio::test]
async fn a_key_is_rotated_with_a_second_factor_by_who_secures_the_company_and_where_it_seals_data_3() {
    let app = RunningApp::start().await;
    let without = app.caller(Company::A, Role::Admin).await;
    let asked = rotate(&without, "contact").await.expect(401);
    assert!(
        asked
            .header("www-authenticate")
            .contains("insufficient_user_authentication")
    );
    let manager = app.caller(Company::A, Role::Manager).await;
    let _ = rotate(&manager, "contact").await.expect(403);
    let _ = manager.get(KEYS).await.expect(403);
    let Enrolled { caller: admin, .. } = enrol(&app, Company::A, Role::Admin).await;
    for (purpose, status) in [("blind_index", 409), ("signing_key", 409), ("nothing", 404)] {
        assert_eq!(rotate(&admin, purpose).await.status, status, "{purpose}");
    }
    assert_eq!(listed(&admin).await["rotations"], json!([]));
}

#[tokio::test]
async fn another_key_seals_documents_anew_and_they_open_as_before_data_3() {
    let app = RunningApp::start().await;
    let manager = app.caller(Company::A, Role::Manager).await;
    let mut documents = Vec::new();
    for _ in 0..9 {
        let uploaded = manager
            .post_json("/api/v1/documents", &upload("OTHER", None))
            .await;
        documents.push(uploaded.expect(201).header("location").to_owned());
    }
    begin(&app, "alpha", "document").await;
    let rotation = to_the_end(&app, "alpha", &[app.app()]).await;
    // Each with the name of its file.
    assert_eq!(
        (rotation.state.as_str(), rotation.resealed, rotation.remaining),
        ("done", 18, 0)
    );
    assert_eq!(app.sealed_under(rotation.key).await, (18, 18));
    let manager = app.caller(Company::A, Role::Manager).await;
    for document in documents {
        let content = manager.get(&format!("{document}/content")).await;
        assert_eq!(content.expect(200).text(), PDF);
    }
}
