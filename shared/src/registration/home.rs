//! Where somebody lives and whom the office may reach there. Asked of whoever wants to say it; nobody needs it to
//! be registered. Everything is kept as typed.

use serde::{Deserialize, Serialize};

use super::check::{MAX_ADDRESS, MAX_NAME, MAX_SHORT, Problem, Warning};
use super::{Field, codes};
use crate::phone;

codes! {
    /// Marital status as an identity card writes it.
    Marital {
        /// Not married.
        Single = "BELUM_KAWIN",
        /// Married.
        Married = "KAWIN",
        /// Divorced.
        Divorced = "CERAI_HIDUP",
        /// Widowed.
        Widowed = "CERAI_MATI",
    }
}

codes! {
    /// How well somebody reads and writes.
    Literacy {
        /// Well.
        Fluent = "LANCAR",
        /// A little.
        Limited = "TERBATAS",
        /// Not at all.
        None = "TIDAK",
    }
}

codes! {
    /// What the one who may be reached is to the person.
    Relation {
        /// A parent.
        Parent = "ORANG_TUA",
        /// Wife or husband.
        Spouse = "SUAMI_ISTRI",
        /// A child.
        Child = "ANAK",
        /// A brother or a sister.
        Sibling = "SAUDARA",
        /// Somebody else.
        Other = "LAINNYA",
    }
}

/// Home and family, and reading and writing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Home {
    /// The address on the identity card, in one field.
    pub address: String,
    /// Marital status.
    pub marital: Option<Marital>,
    /// Reading and writing.
    pub literacy: Option<Literacy>,
    /// Who of the family may be reached; never the person's own number.
    pub family_name: String,
    /// What they are to the person.
    pub family_relation: Option<Relation>,
    /// Their number as typed.
    pub family_phone: String,
}

impl Home {
    /// The fields of this part and what stands in them, as the sheet stores them.
    pub fn values(&self) -> [(Field, &str); 6] {
        [
            (Field::Address, &self.address),
            (Field::Marital, self.marital.map_or("", Marital::code)),
            (Field::Literacy, self.literacy.map_or("", Literacy::code)),
            (Field::FamilyName, &self.family_name),
            (Field::FamilyRelation, self.family_relation.map_or("", Relation::code)),
            (Field::FamilyPhone, &self.family_phone),
        ]
    }

    /// Reads the part; `get` gives what stands in a field. What cannot be understood is left empty here.
    pub fn read<'a>(get: impl Fn(Field) -> &'a str) -> Self {
        Self {
            address: get(Field::Address).to_owned(),
            marital: Marital::parse(get(Field::Marital)),
            literacy: Literacy::parse(get(Field::Literacy)),
            family_name: get(Field::FamilyName).to_owned(),
            family_relation: Relation::parse(get(Field::FamilyRelation)),
            family_phone: get(Field::FamilyPhone).to_owned(),
        }
    }

    /// What must be put right, and what may be a mistake. Nothing of it is required.
    pub(super) fn check(&self, problems: &mut Vec<Problem>, warnings: &mut Vec<Warning>) {
        for (field, text, most) in [
            (Field::Address, &self.address, MAX_ADDRESS),
            (Field::FamilyName, &self.family_name, MAX_NAME),
            (Field::FamilyPhone, &self.family_phone, MAX_SHORT),
        ] {
            if text.chars().count() > most {
                problems.push(Problem::TooLong(field, most as u32));
            }
        }
        // A name without what they are to the person helps nobody, and the other way round.
        match (self.family_name.trim(), self.family_relation) {
            ("", Some(_)) => problems.push(Problem::Required(Field::FamilyName)),
            ("", None) | (_, Some(_)) => {}
            (_, None) => problems.push(Problem::Required(Field::FamilyRelation)),
        }
        let number = self.family_phone.trim();
        if !number.is_empty() && phone::normal(number).is_none() {
            warnings.push(Warning::Phone);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_it_is_required_and_what_is_there_is_looked_at() {
        let family = Home {
            family_name: "Ibu Ani".into(),
            family_relation: Some(Relation::Parent),
            ..Home::default()
        };
        for (case, home, problems, warnings) in [
            ("nothing", Home::default(), vec![], vec![]),
            ("whom to reach", family.clone(), vec![], vec![]),
            (
                "a name alone",
                Home { family_relation: None, ..family.clone() },
                vec![Problem::Required(Field::FamilyRelation)],
                vec![],
            ),
            (
                "nobody's mother",
                Home { family_name: " ".into(), ..family.clone() },
                vec![Problem::Required(Field::FamilyName)],
                vec![],
            ),
            (
                "odd number",
                Home { family_phone: "12345".into(), ..family.clone() },
                vec![],
                vec![Warning::Phone],
            ),
            (
                "endless address",
                Home { address: "x".repeat(201), ..family },
                vec![Problem::TooLong(Field::Address, 200)],
                vec![],
            ),
        ] {
            let mut found = (Vec::new(), Vec::new());
            home.check(&mut found.0, &mut found.1);
            assert_eq!(found, (problems, warnings), "{case}");
        }
    }
}
