//! The forms in which a shipment travels over the API.

use app::EditionWarning;
use app::masking::Address;
use app::shipments::{Contact, Draft, Party, SeenContact, SeenParty, Shipment, Status};
use dangerous_goods::dataset::OtherRegime;
use dangerous_goods::report::Answer;
use dangerous_goods::{Line, Load, Regime, Travel};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::overrides::OverrideDocument;
use crate::api::checks::every_regime;
use crate::api::data_sets::OtherRegimeSchema;
use crate::api::goods::Regime2;
use crate::api::schema::{AnswerSchema, EditionWarningSchema, LineSchema, TravelSchema};

/// A shipment as it is written.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DraftDocument {
    /// The regimes it travels under; both when absent.
    #[serde(default = "every_regime")]
    #[schema(value_type = Vec<Regime2>, min_items = 1)]
    regimes: Vec<Regime>,
    /// The regimes it travels under that the company loads itself; when absent every one that is loaded. One that is not
    /// loaded keeps the shipment from being checked.
    #[serde(default)]
    #[schema(value_type = Option<Vec<OtherRegimeSchema>>)]
    data_sets: Option<Vec<OtherRegime>>,
    consignor: PartyDocument,
    consignee: PartyDocument,
    contact: ContactDocument,
    /// The goods; one to two hundred.
    #[schema(value_type = Vec<LineSchema>, min_items = 1, max_items = 200)]
    lines: Vec<Line>,
    /// Whether food, feed or other goods for consumption are on board; absent where nobody has said.
    #[serde(default)]
    food_on_board: Option<bool>,
    /// How vehicles of different numbers travel.
    #[serde(default)]
    #[schema(value_type = TravelSchema)]
    travel: Travel,
    /// Whether the maximum mass of the transport unit is over 12 tonnes; absent where nobody has said.
    #[serde(default)]
    over_12_tonnes: Option<bool>,
    /// Ids of conditions that you state to be fulfilled, in your own name.
    #[serde(default)]
    confirm: Vec<String>,
}

/// A shipment as it is changed: as [`DraftDocument`], beside the version. Not flattened, for flattened fields
/// cannot refuse unknown ones nor name their place.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeDocument {
    /// The version that was read; another one is a conflict.
    pub(super) version: i32,
    /// The regimes it travels under; both when absent.
    #[serde(default = "every_regime")]
    #[schema(value_type = Vec<Regime2>, min_items = 1)]
    regimes: Vec<Regime>,
    /// The regimes it travels under that the company loads itself; when absent those it has.
    #[serde(default)]
    #[schema(value_type = Option<Vec<OtherRegimeSchema>>)]
    data_sets: Option<Vec<OtherRegime>>,
    consignor: PartyDocument,
    consignee: PartyDocument,
    contact: ContactDocument,
    /// The goods; one to two hundred.
    #[schema(value_type = Vec<LineSchema>, min_items = 1, max_items = 200)]
    lines: Vec<Line>,
    /// Whether food, feed or other goods for consumption are on board; absent where nobody has said.
    #[serde(default)]
    food_on_board: Option<bool>,
    /// How vehicles of different numbers travel.
    #[serde(default)]
    #[schema(value_type = TravelSchema)]
    travel: Travel,
    /// Whether the maximum mass of the transport unit is over 12 tonnes; absent where nobody has said.
    #[serde(default)]
    over_12_tonnes: Option<bool>,
    /// Ids of conditions that you state to be fulfilled, in your own name. Kept only while the lines are those
    /// that were stored: a changed load is confirmed with its next check.
    #[serde(default)]
    confirm: Vec<String>,
}

/// A name and an address.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartyDocument {
    #[schema(example = "Northwind Chemicals")]
    name: String,
    #[schema(example = "Waalhaven 12")]
    street: String,
    #[schema(example = "3089 JH")]
    postcode: String,
    #[schema(example = "Rotterdam")]
    city: String,
    #[schema(example = "Netherlands")]
    country: String,
}

