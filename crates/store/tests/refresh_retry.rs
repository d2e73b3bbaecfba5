//! A refresh token whose answer was lost, and one that was stolen: who is answered again (AUTH-3, J9).

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod common;

use std::net::IpAddr;
use std::sync::Arc;

use access::ids::SessionId;
use access::role::Role;
use common::{behind_the_back, refusal};
use crypto::Rng;
use crypto::opaque::RefreshToken;
use safeshipper_store::Store;
use safeshipper_store::audit::Origin;
use safeshipper_store::sessions::Refreshed;
use testkit::world::LONG;
use testkit::{Company, World, now};

const OWNER: (&str, &str) = ("203.0.113.7", "forklift-app/2.1");
/// The owner's client after its network gave it another address.
const OWNER_NEARBY: (&str, &str) = ("203.0.113.99", "forklift-app/2.1");
const THIEF: (&str, &str) = ("198.51.100.4", "forklift-app/2.1");

/// Presents a token to a node as this client; what became of it, and the token traded for it.
async fn present(store: &Store, token: &RefreshToken, client: (&str, &str)) -> (Refreshed, RefreshToken) {
    let successor = RefreshToken::generate(&Rng::system()).unwrap();
    let origin = Origin {
        ip: client.0.parse::<IpAddr>().ok(),
        user_agent: Some(client.1.to_owned()).filter(|agent| !agent.is_empty()),
        ..Origin::default()
    };
    let done = store
        .refresh(&token.hash(), &successor.hash(), &origin, now())
        .await;
    (done.unwrap(), successor)
}

/// The token traded for this one.
async fn traded(store: &Store, token: &RefreshToken, client: (&str, &str)) -> RefreshToken {
    let (done, successor) = present(store, token, client).await;
    assert!(matches!(done, Refreshed::Rotated(_)));
    successor
}

async fn is_reuse(store: &Store, token: &RefreshToken, client: (&str, &str)) -> bool {
    matches!(present(store, token, client).await.0, Refreshed::Reused)
}

async fn family() -> (World, Store, SessionId, RefreshToken) {
    let world = World::create().await;
    let other_node = world.database.store().await;
    let (session, token) = world.sign_in_to_api(Company::A, Role::Viewer, LONG).await;
    (world, other_node, session, token)
}

async fn lives(world: &World, session: SessionId) -> bool {
    world.store.session_by_id(session).await.unwrap().is_some()
}

