//! A database of the countries of network addresses, as an operator brings one.

use std::net::IpAddr;

use maxminddb_writer::Database;
use maxminddb_writer::metadata::IpVersion;
use serde_json::Value;

/// A database with these records, each for all addresses of a network such as `81.2.69.0/24`. Networks of IPv4 are
/// where the format has them, among those of IPv6 (`::/96`).
///
/// # Panics
/// When a network is none.
#[must_use]
pub fn mmdb(records: &[(&str, Value)]) -> Vec<u8> {
    let mut database = Database::default();
    database.metadata.ip_version = IpVersion::V6;
    database.metadata.binary_format_major_version = 2;
    "Test-Country".clone_into(&mut database.metadata.database_type);
    for (network, record) in records {
        let (address, length) = network.split_once('/').expect("a network");
        let length: usize = length.parse().expect("a length");
        let (bits, length) = match address.parse().expect("an address") {
            IpAddr::V4(v4) => (u128::from(v4.to_bits()), length + 96),
            IpAddr::V6(v6) => (v6.to_bits(), length),
        };
        let data = database.insert_value(record).expect("a record");
        database.insert_node((0..length).map(|bit| bits >> (127 - bit) & 1 == 1), data);
    }
    database.write_to(Vec::new()).expect("a database")
}
