//! A deserializer that reads nothing and notes what it is asked for: this is how a type tells its shape.
//!
//! A type asks its deserializer for what it wants: a struct with these fields, a number, one of these codes.
//! [`Probe`] follows a path of such questions, and stops with what is asked for at the end of it. Every question is
//! asked anew from the outermost type, because whoever asks is used up by the answer.

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use serde_json::Value;

/// A word that no type expects.
pub const ODD: &str = "?";

/// One step into a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A field of a struct.
    Field(&'static str),
    /// What an option holds.
    Inside,
    /// An item of a list.
    Item,
    /// A value of a map whose keys may be this one.
    Under(&'static str),
    /// What a variant holds.
    Variant(&'static str),
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Asked {
    /// `true` or `false`.
    Truth,
    /// A whole number between these.
    Whole(i64, i64),
    /// Any number.
    Number,
    /// A text.
    Text,
    /// Nothing.
    Nothing,
    /// A value or nothing.
    Maybe,
    /// A list.
    List,
    /// A list of so many things.
    Several(usize),
    /// Whatever, by key.
    Map,
    /// A struct by its name, with these fields.
    Fields(&'static str, &'static [&'static str]),
    /// An enum with these variants.
    Variants(&'static [&'static str]),
    /// It depends on what is there.
    Anything,
}

/// Why a reading stopped. As an error of reading, because it is never a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stop {
    /// This was asked for.
    Asked(Asked),
    /// What was handed in was read.
    Fine,
    /// A field is missing in what was handed in.
    Missing(&'static str),
    /// One of these variants was expected.
    Expected(&'static [&'static str]),
    /// Anything else.
    Refused,
}

impl std::fmt::Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Stop {}

impl de::Error for Stop {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self::Refused
    }
    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }
    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::Expected(expected)
    }
}

/// What happens at the end of the path.
#[derive(Debug, Clone, Copy)]
pub enum End<'p> {
    /// Stop with what is asked for.
    Look,
    /// Hand in these keys with their values.
    Keys(&'p [(&'static str, Value)]),
    /// Hand in this text.
    Text(&'p str),
}

/// See the module.
#[derive(Debug, Clone, Copy)]
pub struct Probe<'p> {
    /// The way to go.
    pub path: &'p [Step],
    /// What to do at its end.
    pub end: End<'p>,
}

impl<'p> Probe<'p> {
    fn further(self) -> Option<(Step, Self)> {
        let (step, path) = self.path.split_first()?;
        Some((*step, Self { path, ..self }))
    }

    /// Ends here, or goes on with `go`.
    fn meet<'de, V: Visitor<'de>>(
        self,
        asked: Asked,
        visitor: V,
        go: impl FnOnce(Step, Self, V) -> Result<V::Value, Stop>,
    ) -> Result<V::Value, Stop> {
        if let Some((step, rest)) = self.further() {
            return go(step, rest, visitor);
        }
        let handed_in = match self.end {
            End::Look => return Err(Stop::Asked(asked)),
            End::Keys(keys) => visitor.visit_map(Keys { keys, value: None }),
            End::Text(text) => visitor.visit_str(text),
        };
        Err(handed_in.err().unwrap_or(Stop::Fine))
    }

    fn plain<'de, V: Visitor<'de>>(self, asked: Asked, visitor: V) -> Result<V::Value, Stop> {
        self.meet(asked, visitor, |_, _, _| Err(Stop::Refused))
    }
}

