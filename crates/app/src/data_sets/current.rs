//! Whether a stored answer still rests on what is loaded now.

use access::grant::Grant;
use access::permission::Permission;
use dangerous_goods::dataset::{DataSetResult, OtherRegime, Validity};
use store::data_sets::InForce;
use store::shipments::InCompany;
use time::Date;

use super::hexadecimal;
use crate::{App, Error};

/// The data sets that answer today.
pub(crate) struct Current {
    in_force: Vec<InForce>,
    today: Date,
}

impl Current {
    /// What answers for these regimes; nothing is looked up where none is asked for.
    pub(crate) async fn read<P: Permission>(
        app: &App,
        tx: &mut impl InCompany,
        grant: &Grant<P>,
        wanted: &[OtherRegime],
    ) -> Result<Self, Error> {
        let in_force = if wanted.is_empty() {
            Vec::new()
        } else {
            store::data_sets::in_force(tx, grant).await?
        };
        Ok(Self {
            in_force,
            today: app.now().date(),
        })
    }

    /// Whether the same data set, as valid as it was, would give this answer. One that was withdrawn, or whose
    /// key is trusted no longer, gives none.
    pub(crate) fn gives(&self, result: &DataSetResult) -> bool {
        let mut in_force = self.in_force.iter();
        match in_force.find(|row| row.regime == result.regime.code()) {
            None => !result.checked,
            Some(row) => {
                result.checked
                    && result.edition_hash == hexadecimal(&row.hash)
                    && result.validity == Validity::on(self.today, row.valid_from, row.valid_to)
            }
        }
    }
}
