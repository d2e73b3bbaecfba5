//! The data keys of a running application: its operator, many encrypted rows, and what stands in them.

use access::ids::ShipmentId;
use app::provision::Provisioner;
use crypto::Rng;
use crypto::field::{FieldContext, Keychain, MasterKey, Purpose, Sealed};
use uuid::Uuid;

use crate::database::master_key;
use crate::now;
use crate::running::RunningApp;
use crate::world::{CHEAP, Company};

/// The encrypted columns of a shipment.
const COLUMNS: [&str; 4] = [
    "consignor_address_sealed",
    "consignee_address_sealed",
    "contact_phone_sealed",
    "contact_email_sealed",
];

impl RunningApp {
    /// The platform's operator at a command.
    ///
    /// # Panics
    /// When the platform's keys cannot be read.
    pub async fn operator(&self) -> Provisioner {
        self.operator_with(master_key()).await.expect("the keys are read")
    }

    /// The platform's operator with this master key.
    ///
    /// # Errors
    /// When the platform's keys cannot be read.
    pub async fn operator_with(&self, master: MasterKey) -> Result<Provisioner, app::Error> {
        let owner = self.world.database.owner().await;
        Provisioner::new(owner, master, CHEAP, Rng::system()).await
    }

    /// Stores so many shipments of company A like the one with this number, each sealed for itself with the key that
    /// the company began with.
    ///
    /// # Panics
    /// When there is no such shipment, or its key has changed.
    pub async fn store_copies(&self, tracking_number: &str, copies: usize) {
        type Row = (Uuid, Uuid, Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>);
        let row: Row = sqlx::query_as(
            "select company_id, id, consignor_address_sealed, consignee_address_sealed, contact_phone_sealed,
                 contact_email_sealed from shipments where tracking_number = $1",
        )
        .bind(tracking_number)
        .fetch_one(&self.behind)
        .await
        .expect("there is such a shipment");
        let (company, template, a, b, c, d) = row;
        let chain = Keychain::new(self.world.key(Company::A, Purpose::Contact));
        let rng = Rng::system();
        let place = |column, row| FieldContext {
            table: "shipments",
            column,
            row,
            company,
        };
        let plain: Vec<_> = COLUMNS
            .into_iter()
            .zip([a, b, c, d])
            .map(|(column, bytes)| {
                let sealed = Sealed::from_bytes(bytes).expect("an envelope");
                chain.open(&place(column, template), &sealed).expect("opens")
            })
            .collect();
        for first in (0..copies).step_by(2000) {
            let some = first..copies.min(first + 2000);
            let ids: Vec<Uuid> = some.clone().map(|_| ShipmentId::generate(now()).uuid()).collect();
            let digits = |n: usize| {
                let n = format!("{n:012}");
                format!("SS-{}-{}-{}", &n[..4], &n[4..8], &n[8..])
            };
            let numbers: Vec<String> = some.map(digits).collect();
            let column = |i: usize| -> Vec<Vec<u8>> {
                let seal = |id: &Uuid| {
                    let sealed = chain.seal(&place(COLUMNS[i], *id), &plain[i], &rng);
                    sealed.expect("seals").as_bytes().to_vec()
                };
                ids.iter().map(seal).collect()
            };
            let mut tx = self.behind.begin().await.expect("begins");
            sqlx::query("set local session_replication_role = replica")
                .execute(&mut *tx)
                .await
                .expect("a superuser may");
            sqlx::query(
                "insert into shipments select (jsonb_populate_record(s, jsonb_build_object('id', n.id,
                     'tracking_number', n.number, 'consignor_address_sealed', n.a, 'consignee_address_sealed', n.b,
                     'contact_phone_sealed', n.c, 'contact_email_sealed', n.d))).*
                 from shipments s, unnest($2, $3, $4, $5, $6, $7) as n (id, number, a, b, c, d) where s.id = $1",
            )
            .bind(template)
            .bind(&ids)
            .bind(&numbers)
            .bind(column(0))
            .bind(column(1))
            .bind(column(2))
            .bind(column(3))
            .execute(&mut *tx)
            .await
            .expect("copies");
            tx.commit().await.expect("commits");
        }
    }

    /// How many encrypted values of the platform are under this key by their own headers, and how many there are of
    /// its company and purpose.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn sealed_under(&self, key: Uuid) -> (i64, i64) {
        sqlx::query_as(
            "select count(*) filter (where substring(v.sealed from 3 for 16) = uuid_send(k.id)), count(*)
             from data_keys k join guard.sealed_values v on v.company_id = k.company_id and v.purpose = k.purpose
             where k.id = $1",
        )
        .bind(key)
        .fetch_one(&self.behind)
        .await
        .expect("the values are counted")
    }

    /// What the rotation to this key has counted, and what is under it, at one moment.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn counted_and_sealed_under(&self, key: Uuid) -> (i64, i64) {
        sqlx::query_as(
            "select r.resealed, (select count(*) from guard.sealed_values v where v.company_id = r.company_id
                 and v.purpose = r.purpose and substring(v.sealed from 3 for 16) = uuid_send(r.key_id))
             from key_rotations r where r.key_id = $1",
        )
        .bind(key)
        .fetch_one(&self.behind)
        .await
        .expect("the values are counted")
    }

    /// Values of encrypted columns that are no envelopes.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn plain_values(&self) -> i64 {
        sqlx::query_scalar(
            "select count(*) from guard.sealed_values where substring(sealed for 2) <> '\\x0101'
                 or octet_length(sealed) < 78",
        )
        .fetch_one(&self.behind)
        .await
        .expect("the values are counted")
    }

    /// Waits until more values than these are under the key.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn until_more_is_sealed_under(&self, key: Uuid, than: i64) {
        while self.sealed_under(key).await.0 <= than {
            tokio::task::yield_now().await;
        }
    }

    /// Data keys of a company that the master key could still unwrap.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn wrapped_keys_of(&self, company: Company) -> i64 {
        sqlx::query_scalar("select count(*) from data_keys where company_id = $1 and wrapped is not null")
            .bind(self.world.id(company).uuid())
            .fetch_one(&self.behind)
            .await
            .expect("the keys are counted")
    }
}