macro_rules! asks {
    ($($method:ident => $asked:expr,)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
            self.plain($asked, visitor)
        })+
    };
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Stop;

    asks! {
        deserialize_any => Asked::Anything,
        deserialize_bool => Asked::Truth,
        deserialize_i8 => Asked::Whole(i8::MIN.into(), i8::MAX.into()),
        deserialize_i16 => Asked::Whole(i16::MIN.into(), i16::MAX.into()),
        deserialize_i32 => Asked::Whole(i32::MIN.into(), i32::MAX.into()),
        deserialize_i64 => Asked::Whole(i64::MIN, i64::MAX),
        deserialize_u8 => Asked::Whole(0, u8::MAX.into()),
        deserialize_u16 => Asked::Whole(0, u16::MAX.into()),
        deserialize_u32 => Asked::Whole(0, u32::MAX.into()),
        deserialize_u64 => Asked::Whole(0, i64::MAX),
        deserialize_f32 => Asked::Number,
        deserialize_f64 => Asked::Number,
        deserialize_char => Asked::Text,
        deserialize_str => Asked::Text,
        deserialize_string => Asked::Text,
        deserialize_identifier => Asked::Text,
        deserialize_bytes => Asked::Anything,
        deserialize_byte_buf => Asked::Anything,
        deserialize_unit => Asked::Nothing,
        deserialize_ignored_any => Asked::Anything,
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.meet(Asked::Maybe, visitor, |_, rest, visitor| visitor.visit_some(rest))
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.plain(Asked::Nothing, visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.meet(Asked::List, visitor, |_, rest, visitor| visitor.visit_seq(Items(rest)))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, n: usize, visitor: V) -> Result<V::Value, Stop> {
        self.plain(Asked::Several(n), visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        n: usize,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.plain(Asked::Several(n), visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.meet(Asked::Map, visitor, |step, rest, visitor| match step {
            Step::Under(key) => visitor.visit_map(One { key: Some(key), rest }),
            _ => Err(Stop::Refused),
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.meet(Asked::Fields(name, fields), visitor, |step, rest, visitor| match step {
            Step::Field(key) => visitor.visit_map(One { key: Some(key), rest }),
            _ => Err(Stop::Refused),
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.meet(Asked::Variants(variants), visitor, |step, rest, visitor| match step {
            Step::Variant(name) => visitor.visit_enum(Chosen { name, rest }),
            _ => Err(Stop::Refused),
        })
    }
}

/// One item, and the way goes on in it.
struct Items<'p>(Probe<'p>);

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Stop;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Stop> {
        seed.deserialize(self.0).map(Some)
    }
}

/// One key, and the way goes on in its value.
struct One<'p> {
    key: Option<&'static str>,
    rest: Probe<'p>,
}

impl<'de> MapAccess<'de> for One<'_> {
    type Error = Stop;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Stop> {
        self.key.take().map(|key| seed.deserialize(key.into_deserializer())).transpose()
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Stop> {
        seed.deserialize(self.rest)
    }
}

/// Keys with values that are handed in.
struct Keys<'p> {
    keys: &'p [(&'static str, Value)],
    value: Option<&'p Value>,
}

impl<'de> MapAccess<'de> for Keys<'_> {
    type Error = Stop;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Stop> {
        let Some(((key, value), rest)) = self.keys.split_first() else { return Ok(None) };
        (self.keys, self.value) = (rest, Some(value));
        seed.deserialize((*key).into_deserializer()).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Stop> {
        let value = self.value.take().ok_or(Stop::Refused)?;
        if value == ODD {
            // Whoever expects one of several words says here which.
            let odd: StrDeserializer<'_, Stop> = ODD.into_deserializer();
            return seed.deserialize(odd);
        }
        seed.deserialize(value.clone()).map_err(|_| Stop::Refused)
    }
}

/// A variant, and the way goes on in what it holds.
struct Chosen<'p> {
    name: &'static str,
    rest: Probe<'p>,
}

impl<'de, 'p> EnumAccess<'de> for Chosen<'p> {
    type Error = Stop;
    type Variant = Probe<'p>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Probe<'p>), Stop> {
        let name: StrDeserializer<'_, Stop> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self.rest))
    }
}

impl<'de> VariantAccess<'de> for Probe<'_> {
    type Error = Stop;

    fn unit_variant(self) -> Result<(), Stop> {
        Err(Stop::Asked(Asked::Nothing))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Stop> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, n: usize, visitor: V) -> Result<V::Value, Stop> {
        self.plain(Asked::Several(n), visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.deserialize_struct("", fields, visitor)
    }
}
