//! The description of the interface against what is really said: every request that was taken and every answer that
//! any test of this binary gets is compared with the served document, key by key.

use std::sync::OnceLock;

use bilik_server::api::openapi;
use serde_json::{Value, json};

use crate::{Reply, Server};

pub fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| openapi::document().unwrap())
}

/// The operation that answers an address below `/api/v1`.
fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let path = path.split('?').next().unwrap_or_default();
    let asked: Vec<&str> = path.split('/').collect();
    let fits = |known: &str| {
        let known = known.trim_start_matches("/api/v1/");
        let parts = known.split('/').zip(&asked);
        let same = |(known, asked): (&str, &&str)| known.starts_with('{') || known == *asked;
        known.split('/').count() == asked.len() && parts.into_iter().all(same)
    };
    // What is named stands before what is left open: `search` is no sheet.
    let mut all: Vec<_> =
        document()["paths"].as_object().unwrap().iter().filter(|(known, _)| fits(known)).collect();
    all.sort_by_key(|(known, _)| known.matches('{').count());
    all.into_iter().find_map(|(_, methods)| methods.get(method))
}

/// Fails where a request that was taken, or its answer, is not as the document says.
pub fn holds(method: &str, path: &str, body: Option<&Value>, reply: &Reply) {
    let Some(operation) = operation(method, path) else { return };
    let (Ok(answer), status) = (serde_json::from_slice(&reply.body), reply.status) else { return };
    let told = &operation["responses"][status.to_string()]["content"]["application/json"]["schema"];
    let problem = operation["responses"]["default"]["content"].as_object().unwrap();
    let schema = if status < 300 { told } else { &problem.values().next().unwrap()["schema"] };
    let mut faults = Vec::new();
    compare(schema, &answer, "answer", &mut faults);
    let taken = &operation["requestBody"]["content"]["application/json"]["schema"];
    if let Some(body) = body.filter(|body| status < 300 && !body.is_null()) {
        compare(taken, body, "request", &mut faults);
    }
    assert!(faults.is_empty(), "{method} {path} {status}: {faults:#?}");
}

fn named(schema: &'static Value) -> &'static Value {
    match schema["$ref"].as_str().and_then(|at| at.rsplit('/').next()) {
        Some(name) => &document()["components"]["schemas"][name],
        None => schema,
    }
}

fn compare(schema: &'static Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    let schema = named(schema);
    if let Some(choices) = schema["oneOf"].as_array() {
        let fits = |choice: &'static Value| {
            let mut own = Vec::new();
            compare(choice, value, at, &mut own);
            own.is_empty()
        };
        if !choices.iter().any(fits) {
            faults.push(format!("{at}: none of the choices fits"));
        }
        return;
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let is = |kind: &&str| match *kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        _ => value.is_object(),
    };
    if !kinds.is_empty() && !kinds.iter().any(is) {
        faults.push(format!("{at}: no {}", kinds.join(" or ")));
    }
    if let Some(codes) = schema["enum"].as_array()
        && !codes.contains(value)
    {
        faults.push(format!("{at}: not one of the codes"));
    }
    if let (Some(pattern), Some(text)) = (schema["pattern"].as_str(), value.as_str()) {
        let length = if pattern.contains("64") { 64 } else { 32 };
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() != length || !text.bytes().all(hex) {
            faults.push(format!("{at}: not {pattern}"));
        }
    }
    if let Some(items) = value.as_array()
        && schema.get("items").is_some()
    {
        items.iter().for_each(|item| compare(&schema["items"], item, &format!("{at}[]"), faults));
    }
    if value.is_object() {
        compare_keys(schema, value, at, faults);
    }
}

fn compare_keys(schema: &'static Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    let parts: Vec<&'static Value> = match schema["allOf"].as_array() {
        Some(parts) => parts.iter().map(named).collect(),
        None => vec![schema],
    };
    for key in parts.iter().flat_map(|part| part["required"].as_array()).flatten() {
        if value.get(key.as_str().unwrap()).is_none() {
            faults.push(format!("{at}: {key} is missing"));
        }
    }
    for (key, held) in value.as_object().unwrap() {
        let at = format!("{at}.{key}");
        match parts.iter().find_map(|part| part["properties"].get(key)) {
            Some(schema) => compare(schema, held, &at, faults),
            None => match parts.iter().find_map(|part| part.get("additionalProperties")) {
                Some(schema) => compare(schema, held, &at, faults),
                None if parts.iter().all(|part| part.get("properties").is_none()) => {}
                None => faults.push(format!("{at} is not described")),
            },
        }
    }
}

#[test]
fn a_comparison_finds_what_is_too_much_too_little_or_something_else() {
    let whole = json!({ "state": "verified", "reason": "", "programme": null, "package": 1 });
    let faults = |value: &Value| {
        let mut faults = Vec::new();
        let decide = operation("post", "desk/entries/B/00/decide").unwrap();
        compare(
            &decide["requestBody"]["content"]["application/json"]["schema"],
            value,
            "",
            &mut faults,
        );
        faults
    };
    assert_eq!(faults(&whole), Vec::<String>::new());
    for (key, value, expected) in [
        ("state", json!("nonsense"), ".state: not one of the codes"),
        ("package", json!("1"), ".package: no integer or null"),
        ("more", json!(1), ".more is not described"),
    ] {
        let mut changed = whole.clone();
        changed[key] = value;
        assert_eq!(faults(&changed), [expected]);
    }
    let mut less = whole;
    less.as_object_mut().unwrap().remove("state");
    assert_eq!(faults(&less), [": \"state\" is missing"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_served_document_is_the_one_that_answers_are_held_against() {
    let server = Server::start().await;
    let served = server.get("openapi.json", "").await;
    assert_eq!(&served.json(), document());
    for (path, methods) in document()["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let body = &operation["requestBody"]["content"]["application/json"];
            let described = body.get("schema").is_some_and(|schema| schema != &json!({}));
            assert!(body.is_null() || described, "{method} {path} takes what is not described");
        }
    }
}

/// Everything that can be read, read by whoever may: each answer is compared on its way.
#[tokio::test(flavor = "multi_thread")]
async fn every_page_that_is_read_is_described() {
    let server = Server::start().await;
    let sheet = crate::reports::two_people(&server).await;
    crate::reports::decide(&server, "marlin", &sheet, 1, "verified").await;
    let entry = bilik_shared::id::EntryId([1; 16]).to_string();
    crate::aside::brought_by_another(&server).await;
    let (mut cookies, mut read) = (Vec::new(), 0);
    for user in ["marlin", "karutan", "disnaker", "admin", "pdp", "klinik"] {
        cookies.push(server.sign_in(user).await);
    }
    for (path, methods) in document()["paths"].as_object().unwrap() {
        let Some(operation) = methods.get("get") else { continue };
        if operation["responses"]["200"]["content"].is_null() {
            continue;
        }
        let path = path
            .trim_start_matches("/api/v1/")
            .replace("{sheet}", &sheet.to_string())
            .replace("{programme}/{number}", "GAR/1")
            .replace("quarantine/{id}", "quarantine/1")
            .replace("{report}", "participants");
        // Nobody has a certificate in a house that has just been opened, and no package has begun.
        let later = ["certificates", "days"].iter().any(|part| path.contains(part));
        let path = path.replace("{entry}", &entry).replace("{date}", "2026-01-05");
        let mut statuses = Vec::new();
        for cookie in &cookies {
            statuses.push(server.get(&path, cookie).await.status);
        }
        assert!(later || statuses.contains(&200), "{path}: {statuses:?}");
        read += 1;
    }
    assert!(read > 20, "{read}");
}
