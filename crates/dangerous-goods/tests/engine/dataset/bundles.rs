//! Which bundles are believed: signed, whole, and made out to the company.

use dangerous_goods::dataset::{DataSet, MAX_BUNDLE_BYTES, OtherRegime, Refused, Signed};
use sha2::{Digest, Sha256};

use super::{SAMPLE, data_set, sample_with, signed};

/// Believes the sample as it is and nothing else, as a signature would.
fn only_the_sample(bundle: &[u8]) -> Result<Signed<'_>, &'static str> {
    if bundle == SAMPLE.as_bytes() {
        return Ok(signed(bundle));
    }
    Err("the signature does not hold")
}

#[test]
fn a_signed_data_set_tells_what_it_is_by_whom_and_its_hash() {
    let set = DataSet::open(SAMPLE.as_bytes(), &["acme"], only_the_sample).expect("the sample");
    let head = set.head();
    assert_eq!(head.regime, OtherRegime::Imdg);
    assert_eq!(head.edition, "Exampleland sea rules 7");
    assert_eq!(head.title, "Rules of Exampleland for goods on board, invented");
    assert_eq!(set.row_count(), 18);
    assert_eq!(set.signed_by(), "publisher");
    let hash = Sha256::digest(SAMPLE.as_bytes());
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(set.hash(), hash);
}

#[test]
fn the_signature_comes_before_everything_else() {
    // Malformed and for another company, but nobody is told before a signature holds.
    let refused = DataSet::open(b"nonsense", &["acme"], only_the_sample);
    assert_eq!(refused, Err(Refused::Signature("the signature does not hold")));
}

#[test]
fn a_bundle_that_claims_another_company_is_refused() {
    let refused = DataSet::open(SAMPLE.as_bytes(), &["acme-too", "c0ffee"], only_the_sample);
    let named = "acme".to_owned();
    assert_eq!(refused, Err(Refused::Company { named }));
    assert!(DataSet::open(SAMPLE.as_bytes(), &["c0ffee", "acme"], only_the_sample).is_ok());
    assert!(DataSet::open(SAMPLE.as_bytes(), &[], only_the_sample).is_err());
}

#[test]
fn a_signed_bundle_that_is_malformed_is_refused_with_every_fault() {
    let text = sample_with("valid_to,2027-12-31", "valid_to,soon").replace("UN1203", "UN12O3");
    let refused = DataSet::open(text.as_bytes(), &["acme"], |bundle| {
        Ok::<_, String>(signed(bundle))
    });
    let Err(Refused::Malformed(faults)) = refused else {
        panic!("{refused:?}");
    };
    let lines: Vec<usize> = faults.faults().iter().map(|fault| fault.line).collect();
    assert_eq!(lines, [9, 81]);
}

#[test]
fn a_huge_bundle_is_refused_before_its_signature_is_looked_at() {
    let huge = vec![b'x'; MAX_BUNDLE_BYTES + 1];
    let refused = DataSet::open(&huge, &["acme"], |_| -> Result<Signed<'_>, String> {
        panic!("the signature was looked at")
    });
    assert_eq!(refused, Err(Refused::TooLarge(MAX_BUNDLE_BYTES + 1)));
}

#[test]
fn two_data_sets_that_differ_in_anything_have_different_hashes() {
    let other = data_set(&sample_with(
        "Keep away from sources of heat.",
        "Keep away from heat.",
    ));
    assert_ne!(data_set(SAMPLE).hash(), other.hash());
}
