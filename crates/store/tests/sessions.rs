//! Sessions against a real database: what is live, what ends it, and what a copy is worth (J8, J9).

use access::role::Role;
use testkit::{Company, World};

#[tokio::test]
async fn a_cookie_finds_its_person_with_the_role_the_database_says() {
    let world = World::create().await;
    let actor = world.session(Company::A, Role::Operator).await;
    assert_eq!(actor.user(), world.user(Company::A, Role::Operator));
    assert_eq!(actor.company(), world.id(Company::A));
    assert_eq!(actor.role(), Role::Operator);
}
