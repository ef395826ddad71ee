//! The rows of trust: what signatures, gate, encryption and audit cost.

use super::{Bench, Figures, RUNS};
use crate::bench::fleet::{Failure, Signing};
use crate::bench::trust;
use crate::workload::{Size, Workload};

impl Bench {
    /// Each part for one registration; then days of tablets that sign and of tablets that do not, in turns.
    pub(super) async fn trust(&self, figures: &mut Figures) -> Result<(), Failure> {
        for _ in 0..RUNS {
            let taken = trust::parts()?;
            figures.add("tablet: making a change", "µs", None, taken.make);
            figures.add("tablet: encrypting it", "µs", None, taken.encrypt);
            figures.add("tablet: signing a request", "µs", None, taken.sign);
            figures.add("server: taking a change in, without the gate", "µs", None, taken.apply);
            figures.add("server: the same through the gate", "µs", None, taken.admit);
            figures.add("server: verifying a request", "µs", None, taken.verify);
            figures.add("server: signing a receipt", "µs", None, taken.receipt);
            figures.add("server: the row of a change, encrypted", "µs", None, taken.row);
            figures.add("server: the same with the audit", "µs", None, taken.audited);
        }
        let size = Size { tablets: 20, registrations: 50, sheets: 10, trickle: 0 };
        let workload = Workload::make(size);
        for _ in 0..RUNS {
            let plain = self.one_day(&workload, Signing::Plain).await?;
            let signed = self.one_day(&workload, Signing::Signed).await?;
            let more = (signed.cpu / plain.cpu - 1.0) * 100.0;
            figures.add("offline day, signed: server CPU, more", "%", Some(30.0), more);
            let (up, down) = (signed.up - plain.up, signed.down - plain.down);
            figures.add("… up a registration, more", "B", Some(10.0), up);
            figures.add("… down a registration, more", "B", Some(10.0), down);
            figures.add("… missing", "", Some(0.0), (signed.lacking + plain.lacking) as f64);
        }
        Ok(())
    }
}
