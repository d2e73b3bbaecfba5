//! Notices: a person is told by mail what was done with their account, whoever did it (issue of AUTH-3, AUTH-8,
//! AUTH-10).
//!
//! A notice is written whole in the transaction of what causes it and waits, sealed under the platform's key, in an
//! outbox (docs/decisions/0008). [`Courier`] takes it there and sends it: at least once, for a node may die between
//! the server's acceptance and its note of it; both letters then carry one `Message-ID`.
//!
//! To add a notice:
//! 1. a variant of [`Notice`] (`store::notices`), with what it has to say beside when and from where;
//! 2. its words in `texts` — the compiler asks for them;
//! 3. where it is caused, beside the event: in `store`, `self.tell_own(&mut tx, actor, &Notice::X, origin, now)` for
//!    one's own account or `self.outbox.tell(&mut tx, (company, user), &Notice::X, origin, now)`; in a use case with
//!    a `WriteTx`, `tx.tell(user, &Notice::X, app.now())` before `tx.commit`.
//!
//! Nothing secret goes into a notice but the link that resets a password.

mod content;
mod courier;
mod texts;
mod writer;

pub(crate) use courier::Courier;
pub use courier::Round;
pub use store::notices::Notice;
pub(crate) use writer::{Writer, open};
