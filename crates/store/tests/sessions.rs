//! Sessions against a real database: what is live, what ends it, and what a copy is worth (J1, J8, J9, J15).

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod common;

use access::permission::SignedIn;
use access::role::Role;
use common::behind_the_back;
use crypto::Rng;
use crypto::opaque::{RefreshToken, RefreshTokenHash, SessionTokenHash};
use safeshipper_store::StoreError;
use safeshipper_store::audit::{Changes, Origin};
use safeshipper_store::own_sessions::{self, Which};
use safeshipper_store::sessions::Refreshed;
use testkit::world::LONG;
use testkit::{Company, World, now};

async fn refresh(world: &World, presented: &RefreshToken) -> (Refreshed, RefreshToken) {
    let successor = RefreshToken::generate(&Rng::system()).unwrap();
    let done = world
        .store
        .refresh(&presented.hash(), &successor.hash(), &Origin::default(), now())
        .await
        .unwrap();
    (done, successor)
}

#[tokio::test]
async fn a_cookie_finds_its_person_with_the_role_the_database_says() {
    let world = World::create().await;
    let actor = world.session(Company::A, Role::Operator).await;
    assert_eq!(actor.user(), world.user(Company::A, Role::Operator));
    assert_eq!(actor.company(), world.id(Company::A));
    assert_eq!(actor.role(), Role::Operator);

    let user = actor.user().uuid();
    let (_, token) = world.sign_in(Company::A, Role::Operator, LONG).await;
    behind_the_back(&world, "update users set role = 'VIEWER' where id = $1", user).await;
    let live = world.store.session_of_cookie(&token.hash()).await.unwrap();
    assert_eq!(testkit::world::actor(live).role(), Role::Viewer, "J7");
}

#[tokio::test]
async fn a_console_session_is_not_one_of_the_api_nor_the_reverse() {
    let world = World::create().await;
    let (console, _) = world.sign_in(Company::A, Role::Viewer, LONG).await;
    assert!(world.store.session_by_id(console).await.unwrap().is_none());

    let (api, refresh) = world.sign_in_to_api(Company::A, Role::Viewer, LONG).await;
    assert!(world.store.session_by_id(api).await.unwrap().is_some());
    for bytes in [
        *refresh.hash().as_bytes(),
        *world.store.handle(api).hash().as_bytes(),
    ] {
        let cookie = SessionTokenHash::from_bytes(bytes);
        assert!(world.store.session_of_cookie(&cookie).await.unwrap().is_none());
    }
    let (_, cookie) = world.sign_in(Company::A, Role::Viewer, LONG).await;
    let as_refresh = RefreshTokenHash::from_bytes(*cookie.hash().as_bytes());
    let spare = RefreshToken::generate(&Rng::system()).unwrap().hash();
    let done = world
        .store
        .refresh(&as_refresh, &spare, &Origin::default(), now())
        .await;
    assert!(matches!(done.unwrap(), Refreshed::Unknown));
}

/// What ends a session from outside, and must end it everywhere at once.
const ENDINGS: &[(&str, &str)] = &[
    (
        "idle",
        "update sessions set last_used_at = now() - idle_limit where id = $1",
    ),
    ("absolute", "update sessions set expires_at = now() where id = $1"),
    ("revoked", "update sessions set revoked_at = now() where id = $1"),
    (
        "disabled",
        "update users set status = 'disabled' where id = (select user_id from sessions where id = $1)",
    ),
];

