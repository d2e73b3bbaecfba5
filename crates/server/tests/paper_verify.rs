//! `safeshipper paper-verify` on the command line: genuine, changed, unusable (DG-4).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::process::Command;

use crypto::token::{DocumentType, KeyRing, SigningKey};
use dangerous_goods::paper::{Details, EmergencyContact, Party, Signer, issue, json};
use dangerous_goods::{Catalogue, Load, Regime, check};

fn paper() -> Vec<u8> {
    let load = r#"{"lines": [{"goods": "UN1203", "quantity": {"value": "200", "unit": "L"}, "packages": 1, "packaging": "drum"}]}"#;
    let load: Load = serde_json::from_str(load).unwrap();
    let result = check(Catalogue::embedded(), Regime::Us, &load);
    let party = Party {
        name: "Alpha".into(),
        address: vec!["1 Main St".into()],
    };
    let details = Details {
        number: "SP-1".into(),
        issued_at: time::OffsetDateTime::UNIX_EPOCH,
        consignor: party.clone(),
        consignee: party,
        emergency_contact: Some(EmergencyContact {
            name: "Desk".into(),
            phone: "+1 800 555 0100".into(),
            contract: None,
        }),
        signer: Some(Signer {
            name: "M. Shipper".into(),
            title: None,
        }),
        entries: Vec::new(),
        overridden: None,
    };
    let content = issue(Catalogue::embedded(), Regime::Us, &load, &result, &details).unwrap();
    json::bytes(&content).unwrap()
}

fn verify(folder: &Path) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_safeshipper"))
        .args(["paper-verify", "p.json", "--jwks", "keys.json"])
        .current_dir(folder)
        .output()
        .unwrap();
    let told = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(told).unwrap())
}

#[test]
fn a_signed_paper_is_genuine_and_one_changed_by_a_byte_is_not_dg_4() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    let ring = KeyRing::new("issuer", "audience", SigningKey::generate().unwrap()).unwrap();
    let paper = paper();
    let signature = ring.sign_document(DocumentType::ShippingPaper, &paper).unwrap();
    write("p.json", &paper);
    let (status, told) = verify(folder.path());
    assert_eq!(status, 2, "{told}");
    assert!(
        told.contains("p.json.jws") && told.contains("keys.json"),
        "both are missing: {told}"
    );

    write("p.json.jws", signature.as_bytes());
    write("keys.json", ring.jwks().to_string().as_bytes());
    let (status, told) = verify(folder.path());
    assert_eq!(status, 0, "{told}");
    assert!(
        told.starts_with("genuine: Hazardous Materials Shipping Paper SP-1"),
        "{told}"
    );

    let text = String::from_utf8(paper).unwrap();
    write("p.json", text.replace("200", "300").as_bytes());
    let (status, told) = verify(folder.path());
    assert_eq!(status, 1, "{told}");
    assert!(told.contains("not genuine"), "{told}");
}
