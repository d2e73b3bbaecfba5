//! Documents over the API (DATA-6, DG-5): a file as base64 in JSON going in, as itself coming out.

use access::document::DocumentType;
use access::ids::{DocumentId, Shipment, ShipmentId};
use access::permission::{UploadDocuments, ViewDocuments};
use app::documents::{self, Document, Download, Filter, LARGEST, Page, Upload};
use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

use super::body::{IdPath, Json, Params};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::state::WebState;

/// The largest request that uploads a document: four characters for three bytes, and the other members.
pub(crate) const MAX_REQUEST: usize = LARGEST.div_ceil(3) * 4 + 16 * 1024;

/// What a document is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = DocumentType)]
#[expect(dead_code, reason = "only the shape is used")]
pub(crate) enum DocumentTypeSchema {
    /// What to do in an emergency; everybody of the company reads it.
    EmergencyProcedure,
    /// A safety data sheet; everybody of the company reads it.
    SafetyDataSheet,
    /// A shipping paper or transport document, signed or from somebody else.
    TransportDocument,
    /// A container or vehicle packing certificate.
    PackingCertificate,
    /// A special permit, special agreement or other approval of a competent authority.
    CompetentAuthorityApproval,
    /// That the consignee has the goods.
    ProofOfDelivery,
    /// Anything else.
    Other,
}

/// A document, without its bytes.
#[derive(Serialize, ToSchema)]
#[schema(as = Document)]
pub(crate) struct DocumentEntry {
    /// Its id, `doc_…`.
    id: String,
    /// What it is.
    #[schema(value_type = DocumentTypeSchema)]
    document_type: &'static str,
    /// What its file was called.
    file_name: String,
    /// `application/pdf`, `image/jpeg` or `image/png`, told by its first bytes.
    media_type: &'static str,
    /// Its size in bytes.
    size: u64,
    /// SHA-256 of its bytes, in hexadecimal.
    sha256: String,
    /// The id of the shipment it is of, `shp_…`.
    shipment: Option<String>,
    /// The tracking number of that shipment.
    tracking_number: Option<String>,
    /// Who uploaded it.
    uploaded_by: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    uploaded_at: OffsetDateTime,
}

impl From<Document> for DocumentEntry {
    fn from(document: Document) -> Self {
        let (shipment, tracking_number) = document.shipment.unzip();
        Self {
            id: document.id.to_string(),
            document_type: document.document_type.as_str(),
            file_name: document.file_name.expose_secret().to_owned(),
            media_type: document.media_type.as_str(),
            size: document.size,
            sha256: app::data_sets::hexadecimal(&document.sha256),
            shipment: shipment.map(|id| id.to_string()),
            tracking_number,
            uploaded_by: document.uploaded_by.1,
            uploaded_at: document.uploaded_at,
        }
    }
}

/// A page of documents, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct Documents {
    /// At most fifty.
    documents: Vec<DocumentEntry>,
    /// What to pass as `after` for the next page; none on the last.
    next: Option<String>,
}

impl From<Page> for Documents {
    fn from(page: Page) -> Self {
        let last = page.documents.last().filter(|_| page.more);
        Self {
            next: last.map(|document| document.id.to_string()),
            documents: page.documents.into_iter().map(Into::into).collect(),
        }
    }
}

/// Which documents.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Search {
    /// Only those of this type, such as `SAFETY_DATA_SHEET`.
    document_type: Option<String>,
    /// Only older than the document with this id: the next page.
    after: Option<String>,
}

/// Which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct After {
    /// Only older than the document with this id: the next page.
    after: Option<String>,
}

/// A document to keep.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UploadForm {
    /// What it is.
    #[schema(value_type = DocumentTypeSchema, example = "SAFETY_DATA_SHEET")]
    document_type: String,
    /// What its file is called: 1 to 200 characters.
    #[schema(example = "acetone.pdf")]
    file_name: String,
    /// The file, in base64 (RFC 4648, section 4): a PDF, a JPEG or a PNG of at most 10 MiB.
    #[schema(example = "JVBERi0xLjcK…")]
    content: String,
    /// The id of the shipment it is of, `shp_…`: for a proof of delivery; for none that is for the whole company.
    #[serde(default)]
    shipment: Option<String>,
}

/// What was uploaded.
#[derive(Serialize, ToSchema)]
pub(crate) struct Uploaded {
    /// Its id, `doc_…`.
    id: String,
}

fn older_than(after: Option<String>) -> Result<Option<DocumentId>, Problem> {
    let parse = |text: String| {
        text.parse()
            .map_err(|_| Problem::invalid("", "`after` is not a value it can have"))
    };
    after.map(parse).transpose()
}

