//! What the types do not tell of the shapes of what goes over the wire: what single fields mean, and the few shapes
//! that no type is read by.

use bilik_shared::view::allocation::Changes;
use bilik_shared::view::entries::{Filter, MAX_PAGE, Order};
use bilik_shared::view::second_factor::Ways;
use serde_json::{Map, Value, json};

use super::shape::Shapes;

/// What fields mean, where another system has to know.
const MEANINGS: &[(&str, &str, &str)] = &[
    ("Row", "sheet", "The sheet; `hidden` where the reader may not know it"),
    ("Row", "block", "Empty outside of the house"),
    ("Row", "cell", "Empty outside of the house"),
    ("Row", "register_number", "Empty outside of the house"),
    ("Row", "number", "The registration number; empty where there is none yet"),
    ("Row", "choices", "Programmes, first choice first"),
    ("Row", "officer", "Who did the last step at a tablet"),
    ("Row", "device", "On which tablet"),
    ("Row", "recorded_at", "Milliseconds since 1970, by the tablet's clock"),
    ("Row", "received_at", "Milliseconds since 1970, by the server's clock"),
    ("Row", "conflicts", "How many fields have more than one answer"),
    ("Row", "aliases", "Other names; absent outside of the house"),
    ("Row", "late", "Absent unless it came after its wave had closed, and waits for somebody"),
    ("Row", "gone", "Absent unless the person has left the house while a place is at stake"),
    ("Page", "next", "The cursor of the next page; null on the last one"),
    ("Page", "total", "How many rows the list has in all"),
    ("Detail", "version", "Changes with anything that is shown here"),
    ("Detail", "reason", "The reason of the last decision"),
    ("Decide", "reason", "Empty where the step needs none"),
    ("Decide", "programme", "For a participant and for the reserve list"),
    ("Decide", "package", "For a participant: the number of the package"),
    ("SignIn", "code", "From the phone or the paper, where there is a second factor"),
    ("SignIn", "passkey", "What a passkey answers, where the problem of the try before asked one"),
    ("KeyQuestion", "options", "JSON for the browser's own reader of such options"),
    ("KeyAnswer", "credential", "What the browser's credential gives as JSON"),
    ("Me", "id", "The id that decisions carry"),
    ("NewToken", "name", "Which system it is for"),
    ("NewHook", "url", "`https`, or an address on this computer"),
];

/// All named shapes: those that were found, with what is said about them, and those that stand here.
///
/// A filter and what a page is asked for by stand in one object, which no type tells of as a whole.
pub(super) fn finished(mut shapes: Shapes) -> Map<String, Value> {
    let filter = shapes.of::<Filter>();
    let order = shapes.of::<Option<Order>>();
    let (changes, ways) = (shapes.of::<Changes>(), shapes.of::<Ways>());
    let mut all = shapes.named();
    for (name, field, meaning) in MEANINGS {
        if let Some(schema) = all.get_mut(*name) {
            schema["properties"][*field]["description"] = json!(meaning);
        }
    }
    let asked = json!({
        "type": "object",
        "properties": {
            "order": order,
            "cursor": { "type": ["string", "null"], "description": "`next` of the page before" },
            "limit": { "type": ["integer", "null"], "minimum": 1, "maximum": MAX_PAGE },
        },
    });
    all.insert("PageAsk".into(), json!({ "allOf": [filter, asked] }));
    all.insert("Problem".into(), problem(&changes, &ways));
    all.insert("TabletError".into(), tablet_error());
    all
}

fn text(about: &str) -> Value {
    json!({ "type": "string", "description": about })
}

/// Why something was not done, as released tablets read it.
fn tablet_error() -> Value {
    json!({
        "type": "object",
        "properties": {
            "code": text("Stable; a program goes by it"),
            "message": text("One sentence that says what to do next"),
        },
        "required": ["code", "message"],
    })
}

/// Why something was not done.
fn problem(changes: &Value, ways: &Value) -> Value {
    json!({
        "type": "object",
        "properties": {
            "type": text("`urn:bilik:problem:` and the code"),
            "title": text("The status in words"),
            "status": { "type": "integer" },
            "detail": text("One sentence that says what to do next"),
            "code": text("Stable; a program goes by it"),
            "changed": changes,
            "ways": ways,
            "current": { "description": "What stands there now, as the route gives it to whoever looks" },
        },
        "required": ["code"],
    })
}
