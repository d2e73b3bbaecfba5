//! Passwords that change while something else is under way (AUTH-1).

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use access::role::Role;
use crypto::Rng;
use crypto::opaque::{ResetToken, SessionToken, SignInTicket};
use crypto::password::{PasswordHash, hash};
use safeshipper_store::StoreError;
use safeshipper_store::audit::Origin;
use safeshipper_store::second_step::Kind;
use safeshipper_store::sessions::{Candidate, NewSession};
use testkit::world::{CHEAP, LONG};
use testkit::{Company, World, now};

const ROLE: Role = Role::Operator;

fn another() -> PasswordHash {
    hash(&"seventeen violet tractors yawning".into(), CHEAP, &Rng::system()).unwrap()
}

/// Sets another password with a link; what is returned was found before.
async fn overtaken(world: &World) -> Candidate {
    let who = world.candidate(Company::A, ROLE).await;
    let token = ResetToken::generate(&Rng::system()).unwrap();
    let origin = Origin::default();
    assert!(
        world
            .store
            .ask_password_reset(&who, &token, &origin, now())
            .await
            .unwrap()
    );
    assert!(
        world
            .store
            .reset_password(&token.hash(), &another(), &origin, now())
            .await
            .unwrap()
    );
    who
}

async fn open(world: &World, who: &Candidate) -> Result<(), StoreError> {
    let token = SessionToken::generate(&Rng::system()).unwrap();
    let new = NewSession::Console(token.hash());
    let opened = world
        .store
        .open_session(who, &new, LONG, &Origin::default(), now())
        .await;
    opened.map(drop)
}

#[tokio::test]
async fn a_sign_in_that_a_new_password_has_overtaken_opens_nothing() {
    let world = World::create().await;
    let who = overtaken(&world).await;
    assert!(matches!(open(&world, &who).await, Err(StoreError::NotActive)));
    let ticket = SignInTicket::generate(&Rng::system()).unwrap().hash();
    let asked = world
        .store
        .ask_second_factor(&who, Kind::Api, &ticket, &Origin::default(), now())
        .await;
    assert!(matches!(asked, Err(StoreError::NotActive)));
    let again = world.candidate(Company::A, ROLE).await;
    open(&world, &again).await.unwrap();
}

#[tokio::test]
async fn hashing_anew_overwrites_no_password_that_was_changed_meanwhile() {
    let world = World::create().await;
    let stale = overtaken(&world).await;
    let same = world.candidate(Company::A, ROLE).await;
    let origin = Origin::default();
    assert!(
        !world
            .store
            .rehash_password(&stale, &another(), &origin, now())
            .await
            .unwrap()
    );
    assert_eq!(world.candidate(Company::A, ROLE).await.password, same.password);
    let new = another();
    assert!(
        world
            .store
            .rehash_password(&same, &new, &origin, now())
            .await
            .unwrap()
    );
    assert_eq!(world.candidate(Company::A, ROLE).await.password, new);
    // The password is the same still: what it has proved goes on.
    open(&world, &same).await.unwrap();
}