/// The documents one may read: one's own, those of the shipments one sees, safety data sheets and emergency procedures.
#[utoipa::path(get, path = "/api/v1/documents", tag = "documents", params(Search), security(("bearer" = [])), responses(
    (status = 200, body = Documents),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 410, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn list(
    caller: Allowed<ViewDocuments>,
    State(state): State<WebState>,
    Params(search): Params<Search>,
) -> Result<Answer<Documents>, Problem> {
    let unknown = || Problem::invalid("", "`document_type` is not a value it can have");
    let document_type = search
        .document_type
        .map(|text| DocumentType::parse(&text).ok_or_else(unknown));
    let filter = Filter {
        document_type: document_type.transpose()?,
        older_than: older_than(search.after)?,
        ..Filter::default()
    };
    let page = documents::list(state.app(), &caller.grant, &filter).await?;
    Ok(Answer(page.into()))
}

/// The documents of a shipment.
#[utoipa::path(get, path = "/api/v1/shipments/{id}/documents", tag = "documents",
    params(("id" = String, Path), After), security(("bearer" = [])), responses(
    (status = 200, body = Documents),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 410, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn of_shipment(
    caller: Allowed<ViewDocuments>,
    State(state): State<WebState>,
    IdPath(id): IdPath<Shipment>,
    Params(page): Params<After>,
) -> Result<Answer<Documents>, Problem> {
    let older_than = older_than(page.after)?;
    let page = documents::of_shipment(state.app(), &caller.grant, &caller.origin, id, older_than).await?;
    Ok(Answer(page.into()))
}

/// One document, without its bytes.
#[utoipa::path(get, path = "/api/v1/documents/{id}", tag = "documents", params(("id" = String, Path)),
    security(("bearer" = [])), responses(
    (status = 200, body = DocumentEntry),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 410, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn get(
    caller: Allowed<ViewDocuments>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::Document>,
) -> Result<Answer<DocumentEntry>, Problem> {
    let document = documents::get(state.app(), &caller.grant, &caller.origin, id).await?;
    Ok(Answer(document.into()))
}

/// The bytes of a document, exactly as they came. That they left is in the audit trail first, unless everybody of the
/// company may read them.
#[utoipa::path(get, path = "/api/v1/documents/{id}/content", tag = "documents", params(("id" = String, Path)),
    security(("bearer" = [])), responses(
    (status = 200, content((Vec<u8> = "application/pdf"), (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"))),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 410, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn content(
    caller: Allowed<ViewDocuments>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::Document>,
) -> Result<Response, Problem> {
    let file = documents::content(state.app(), &caller.grant, &caller.origin, id).await?;
    Ok(download(file))
}

/// Keeps a document. Nobody changes or removes it afterwards.
#[utoipa::path(post, path = "/api/v1/documents", tag = "documents", request_body = UploadForm,
    security(("bearer" = [])), responses(
    (status = 201, body = Uploaded),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 410, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn upload(
    caller: Allowed<UploadDocuments>,
    State(state): State<WebState>,
    Json(form): Json<UploadForm>,
) -> Result<Response, Problem> {
    let document_type = DocumentType::parse(&form.document_type).ok_or_else(|| {
        let known = DocumentType::ALL
            .map(|kind| format!("`{}`", kind.as_str()))
            .join(", ");
        Problem::invalid("/document_type", format!("a document is one of {known}"))
    })?;
    // What is no id names nothing, as one that does not exist (P19).
    let shipment = form.shipment.as_deref().map(str::parse::<ShipmentId>).transpose();
    let shipment = shipment.map_err(|_| Problem::invalid("/shipment", "the company has no such shipment"))?;
    let content = STANDARD
        .decode(&form.content)
        .map_err(|_| Problem::invalid("/content", "not base64 (RFC 4648, section 4)"))?;
    let upload = Upload {
        document_type,
        file_name: &form.file_name,
        shipment,
        content,
    };
    let id = documents::upload(state.app(), &caller.grant, &caller.origin, upload)
        .await?
        .to_string();
    let place = [(LOCATION, format!("/api/v1/documents/{id}"))];
    Ok((StatusCode::CREATED, place, Answer(Uploaded { id })).into_response())
}

/// What stands for itself in a parameter of a header (RFC 8187, section 3.2.1: `attr-char`).
const ATTR_CHAR: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// Hands a file over as a download, under its name (RFC 6266): nothing that somebody uploaded is shown by a browser as a
/// page of ours.
pub(crate) fn download(file: Download) -> Response {
    let name = file.file_name.expose_secret();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    // For clients that know the older parameter alone.
    let plain = name.replace(|c| !is_plain(c), "_");
    let name = utf8_percent_encode(name, ATTR_CHAR);
    let headers = [
        (CONTENT_TYPE, file.media_type.as_str().to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{name}"),
        ),
    ];
    (headers, file.bytes).into_response()
}