/// Whom to call in an emergency, as you are shown them.
#[derive(Serialize, ToSchema)]
pub(crate) struct SeenContactDocument {
    #[schema(example = "Duty desk")]
    name: String,
    #[schema(example = "+31 10 555 0100")]
    phone: String,
    #[schema(example = "duty@northwind.example")]
    email: String,
}

/// The personal data of a shipment in clear.
#[derive(Serialize, ToSchema)]
pub(crate) struct RevealedDocument {
    consignor: PartyDocument,
    consignee: PartyDocument,
    contact: SeenContactDocument,
}

impl From<Shipment> for RevealedDocument {
    fn from(shipment: Shipment) -> Self {
        Self {
            consignor: shipment.consignor.into(),
            consignee: shipment.consignee.into(),
            contact: shipment.contact.into(),
        }
    }
}

impl From<SeenContact> for SeenContactDocument {
    fn from(SeenContact { name, phone, email }: SeenContact) -> Self {
        Self {
            name,
            phone: phone.as_str().to_owned(),
            email: email.as_str().to_owned(),
        }
    }
}

/// Whom to call in an emergency, at any hour. Stored encrypted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContactDocument {
    #[schema(example = "Duty desk")]
    name: String,
    #[schema(value_type = String, example = "+31 10 555 0100")]
    phone: SecretString,
    #[schema(value_type = String, example = "duty@northwind.example")]
    email: SecretString,
}

impl From<PartyDocument> for Party {
    fn from(party: PartyDocument) -> Self {
        let PartyDocument {
            name,
            street,
            postcode,
            city,
            country,
        } = party;
        Self {
            name,
            address: Address {
                street,
                postcode,
                city,
                country,
            },
        }
    }
}

impl From<SeenParty> for PartyDocument {
    fn from(SeenParty { name, address }: SeenParty) -> Self {
        let Address {
            street,
            postcode,
            city,
            country,
        } = address.address().clone();
        Self {
            name,
            street,
            postcode,
            city,
            country,
        }
    }
}

impl From<ContactDocument> for Contact {
    fn from(contact: ContactDocument) -> Self {
        Self {
            name: contact.name,
            phone: contact.phone.into(),
            email: contact.email.into(),
        }
    }
}

impl From<DraftDocument> for Draft {
    fn from(draft: DraftDocument) -> Self {
        Self {
            regimes: draft.regimes,
            data_sets: draft.data_sets,
            consignor: draft.consignor.into(),
            consignee: draft.consignee.into(),
            contact: draft.contact.into(),
            load: Load {
                lines: draft.lines,
                confirmed: Vec::new(),
                food_on_board: draft.food_on_board,
                travel: draft.travel,
                over_12_tonnes: draft.over_12_tonnes,
            },
            confirm: draft.confirm,
        }
    }
}

impl From<ChangeDocument> for Draft {
    fn from(change: ChangeDocument) -> Self {
        Self {
            regimes: change.regimes,
            data_sets: change.data_sets,
            consignor: change.consignor.into(),
            consignee: change.consignee.into(),
            contact: change.contact.into(),
            load: Load {
                lines: change.lines,
                confirmed: Vec::new(),
                food_on_board: change.food_on_board,
                travel: change.travel,
                over_12_tonnes: change.over_12_tonnes,
            },
            confirm: change.confirm,
        }
    }
}

