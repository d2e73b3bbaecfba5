//! One-time passwords, backup codes, QR codes (AUTH-6, AUTH-7; M1, M3, M8).

#![allow(clippy::unwrap_used, reason = "a test that cannot start may stop")]

use std::collections::BTreeSet;

use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use safeshipper_crypto::Rng;
use safeshipper_crypto::backup::{BackupCode, BackupKey};
use safeshipper_crypto::derive::InstallationSecret;
use safeshipper_crypto::field::{DataKey, DataKeyId, MasterKey};
use safeshipper_crypto::opaque::SignInTicket;
use safeshipper_crypto::qr;
use safeshipper_crypto::totp::{Drift, Step, TotpSecret, check};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

fn rfc_secret() -> TotpSecret {
    TotpSecret::from_bytes(b"12345678901234567890").unwrap()
}

fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(seconds).unwrap()
}

/// RFC 6238 appendix B, SHA-1: of its eight digits the last six.
const VECTORS: [(i64, &str); 6] = [
    (59, "287082"),
    (1_111_111_109, "081804"),
    (1_111_111_111, "050471"),
    (1_234_567_890, "005924"),
    (2_000_000_000, "279037"),
    (20_000_000_000, "353130"),
];

#[test]
fn the_codes_are_those_of_rfc_6238_appendix_b() {
    for (seconds, code) in VECTORS {
        let step = Step::at(at(seconds));
        assert_eq!(rfc_secret().code(step).as_str(), code);
        assert_eq!(check(&rfc_secret(), code, at(seconds), Drift::None), Some(step));
    }
}

#[test]
fn a_code_counts_for_its_step_and_one_to_either_side_or_for_none_m8() {
    let now = at(1_234_567_890);
    let code = rfc_secret().code(Step::at(now));
    let seen = |away: i64, drift| check(&rfc_secret(), &code, now + Duration::seconds(away * 30), drift);
    for away in [-1, 0, 1] {
        assert_eq!(seen(away, Drift::OneStep), Some(Step::at(now)), "{away}");
    }
    for away in [-2, 2, 3, 100] {
        assert_eq!(seen(away, Drift::OneStep), None, "{away}");
    }
    assert_eq!(seen(0, Drift::None), Some(Step::at(now)));
    assert_eq!((seen(-1, Drift::None), seen(1, Drift::None)), (None, None));
}

#[test]
fn what_is_not_six_digits_is_no_code() {
    for text in [
        "",
        "28708",
        "2870821",
        "287 082",
        "+87082",
        "２８７０８２",
        "287082\n",
        "abcdef",
    ] {
        assert_eq!(
            check(&rfc_secret(), text, at(59), Drift::OneStep),
            None,
            "{text:?}"
        );
    }
}

#[test]
fn a_code_of_another_secret_is_refused() {
    let (mine, theirs) = (
        TotpSecret::generate(&Rng::system()).unwrap(),
        TotpSecret::generate(&Rng::system()).unwrap(),
    );
    let codes = (0..40).map(|step| theirs.code(Step::at(at(step * 3000))));
    let accepted = codes
        .enumerate()
        .filter(|(step, code)| check(&mine, code, at(*step as i64 * 3000), Drift::OneStep).is_some());
    // By chance one in 300 000 would be.
    assert!(accepted.count() <= 1);
}

