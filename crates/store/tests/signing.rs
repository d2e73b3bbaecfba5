//! The signing keys as rows: one signs, one is published, what is destroyed is gone (AUTH-5).

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use safeshipper_store::signing::{By, KeyState, PublicHalf, SigningKeys};
use testkit::{World, now};
use time::{Duration, OffsetDateTime};

const HALF: PublicHalf<'_> = PublicHalf { n: "n", e: "AQAB" };

fn at(now: OffsetDateTime) -> By<'static> {
    By { actor: "a test", now }
}

async fn states(keys: &mut SigningKeys<'_>) -> Vec<(String, KeyState)> {
    let keys = keys.list().await.unwrap();
    keys.into_iter().map(|key| (key.kid, key.state)).collect()
}

#[tokio::test]
async fn the_first_key_signs_and_of_all_who_publish_the_next_at_once_one_does() {
    let world = World::create().await;
    let now = now();
    let mut keys = world.store.signing_keys().await.unwrap();
    assert!(keys.add("first", b"sealed", None, at(now)).await.unwrap());
    let mut racing = tokio::task::JoinSet::new();
    for node in 0..8 {
        let store = world.store.clone();
        racing.spawn(async move {
            let mut keys = store.signing_keys().await.unwrap();
            let kid = format!("next {node}");
            keys.add(&kid, b"sealed", Some("first"), at(now)).await.unwrap()
        });
    }
    let stored = racing.join_all().await;
    assert_eq!(stored.iter().filter(|stored| **stored).count(), 1);
    let states = states(&mut keys).await;
    assert_eq!(states.len(), 2);
    assert!(states.contains(&("first".to_owned(), KeyState::Active)));
}

#[tokio::test]
async fn a_key_signs_no_sooner_than_published_and_is_destroyed_no_sooner_than_retired() {
    let world = World::create().await;
    let now = now();
    let mut keys = world.store.signing_keys().await.unwrap();
    keys.add("first", b"sealed", None, at(now)).await.unwrap();
    keys.add("second", b"sealed", Some("first"), at(now))
        .await
        .unwrap();
    let early = now - Duration::SECOND;
    assert_eq!(keys.activate(early, at(now)).await.unwrap(), None);
    assert!(
        !keys.destroy("first", HALF, now, at(now)).await.unwrap(),
        "it signs"
    );
    assert_eq!(
        keys.activate(now, at(now)).await.unwrap().as_deref(),
        Some("second")
    );
    assert_eq!(
        keys.activate(now, at(now)).await.unwrap(),
        None,
        "there is no further one"
    );

    assert!(!keys.destroy("first", HALF, early, at(now)).await.unwrap());
    assert!(keys.destroy("first", HALF, now, at(now)).await.unwrap());
    let (n, e) = ("n".to_owned(), "AQAB".to_owned());
    let states = states(&mut keys).await;
    assert!(states.contains(&("first".to_owned(), KeyState::Destroyed { n, e })));
    let first = keys
        .list()
        .await
        .unwrap()
        .into_iter()
        .find(|key| key.kid == "first");
    assert!(first.unwrap().sealed.is_none(), "the private half is gone");

    let pool = world.database.superuser().await;
    let events: Vec<(String, String)> = sqlx::query_as(
        "select event_type, actor_name from audit_events where resource_type = 'signing_key' order by occurred_at",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let kinds: Vec<&str> = events.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["CREATE", "CREATE", "UPDATE", "DELETE"]);
    assert!(events.iter().all(|(_, actor)| actor == "a test"));
}