#[tokio::test]
async fn a_session_that_is_idle_too_long_too_old_revoked_or_of_a_disabled_person_opens_nothing() {
    let world = World::create().await;
    for ((name, ending), role) in
        ENDINGS
            .iter()
            .zip([Role::Viewer, Role::Driver, Role::Operator, Role::Manager])
    {
        let (console, cookie) = world.sign_in(Company::A, role, LONG).await;
        let live = world.store.session_of_cookie(&cookie.hash()).await.unwrap();
        let grant = world.grant::<SignedIn>(&testkit::world::actor(live));
        let (api, token) = world.sign_in_to_api(Company::A, role, LONG).await;
        assert!(world.store.read(&grant).await.is_ok());

        behind_the_back(&world, ending, console.uuid()).await;
        behind_the_back(&world, ending, api.uuid()).await;
        assert!(
            world
                .store
                .session_of_cookie(&cookie.hash())
                .await
                .unwrap()
                .is_none(),
            "{name}"
        );
        assert!(world.store.session_by_id(api).await.unwrap().is_none(), "{name}");
        let read = world.store.read(&grant).await.map(drop);
        assert!(matches!(read, Err(StoreError::SessionOver)), "{name}");
        assert!(
            matches!(refresh(&world, &token).await.0, Refreshed::Unknown),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_disabled_person_does_not_sign_in() {
    let world = World::create().await;
    let index = world.email_index(&Company::A.email(Role::Viewer));
    assert!(world.store.find_sign_in(&index, None).await.unwrap().is_some());
    let user = world.user(Company::A, Role::Viewer).uuid();
    behind_the_back(&world, "update users set status = 'disabled' where id = $1", user).await;
    assert!(world.store.find_sign_in(&index, None).await.unwrap().is_none());
    assert!(
        world
            .store
            .find_sign_in(&index, Some("alpha"))
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn use_of_a_session_keeps_it_from_becoming_idle() {
    let world = World::create().await;
    let (session, cookie) = world.sign_in(Company::A, Role::Viewer, LONG).await;
    let back = "update sessions set last_used_at = now() - interval '59 minutes' where id = $1";
    behind_the_back(&world, back, session.uuid()).await;
    assert!(
        world
            .store
            .session_of_cookie(&cookie.hash())
            .await
            .unwrap()
            .is_some()
    );
    let fresh: bool =
        sqlx::query_scalar("select last_used_at > now() - interval '1 minute' from sessions where id = $1")
            .bind(session.uuid())
            .fetch_one(&world.database.superuser().await)
            .await
            .unwrap();
    assert!(fresh);
}

#[tokio::test]
async fn signing_out_ends_the_session_and_only_that_one() {
    let world = World::create().await;
    let (_, first) = world.sign_in(Company::A, Role::Viewer, LONG).await;
    let (_, second) = world.sign_in(Company::A, Role::Viewer, LONG).await;
    let live = world.store.session_of_cookie(&first.hash()).await.unwrap();
    let grant = world.grant::<SignedIn>(&testkit::world::actor(live));
    let mut tx = world.store.write(&grant, &Origin::default()).await.unwrap();
    let own = Which::One(grant.actor().session());
    own_sessions::end(&mut tx, &grant, own).await.unwrap();
    tx.commit(common::event("signed out", Changes::default()), now())
        .await
        .unwrap();
    assert!(
        world
            .store
            .session_of_cookie(&first.hash())
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        world
            .store
            .session_of_cookie(&second.hash())
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test]
async fn a_refresh_token_renews_once_and_its_successor_goes_on() {
    let world = World::create().await;
    let (session, first) = world.sign_in_to_api(Company::A, Role::Viewer, LONG).await;
    let (done, second) = refresh(&world, &first).await;
    assert!(matches!(done, Refreshed::Rotated(same) if same == session));
    let (done, _) = refresh(&world, &second).await;
    assert!(matches!(done, Refreshed::Rotated(same) if same == session));
}

#[tokio::test]
async fn a_spent_refresh_token_ends_the_session_its_successor_and_is_recorded() {
    let world = World::create().await;
    let (session, first) = world.sign_in_to_api(Company::A, Role::Viewer, LONG).await;
    let (_, second) = refresh(&world, &first).await;
    assert!(matches!(refresh(&world, &first).await.0, Refreshed::Reused), "J9");
    assert!(world.store.session_by_id(session).await.unwrap().is_none());
    assert!(matches!(refresh(&world, &second).await.0, Refreshed::Unknown));
    let (severity, outcome): (String, String) = sqlx::query_as(
        "select severity, outcome from audit_events where session_id = $1 order by id desc limit 1",
    )
    .bind(session.uuid())
    .fetch_one(&world.database.superuser().await)
    .await
    .unwrap();
    assert_eq!((severity.as_str(), outcome.as_str()), ("HIGH", "DENIED"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_who_present_one_refresh_token_at_once_exactly_one_is_renewed() {
    let world = std::sync::Arc::new(World::create().await);
    let (_, token) = world.sign_in_to_api(Company::A, Role::Viewer, LONG).await;
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (world, token) = (world.clone(), token.clone());
        all.spawn(async move { refresh(&world, &token).await.0 });
    }
    let rotated = all
        .join_all()
        .await
        .into_iter()
        .filter(|done| matches!(done, Refreshed::Rotated(_)));
    assert_eq!(rotated.count(), 1);
}

/// Not by luck: the second asks while the first has decided and not yet committed.
#[tokio::test]
async fn who_presents_a_refresh_token_while_another_is_spending_it_waits_and_then_ends_the_session() {
    let world = World::create().await;
    let (_, token) = world.sign_in_to_api(Company::A, Role::Viewer, LONG).await;
    let mut first = world.database.as_directory().await;
    common::begin(&mut first).await;
    assert_eq!(spend(&mut first, &token).await, ["rotated"]);
    sqlx::query(
        "select guard.record_sign_in($1, gen_random_uuid(), 'LOGIN', 'LOW', 'SUCCESS', $2, 'x', null, null, null, null,
             null, null, 'renewed')",
    )
    .bind(world.id(Company::A).uuid())
    .bind(world.user(Company::A, Role::Viewer).uuid())
    .execute(&mut first)
    .await
    .unwrap();

    let mut second = world.database.as_directory().await;
    common::begin(&mut second).await;
    let committing = async {
        let pool = world.database.superuser().await;
        let waits = "select exists (select from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock')";
        while !sqlx::query_scalar::<_, bool>(waits)
            .fetch_one(&pool)
            .await
            .unwrap()
        {}
        sqlx::query("commit").execute(&mut first).await.unwrap();
    };
    let both = async { tokio::join!(spend(&mut second, &token), committing).0 };
    let most = std::time::Duration::from_secs(60);
    let outcome = tokio::time::timeout(most, both)
        .await
        .expect("the second waits for the first");
    assert_eq!(outcome, ["reused"]);
}

async fn spend(connection: &mut sqlx::PgConnection, token: &RefreshToken) -> Vec<String> {
    let successor = RefreshToken::generate(&Rng::system()).unwrap();
    sqlx::query_scalar("select outcome from guard.renew($1, $2, null, null)")
        .bind(token.hash().as_bytes().as_slice())
        .bind(successor.hash().as_bytes().as_slice())
        .fetch_all(connection)
        .await
        .unwrap()
}

#[tokio::test]
async fn an_address_known_in_two_companies_needs_the_company_named() {
    let world = World::create().await;
    let email = Company::A.email(Role::Viewer);
    let in_b = world
        .hire(
            &mut world.database.owner().await,
            Company::B,
            Role::Driver,
            &email,
        )
        .await;
    let index = world.email_index(&email.to_uppercase());
    let found = async |slug| {
        world
            .store
            .find_sign_in(&index, slug)
            .await
            .unwrap()
            .map(|who| who.user)
    };
    assert_eq!(found(None).await, None);
    assert_eq!(
        found(Some("alpha")).await,
        Some(world.user(Company::A, Role::Viewer))
    );
    assert_eq!(found(Some("bravo")).await, Some(in_b));
    assert_eq!(found(Some("charlie")).await, None);
}
