//! Generated documents under `docs/` are current. `UPDATE_DOCS=1` writes them anew, to be reviewed as a change.

use std::fmt::Write as _;
use std::path::Path;

use access::permission::ALL;
use access::policy::Policies;
use access::role::Role;
use web::{Access, Audience, route_table};

/// The file is this text, or becomes it.
pub(crate) fn current(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs")
        .join(name);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stored == text,
        "docs/{name} is not current: run the tests of `safeshipper` with UPDATE_DOCS=1 and review the change"
    );
}

/// Columns of equal width, without white space at the ends of lines.
pub(crate) fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows[0].len();
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let line: String = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}  "))
            .collect();
        writeln!(text, "{}", line.trim_end()).unwrap();
    }
    text
}

#[test]
fn docs_routes_lists_every_route_and_who_may_call_it() {
    let mut rows = vec![
        ["METHOD", "PATH", "AUDIENCE", "WHO MAY CALL IT"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for route in route_table() {
        let audience = match route.audience {
            Audience::Api => "api",
            Audience::Console => "console",
        };
        let access = match route.access {
            Access::Permission(permission) => permission.to_owned(),
            Access::Public(reason) => format!("public: {reason}"),
        };
        rows.push(vec![
            route.method.to_string(),
            route.path.to_owned(),
            audience.to_owned(),
            access,
        ]);
    }
    current("routes.txt", &aligned(&rows));
}

#[test]
fn docs_permissions_is_the_matrix_of_the_policies() {
    let matrix = Policies::embedded().unwrap().matrix();
    let mut head = vec!["PERMISSION".to_owned()];
    head.extend(Role::ALL.iter().map(ToString::to_string));
    head.push("SECOND FACTOR".to_owned());
    let mut rows = vec![head];
    for info in ALL {
        let mut row = vec![info.name.to_owned()];
        row.extend(
            Role::ALL
                .iter()
                .map(|role| if matrix[&(*role, info.name)] { "yes" } else { "-" }.to_owned()),
        );
        row.push(if info.critical { "within 900 s" } else { "-" }.to_owned());
        rows.push(row);
    }
    let note = "\nSUPER_ADMIN holds these in the platform's own company only; within another company it holds nothing.\n";
    current("permissions.txt", &(aligned(&rows) + note));
}

#[test]
fn docs_schemas_hold_the_published_form_of_papers() {
    let schema = dangerous_goods::paper::json::SCHEMA;
    current("schemas/shipping-paper.schema.json", schema);
}

#[test]
fn docs_openapi_is_the_description_of_the_api() {
    current("openapi.json", &(web::openapi().to_pretty_json().unwrap() + "\n"));
}
