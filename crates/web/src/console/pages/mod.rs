//! The console's pages: one typed struct a page, rendered by askama from `templates/`.
//!
//! A page knows nothing of HTTP, the database or the law: handlers fill plain view models and the page shows
//! them. What a person may not do is told by flags (`may_create`, `actions.edit`, …) and is then absent from
//! the page, not merely disabled. Every page has a test that renders it with samples and walks the output for
//! inline script, inline style, unescaped text, unlabelled inputs and forms without a CSRF token.
//!
//! To add a page: a file here with the struct, its template beside the others, a test through
//! `markup::render`, and a line in the table below.
//!
//! The pages load `app.css`, `app.js`, `passkeys.js` where one may be shown, and `htmx.min.js` (htmx 2.0.11, its licence beside it) from `/assets/`, and
//! run under `default-src 'self'`. htmx only refines: every form works as a plain post.
//!
//! The addresses that the templates link and post to:
//!
//! | address | what |
//! |---|---|
//! | `GET, POST /sign-in`, `POST /sign-out` | [`SignIn`] |
//! | `POST /sign-in/second-factor` | [`SecondStep`], which follows the password of who has a second factor |
//! | `POST /sign-in/passkey` (`attempt`, `passkey`) | on, or [`SignIn`] |
//! | `POST /sign-in/provider` (`company`, `provider`) | [`ChooseProvider`], [`Leaving`] |
//! | `GET /sign-in/provider/callback` | where providers lead back to; [`ConfirmLink`] before an identity is linked |
//! | `GET, POST /step-up` | [`StepUp`] |
//! | `GET /security`, `POST /security/policy` | [`Security`] |
//! | `GET, POST /security/totp`, `GET …/qr.png`, `POST …/confirm`, `POST …/remove` | [`EnrolTotp`] |
//! | `POST /security/passkeys`, `POST …/{id}/rename` (`label`), `POST …/{id}/remove` | [`Security`]; [`BackupCodes`] with a first factor |
//! | `POST …/passkeys/begin`, `/step-up/passkey`, `/sign-in/passkey/begin`, `/sign-in/second-factor/passkey` | JSON for `passkeys.js` |
//! | `POST /security/backup-codes` | [`BackupCodes`], shown once |
//! | `GET, POST /account/password` | [`ChangePassword`] |
//! | `GET, POST /sign-in/forgot` | [`ForgotPassword`] |
//! | `GET, POST /sign-in/reset?token=` | [`ResetPassword`] |
//! | `POST /security/identities` (`provider`), `POST …/{id}/remove` | [`Leaving`]; back to [`Security`] |
//! | `POST /security/identities/confirm` (`offer`) | back to [`Security`], linked |
//! | `GET, POST /identity-providers`, `POST …/{id}`, `POST …/{id}/remove` | [`IdentityProviders`] |
//! | `GET, POST /checker` | [`LoadChecker`]; POST takes `action` = `add`, `remove-N`, `check` or `save` |
//! | `POST /checker/result` | [`LoadResult`], the fragment swapped in while typing |
//! | `GET /checker/suggestions?goods=…` | [`Suggestions`], the fragment under a goods field |
//! | `GET /shipments?status=&after=` | [`ShipmentsList`] |
//! | `GET /shipments/new`, `POST /shipments` | [`ShipmentForm`]; `action` as above |
//! | `GET /shipments/{id}/edit`, `POST /shipments/{id}` | [`ShipmentForm`] |
//! | `GET /shipments/{id}` | [`ShipmentPage`] |
//! | `POST /shipments/{id}/check` (`confirm` repeated), `POST /shipments/{id}/ready` | back to the page |
//! | `GET /shipments/{id}/us-shipping-paper.pdf`, `….json`, `….json.jws`, `…/adr-transport-document.pdf`, … | the papers |
//! | `GET /shipments/{id}/emergency`, `…/emergency.pdf` | [`EmergencyPage`], and its sheet to print |
//! | `GET, POST /data-sets` (a file `bundle`), `POST /data-sets/{regime}/withdraw` | [`DataSetsPage`] |
//! | `POST /data-sets/keys` (`key`), `POST /data-sets/keys/withdraw` (`name`) | [`DataSetsPage`] |
//! | `GET /account/sessions`, `POST …/{id}/end`, `…/end-others`, `…/end-all` | [`AccountSessions`] |
//! | `GET /people?after=`, `POST /people/end-all-sessions` | [`PeopleList`] |
//! | `GET /people/{id}`, `POST …/end-sessions`, `…/lockdown`, `…/unlock` (`reason`) | [`PersonPage`] |
//! | `GET /people/{id}/permissions?show=`, `POST` (`permission`, `effect`, `until`, `date`, `reason`), `POST …/{grant}/end`, `POST /people/{id}/role` | [`PersonPermissions`] |
//! | `GET /permissions` | [`PermissionMatrix`] |
//! | `GET, POST /incidents`, `GET /incidents/new?shipment=` | [`IncidentsList`], [`IncidentForm`] |
//! | `GET /incidents/{id}`, `POST …/confirm`, `…/close` (`outcome`), `…/emergency-access` (`reason`, `words`, `permission`) | [`IncidentPage`]; on to the shipment where one may read it now |
//! | `GET /emergency-access`, `POST …/{id}/approve`, `…/refuse`, `…/end`, `…/review` (`verdict`, `note`) | [`EmergencyAccesses`] |
//! | `GET /audit?event=&severity=&person=&from=&to=&after=` | [`AuditList`] |
//!
//! Line fields are repeated names in line order, one of each a line: `goods`, `us_row`, `adr_row`, `imdg_row`,
//! `adg_row`, `iata_row`, `packing_group`, `physical_state`, `limited_quantity` (`no` or `yes`), `quantity`, `unit`,
//! `packages`, `packaging`, `technical_name`, and the facts and entries that few lines have. A form also carries
//! `confirm` (repeated condition ids) and `show` (`all`, `us`, `adr`); a shipment's form also `regime` (repeated:
//! `us`, `adr`, `imdg`, …) and, for a change, `version`.