async fn unspent(world: &World, session: SessionId) -> i64 {
    sqlx::query_scalar("select count(*) from refresh_tokens where session_id = $1 and spent_at is null")
        .bind(session.uuid())
        .fetch_one(&world.database.superuser().await)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_client_whose_answer_was_lost_is_answered_again_on_another_node_auth_3() {
    let (world, other_node, session, first) = family().await;
    let lost = traded(&world.store, &first, OWNER).await;
    let arrived = traded(&other_node, &first, OWNER_NEARBY).await;
    assert_eq!(unspent(&world, session).await, 1);
    let _ = traded(&world.store, &arrived, OWNER).await;
    assert!(lives(&world, session).await);
    // What was lost is void, whoever finds it.
    assert!(is_reuse(&other_node, &lost, OWNER).await);
    assert!(!lives(&world, session).await);
}

#[tokio::test]
async fn a_repeat_is_in_the_trail_as_one() {
    let (world, _, session, first) = family().await;
    let _ = traded(&world.store, &first, OWNER).await;
    let _ = traded(&world.store, &first, OWNER).await;
    let told: Vec<(String, String, String)> = sqlx::query_as(
        "select event_type, severity, description from audit_events where session_id = $1 order by id desc limit 1",
    )
    .bind(session.uuid())
    .fetch_all(&world.database.superuser().await)
    .await
    .unwrap();
    assert_eq!((told[0].0.as_str(), told[0].1.as_str()), ("LOGIN", "MEDIUM"));
    assert!(told[0].2.contains("again"), "{}", told[0].2);
}

/// Who the retry is not for; each presents the spent token while its successor is unused.
#[tokio::test]
async fn any_other_second_use_ends_the_family_j9() {
    let clients = [
        THIEF,
        ("203.0.113.7", "forklift-app/2.2"),
        ("203.0.113.7", ""),
        ("", "forklift-app/2.1"),
        ("2001:db8::1", "forklift-app/2.1"),
    ];
    let (world, other_node, ..) = family().await;
    for client in clients {
        let (session, first) = world.sign_in_to_api(Company::A, Role::Viewer, LONG).await;
        let second = traded(&world.store, &first, OWNER).await;
        assert!(is_reuse(&other_node, &first, client).await, "{client:?}");
        assert!(!lives(&world, session).await, "{client:?}");
        assert!(matches!(
            present(&world.store, &second, OWNER).await.0,
            Refreshed::Unknown
        ));
    }
    // Nor is what says nothing of itself the same as what says nothing of itself.
    for client in [("203.0.113.7", ""), ("", "forklift-app/2.1"), ("", "")] {
        let (session, first) = world.sign_in_to_api(Company::A, Role::Viewer, LONG).await;
        let _ = traded(&world.store, &first, client).await;
        assert!(is_reuse(&world.store, &first, client).await, "{client:?}");
        assert!(!lives(&world, session).await, "{client:?}");
    }
}

#[tokio::test]
async fn a_used_successor_a_minute_and_three_repeats_end_what_is_answered_again() {
    let (world, ..) = family().await;
    let (session, first) = world.sign_in_to_api(Company::A, Role::Viewer, LONG).await;
    let second = traded(&world.store, &first, OWNER).await;
    let _ = traded(&world.store, &second, OWNER).await;
    assert!(is_reuse(&world.store, &first, OWNER).await);
    assert!(!lives(&world, session).await);

    let (session, first) = world.sign_in_to_api(Company::A, Role::Viewer, LONG).await;
    let _ = traded(&world.store, &first, OWNER).await;
    let later = "update refresh_tokens set spent_at = now() - interval '60 seconds'
        where session_id = $1 and spent_at is not null";
    behind_the_back(&world, later, session.uuid()).await;
    assert!(is_reuse(&world.store, &first, OWNER).await);

    let (session, first) = world.sign_in_to_api(Company::A, Role::Viewer, LONG).await;
    for _ in 0..4 {
        let _ = traded(&world.store, &first, OWNER).await;
    }
    assert!(is_reuse(&world.store, &first, OWNER).await);
    assert!(!lives(&world, session).await);
}

/// Even one that looks like the owner's client: the second who goes on is noticed.
#[tokio::test]
async fn a_thief_and_then_the_owner_or_the_owner_and_then_a_thief_end_the_family_j9() {
    for (one, other) in [(THIEF, OWNER), (OWNER, THIEF)] {
        let (world, other_node, session, stolen) = family().await;
        let _ = traded(&world.store, &stolen, one).await;
        assert!(is_reuse(&other_node, &stolen, other).await);
        assert!(!lives(&world, session).await);
    }
    let (world, other_node, session, stolen) = family().await;
    let first_comer = traded(&world.store, &stolen, OWNER).await;
    let second_comer = traded(&other_node, &stolen, OWNER_NEARBY).await;
    assert!(is_reuse(&world.store, &first_comer, OWNER).await);
    assert!(!lives(&world, session).await);
    let after = present(&other_node, &second_comer, OWNER_NEARBY).await.0;
    assert!(matches!(after, Refreshed::Unknown));
}

/// Fifty at once, half of them on another node; how many were answered, and what they were given.
async fn fifty(clients: [(&'static str, &'static str); 2]) -> (World, SessionId, Vec<RefreshToken>) {
    let (world, other_node, session, token) = family().await;
    let token = Arc::new(token);
    let nodes = [world.store.clone(), Arc::new(other_node)];
    let mut all = tokio::task::JoinSet::new();
    for at in 0..50 {
        let (store, token) = (nodes[at % 2].clone(), token.clone());
        all.spawn(async move { present(&store, &token, clients[at % 2]).await });
    }
    let answered = all.join_all().await.into_iter();
    let answered = answered.filter(|(done, _)| matches!(done, Refreshed::Rotated(_)));
    let given = answered.map(|(_, token)| token).collect();
    (world, session, given)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_with_one_token_on_two_nodes_nothing_that_was_handed_out_lives_on_auth_3() {
    let (world, session, given) = fifty([OWNER, OWNER_NEARBY]).await;
    assert_eq!(given.len(), 4, "one renewal and three repeats of the same client");
    assert!(!lives(&world, session).await);
    for token in &given {
        let after = present(&world.store, token, OWNER).await.0;
        assert!(matches!(after, Refreshed::Unknown));
    }

    let (world, session, given) = fifty([OWNER, THIEF]).await;
    assert!((1..=4).contains(&given.len()), "{}", given.len());
    assert!(!lives(&world, session).await);
}

/// Not by luck: neither waits for the other with what the other needs.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_and_its_successor_presented_at_once_take_turns() {
    let (world, other_node, ..) = family().await;
    for _ in 0..20 {
        let (session, first) = world.sign_in_to_api(Company::A, Role::Viewer, LONG).await;
        let second = traded(&world.store, &first, OWNER).await;
        let (one, other) = tokio::join!(
            present(&world.store, &first, OWNER),
            present(&other_node, &second, OWNER)
        );
        let rotated = [one.0, other.0]
            .iter()
            .filter(|done| matches!(done, Refreshed::Rotated(_)))
            .count();
        assert_eq!(rotated, 1, "whoever comes second ends the family");
        assert!(!lives(&world, session).await);
    }
}

#[tokio::test]
async fn a_family_cannot_grow_a_second_branch_whatever_code_tries() {
    let (world, _, session, _) = family().await;
    let branch = sqlx::query(
        "insert into refresh_tokens (company_id, session_id, token_hash, expires_at)
         select company_id, id, sha256('x'), expires_at from sessions where id = $1",
    )
    .bind(session.uuid())
    .execute(&world.database.superuser().await)
    .await;
    assert_eq!(refusal(&branch.unwrap_err()), "23505");
}
