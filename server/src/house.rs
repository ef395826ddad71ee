//! The facility as this server keeps it: what every tablet is told, apart from its own name and sheets.

use bilik_shared::allocation::policy::Policy;
use bilik_shared::eligibility::Rule;
use bilik_shared::id::DeviceCode;
use bilik_shared::programme::{Brief, Facility, Officer, Programme, SheetTitle, Wave};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::store::meta;

/// The facility, its open wave, what it offers and who works there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct House {
    /// The facility.
    pub facility: Facility,
    /// The wave that is open.
    pub wave: Wave,
    /// What can be chosen, in the order it is shown.
    pub programmes: Vec<Programme>,
    /// Who may use a tablet.
    pub officers: Vec<Officer>,
    /// Whether people may sign on the screen of a tablet.
    #[serde(default)]
    pub screen_signature: bool,
    /// What the house advises about programmes.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// What it has agreed on about seats. Tablets are not told: they promise none.
    #[serde(default)]
    pub policy: Policy,
}

impl House {
    /// Reads the facility; `None` where none has been set up yet.
    pub fn load(connection: &Connection) -> rusqlite::Result<Option<Self>> {
        let text = meta::get(connection, meta::HOUSE)?;
        let parse = |text: String| {
            serde_json::from_str(&text).map_err(|cause| {
                rusqlite::Error::FromSqlConversionFailure(
                    0,
                    rusqlite::types::Type::Text,
                    cause.into(),
                )
            })
        };
        text.map(parse).transpose()
    }

    /// Writes the facility.
    pub fn save(&self, connection: &Connection) -> rusqlite::Result<()> {
        let text = serde_json::to_string(self)
            .map_err(|cause| rusqlite::Error::ToSqlConversionFailure(cause.into()))?;
        meta::set(connection, meta::HOUSE, &text)
    }

    /// What a tablet is told.
    pub fn brief(&self, device: DeviceCode, sheets: Vec<SheetTitle>) -> Brief {
        let Self { facility, wave, programmes, officers, screen_signature, rules, .. } =
            self.clone();
        Brief { facility, wave, programmes, officers, device, sheets, screen_signature, rules }
    }
}
