//! Passwords that change while something else is under way (AUTH-1).

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod common;

use access::role::Role;
use crypto::Rng;
use crypto::opaque::{ResetToken, SessionToken, SignInTicket};
use crypto::password::{PasswordHash, hash};
use safeshipper_store::StoreError;
use safeshipper_store::audit::Origin;
use safeshipper_store::passwords::NewPassword;
use safeshipper_store::second_step::Kind;
use safeshipper_store::sessions::{Candidate, NewSession};
use testkit::world::{CHEAP, LONG};
use testkit::{Company, World, now};

const ROLE: Role = Role::Operator;

fn another() -> PasswordHash {
    hash(&"seventeen violet tractors yawning".into(), CHEAP, &Rng::system()).unwrap()
}

/// Another password that was judged.
fn new_one(stands_alone: bool) -> NewPassword {
    NewPassword {
        hash: another(),
        stands_alone,
    }
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
            .reset_password(&token.hash(), &new_one(true), &origin, now())
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

/// Judged while there was a factor, stored when there is none: the database sees it once more.
#[tokio::test]
async fn a_password_that_leans_on_a_factor_is_set_and_opens_something_only_beside_one_auth_1() {
    let world = World::create().await;
    let who = world.candidate(Company::A, ROLE).await;
    assert_eq!(who.stands_alone, Some(true), "who is made has one that does");
    let origin = Origin::default();
    let token = ResetToken::generate(&Rng::system()).unwrap();
    let asked = world.store.ask_password_reset(&who, &token, &origin, now());
    assert!(asked.await.unwrap());
    let set = async |stands_alone| {
        let (hash, new) = (token.hash(), new_one(stands_alone));
        let set = world.store.reset_password(&hash, &new, &origin, now());
        set.await.unwrap()
    };
    assert!(!set(false).await, "there is no factor");
    assert!(set(true).await, "and the link is good still");
    let short = "update passwords set stands_alone = false where user_id = $1";
    common::behind_the_back(&world, short, who.user.uuid()).await;
    let who = world.candidate(Company::A, ROLE).await;
    assert!(matches!(open(&world, &who).await, Err(StoreError::NotActive)));
}

/// From before anybody looked: the first sign-in does, and once.
#[tokio::test]
async fn whether_a_password_stands_alone_is_noted_once_and_of_that_password_alone() {
    let world = World::create().await;
    let unknown = "update passwords set stands_alone = null where user_id = $1";
    let user = world.user(Company::A, ROLE).uuid();
    common::behind_the_back(&world, unknown, user).await;
    let who = world.candidate(Company::A, ROLE).await;
    assert_eq!(who.stands_alone, None);
    let origin = Origin::default();
    for said in [true, false] {
        let noted = world.store.note_password_length(&who, said, &origin, now());
        noted.await.unwrap();
        assert_eq!(world.candidate(Company::A, ROLE).await.stands_alone, Some(true));
    }
}

#[tokio::test]
async fn sql_in_a_request_reads_no_mark_of_a_refused_password_and_replaces_no_list_auth_1() {
    const REPLACE: &str = "select guard.refuse_passwords('{}')";
    let world = World::create().await;
    let victim = common::shipment(&world, Company::B, "SS-BBBB-BBBB-BBBB").await;
    for role in [Role::Viewer, Role::Operator, Role::Manager, Role::Admin] {
        let mut injection = common::Injection::new(&world, role, victim).await;
        for sql in [
            "select * from refused_passwords",
            "insert into refused_passwords values (guard.company(), '\\x00112233445566778899aabbccddeeff')",
            "delete from refused_passwords",
            "select guard.is_password_refused(guard.company(), '\\x00112233445566778899aabbccddeeff')",
        ] {
            assert_eq!(injection.attempt(sql).await, Err("42501".into()), "{role} {sql}");
        }
        if role != Role::Admin {
            for sql in [REPLACE, "select guard.refused_passwords()"] {
                assert_eq!(injection.attempt(sql).await, Err("42501".into()), "{role} {sql}");
            }
        }
    }
    // Nor without a second factor of the last minutes, whoever it is, nor without an event; never another company's.
    let mut injection = common::Injection::new(&world, Role::Admin, victim).await;
    assert_eq!(injection.attempt(REPLACE).await, Err("SS002".into()));
    let proved = "update sessions set second_factor_at = now() where company_id = $1";
    common::behind_the_back(&world, proved, world.id(Company::A).uuid()).await;
    let listed = "insert into refused_passwords (company_id, value)
        select id, uuid_send(id) from companies where id <> $1";
    common::behind_the_back(&world, listed, world.id(Company::A).uuid()).await;
    injection.begin().await;
    let replaced: (i32, i32) = sqlx::query_as(
        "select before, after from guard.refuse_passwords('{\\\\x00112233445566778899aabbccddeeff}')",
    )
    .fetch_one(&mut injection.connection)
    .await
    .unwrap();
    assert_eq!(replaced, (0, 1), "of its own company alone");
    let unaudited = sqlx::query("commit").execute(&mut injection.connection).await;
    assert_eq!(common::refusal(&unaudited.unwrap_err()), "23000");
    let theirs: i64 = sqlx::query_scalar("select count(*) from safeshipper.refused_passwords")
        .fetch_one(&world.database.superuser().await)
        .await
        .unwrap();
    assert_eq!(
        theirs, 2,
        "the platform's and the other company's are as they were"
    );
}
