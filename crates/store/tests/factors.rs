//! Second factors against a real database: what is spent is spent once, what is pending proves nothing, and what
//! is proved is proved in one session (M1 to M7, AUTH-6 to AUTH-8).

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod common;

use std::sync::{Arc, LazyLock};

use access::actor::{Actor, SecondFactorPolicy};
use access::grant::Grant;
use access::ids::FactorId;
use access::permission::{ConfigureSecurity, EnrolFactors, ManageFactors, SignedIn};
use access::role::Role;
use common::behind_the_back;
use crypto::Rng;
use crypto::backup::{BackupCode, BackupCodeHash, BackupKey};
use crypto::field::{FieldContext, Keychain, Purpose, Sealed};
use crypto::opaque::{SessionToken, SignInTicket};
use crypto::totp::{Step, TotpSecret};
use safeshipper_store::StoreError;
use safeshipper_store::audit::Origin;
use safeshipper_store::second_step::{Kind, Proof, Spent};
use safeshipper_store::sessions::NewSession;
use testkit::database::{installation, master_key};
use testkit::world::LONG;
use testkit::{Company, World, now};
use time::Duration;

const ROLE: Role = Role::Operator;

static NOWHERE: LazyLock<Origin> = LazyLock::new(Origin::default);

fn here() -> &'static Origin {
    &NOWHERE
}

fn step(number: i64) -> Step {
    Step::at(time::OffsetDateTime::UNIX_EPOCH + Duration::seconds(30 * number))
}

fn sealed(world: &World, company: Company, id: FactorId) -> Sealed {
    let place = FieldContext {
        table: "totp_factors",
        column: "secret_sealed",
        row: id.uuid(),
        company: world.id(company).uuid(),
    };
    let secret = TotpSecret::generate(&Rng::system()).unwrap();
    Keychain::new(world.key(company, Purpose::Credential))
        .seal(&place, secret.bytes(), &Rng::system())
        .unwrap()
}

fn codes(actor: &Actor) -> Vec<BackupCodeHash> {
    let key = BackupKey::derive(&installation());
    let codes = BackupCode::generate_all(&Rng::system()).unwrap();
    codes
        .iter()
        .map(|code| key.hash(actor.user().uuid(), code))
        .collect()
}

/// The actor as the database knows them now.
async fn again(world: &World, token: &SessionToken) -> Arc<Actor> {
    testkit::world::actor(world.store.session_of_cookie(&token.hash()).await.unwrap())
}

/// Somebody signed in, with their cookie.
async fn somebody(world: &World, company: Company) -> (SessionToken, Arc<Actor>) {
    let (_, token) = world.sign_in(company, ROLE, LONG).await;
    let actor = again(world, &token).await;
    (token, actor)
}

async fn begin(world: &World, company: Company, actor: &Arc<Actor>) -> FactorId {
    let id = FactorId::generate(now());
    let grant: Grant<EnrolFactors> = world.grant(actor);
    let secret = sealed(world, company, id);
    world
        .store
        .begin_totp(&grant, id, &secret, here(), now())
        .await
        .unwrap();
    id
}

async fn confirm(world: &World, actor: &Arc<Actor>, id: FactorId, codes: &[BackupCodeHash]) -> bool {
    let grant: Grant<EnrolFactors> = world.grant(actor);
    let confirmed = world
        .store
        .confirm_totp(&grant, id, step(100), codes, here(), now());
    confirmed.await.unwrap()
}

/// An active factor of company A's operator, its backup codes, and the session that enrolled it.
async fn enrolled(world: &World) -> (FactorId, Vec<BackupCodeHash>, SessionToken) {
    let (token, actor) = somebody(world, Company::A).await;
    let codes = codes(&actor);
    let id = begin(world, Company::A, &actor).await;
    assert!(confirm(world, &actor, id, &codes).await);
    (id, codes, token)
}

async fn ticket(world: &World, kind: Kind) -> SignInTicket {
    let who = world.candidate(Company::A, ROLE).await;
    let ticket = SignInTicket::generate(&Rng::system()).unwrap();
    let hash = ticket.hash();
    let asked = world.store.ask_second_factor(&who, kind, &hash, here(), now());
    assert!(asked.await.unwrap().is_some());
    ticket
}