#[test]
fn the_uri_carries_the_secret_and_escapes_the_names() {
    let uri = rfc_secret().uri("Safe Shipper", "Ada: Brandt & Söhne?secret=x");
    assert_eq!(
        uri.as_str(),
        "otpauth://totp/Safe%20Shipper:Ada%3A%20Brandt%20%26%20S%C3%B6hne%3Fsecret%3Dx\
         ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Safe%20Shipper&algorithm=SHA1&digits=6&period=30"
    );
    assert_eq!(
        rfc_secret().to_text().as_str(),
        "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    );
    assert!(TotpSecret::from_bytes(&[0; 19]).is_err() && TotpSecret::from_bytes(&[0; 21]).is_err());
}

// Backup codes

fn key(byte: u8) -> BackupKey {
    use secrecy::SecretString;
    let text = match byte {
        0 => "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        _ => "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=",
    };
    let master = MasterKey::from_base64(&SecretString::from(text)).unwrap();
    let (id, company) = (DataKeyId(uuid::Uuid::nil()), uuid::Uuid::nil());
    BackupKey::derive(&InstallationSecret::new(&DataKey::inherited(id, company, &master)).unwrap())
}

#[test]
fn ten_codes_of_125_bits_differ_and_are_of_crockfords_alphabet_m3() {
    let codes = BackupCode::generate_all(&Rng::system()).unwrap();
    let texts: BTreeSet<String> = codes.iter().map(|code| code.expose().to_string()).collect();
    assert_eq!(texts.len(), 10);
    for text in texts {
        assert_eq!(text.len(), 29, "{text}");
        let letters: Vec<char> = text.chars().filter(|letter| *letter != '-').collect();
        assert_eq!(letters.len(), 25);
        assert!(
            letters
                .iter()
                .all(|letter| letter.is_ascii_alphanumeric() && !"ILOU".contains(*letter))
        );
    }
}

#[test]
fn a_code_is_read_as_people_type_it() {
    let text = "0O1IL-abcde-fghjk-mnpqr-stvwx";
    let same = [
        "00111ABCDEFGHJKMNPQRSTVWX",
        " 00111 abcde fghjk mnpqr stvwx ",
        "oOiLl-ABCDE-FGHJK-MNPQR-STVWX",
    ];
    let person = Uuid::from_u128(1);
    let hash = |text: &str| key(0).hash(person, &BackupCode::parse(text).unwrap());
    for other in same {
        assert_eq!(hash(text), hash(other), "{other}");
    }
    for wrong in [
        "",
        "00111",
        "00111-ABCDE-FGHJK-MNPQR-STVW",
        "00111-ABCDE-FGHJK-MNPQR-STVWXY",
        "00111-ABCDU-FGHJK-MNPQR-STVWX",
        "00111_ABCDE-FGHJK-MNPQR-STVWX",
        "123456",
    ] {
        assert!(BackupCode::parse(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn the_hash_depends_on_code_person_and_key_m3() {
    let codes = BackupCode::generate_all(&Rng::system()).unwrap();
    let (me, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let mine = key(0).hash(me, &codes[0]);
    assert_eq!(
        mine,
        key(0).hash(me, &BackupCode::parse(&codes[0].expose()).unwrap())
    );
    assert_ne!(mine, key(0).hash(me, &codes[1]));
    assert_ne!(mine, key(0).hash(other, &codes[0]));
    assert_ne!(mine, key(1).hash(me, &codes[0]));
}

#[test]
fn debug_prints_names_and_no_secret() {
    let rng = Rng::system();
    let code = &BackupCode::generate_all(&rng).unwrap()[0];
    let ticket = SignInTicket::generate(&rng).unwrap();
    assert_eq!(format!("{:?}", rfc_secret()), "TotpSecret");
    assert_eq!(format!("{code:?} {:?}", key(0)), "BackupCode BackupKey");
    assert_eq!(format!("{:?}", key(0).hash(Uuid::nil(), code)), "BackupCodeHash");
    assert_eq!(
        format!("{ticket:?} {:?}", ticket.hash()),
        "SignInTicket SignInTicketHash"
    );
    assert!(ticket.expose().starts_with("stk_"));
}

proptest! {
    #[test]
    fn any_text_is_a_code_that_reads_back_or_is_refused(text in any::<String>()) {
        if let Ok(code) = BackupCode::parse(&text) {
            let again = BackupCode::parse(&code.expose()).unwrap();
            prop_assert_eq!(again.expose(), code.expose());
        }
        prop_assert!(check(&rfc_secret(), &text, at(59), Drift::OneStep).is_none() || text.len() == 6);
    }
}

// QR codes

/// The modules of a picture, read back from the PNG.
fn modules(picture: &[u8]) -> (usize, Vec<bool>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(picture))
        .read_info()
        .unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    let side = info.width as usize;
    assert_eq!(info.width, info.height);
    let dark = |x: usize, y: usize| pixels[y * info.line_size + x / 8] & (0x80 >> (x % 8)) == 0;
    let count = side / 6;
    let modules = (0..count * count).map(|at| dark(at % count * 6 + 3, at / count * 6 + 3));
    (count, modules.collect())
}

#[test]
fn the_picture_shows_the_code_of_the_text_with_a_white_margin() {
    let uri = rfc_secret().uri("SafeShipper", "Ada Brandt");
    let (side, seen) = modules(&qr::png(&uri).unwrap());
    let code = qrcode::QrCode::with_error_correction_level(uri.as_bytes(), qrcode::EcLevel::M).unwrap();
    assert_eq!(side, code.width() + 8);
    let expected: Vec<bool> = (0..side * side)
        .map(|at| {
            let inside = |at: usize| at.checked_sub(4).filter(|at| *at < code.width());
            match (inside(at % side), inside(at / side)) {
                (Some(x), Some(y)) => code[(x, y)] == qrcode::Color::Dark,
                _ => false,
            }
        })
        .collect();
    assert_eq!(seen, expected);
    assert!(qr::text(&uri).unwrap().lines().count() > 10);
    assert!(qr::png(&"x".repeat(5000)).is_err());
}
