//! The shapes of what goes over the wire, as the types tell them that read and write it.
//!
//! Nobody writes them down a second time, so they cannot say anything else than the handlers do: see [`Probe`].
//! What a type tells by its content only (one that is tagged, or several in one) is described by its tag alone.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::probe::{Asked, End, ODD, Probe, Step, Stop};

/// Words of which one is of the kind that some type reads, with what is known of that kind.
const WORDS: [(&str, Kind); 9] = [
    ("?! ~", Kind::Any),
    ("00000000000000000000000000000000", Kind::Pattern("^[0-9a-f]{32}$")),
    (
        "0000000000000000000000000000000000000000000000000000000000000000",
        Kind::Pattern("^[0-9a-f]{64}$"),
    ),
    ("2026-01-05", Kind::Date),
    ("GAR", Kind::Like),
    ("T01", Kind::Like),
    ("asked", Kind::Like),
    ("GAR/1", Kind::Like),
    ("2026-0001", Kind::Like),
];

#[derive(Clone, Copy)]
enum Kind {
    Any,
    Pattern(&'static str),
    Date,
    Like,
}

/// Named shapes, as they are found.
#[derive(Debug, Default)]
pub struct Shapes {
    /// Which struct has which name: two structs may be called the same, and then one of them gets a number.
    names: Vec<(&'static str, &'static [&'static str], String)>,
    /// By name.
    schemas: BTreeMap<String, Value>,
    /// The least that each of them reads, where it was found.
    least: BTreeMap<String, Value>,
}

/// Reads with a probe, and says why it stopped.
type Reading<'r> = &'r dyn Fn(Probe<'_>) -> Stop;

impl Shapes {
    /// The shape of a type; its structs become named ones.
    pub fn of<T: DeserializeOwned>(&mut self) -> Value {
        self.at(&|probe: Probe<'_>| T::deserialize(probe).err().unwrap_or(Stop::Fine), &[])
    }

    /// All that have names.
    pub fn named(self) -> Map<String, Value> {
        self.schemas.into_iter().collect()
    }

    fn at(&mut self, read: Reading<'_>, path: &[Step]) -> Value {
        let Stop::Asked(asked) = read(Probe { path, end: End::Look }) else { return json!({}) };
        let deeper = |step| [path, &[step]].concat();
        match asked {
            Asked::Truth => json!({ "type": "boolean" }),
            Asked::Whole(from, to) => whole(from, to),
            Asked::Number => json!({ "type": "number" }),
            Asked::Text => text(read, path),
            Asked::Nothing => json!({ "type": "null" }),
            Asked::Maybe => nullable(self.at(read, &deeper(Step::Inside))),
            Asked::List => json!({ "type": "array", "items": self.at(read, &deeper(Step::Item)) }),
            Asked::Several(n) => json!({ "type": "array", "minItems": n, "maxItems": n }),
            Asked::Map => self.map(read, path),
            Asked::Fields("", fields) => self.object(read, path, fields).0,
            Asked::Fields(name, fields) => self.structure(read, path, name, fields),
            Asked::Variants(variants) => self.choice(read, path, variants),
            Asked::Anything => tagged(read, path),
        }
    }

    fn map(&mut self, read: Reading<'_>, path: &[Step]) -> Value {
        let under = |(word, _): &(&'static str, Kind)| [path, &[Step::Under(word)]].concat();
        let fits =
            |path: &Vec<Step>| matches!(read(Probe { path, end: End::Look }), Stop::Asked(_));
        let values = WORDS.iter().map(under).find(fits).map(|path| self.at(read, &path));
        json!({ "type": "object", "additionalProperties": values.unwrap_or(json!({})) })
    }

    /// A struct gets a name, once.
    fn structure(
        &mut self,
        read: Reading<'_>,
        path: &[Step],
        called: &'static str,
        fields: &'static [&'static str],
    ) -> Value {
        let known = self.names.iter().find(|(name, has, _)| (*name, *has) == (called, fields));
        if let Some((.., name)) = known {
            return reference(name);
        }
        let same = self.names.iter().filter(|(name, ..)| *name == called).count();
        let name = if same == 0 { called.to_owned() } else { format!("{called}{}", same + 1) };
        self.names.push((called, fields, name.clone()));
        let (schema, least) = self.object(read, path, fields);
        self.schemas.insert(name.clone(), schema);
        self.least.extend(least.map(|least| (name.clone(), least)));
        reference(&name)
    }

    /// The schema of a struct, and the least that it reads.
    fn object(
        &mut self,
        read: Reading<'_>,
        path: &[Step],
        fields: &'static [&'static str],
    ) -> (Value, Option<Value>) {
        let mut properties = Map::new();
        for field in fields {
            let schema = self.at(read, &[path, &[Step::Field(field)]].concat());
            properties.insert((*field).to_owned(), schema);
        }
        let mut held: Vec<(&'static str, Value)> = Vec::new();
        let whole = loop {
            match read(Probe { path, end: End::Keys(&held) }) {
                Stop::Missing(field) if held.iter().all(|(known, _)| *known != field) => {
                    held.push((field, self.example(&properties[field])));
                }
                stop => break stop == Stop::Fine,
            }
        };
        let required: Vec<&str> = held.iter().map(|(field, _)| *field).collect();
        let schema = json!({ "type": "object", "properties": properties, "required": required });
        let least = held.iter().map(|(field, value)| ((*field).to_owned(), value.clone()));
        (schema, whole.then(|| Value::Object(least.collect())))
    }

    /// A code, or one of several things that each stand under their code.
    fn choice(
        &mut self,
        read: Reading<'_>,
        path: &[Step],
        variants: &'static [&'static str],
    ) -> Value {
        let (mut codes, mut others) = (Vec::new(), Vec::new());
        for variant in variants {
            let path = [path, &[Step::Variant(variant)]].concat();
            match read(Probe { path: &path, end: End::Look }) {
                Stop::Asked(Asked::Nothing) => codes.push(*variant),
                _ => {
                    let held = self.at(read, &path);
                    others.push(json!({ "type": "object", "properties": { *variant: held }, "required": [variant] }));
                }
            }
        }
        let codes = (!codes.is_empty()).then(|| json!({ "type": "string", "enum": codes }));
        match (codes, others.is_empty()) {
            (Some(codes), true) => codes,
            (codes, _) => json!({ "oneOf": codes.into_iter().chain(others).collect::<Vec<_>>() }),
        }
    }

    /// Something that a schema allows.
    fn example(&self, schema: &Value) -> Value {
        if let Some(name) = schema["$ref"].as_str().and_then(|at| at.rsplit('/').next()) {
            return self.least.get(name).cloned().unwrap_or_else(|| json!({}));
        }
        if let Some(first) = schema["enum"].get(0).or(schema["examples"].get(0)) {
            return first.clone();
        }
        match schema["type"].as_str() {
            Some("boolean") => json!(false),
            Some("integer" | "number") => json!(1),
            Some("string") => json!(""),
            Some("array") => json!([]),
            Some("object") => json!({}),
            _ => schema["oneOf"].get(0).map_or(Value::Null, |first| self.example(first)),
        }
    }
}

/// A reference to a named shape.
pub fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn whole(from: i64, to: i64) -> Value {
    let mut schema = json!({ "type": "integer" });
    if from > i64::MIN {
        schema["minimum"] = from.into();
    }
    if to < i64::MAX {
        schema["maximum"] = to.into();
    }
    schema
}

/// A text of which more is known than that it is one, as far as one of a few words is read and any other is not.
fn text(read: Reading<'_>, path: &[Step]) -> Value {
    let fits = |(word, _): &&(&str, Kind)| read(Probe { path, end: End::Text(word) }) == Stop::Fine;
    let mut schema = json!({ "type": "string" });
    let Some((word, kind)) = WORDS.iter().find(fits) else { return schema };
    match kind {
        Kind::Any => return schema,
        Kind::Pattern(pattern) => schema["pattern"] = json!(pattern),
        Kind::Date => schema["format"] = json!("date"),
        Kind::Like => {}
    }
    schema["examples"] = json!([word]);
    schema
}

fn nullable(schema: Value) -> Value {
    match schema["type"].as_str() {
        Some(kind) if schema.get("enum").is_none() => {
            let kinds = json!([kind, "null"]);
            let mut schema = schema;
            schema["type"] = kinds;
            schema
        }
        _ => json!({ "oneOf": [schema, { "type": "null" }] }),
    }
}

/// What is tagged tells its tag when it is handed nothing, and its variants when it is handed a wrong one.
fn tagged(read: Reading<'_>, path: &[Step]) -> Value {
    let hand_in = |keys: &[(&'static str, Value)]| read(Probe { path, end: End::Keys(keys) });
    let Stop::Missing(tag) = hand_in(&[]) else { return json!({}) };
    let Stop::Expected(variants) = hand_in(&[(tag, json!(ODD))]) else { return json!({}) };
    json!({
        "type": "object",
        "properties": { tag: { "type": "string", "enum": variants } },
        "required": [tag],
        "additionalProperties": true,
    })
}