/// Tries a proof with a ticket: whether a session opens; none when the ticket is not taken.
async fn attempt(
    store: &safeshipper_store::Store,
    ticket: &SignInTicket,
    proof: Option<Proof>,
) -> Option<bool> {
    let new = NewSession::Console(SessionToken::generate(&Rng::system()).unwrap().hash());
    let step = store.second_step(ticket.hash(), Kind::Console).await.unwrap()?;
    if step.wait().is_positive() {
        return None;
    }
    match proof {
        Some(proof) => {
            let opened = step.accept(proof, &new, LONG, here(), now()).await.unwrap();
            Some(opened.is_some())
        }
        None => {
            step.refuse(None, here(), now()).await.unwrap();
            Some(false)
        }
    }
}

/// Fifty at once, half of them on another node; how many succeeded.
async fn fifty(world: &World, proof: Proof, tickets: Vec<SignInTicket>) -> usize {
    let other = Arc::new(world.database.store().await);
    let nodes = [world.store.clone(), other];
    let attempts: Vec<_> = (0..50)
        .map(|at| {
            let store = nodes[at % 2].clone();
            let ticket = tickets[at % tickets.len()].clone();
            tokio::spawn(async move { attempt(&store, &ticket, Some(proof)).await })
        })
        .collect();
    let mut succeeded = 0;
    for attempt in attempts {
        succeeded += usize::from(attempt.await.unwrap() == Some(true));
    }
    succeeded
}

#[tokio::test]
async fn of_fifty_who_show_one_code_at_once_on_two_nodes_exactly_one_is_signed_in_m1() {
    let world = World::create().await;
    let (id, ..) = enrolled(&world).await;
    let one = vec![ticket(&world, Kind::Console).await];
    assert_eq!(
        fifty(&world, Proof::Step(id, step(101)), one).await,
        1,
        "one ticket"
    );
    let mut many = Vec::new();
    for _ in 0..50 {
        many.push(ticket(&world, Kind::Console).await);
    }
    assert_eq!(
        fifty(&world, Proof::Step(id, step(102)), many).await,
        1,
        "fifty tickets"
    );
}

#[tokio::test]
async fn of_fifty_who_show_one_backup_code_at_once_on_two_nodes_exactly_one_is_signed_in_m4() {
    let world = World::create().await;
    let (_, codes, token) = enrolled(&world).await;
    let mut many = Vec::new();
    for _ in 0..50 {
        many.push(ticket(&world, Kind::Console).await);
    }
    assert_eq!(fifty(&world, Proof::BackupCode(codes[3]), many).await, 1);
    let grant: Grant<SignedIn> = world.grant(&again(&world, &token).await);
    assert_eq!(world.store.own_factors(&grant).await.unwrap().codes_left, 9);
}

#[tokio::test]
async fn a_step_is_accepted_once_and_none_before_it_m1() {
    let world = World::create().await;
    let (id, ..) = enrolled(&world).await;
    for (number, good) in [
        (100, false),
        (99, false),
        (101, true),
        (101, false),
        (100, false),
        (102, true),
    ] {
        let ticket = ticket(&world, Kind::Console).await;
        let seen = attempt(&world.store, &ticket, Some(Proof::Step(id, step(number)))).await;
        assert_eq!(seen, Some(good), "{number}: the first code was of step 100");
    }
}

#[tokio::test]
async fn a_pending_factor_proves_nothing_and_leaves_the_active_one_alone_m5_m6() {
    let world = World::create().await;
    let (_, actor) = somebody(&world, Company::A).await;
    let pending = begin(&world, Company::A, &actor).await;
    // Pending only: no second factor is asked for, and the password alone signs in.
    let who = world.candidate(Company::A, ROLE).await;
    let unused = SignInTicket::generate(&Rng::system()).unwrap().hash();
    let asked = world
        .store
        .ask_second_factor(&who, Kind::Console, &unused, here(), now());
    assert!(asked.await.unwrap().is_none());
    let up = world
        .store
        .step_up(&actor, Proof::Step(pending, step(500)), here(), now());
    assert_eq!(up.await.unwrap(), Spent::Before, "M6");

    let (active, _, token) = enrolled(&world).await;
    let actor = again(&world, &token).await;
    let second = begin(&world, Company::A, &actor).await;
    for (factor, good) in [(second, false), (active, true)] {
        let ticket = ticket(&world, Kind::Console).await;
        let seen = attempt(&world.store, &ticket, Some(Proof::Step(factor, step(200)))).await;
        assert_eq!(seen, Some(good));
    }
    assert!(confirm(&world, &actor, second, &codes(&actor)).await);
    let ticket = ticket(&world, Kind::Console).await;
    let old = attempt(&world.store, &ticket, Some(Proof::Step(active, step(300)))).await;
    assert_eq!(old, Some(false), "now the old one is gone");
}

