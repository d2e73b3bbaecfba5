//! Every permission of the requirements, named `domain.action[.scope]` (AUTHZ-1), and the marker
//! types by which routes and use cases ask for them.
//!
//! The table says what exists; who holds what stands in `policies/roles.cedar`.

/// What a route, page, job or use case asks for: one of the marker types below.
pub trait Permission: Send + Sync + 'static {
    /// The name the audit trail and the route table use.
    const NAME: &'static str;
    /// The permissions that satisfy it and how far each reaches.
    const VARIANTS: &'static [(Scope, &'static str)];
}

/// How far a permission reaches within a company (P7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everything of the company.
    Company,
    /// Who is in a team that the actor leads.
    Team,
    /// What is assigned to the actor.
    Assigned,
    /// What the actor created; of overrides, what they asked for; of documents also those of a shipment they see.
    Own,
    /// What emergency access reaches: the company, or what the incident names.
    Emergency,
    /// Safety data sheets.
    SafetyDataSheets,
    /// Emergency procedures.
    EmergencyProcedures,
    /// Proofs of delivery.
    ProofsOfDelivery,
}

/// One permission of the requirements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PermissionInfo {
    /// `domain.action[.scope]`.
    pub name: &'static str,
    /// Whether it needs a second factor within 900 s in the same session (AUTHZ-4).
    pub critical: bool,
    /// What it lets one do; for a permission no role holds, also why.
    pub description: &'static str,
}

macro_rules! markers {
    ($($(#[$doc:meta])* $marker:ident = $name:literal [$($scope:ident $variant:literal),+];)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub struct $marker;
            impl Permission for $marker {
                const NAME: &'static str = $name;
                const VARIANTS: &'static [(Scope, &'static str)] = &[$((Scope::$scope, $variant)),+];
            }
        )*
        /// The names and variants of all marker types.
        pub const MARKERS: &[(&str, &[(Scope, &str)])] =
            &[$(($marker::NAME, $marker::VARIANTS)),*];
    };
}