/// A shipment as it is read.
#[derive(Serialize, ToSchema)]
pub(crate) struct ShipmentDocument {
    /// `shp_…`.
    id: String,
    /// The number people use.
    tracking_number: String,
    #[schema(value_type = String, example = "checked")]
    status: Status,
    #[schema(value_type = Vec<Regime2>)]
    regimes: Vec<Regime>,
    /// The regimes it travels under that the company loads itself.
    #[schema(value_type = Vec<OtherRegimeSchema>)]
    data_sets: Vec<OtherRegime>,
    consignor: PartyDocument,
    consignee: PartyDocument,
    contact: SeenContactDocument,
    /// What is shown in part, by JSON Pointer: a telephone number as `+61 *** *** 412`, an e-mail address as
    /// `m***@carrier.example`, street and postcode as `***`. `POST …/reveal` shows the whole, for a reason. Sent back
    /// as it is it changes nothing.
    #[schema(example = json!(["/contact/phone"]))]
    masked: Vec<&'static str>,
    #[schema(value_type = Vec<LineSchema>)]
    lines: Vec<Line>,
    /// Whether food is on board; none where nobody has said.
    food_on_board: Option<bool>,
    #[schema(value_type = TravelSchema)]
    travel: Travel,
    /// Whether the maximum mass of the transport unit is over 12 tonnes; none where nobody has said.
    over_12_tonnes: Option<bool>,
    /// What was stated to be fulfilled, and by whom.
    #[schema(value_type = Vec<Object>)]
    confirmed: Value,
    /// SHA-256 of the goods and of what was confirmed.
    load_hash: String,
    /// The last check; none before the first.
    check: Option<CheckDocument>,
    /// Overrides of its checks, the newest first; twenty at most.
    overrides: Vec<OverrideDocument>,
    /// Who carries it; none where it is assigned to nobody.
    assigned_to: Option<CarriedBy>,
    /// Pass it back when changing the shipment.
    version: i32,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    updated_at: OffsetDateTime,
}

/// Who carries a shipment.
#[derive(Serialize, ToSchema)]
pub(crate) struct CarriedBy {
    /// Their id, `usr_…`.
    id: String,
    /// Their name.
    name: String,
}

/// A check of a shipment's load.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckDocument {
    /// Whether the load, what it travels under or the law has changed since, a data set taken out of force
    /// included: then it says nothing about what is there now.
    outdated: bool,
    #[serde(with = "time::serde::rfc3339")]
    checked_at: OffsetDateTime,
    checked_by: String,
    /// Whether an override of it may be asked for: what it prohibits are rules of mixed loading, and nothing else stands
    /// against the load.
    may_be_overridden: bool,
    #[serde(flatten)]
    #[schema(value_type = AnswerSchema)]
    answer: Value,
    /// What is to be said of the editions today: not in force, or ending within 60 days.
    #[schema(value_type = Vec<EditionWarningSchema>)]
    warnings: Vec<EditionWarning>,
}

impl From<Shipment> for ShipmentDocument {
    fn from(shipment: Shipment) -> Self {
        let masked = shipment.masked();
        Self {
            id: shipment.id.to_string(),
            tracking_number: shipment.tracking_number,
            status: shipment.status,
            regimes: shipment.regimes,
            data_sets: shipment.data_sets,
            consignor: shipment.consignor.into(),
            consignee: shipment.consignee.into(),
            contact: shipment.contact.into(),
            masked,
            load_hash: shipment.load.hash().to_string(),
            confirmed: json!(shipment.load.confirmed),
            food_on_board: shipment.load.food_on_board,
            travel: shipment.load.travel,
            over_12_tonnes: shipment.load.over_12_tonnes,
            lines: shipment.load.lines,
            check: shipment.check.map(|check| CheckDocument {
                outdated: check.outdated,
                may_be_overridden: !check.outdated && check.overridable().is_ok(),
                checked_at: check.checked_at,
                checked_by: check.checked_by,
                warnings: check.warnings,
                answer: json!(Answer::with_data_sets(&check.results, &check.data_sets)),
            }),
            overrides: shipment.overrides.into_iter().map(Into::into).collect(),
            assigned_to: shipment.assigned_to.map(|(id, name)| CarriedBy {
                id: id.to_string(),
                name,
            }),
            version: shipment.version,
            created_at: shipment.created_at,
            updated_at: shipment.updated_at,
        }
    }
}