#[tokio::test]
async fn only_the_session_that_enrols_confirms_and_only_for_900_seconds_m5() {
    let world = World::create().await;
    let (_, mine) = somebody(&world, Company::A).await;
    let (_, other) = somebody(&world, Company::A).await;
    let (_, stranger) = somebody(&world, Company::B).await;
    let id = begin(&world, Company::A, &mine).await;
    assert!(!confirm(&world, &other, id, &codes(&other)).await);
    assert!(!confirm(&world, &stranger, id, &codes(&stranger)).await);
    assert!(world.store.pending_totp(&other).await.unwrap().is_none());
    assert!(world.store.pending_totp(&mine).await.unwrap().is_some());
    let late = "update totp_factors set created_at = now() - interval '901 seconds' where id = $1";
    behind_the_back(&world, late, id.uuid()).await;
    assert!(world.store.pending_totp(&mine).await.unwrap().is_none());
    assert!(!confirm(&world, &mine, id, &codes(&mine)).await);
}

#[tokio::test]
async fn without_a_fresh_proof_the_database_changes_no_factor_whatever_the_grant_says_m5() {
    let world = World::create().await;
    let (_, _, token) = enrolled(&world).await;
    let actor = again(&world, &token).await;
    // Granted while it was fresh.
    let grant: Grant<ManageFactors> = world.grant(&actor);
    let enrolling: Grant<EnrolFactors> = world.grant(&actor);
    let stale = "update sessions set second_factor_at = now() - interval '901 seconds' where id = $1";
    behind_the_back(&world, stale, actor.session().uuid()).await;
    let (id, store) = (FactorId::generate(now()), &world.store);
    let secret = sealed(&world, Company::A, id);
    let refused = |done: Result<(), StoreError>| assert!(matches!(done, Err(StoreError::NotProved)));
    refused(store.begin_totp(&enrolling, id, &secret, here(), now()).await);
    refused(
        store
            .replace_backup_codes(&grant, &[], here(), now())
            .await
            .map(drop),
    );
    refused(store.remove_totp(&grant, here(), now()).await.map(drop));
    // A fresh password does not replace the factor.
    world.store.mark_password(&actor, here(), now()).await.unwrap();
    refused(store.remove_totp(&grant, here(), now()).await.map(drop));
}

#[tokio::test]
async fn a_second_factor_shown_in_one_session_does_not_elevate_another_m7() {
    let world = World::create().await;
    let (_, other) = somebody(&world, Company::A).await;
    let (thief, _) = somebody(&world, Company::A).await;
    let (id, _, token) = enrolled(&world).await;
    let mine = again(&world, &token).await;
    assert_eq!(mine.amr(), ["pwd", "otp", "mfa"]);
    assert!(mine.second_factor_at().is_some());
    let theirs = again(&world, &thief).await;
    assert!(theirs.second_factor_at().is_none() && theirs.has_second_factor());
    assert_eq!(theirs.amr(), ["pwd"]);
    let up = world
        .store
        .step_up(&other, Proof::Step(id, step(200)), here(), now());
    assert_eq!(up.await.unwrap(), Spent::Done);
    assert!(again(&world, &thief).await.second_factor_at().is_none());
}