mod account_sessions;
mod audit_list;
mod data_keys;
mod data_sets_page;
mod emergency_accesses;
mod emergency_page;
mod factor_reset;
mod follows;
mod identity_providers;
mod incidents;
mod layout;
mod lines;
mod load_checker;
#[cfg(test)]
mod markup;
mod passkeys;
mod password;
mod people_list;
mod permissions;
mod problem_page;
mod provider_sign_in;
mod refused_passwords;
mod result;
mod reveal;
#[cfg(test)]
mod samples;
mod second_step;
mod security;
mod shipment_form;
mod shipment_page;
mod shipments_list;
mod sign_in;
mod signing_keys;
mod split;
mod step_up;
mod verdict;

pub use account_sessions::{AccountSessions, SessionView};
pub use audit_list::{AuditFilter, AuditList, AuditRow, Outcome, Severity};
pub use data_keys::{DataKeyView, DataKeysPage, PurposeView, RotationView};
pub use data_sets_page::{DataSetsPage, LoadedDataSet, RegimeDataSet, TrustedKey};
pub use emergency_accesses::{AccessOffers, AccessState, AccessView, EmergencyAccesses, Judgement, Judging};
pub use emergency_page::{
    ActionView, CallView, ContainerRow, DistanceView, EmergencyLineView, EmergencyPage, SectionView,
    SpreadRow,
};
pub use factor_reset::ResetView;
pub use follows::{DutyView, FollowsView, GaugeRow, GaugeView, OutsideView, Tone, TunnelMouth, TunnelsView};
pub use identity_providers::{IdentityProviders, ProviderView};
pub use incidents::{
    AskAccess, Choice, ClosedView, IncidentActions, IncidentForm, IncidentPage, IncidentRow, IncidentState,
    IncidentView, IncidentsList, NamedShipment,
};
pub use layout::{Countdown, Moment, Navigation, Notice, NoticeKind, Person, Section, Shell, TakenAccess};
pub use lines::{
    AskedView, DataSetRowChoice, FactField, Hazard, LineDetails, LineView, LinesEditor, RowChoice, RowOption,
    SelectOption, StateChoice,
};
pub use load_checker::{LoadChecker, LoadResult, Show, Suggestion, Suggestions};
pub use passkeys::{AskPasskey, PasskeyView};
pub use password::{ChangePassword, ForgotPassword, ResetPassword};
pub use people_list::{AccountState, LockView, PeopleList, PersonPage, PersonView, TeamChoice, TeamPage};
pub use permissions::{
    DecidedView, MatrixGroup, MatrixLine, Offer, PermissionGroup, PermissionLine, PermissionMatrix,
    PersonPermissions, RoleForm, Tried, WhyView,
};
pub use problem_page::ProblemPage;
pub use provider_sign_in::{ChooseProvider, ConfirmLink, Leaving, ProviderChoice};
pub use refused_passwords::RefusedPasswordsPage;
pub use result::{
    ConditionView, FindingView, GoodsView, MatrixCell, MatrixRow, RegimeView, ResultView, TravelView,
    VehicleView,
};
pub use reveal::RevealForm;
pub use second_step::SecondStep;
pub use security::{BackupCodes, EnrolTotp, IdentityView, PolicyChoice, Security};
pub use shipment_form::{ContactForm, FieldProblem, PartyForm, RegimeChoice, ShipmentForm};
pub use shipment_page::{
    AskOverride, CarrierChoice, CheckView, NoteForm, OverrideView, Overriding, PartyView, PermitEnd,
    ShipmentActions, ShipmentLineView, ShipmentPage,
};
pub use shipments_list::{RegimeVerdict, ShipmentRow, ShipmentStatus, ShipmentsList, StatusFilter};
pub use sign_in::SignIn;
pub use signing_keys::{KeyView, SigningKeys};
pub use split::{SplitPart, SplitView};
pub use step_up::StepUp;
pub use verdict::{Effect, Verdict};
