//! The pages of the tablet by their addresses, which carry ids and never a name.

use std::fmt;
use std::str::FromStr;

use bilik_shared::id::{EntryId, SheetId};

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// The sheets of this tablet.
    Sheets,
    /// The people of a sheet.
    Walk(SheetId),
    /// Somebody who is not on the list.
    Add(SheetId),
    /// What a person is asked.
    Form(SheetId, EntryId),
    /// The statement of willingness, turned to the person.
    Consent(SheetId, EntryId),
    /// The verdict.
    Saved(SheetId, EntryId),
    /// The person changed their mind.
    Withdraw(SheetId, EntryId),
    /// What happened to an entry.
    History(SheetId, EntryId),
    /// Fields with two answers.
    Conflict(SheetId, EntryId),
    /// A sheet on paper.
    Print(SheetId),
    /// What is safe and what is not.
    Sync,
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sheets => f.write_str("sheets"),
            Self::Walk(sheet) => write!(f, "walk/{sheet}"),
            Self::Add(sheet) => write!(f, "add/{sheet}"),
            Self::Form(sheet, entry) => write!(f, "form/{sheet}/{entry}"),
            Self::Consent(sheet, entry) => write!(f, "consent/{sheet}/{entry}"),
            Self::Saved(sheet, entry) => write!(f, "saved/{sheet}/{entry}"),
            Self::Withdraw(sheet, entry) => write!(f, "withdraw/{sheet}/{entry}"),
            Self::History(sheet, entry) => write!(f, "history/{sheet}/{entry}"),
            Self::Conflict(sheet, entry) => write!(f, "conflict/{sheet}/{entry}"),
            Self::Print(sheet) => write!(f, "print/{sheet}"),
            Self::Sync => f.write_str("sync"),
        }
    }
}

/// The address names no page.
#[derive(Debug, PartialEq, Eq)]
pub struct NoSuchPage;

impl FromStr for Route {
    type Err = NoSuchPage;

    fn from_str(hash: &str) -> Result<Self, NoSuchPage> {
        let parts: Vec<&str> = hash.split('/').collect();
        let sheet = |text: &str| text.parse::<SheetId>().map_err(|_| NoSuchPage);
        let entry = |text: &str| text.parse::<EntryId>().map_err(|_| NoSuchPage);
        Ok(match parts.as_slice() {
            ["sheets"] => Self::Sheets,
            ["sync"] => Self::Sync,
            ["walk", s] => Self::Walk(sheet(s)?),
            ["print", s] => Self::Print(sheet(s)?),
            ["add", s] => Self::Add(sheet(s)?),
            ["form", s, e] => Self::Form(sheet(s)?, entry(e)?),
            ["consent", s, e] => Self::Consent(sheet(s)?, entry(e)?),
            ["saved", s, e] => Self::Saved(sheet(s)?, entry(e)?),
            ["withdraw", s, e] => Self::Withdraw(sheet(s)?, entry(e)?),
            ["history", s, e] => Self::History(sheet(s)?, entry(e)?),
            ["conflict", s, e] => Self::Conflict(sheet(s)?, entry(e)?),
            _ => return Err(NoSuchPage),
        })
    }
}

impl Route {
    /// Whose page it is, where it is one person's.
    pub fn entry(&self) -> Option<EntryId> {
        match self {
            Self::Form(_, entry)
            | Self::Consent(_, entry)
            | Self::Saved(_, entry)
            | Self::Withdraw(_, entry)
            | Self::History(_, entry)
            | Self::Conflict(_, entry) => Some(*entry),
            Self::Sheets | Self::Walk(_) | Self::Add(_) | Self::Print(_) | Self::Sync => None,
        }
    }

    /// The address as a link carries it.
    pub fn href(&self) -> String {
        format!("#{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_back_to_its_page() {
        let sheet: SheetId = "2025.2-B".parse().unwrap();
        let entry = EntryId([7; 16]);
        for page in [
            Route::Sheets,
            Route::Sync,
            Route::Walk(sheet.clone()),
            Route::Add(sheet.clone()),
            Route::Print(sheet.clone()),
            Route::Form(sheet.clone(), entry),
            Route::Consent(sheet.clone(), entry),
            Route::Saved(sheet.clone(), entry),
            Route::Withdraw(sheet.clone(), entry),
            Route::History(sheet.clone(), entry),
            Route::Conflict(sheet, entry),
        ] {
            assert_eq!(page.to_string().parse(), Ok(page));
        }
        assert_eq!("form/x/y".parse::<Route>(), Err(NoSuchPage));
    }
}