#[tokio::test]
async fn what_a_factor_proved_is_void_when_it_is_gone() {
    let world = World::create().await;
    let (second, other) = somebody(&world, Company::A).await;
    let (id, codes_before, token) = enrolled(&world).await;
    let up = world
        .store
        .step_up(&other, Proof::Step(id, step(200)), here(), now());
    assert_eq!(up.await.unwrap(), Spent::Done);
    // Replaced: the session that did it stays proved, the other does not.
    let mine = again(&world, &token).await;
    let replacing = begin(&world, Company::A, &mine).await;
    assert!(confirm(&world, &mine, replacing, &codes(&mine)).await);
    assert!(again(&world, &token).await.second_factor_at().is_some());
    assert!(again(&world, &second).await.second_factor_at().is_none());
    let old = world
        .store
        .step_up(&other, Proof::BackupCode(codes_before[0]), here(), now());
    assert_eq!(old.await.unwrap(), Spent::Before, "the codes before are void");
    // Removed: nobody is.
    let grant: Grant<ManageFactors> = world.grant(&again(&world, &token).await);
    assert!(world.store.remove_totp(&grant, here(), now()).await.unwrap());
    let after = again(&world, &token).await;
    assert!(after.second_factor_at().is_none() && !after.has_second_factor());
    assert!(
        !world
            .store
            .remove_totp(&world.grant(&after), here(), now())
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn a_ticket_is_of_one_kind_five_attempts_and_five_minutes_m2() {
    let world = World::create().await;
    let (id, codes, _) = enrolled(&world).await;
    // Of the other kind it is unknown.
    let api = ticket(&world, Kind::Api).await;
    let good = Some(Proof::BackupCode(codes[0]));
    assert_eq!(attempt(&world.store, &api, good).await, None);
    assert!(
        world
            .store
            .company_of_ticket(&api.hash(), Kind::Console)
            .await
            .unwrap()
            .is_none()
    );
    // Five wrong ones use it up: the sixth is not looked at, right as it is.
    let used = ticket(&world, Kind::Console).await;
    for _ in 0..5 {
        assert_eq!(attempt(&world.store, &used, None).await, Some(false));
    }
    assert_eq!(attempt(&world.store, &used, good).await, None);
    // Another ticket of the person and their backup codes are not touched; the app waits.
    let other = ticket(&world, Kind::Console).await;
    let step_now = world
        .store
        .second_step(other.hash(), Kind::Console)
        .await
        .unwrap()
        .unwrap();
    assert!(step_now.wait().is_positive() && step_now.wait() <= Duration::seconds(5));
    drop(step_now);
    let calm = "update totp_factors set failed_at = now() - interval '6 seconds' where id = $1";
    behind_the_back(&world, calm, id.uuid()).await;
    assert_eq!(attempt(&world.store, &other, good).await, Some(true));
    // Too late.
    let late = ticket(&world, Kind::Console).await;
    let over = "update pending_sign_ins set expires_at = now() where company_id = $1";
    behind_the_back(&world, over, world.id(Company::A).uuid()).await;
    assert_eq!(
        attempt(&world.store, &late, Some(Proof::BackupCode(codes[1]))).await,
        None
    );
}

#[tokio::test]
async fn a_proof_of_another_person_or_company_spends_nothing() {
    let world = World::create().await;
    let (id, codes, _) = enrolled(&world).await;
    let (_, theirs) = somebody(&world, Company::B).await;
    let factor = begin(&world, Company::B, &theirs).await;
    assert!(confirm(&world, &theirs, factor, &self::codes(&theirs)).await);
    for proof in [Proof::Step(id, step(900)), Proof::BackupCode(codes[0])] {
        let spent = world.store.step_up(&theirs, proof, here(), now()).await;
        assert_eq!(spent.unwrap(), Spent::Before);
    }
    let colleague = world.session(Company::A, Role::Manager).await;
    for proof in [Proof::Step(id, step(900)), Proof::BackupCode(codes[0])] {
        let spent = world.store.step_up(&colleague, proof, here(), now()).await;
        assert_eq!(spent.unwrap(), Spent::Before, "a colleague's");
    }
    let mine = ticket(&world, Kind::Console).await;
    let other = attempt(&world.store, &mine, Some(Proof::Step(factor, step(900)))).await;
    assert_eq!(other, Some(false));
}

#[tokio::test]
async fn wrong_codes_at_sign_in_slow_the_app_more_and_more_and_at_most_a_quarter_of_an_hour_m2() {
    let world = World::create().await;
    let (id, ..) = enrolled(&world).await;
    let pool = world.database.superuser().await;
    for (failed, seconds) in [
        (0, 0.0),
        (4, 0.0),
        (5, 5.0),
        (6, 10.0),
        (9, 80.0),
        (13, 900.0),
        (1_000_000, 900.0),
    ] {
        let wait: f64 = sqlx::query_scalar("select guard.wait($1, clock_timestamp())")
            .bind(failed)
            .fetch_one(&pool)
            .await
            .unwrap();
        assert!((wait - seconds).abs() < 1.0, "{failed}: {wait}");
    }
    // A right code starts the count anew.
    for _ in 0..3 {
        let ticket = ticket(&world, Kind::Console).await;
        assert_eq!(attempt(&world.store, &ticket, None).await, Some(false));
    }
    let ticket = ticket(&world, Kind::Console).await;
    let good = attempt(&world.store, &ticket, Some(Proof::Step(id, step(200)))).await;
    assert_eq!(good, Some(true));
    let failed: i32 = sqlx::query_scalar("select failed_attempts from totp_factors where id = $1")
        .bind(id.uuid())
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(failed, 0);
}

#[tokio::test]
async fn of_fifty_wrong_codes_at_once_on_as_many_tickets_no_more_than_five_are_looked_at_m2() {
    let world = World::create().await;
    enrolled(&world).await;
    let other = Arc::new(world.database.store().await);
    let mut attempts = Vec::new();
    for at in 0..50 {
        let ticket = ticket(&world, Kind::Console).await;
        let store = if at % 2 == 0 {
            world.store.clone()
        } else {
            other.clone()
        };
        attempts.push(tokio::spawn(async move { attempt(&store, &ticket, None).await }));
    }
    let mut looked_at = 0;
    for attempt in attempts {
        looked_at += usize::from(attempt.await.unwrap().is_some());
    }
    // The wait after five is five seconds; a slow machine may see one of those end.
    assert!((5..=7).contains(&looked_at), "{looked_at}");
}

#[tokio::test]
async fn the_eleventh_wrong_proof_in_a_row_ends_the_session_it_was_tried_in_and_no_other() {
    let world = World::create().await;
    let (token, thief) = somebody(&world, Company::A).await;
    let (_, _, owner) = enrolled(&world).await;
    for _ in 0..10 {
        assert!(
            world
                .store
                .attempt_proof(&thief, here(), now())
                .await
                .unwrap()
                .is_some()
        );
    }
    assert!(
        world
            .store
            .attempt_proof(&thief, here(), now())
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        world
            .store
            .session_of_cookie(&token.hash())
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        world
            .store
            .session_of_cookie(&owner.hash())
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test]
async fn who_has_a_second_factor_gets_no_session_for_the_password_alone() {
    let world = World::create().await;
    let who = world.candidate(Company::A, ROLE).await;
    enrolled(&world).await;
    let new = NewSession::Console(SessionToken::generate(&Rng::system()).unwrap().hash());
    let opened = world.store.open_session(&who, &new, LONG, here(), now()).await;
    assert!(matches!(opened, Err(StoreError::NotProved)));
}

#[tokio::test]
async fn what_the_company_demands_is_set_only_by_a_session_that_has_shown_a_second_factor() {
    let world = World::create().await;
    let (_, token) = world.sign_in(Company::A, Role::Admin, LONG).await;
    let session = again(&world, &token).await.session().uuid();
    let shown = "update sessions set second_factor_at = now() where id = $1";
    behind_the_back(&world, shown, session).await;
    let grant: Grant<ConfigureSecurity> = world.grant(&again(&world, &token).await);
    let demand = || {
        let (store, grant) = (&world.store, &grant);
        async move {
            store
                .demand_factors(grant, SecondFactorPolicy::Everyone, None, here(), now())
                .await
        }
    };
    let stale = "update sessions set second_factor_at = now() - interval '901 seconds' where id = $1";
    behind_the_back(&world, stale, session).await;
    assert!(matches!(demand().await, Err(StoreError::NotProved)));
    behind_the_back(&world, shown, session).await;
    demand().await.unwrap();
    let policy = |actor: Arc<Actor>| actor.second_factor_policy();
    assert_eq!(policy(again(&world, &token).await), SecondFactorPolicy::Everyone);
    let (_, theirs) = somebody(&world, Company::B).await;
    assert_eq!(
        policy(theirs),
        SecondFactorPolicy::Optional,
        "the other company's stays"
    );
}

#[tokio::test]
async fn a_company_from_before_gets_its_key_once_and_it_opens_only_there() {
    let world = World::create().await;
    let actor = world.session(Company::A, ROLE).await;
    let company = actor.company();
    let gone = "delete from data_keys where purpose = 'credential' and company_id = $1";
    behind_the_back(&world, gone, company.uuid()).await;
    let (store, master, rng) = (&world.store, master_key(), Rng::system());
    assert!(store.credential_keys(company, &master).await.unwrap().is_none());
    for _ in 0..2 {
        let id = crypto::field::DataKeyId(uuid::Uuid::new_v4());
        let key = crypto::field::DataKey::generate(id, company.uuid(), Purpose::Credential, &rng).unwrap();
        let wrapped = master.wrap(&key, &rng).unwrap();
        store
            .add_credential_key(&actor, &key, &wrapped, here(), now())
            .await
            .unwrap();
    }
    assert!(store.credential_keys(company, &master).await.unwrap().is_some());
    let keys: i64 =
        sqlx::query_scalar("select count(*) from data_keys where purpose = 'credential' and company_id = $1")
            .bind(company.uuid())
            .fetch_one(&world.database.superuser().await)
            .await
            .unwrap();
    assert_eq!(keys, 1);
}
