//! What a grant costs: one permission, three variants, and one object.
//!
//! Run with `cargo bench -p safeshipper-access`.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use safeshipper_access::actor::{
    AccountState, Actor, LiveSession, Passkeys, Personal, SecondFactorPolicy, SessionRow,
};
use safeshipper_access::ids::{CompanyId, SessionId, UserId};
use safeshipper_access::permission::{CheckCompatibility, ViewShipments};
use safeshipper_access::policy::{Policies, Resource, ResourceKind};
use safeshipper_access::role::Role;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

fn actor(role: Role, now: OffsetDateTime) -> Arc<Actor> {
    Actor::from_live_session(LiveSession::from_row(SessionRow {
        session: SessionId::generate(now),
        handle_hash: [0; 32],
        user: UserId::generate(now),
        company: CompanyId::generate(now),
        company_name: "Example Chemicals".into(),
        role,
        account: AccountState::Active,
        display_name: "Example".into(),
        second_factor_at: Some(now),
        authenticated_at: now,
        amr: Vec::new(),
        has_second_factor: false,
        second_factor_policy: SecondFactorPolicy::Optional,
        passkeys: Passkeys::default(),
        personal: Personal::default(),
        expires_at: now + Duration::HOUR,
    }))
}

#[expect(clippy::expect_used, reason = "a benchmark that cannot start may stop")]
fn decisions(criterion: &mut Criterion) {
    let policies = Policies::embedded().expect("policies load");
    let now = OffsetDateTime::UNIX_EPOCH + Duration::days(20_000);
    let operator = actor(Role::Operator, now);
    criterion.bench_function("grant of one permission", |bencher| {
        bencher.iter(|| policies.authorize::<CheckCompatibility>(black_box(&operator), now));
    });
    criterion.bench_function("grant of three variants", |bencher| {
        bencher.iter(|| policies.authorize::<ViewShipments>(black_box(&operator), now));
    });
    let grant = policies
        .authorize::<ViewShipments>(&operator, now)
        .expect("operators see shipments");
    let shipment = Resource {
        created_by: Some(operator.user()),
        ..Resource::new(ResourceKind::Shipment, Uuid::nil(), operator.company())
    };
    criterion.bench_function("one object under a grant", |bencher| {
        bencher.iter(|| policies.authorize_on(black_box(&grant), black_box(&shipment), now));
    });
    criterion.bench_function("all permissions of an actor", |bencher| {
        bencher.iter(|| policies.permissions_of(black_box(&operator), now));
    });
}

criterion_group!(benches, decisions);
criterion_main!(benches);