markers! {
    /// What every live session may do for itself: see who it is, sign out.
    SignedIn = "session.own" [Own "session.own"];
    /// Enrol a second factor of one's own; a backup code opens this and nothing else of its kind.
    EnrolFactors = "session.enrol" [Own "session.enrol"];
    /// Remove one's own second factors, make backup codes anew, change one's own password, link identities.
    ManageFactors = "session.factors" [Own "session.factors"];
    /// Look up dangerous goods.
    ViewGoods = "dangerous_goods.view" [Company "dangerous_goods.view"];
    /// Check whether goods may travel together.
    CheckCompatibility = "dangerous_goods.compatibility.check" [Company "dangerous_goods.compatibility.check"];
    /// Let a load travel against its check: decide what somebody else asked for.
    OverrideCompatibility = "dangerous_goods.compatibility.override" [
        Company "dangerous_goods.compatibility.override"
    ];
    /// Take an override back: what somebody approved, or what one asked for oneself.
    WithdrawOverrides = "dangerous_goods.compatibility.withdraw" [
        Company "dangerous_goods.compatibility.withdraw",
        Own "dangerous_goods.compatibility.withdraw.own"
    ];
    /// See shipments, as far as the scope held reaches.
    ViewShipments = "shipments.view" [
        Company "shipments.view",
        Assigned "shipments.view.assigned",
        Own "shipments.view.own",
        Emergency "dangerous_goods.emergency.access"
    ];
    /// Create shipments.
    CreateShipments = "shipments.create" [Company "shipments.create"];
    /// Change shipments and their state.
    EditShipments = "shipments.edit" [Company "shipments.edit"];
    /// Produce transport documents.
    CreateManifests = "manifests.create" [Company "manifests.create"];
    /// See whom to call in an emergency.
    ViewEmergencyContacts = "emergency.contacts.view" [Company "emergency.contacts.view"];
    /// Read what to do in an emergency.
    ViewEmergencyProcedures = "emergency.procedures.view" [Company "emergency.procedures.view"];
    /// Read documents, as far as type and scope reach (DATA-6).
    ViewDocuments = "documents.view" [
        Company "documents.view.all",
        Own "documents.view",
        SafetyDataSheets "sds.library.view",
        EmergencyProcedures "emergency.procedures.view"
    ];
    /// Add documents, each type by its own permission (R10).
    UploadDocuments = "documents.upload" [
        Company "documents.upload",
        ProofsOfDelivery "documents.upload.pod",
        SafetyDataSheets "sds.upload",
        EmergencyProcedures "emergency.procedures.create"
    ];
    /// Configure the company's account.
    ConfigureSystem = "system.configuration" [Company "system.configuration"];
    /// Set what the company demands of a sign-in.
    ConfigureSecurity = "system.security" [Company "system.security"];
    /// Administer the company's people: see their sessions, end them, lock an account and unlock it.
    AdministerUsers = "users.admin" [Company "users.admin"];
    /// Ask for and approve the reset of a person's lost second factors; it takes two who hold it.
    ResetFactors = "users.factors.reset" [Company "users.factors.reset"];
    /// See people: the company's, or those of the team one leads.
    ViewPeople = "users.view.team" [Company "users.manage", Team "users.view.team"];
    /// See the company's people and what each of them may do.
    ManagePeople = "users.manage" [Company "users.manage"];
    /// Give a person a permission for a time, or withhold one (AUTHZ-2).
    GivePermissions = "users.permissions.give" [Company "users.permissions.give"];
    /// Change a person's role.
    AssignRoles = "users.roles.assign" [Company "users.roles.assign"];
    /// Report an incident.
    ReportIncidents = "emergency.incidents.report" [Company "emergency.incidents.report"];
    /// See incidents, as far as the scope held reaches.
    ViewIncidents = "emergency.incidents.view" [
        Company "emergency.incidents.view",
        Own "emergency.incidents.view.own"
    ];
    /// Confirm that an incident is real.
    ConfirmIncidents = "emergency.incidents.respond" [Company "emergency.incidents.respond"];
    /// Close an incident.
    CloseIncidents = "emergency.incidents.resolve" [Company "emergency.incidents.resolve"];
    /// Ask for emergency access, and take it where it is for reading.
    RequestEmergencyAccess = "emergency.access.request" [Company "emergency.access.request"];
    /// Approve somebody else's emergency access.
    ApproveEmergencyAccess = "emergency.access.approve" [Company "emergency.access.approve"];
    /// Judge how emergency access was used.
    ReviewEmergencyAccess = "emergency.access.review" [Company "emergency.access.review"];
    /// See postal addresses in clear, as far as the scope held reaches (DATA-8).
    ViewPersonalData = "personal_data.view" [
        Company "personal_data.view",
        Assigned "personal_data.view.assigned"
    ];
    /// See personal data that is masked, for a reason that is recorded (DATA-8).
    RevealPersonalData = "personal_data.reveal" [Company "personal_data.reveal"];
    /// Read the company's audit trail.
    ViewAuditLogs = "audit.logs.view" [Company "audit.logs.view"];
}

const fn of(name: &'static str, description: &'static str) -> PermissionInfo {
    PermissionInfo {
        name,
        critical: false,
        description,
    }
}

const fn critical(name: &'static str, description: &'static str) -> PermissionInfo {
    PermissionInfo {
        name,
        critical: true,
        description,
    }
}

