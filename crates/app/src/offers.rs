//! What a page may offer before anybody asks for it: for showing and hiding alone. Whoever then asks is decided on anew,
//! and what is refused is recorded there (AUTHZ-7).

use std::collections::BTreeMap;

use access::grant::{Grant, Reason};
use access::ids::UserId;
use access::permission::{AssignRoles, GivePermissions, ManagePeople, Permission};
use access::policy::Resource;
use access::role::Role;

use crate::App;

/// Which role holds which permission, a fresh second factor presumed and platform staff in the platform's own company.
#[must_use]
pub fn matrix(app: &App, _grant: &Grant<ManagePeople>) -> BTreeMap<(Role, &'static str), bool> {
    app.policies.matrix()
}

/// The permissions that the caller could give this person or withhold from them, after showing a second factor where that is
/// asked for; none over themselves or upward (P16).
#[must_use]
pub fn to_give(app: &App, grant: &Grant<GivePermissions>, user: UserId, role: Role) -> Vec<&'static str> {
    if !decides_over(app, grant, user, role) {
        return Vec::new();
    }
    let could = |name: &&'static str| {
        let decision = app.policies.authorize_giving(grant.actor(), name, app.now());
        matches!(decision, Ok(_) | Err(Reason::SecondFactorNeeded))
    };
    let all = app.policies.personal().iter();
    all.copied().filter(could).collect()
}

/// The roles that the caller could give this person instead of the one they have; none to themselves or somebody above.
#[must_use]
pub fn to_assign(app: &App, grant: &Grant<AssignRoles>, user: UserId, role: Role) -> Vec<Role> {
    if !decides_over(app, grant, user, role) {
        return Vec::new();
    }
    let others = Role::ALL.into_iter().filter(|other| *other != role);
    others
        .filter(|other| decides_over(app, grant, user, *other))
        .collect()
}

fn decides_over<P: Permission>(app: &App, grant: &Grant<P>, user: UserId, role: Role) -> bool {
    let person = Resource::person(user, grant.actor().company(), role);
    app.policies.authorize_on(grant, &person, app.now()).is_ok()
}
