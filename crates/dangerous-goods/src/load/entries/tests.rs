//! Each entry reads in the ways people write it, is kept in one, and everything else is refused by name.

use super::{Entries, EntryKind};

fn read(kind: EntryKind, text: &str) -> Result<String, String> {
    let mut entries = Entries::new();
    entries.set(kind, text).map_err(|error| error.to_string())?;
    Ok(entries.get(kind).unwrap().to_owned())
}

#[test]
fn every_entry_is_kept_in_one_way_of_writing() {
    for (kind, text, kept) in [
        (EntryKind::Radionuclides, " Mo-99, Tc-99m ", "Mo-99, Tc-99m"),
        (EntryKind::RadioactiveForm, "special form", "special form"),
        (EntryKind::Activity, "3.7GBq", "3.7 GBq"),
        (EntryKind::ActivityInA2, "0", "0"),
        (EntryKind::TransportIndex, "1", "1.0"),
        (EntryKind::CriticalitySafetyIndex, "2.5", "2.5"),
        (
            EntryKind::ApprovalMark,
            "USA/9168/B(U)-96,D/4305/AF-96",
            "USA/9168/B(U)-96, D/4305/AF-96",
        ),
        (EntryKind::ControlTemperature, "-10", "-10 °C"),
        (EntryKind::ControlTemperature, "\u{2212}0.5 °C", "-0.5 °C"),
        (EntryKind::EmergencyTemperature, "+40 C", "40 °C"),
        (
            EntryKind::FireworksReference,
            "GB/HSE123456,D/BAM-0012",
            "GB/HSE123456, D/BAM-0012",
        ),
        (EntryKind::HoldingTimeEnds, "2028-02-29", "2028-02-29"),
        (
            EntryKind::AmmoniaInTank,
            "not for q and t tanks",
            "NOT FOR Q and T TANKS",
        ),
        (EntryKind::PetroleumGasInTank, "noncor", "NONCOR"),
    ] {
        assert_eq!(read(kind, text).as_deref(), Ok(kept), "{kind:?}");
    }
}

#[test]
fn what_cannot_be_meant_is_refused_with_what_was_expected() {
    for (kind, texts) in [
        (EntryKind::Radionuclides, &["", " ", "137", "Cs\n137"][..]),
        (
            EntryKind::Activity,
            &[
                "3.7", "0 GBq", "3,7 GBq", "3.7 Gbq", "3.7 mBq", "-1 Bq", "0.1 Ci", "1e3 Bq",
            ],
        ),
        (EntryKind::TransportIndex, &["0.45", "-1", "1000", "1,5", "ten"]),
        (
            EntryKind::ApprovalMark,
            &["9168", "USA/9168", "usa/9168/B(U)", "USA//B(U)", "USA/9168/B(U),"],
        ),
        (
            EntryKind::ControlTemperature,
            &["cold", "-10 °F", "-10.25", "101", "--1", "- C"],
        ),
        (
            EntryKind::FireworksReference,
            &["BAM1234", "D/", "D/BAM", "d/BAM1234", "D/BAM1234,"],
        ),
        (
            EntryKind::HoldingTimeEnds,
            &["31/12/2026", "2026-02-30", "2026-2-3", "2026-12-31T00"],
        ),
        (EntryKind::AmmoniaInTank, &["NONCORROSIVE", "water"]),
    ] {
        for text in texts {
            let refused = read(kind, text).unwrap_err();
            assert!(refused.contains("expected"), "{kind:?} {text:?}: {refused}");
        }
    }
    assert!(read(EntryKind::RadioactiveForm, &"x".repeat(201)).is_err());
}

#[test]
fn the_emergency_temperature_is_above_the_control_temperature() {
    let mut entries = Entries::new();
    entries.set(EntryKind::ControlTemperature, "-10").unwrap();
    assert!(
        entries.validate().is_ok(),
        "one of them says nothing of the other"
    );
    for (emergency, agrees) in [("-9.9", true), ("-10", false), ("-20", false), ("0", true)] {
        entries.set(EntryKind::EmergencyTemperature, emergency).unwrap();
        assert_eq!(entries.validate().is_ok(), agrees, "{emergency}");
    }
}

#[test]
fn an_example_reads_and_a_code_names_its_kind_in_json() {
    for kind in EntryKind::ALL {
        assert!(read(kind, kind.example()).is_ok(), "{kind:?}");
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.code());
    }
}

#[test]
fn json_has_each_entry_once_by_a_known_name_and_as_text() {
    let read = |json: &str| serde_json::from_str::<Entries>(json).map_err(|error| error.to_string());
    let entries = read(r#"{"activity": "3.7 GBq", "control_temperature": "-5"}"#).unwrap();
    let written = serde_json::to_string(&entries).unwrap();
    assert_eq!(written, r#"{"activity":"3.7 GBq","control_temperature":"-5 °C"}"#);
    assert_eq!(read(&written), Ok(entries));
    for (json, why) in [
        (
            r#"{"activity": "1 Bq", "activity": "2 Bq"}"#,
            "`activity` stands twice",
        ),
        (r#"{"aktivity": "1 Bq"}"#, "unknown variant `aktivity`"),
        (r#"{"transport_index": 0.4}"#, "expected a string"),
        (
            r#"{"transport_index": "0.45"}"#,
            "the transport index is `0.45`, expected",
        ),
    ] {
        let refused = read(json).unwrap_err();
        assert!(refused.contains(why), "{refused}");
    }
}