/// Every permission, by name.
pub const ALL: &[PermissionInfo] = &[
    of("analytics.advanced", "company-wide analytics"),
    of("analytics.operational", "day-to-day figures"),
    of("audit.logs.view", "read the audit trail"),
    of("compliance.monitoring.view", "see the state of compliance"),
    of("compliance.system.admin", "configure compliance"),
    critical(
        "compliance.violations.acknowledge",
        "take responsibility for a violation",
    ),
    of("compliance.violations.review", "review violations"),
    of(
        "dangerous_goods.compatibility.check",
        "check whether goods may travel together",
    ),
    critical(
        "dangerous_goods.compatibility.override",
        "let goods travel together against the check",
    ),
    critical(
        "dangerous_goods.compatibility.withdraw",
        "take back an override of the check; comes with letting goods travel against it",
    ),
    of(
        "dangerous_goods.compatibility.withdraw.own",
        "take back an override that one asked for; comes with changing shipments",
    ),
    of(
        "dangerous_goods.emergency.access",
        "read goods beyond one's permissions in an emergency; no role holds it, it comes with an emergency grant",
    ),
    of("dangerous_goods.view", "look up dangerous goods"),
    of(
        "documents.upload",
        "upload documents other than safety data sheets and emergency procedures",
    ),
    of("documents.upload.pod", "upload a proof of delivery"),
    of(
        "documents.view",
        "read the documents one uploaded and those of the shipments one sees",
    ),
    of("documents.view.all", "read every document of the company"),
    critical(
        "emergency.access.approve",
        "let somebody else act beyond their permissions in an emergency",
    ),
    of(
        "emergency.access.request",
        "ask for emergency access while an incident is open",
    ),
    of("emergency.access.review", "judge how emergency access was used"),
    of("emergency.contacts.view", "see emergency contacts"),
    of("emergency.incidents.manage", "manage incidents"),
    of("emergency.incidents.report", "report an incident"),
    critical("emergency.incidents.resolve", "close an incident"),
    of(
        "emergency.incidents.respond",
        "confirm that an incident is real and respond to it",
    ),
    of("emergency.incidents.view", "see every incident of the company"),
    of("emergency.incidents.view.own", "see the incidents one reported"),
    of("emergency.procedures.create", "write emergency procedures"),
    of("emergency.procedures.view", "read emergency procedures"),
    of("emergency.system.admin", "configure emergency response"),
    of("fleet.management", "manage vehicles"),
    of("manifests.create", "produce transport documents"),
    of(
        "personal_data.reveal",
        "see personal data that is masked, for a reason that is recorded",
    ),
    of("personal_data.view", "see postal addresses in clear"),
    of(
        "personal_data.view.assigned",
        "see the postal addresses of the shipments assigned to oneself",
    ),
    critical("safety.equipment.disable", "take safety equipment out of service"),
    of("sds.library.view", "read safety data sheets"),
    of("sds.upload", "upload safety data sheets"),
    of(
        "session.enrol",
        "enrol a second factor of one's own; every live session holds it, after a fresh proof or a backup code",
    ),
    of(
        "session.factors",
        "change one's own password, second factors and links; every live session holds it, after a fresh proof",
    ),
    of(
        "session.own",
        "see who one is and sign out; every live session holds it",
    ),
    of("shipments.create", "create shipments"),
    of("shipments.edit", "change shipments"),
    of("shipments.view", "see every shipment of the company"),
    of("shipments.view.assigned", "see the shipments assigned to oneself"),
    of("shipments.view.own", "see the shipments one created"),
    of("system.configuration", "configure the company's account"),
    critical("system.security", "set what the company demands of a sign-in"),
    of("tracking.location.update", "report a vehicle's position"),
    of("training.assign", "assign training"),
    of("users.admin", "administer accounts: sessions and lockdown"),
    critical(
        "users.factors.reset",
        "ask for or approve the reset of a lost second factor; it takes two people",
    ),
    of("users.manage", "see the company's people and what each may do"),
    of(
        "users.permissions.give",
        "give a person a permission for a time or withhold one; never more than one holds oneself",
    ),
    of(
        "users.roles.assign",
        "change a person's role; never above one's own",
    ),
    of("users.view.team", "see the users of one's team"),
];
