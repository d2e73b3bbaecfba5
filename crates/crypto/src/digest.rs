//! The fingerprint of a file (FIPS 180-4).

use aws_lc_rs::digest::{SHA256, digest};

/// SHA-256.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let sum = digest(&SHA256, bytes);
    let mut hash = [0; 32];
    for (to, from) in hash.iter_mut().zip(sum.as_ref()) {
        *to = *from;
    }
    hash
}

#[cfg(test)]
mod tests {
    /// The example of FIPS 180-4 for a message of one block.
    #[test]
    fn it_is_that_of_the_standard() {
        let hexadecimal: String = super::sha256(b"abc")
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(
            hexadecimal,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
