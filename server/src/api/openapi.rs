//! The interface, described for whoever writes a system that uses it: OpenAPI 3.1.
//!
//! One table names every route ([`routes()`]); the types that handlers read and write tell the shapes ([`shape`]), so that
//! they cannot drift apart.

use std::sync::OnceLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{
    HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathItem,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, ObjectBuilder, OpenApiBuilder, PathsBuilder, Ref, RefOr,
    Required, ResponseBuilder, Schema, Type,
};

use crate::error::Error;

mod probe;
mod routes;
mod schemas;
mod shape;

pub use routes::{Route, Who, routes};

use routes::queries;
use shape::Shapes;

const JSON: &str = "application/json";

fn text() -> RefOr<Schema> {
    RefOr::T(Schema::Object(ObjectBuilder::new().schema_type(Type::String).build()))
}

fn operation(route: &Route) -> utoipa::openapi::path::Operation {
    let mut operation = OperationBuilder::new().summary(Some(route.summary));
    for part in route.path.split('/').filter_map(|part| part.strip_prefix('{')) {
        let parameter = ParameterBuilder::new().name(part.trim_end_matches('}'));
        let parameter = parameter.parameter_in(ParameterIn::Path).required(Required::True);
        operation = operation.parameter(parameter.schema(Some(text())).build());
    }
    for (name, about) in queries(route) {
        let parameter = ParameterBuilder::new().name(*name).parameter_in(ParameterIn::Query);
        let parameter = parameter.description(Some(*about)).schema(Some(text()));
        operation = operation.parameter(parameter.build());
    }
    // The shapes of bodies are written into the finished document.
    let json = || ContentBuilder::new().build();
    if route.takes.is_some() {
        let body = RequestBodyBuilder::new().content(JSON, json());
        operation = operation.request_body(Some(body.required(Some(Required::True)).build()));
    }
    let mut good = ResponseBuilder::new().description("Done");
    if route.gives.is_some() {
        good = good.content(JSON, json());
    }
    let (kind, problem) = match route.who == Who::Tablet || route.path == "/enrol" {
        true => (JSON, "TabletError"),
        false => ("application/problem+json", "Problem"),
    };
    let problem = RefOr::Ref(Ref::from_schema_name(problem));
    let problem = ContentBuilder::new().schema(Some(problem)).build();
    let bad = ResponseBuilder::new().description("Why not, with a stable code");
    let bad = bad.content(kind, problem).build();
    operation = operation.response(route.done(), good.build()).response("default", bad);
    match route.who {
        Who::Anybody => operation.securities(Some(Vec::new())),
        Who::Tablet => operation.security(needs("tablet", "")),
        Who::Person => operation.security(needs("session", "")),
        Who::Reader(scope) => {
            operation.security(needs("session", "")).security(needs("token", scope))
        }
    }
    .build()
}

fn needs(scheme: &str, scope: &str) -> SecurityRequirement {
    let scopes: Vec<&str> = Some(scope).filter(|scope| !scope.is_empty()).into_iter().collect();
    SecurityRequirement::new(scheme, scopes)
}

/// The document.
///
/// # Errors
/// Where it cannot be written as JSON: the test would notice.
pub fn document() -> Result<Value, Error> {
    let mut paths = PathsBuilder::new();
    for route in routes() {
        let method = if route.method == "get" { HttpMethod::Get } else { HttpMethod::Post };
        let path = format!("/api/v1{}", route.path);
        paths = paths.path(path, PathItem::new(method, operation(&route)));
    }
    let bearer = |about| HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(about));
    let bearer = |about| SecurityScheme::Http(bearer(about).build());
    let session = ApiKey::Cookie(ApiKeyValue::new(crate::cookie::SESSION.secure));
    let components = ComponentsBuilder::new()
        .security_scheme("session", SecurityScheme::ApiKey(session))
        .security_scheme(
            "token",
            bearer("A token that the administrator made; it reads what the partner reads."),
        )
        .security_scheme("tablet", bearer("What a tablet was given when it was enrolled."));
    let info = InfoBuilder::new()
        .title("Bilik")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Registrations for vocational training in detention. Errors carry a stable `code`; what somebody may not see is answered as what does not exist."));
    let document = OpenApiBuilder::new().info(info.build()).paths(paths.build());
    let document = document.components(Some(components.build())).build();
    let mut document =
        serde_json::to_value(document).map_err(|e| Error::Internal(e.to_string()))?;
    let mut shapes = Shapes::default();
    for route in routes() {
        let at = &mut document["paths"][format!("/api/v1{}", route.path)][route.method];
        if let Some(shape) = route.takes {
            at["requestBody"]["content"][JSON]["schema"] = shape(&mut shapes);
        }
        if let Some(shape) = route.gives {
            at["responses"][route.done()]["content"][JSON]["schema"] = shape(&mut shapes);
        }
    }
    document["components"]["schemas"] = Value::Object(schemas::finished(shapes));
    Ok(document)
}

/// `GET /api/v1/openapi.json`
pub async fn show() -> Result<Response, Error> {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = match TEXT.get() {
        Some(text) => text,
        None => {
            let made = document()?.to_string();
            TEXT.get_or_init(|| made)
        }
    };
    Ok(([(header::CONTENT_TYPE, "application/json")], text.as_str()).into_response())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// What the router is built from, as method and path below `/api/v1`.
    fn routed() -> BTreeSet<(String, String)> {
        let source = include_str!("../api.rs");
        let mut found = BTreeSet::new();
        for one in source.split(".route(").skip(1) {
            let path = one.split('"').nth(1).unwrap();
            // These stand beside the interface, not in it.
            if ["/metrics", "/healthz"].contains(&path) || path.starts_with("/api") {
                continue;
            }
            let handlers = one.split_once(',').unwrap().1;
            for method in ["get", "post", "put", "patch", "delete"] {
                let first = format!(" {method}(");
                let further = format!(").{method}(");
                if handlers.contains(&first) || handlers.contains(&further) {
                    found.insert((method.to_owned(), path.to_owned()));
                }
            }
        }
        found
    }

    #[test]
    fn every_route_and_method_is_documented_and_no_other() {
        let documented: BTreeSet<_> =
            routes().iter().map(|r| (r.method.to_owned(), r.path.to_owned())).collect();
        assert_eq!(documented.len(), routes().len(), "one route stands there twice");
        assert_eq!(documented, routed());
    }

    #[test]
    fn the_document_is_of_version_3_1_and_names_no_schema_that_is_missing() {
        let document = document().unwrap();
        let text = document.to_string();
        assert!(
            document["openapi"].as_str().unwrap().starts_with("3.1"),
            "{}",
            document["openapi"]
        );
        for name in text.split("#/components/schemas/").skip(1) {
            let name = name.split('"').next().unwrap();
            assert!(document["components"]["schemas"].get(name).is_some(), "{name}");
        }
        let methods = document["paths"].as_object().unwrap().values();
        let methods: usize = methods.map(|path| path.as_object().unwrap().len()).sum();
        assert_eq!(methods, routes().len());
    }
}
