//! Every route, with what it takes and gives. A test holds this table against the router, so that it tells of all of them
//! and of nothing else.

use bilik_shared::privacy::access::{Found, Search};
use bilik_shared::privacy::case::{Cases, Open, Step};
use bilik_shared::privacy::erasure::Erase;
use bilik_shared::privacy::retention::{Retention, SetRules};
use bilik_shared::report::{Export, Offer, Table};
use bilik_shared::roster::preview::{self, Apply, Imported};
use bilik_shared::sealed::HandedIn;
use bilik_shared::setup::{
    Accounts, AddAccount, ChangeAccount, Edit, Made, NewPassword, Shown, TabletChange, Tablets,
};
use bilik_shared::training::attendance::SaveDay;
use bilik_shared::training::certificate::Certificate;
use bilik_shared::vetting::{Say, Worklist};
use bilik_shared::view::access::{Access, NewHook, NewToken, Secret};
use bilik_shared::view::allocation::{self, Commit, Run};
use bilik_shared::view::entries::{Named, Page, View};
use bilik_shared::view::pairs::{Pairs, SettlePair};
use bilik_shared::view::quarantine::{Inside, SetAside, Settle};
use bilik_shared::view::second_factor::{
    AddedPasskey, Again, ConfirmFactor, KeyQuestion, NewFactor, NewPasskey, PaperCodes,
    RemovePasskey, SecondFactor,
};
use bilik_shared::view::session::{EndSession, OwnSession, ShownAgain};
use bilik_shared::view::training::{
    DayView, Find, FollowUps, GiveGrade, Issue, PackageView, Packages, Propose, SetRelease, Start,
    Teach, TurnAway,
};
use bilik_shared::view::verify::{Outcome, VerifyMany};
use bilik_shared::view::{
    AllowPin, Decide, Detail, DeviceKey, Enrol, Enrolled, Enrolment, Me, Nik, Overview, PinAllowed,
    Resolve, RevealNik, Row, ServerKey, SignIn, Unsettle, Withdraw,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::shape::{Shapes, reference};
use crate::api::enrolments::NewEnrolment;

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anybody.
    Anybody,
    /// An enrolled tablet, with its credential.
    Tablet,
    /// Somebody who has signed in.
    Person,
    /// Somebody who has signed in, or a system with a token of this scope.
    Reader(&'static str),
}

/// One method of one route.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// `get` or `post`.
    pub method: &'static str,
    /// Below `/api/v1`.
    pub path: &'static str,
    /// Who may ask.
    pub who: Who,
    /// What it is for.
    pub summary: &'static str,
    /// The shape of the body, where it is JSON.
    pub takes: Shape,
    /// The shape of the answer, where it is JSON.
    pub gives: Shape,
}

/// Finds the shape of one type.
pub type Shape = Option<fn(&mut Shapes) -> Value>;

const NONE: Shape = None;

const fn of<T: DeserializeOwned>() -> Shape {
    Some(Shapes::of::<T>)
}

const fn route(
    method: &'static str,
    path: &'static str,
    who: Who,
    (takes, gives): (Shape, Shape),
    summary: &'static str,
) -> Route {
    Route { method, path, who, summary, takes, gives }
}

impl Route {
    /// The status of an answer that tells of no problem.
    pub fn done(&self) -> &'static str {
        if self.path == "/sign-out" { "204" } else { "200" }
    }
}

/// Every route.
pub fn routes() -> Vec<Route> {
    use Who::{Anybody, Person, Reader, Tablet};
    let participants = Reader("read_participants");
    let reports = Reader("read_reports");
    vec![
        route("get", "/openapi.json", Anybody, (NONE, of::<Value>()), "This document"),
        route("post", "/exchange", Tablet, (NONE, NONE), "Hand in changes and get what is missing"),
        route(
            "post",
            "/sealed",
            Anybody,
            (NONE, of::<HandedIn>()),
            "Hand in the memory of a locked tablet, sealed for this server",
        ),
        route(
            "get",
            "/changes",
            Tablet,
            (NONE, NONE),
            "Which sheets changed, as server-sent events",
        ),
        route(
            "post",
            "/enrol",
            Anybody,
            (of::<Enrol>(), of::<Enrolled>()),
            "Enrol a tablet with a one-time code",
        ),
        route(
            "post",
            "/pin-code",
            Tablet,
            (of::<AllowPin>(), of::<PinAllowed>()),
            "Allow a new PIN with a one-time code",
        ),
        route(
            "post",
            "/device-key",
            Tablet,
            (of::<DeviceKey>(), of::<ServerKey>()),
            "Tell the key that the tablet signs with",
        ),
        route("post", "/sign-in", Anybody, (of::<SignIn>(), of::<Me>()), "Open a session"),
        route("post", "/sign-out", Anybody, (NONE, NONE), "End the session"),
        route("get", "/me", Person, (NONE, of::<Me>()), "Who has signed in"),
        route(
            "get",
            "/second-factor",
            Person,
            (NONE, of::<SecondFactor>()),
            "One's own second factor",
        ),
        route(
            "post",
            "/second-factor/begin",
            Person,
            (of::<Again>(), of::<NewFactor>()),
            "Make a second factor",
        ),
        route(
            "post",
            "/second-factor/confirm",
            Person,
            (of::<ConfirmFactor>(), of::<PaperCodes>()),
            "Ask for it from now on",
        ),
        route(
            "post",
            "/second-factor/end",
            Person,
            (of::<Again>(), of::<SecondFactor>()),
            "Ask for it no more",
        ),
        route(
            "post",
            "/second-factor/passkeys/begin",
            Person,
            (NONE, of::<KeyQuestion>()),
            "Ask the browser for a new passkey",
        ),
        route(
            "post",
            "/second-factor/passkeys",
            Person,
            (of::<NewPasskey>(), of::<AddedPasskey>()),
            "Add a passkey",
        ),
        route(
            "post",
            "/second-factor/passkeys/remove",
            Person,
            (of::<RemovePasskey>(), of::<SecondFactor>()),
            "Remove a passkey",
        ),
        route(
            "get",
            "/sessions",
            Person,
            (NONE, of::<Vec<OwnSession>>()),
            "One's own open sessions",
        ),
        route(
            "post",
            "/sessions/end",
            Person,
            (of::<EndSession>(), of::<Vec<OwnSession>>()),
            "End one of one's own sessions",
        ),
        route(
            "post",
            "/sessions/confirm",
            Person,
            (of::<ShownAgain>(), of::<Me>()),
            "Show the password again, before what matters most",
        ),
        route(
            "get",
            "/desk/overview",
            Person,
            (NONE, of::<Overview>()),
            "The house, counts and tablets",
        ),
        route("get", "/desk/events", Person, (NONE, NONE), "What changes, as server-sent events"),
        route(
            "get",
            "/desk/entries",
            participants,
            (NONE, of::<Page>()),
            "A page of registrations",
        ),
        route(
            "post",
            "/desk/entries/search",
            participants,
            (Some(|_| reference("PageAsk")), of::<Page>()),
            "The same, with what is searched for in the body",
        ),
        route(
            "post",
            "/desk/entries/verify",
            Person,
            (of::<VerifyMany>(), of::<Vec<Outcome>>()),
            "Verify many registrations, each for itself",
        ),
        route(
            "post",
            "/desk/entries/named",
            participants,
            (of::<Named>(), of::<Vec<Row>>()),
            "Registrations by their ids",
        ),
        route(
            "get",
            "/desk/entries/{sheet}/{entry}",
            participants,
            (NONE, of::<Detail>()),
            "One registration; `hidden` stands for a sheet that is not known",
        ),
        route(
            "post",
            "/desk/entries/{sheet}/{entry}/resolve",
            Person,
            (of::<Resolve>(), of::<Detail>()),
            "Choose between two answers",
        ),
        route(
            "post",
            "/desk/entries/{sheet}/{entry}/unsettle",
            Person,
            (of::<Unsettle>(), of::<Detail>()),
            "Take a choice between two answers back",
        ),
        route(
            "post",
            "/desk/entries/{sheet}/{entry}/decide",
            Person,
            (of::<Decide>(), of::<Detail>()),
            "Move a registration on",
        ),
        route(
            "post",
            "/desk/entries/{sheet}/{entry}/withdraw",
            Person,
            (of::<Withdraw>(), of::<Detail>()),
            "Somebody has told the supervisor that they withdraw",
        ),
        route(
            "post",
            "/desk/entries/{sheet}/{entry}/nik",
            Person,
            (of::<RevealNik>(), of::<Nik>()),
            "The whole identity number, for a reason",
        ),
        route(
            "post",
            "/desk/privacy/access",
            Person,
            (of::<Search>(), of::<Found>()),
            "Search the log of access",
        ),
        route(
            "get",
            "/desk/privacy/cases",
            Person,
            (NONE, of::<Cases>()),
            "Requests and incidents",
        ),
        route("post", "/desk/privacy/cases", Person, (of::<Open>(), of::<Cases>()), "Open a case"),
        route(
            "post",
            "/desk/privacy/cases/{case}",
            Person,
            (of::<Step>(), of::<Cases>()),
            "Note what was done",
        ),
        route(
            "post",
            "/desk/privacy/cases/{case}/erase",
            Person,
            (of::<Erase>(), of::<Cases>()),
            "Grant a request for erasure",
        ),
        route(
            "get",
            "/desk/vetting",
            Person,
            (NONE, of::<Worklist>()),
            "Whom the clinic or security looks at",
        ),
        route(
            "post",
            "/desk/vetting",
            Person,
            (of::<Say>(), of::<Worklist>()),
            "Say one word about many people",
        ),
        route(
            "get",
            "/desk/privacy/retention",
            Person,
            (NONE, of::<Retention>()),
            "Rules of retention",
        ),
        route(
            "post",
            "/desk/privacy/retention",
            Person,
            (of::<SetRules>(), of::<Retention>()),
            "Set the rules",
        ),
        route(
            "post",
            "/desk/privacy/retention/try",
            Person,
            (of::<SetRules>(), of::<Retention>()),
            "What other rules would concern",
        ),
        route("get", "/desk/views", Person, (NONE, of::<Vec<View>>()), "Saved views"),
        route("post", "/desk/views", Person, (of::<View>(), of::<Vec<View>>()), "Save a view"),
        route(
            "post",
            "/desk/views/{id}/remove",
            Person,
            (NONE, of::<Vec<View>>()),
            "Remove a view",
        ),
        route(
            "post",
            "/desk/allocation/preview",
            Person,
            (of::<allocation::Ask>(), of::<allocation::Preview>()),
            "What a run would propose",
        ),
        route(
            "post",
            "/desk/allocation/commit",
            Person,
            (of::<Commit>(), of::<Run>()),
            "Decide what a run proposes",
        ),
        route(
            "get",
            "/desk/allocation/runs",
            Person,
            (NONE, of::<Vec<Run>>()),
            "The runs that were committed",
        ),
        route(
            "post",
            "/desk/enrolments",
            Person,
            (of::<NewEnrolment>(), of::<Enrolment>()),
            "Make a one-time code",
        ),
        route(
            "get",
            "/desk/quarantine",
            Person,
            (NONE, of::<SetAside>()),
            "What the server could not take in",
        ),
        route(
            "post",
            "/desk/quarantine/{id}",
            Person,
            (of::<Settle>(), of::<SetAside>()),
            "Say what came of a piece of it",
        ),
        route(
            "get",
            "/desk/quarantine/{id}",
            Person,
            (NONE, of::<Inside>()),
            "What stands in a piece of it",
        ),
        route(
            "post",
            "/desk/quarantine/{id}/let-in",
            Person,
            (of::<Settle>(), of::<SetAside>()),
            "Let a piece of it in, for a reason",
        ),
        route(
            "post",
            "/desk/quarantine/of/{device}/let-in",
            Person,
            (of::<Settle>(), of::<SetAside>()),
            "Let everything in that a tablet handed in late or unsigned",
        ),
        route(
            "get",
            "/desk/pairs",
            Person,
            (NONE, of::<Pairs>()),
            "Entries that may be one person",
        ),
        route(
            "post",
            "/desk/pairs",
            Person,
            (of::<SettlePair>(), of::<Pairs>()),
            "Say what is true of two of them",
        ),
        route("post", "/desk/pairs/{number}/undo", Person, (NONE, of::<Pairs>()), "Take that back"),
        route(
            "get",
            "/desk/roster",
            Person,
            (NONE, of::<Option<Imported>>()),
            "What became of the last list",
        ),
        route(
            "post",
            "/desk/roster/preview",
            Person,
            (NONE, of::<preview::Preview>()),
            "What a list would change",
        ),
        route(
            "post",
            "/desk/roster/apply",
            Person,
            (of::<Apply>(), of::<Imported>()),
            "Apply a list",
        ),
        route("get", "/desk/reports", reports, (NONE, of::<Vec<Offer>>()), "The reports there are"),
        route("get", "/desk/reports/{report}", reports, (NONE, of::<Table>()), "One report"),
        route(
            "post",
            "/desk/reports/{report}",
            Person,
            (of::<Export>(), NONE),
            "One report as a file or for paper",
        ),
        route(
            "get",
            "/desk/access",
            Person,
            (NONE, of::<Access>()),
            "Tokens and addresses of other systems",
        ),
        route(
            "post",
            "/desk/tokens",
            Person,
            (of::<NewToken>(), of::<Secret>()),
            "Make a token; it is shown once",
        ),
        route("post", "/desk/tokens/{id}/revoke", Person, (NONE, of::<Access>()), "Revoke a token"),
        route(
            "post",
            "/desk/hooks",
            Person,
            (of::<NewHook>(), of::<Secret>()),
            "Tell an address of released participants",
        ),
        route(
            "post",
            "/desk/hooks/{id}/remove",
            Person,
            (NONE, of::<Access>()),
            "Tell an address no more",
        ),
        route(
            "post",
            "/desk/deliveries/{id}/again",
            Person,
            (NONE, of::<Access>()),
            "Send a message again",
        ),
        route(
            "post",
            "/password",
            Person,
            (of::<NewPassword>(), of::<Me>()),
            "Choose a password of one's own",
        ),
        route("get", "/desk/setup", Person, (NONE, of::<Shown>()), "What is set up"),
        route("post", "/desk/setup", Person, (of::<Edit>(), of::<Shown>()), "Set up one item"),
        route("get", "/desk/users", Person, (NONE, of::<Accounts>()), "Who may sign in"),
        route("post", "/desk/users", Person, (of::<AddAccount>(), of::<Made>()), "Add somebody"),
        route(
            "post",
            "/desk/users/change",
            Person,
            (of::<ChangeAccount>(), of::<Made>()),
            "Change somebody",
        ),
        route("get", "/desk/devices", Person, (NONE, of::<Tablets>()), "The tablets"),
        route(
            "post",
            "/desk/devices/{device}",
            Person,
            (of::<TabletChange>(), of::<Tablets>()),
            "Change a tablet",
        ),
        route("get", "/desk/training", Person, (NONE, of::<Packages>()), "The packages"),
        route(
            "get",
            "/desk/training/{programme}/{number}",
            Person,
            (NONE, of::<PackageView>()),
            "One package",
        ),
        route(
            "post",
            "/desk/training/{programme}/{number}/propose",
            Person,
            (of::<Propose>(), of::<PackageView>()),
            "Advise on somebody",
        ),
        route(
            "post",
            "/desk/training/{programme}/{number}/turn-away",
            Person,
            (of::<TurnAway>(), of::<PackageView>()),
            "Do not accept somebody after an interview",
        ),
        route(
            "post",
            "/desk/training/{programme}/{number}/instructor",
            Person,
            (of::<Teach>(), of::<PackageView>()),
            "Name the instructor",
        ),
        route(
            "post",
            "/desk/training/{programme}/{number}/start",
            Person,
            (of::<Start>(), of::<PackageView>()),
            "Begin a package",
        ),
        route(
            "get",
            "/desk/training/{programme}/{number}/days/{date}",
            Person,
            (NONE, of::<DayView>()),
            "The attendance of a day",
        ),
        route(
            "post",
            "/desk/training/{programme}/{number}/days/{date}",
            Person,
            (of::<SaveDay>(), of::<DayView>()),
            "Save the attendance of a day",
        ),
        route(
            "post",
            "/desk/training/{programme}/{number}/grades",
            Person,
            (of::<GiveGrade>(), of::<PackageView>()),
            "Write down a score",
        ),
        route(
            "post",
            "/desk/training/{programme}/{number}/certificates",
            Person,
            (of::<Issue>(), of::<PackageView>()),
            "Give a certificate",
        ),
        route(
            "get",
            "/desk/training/{programme}/{number}/certificates/{entry}",
            Person,
            (NONE, of::<Certificate>()),
            "A certificate",
        ),
        route(
            "get",
            "/desk/follow-ups",
            Person,
            (NONE, of::<FollowUps>()),
            "What became of people",
        ),
        route(
            "post",
            "/desk/follow-ups/{entry}/release",
            Person,
            (of::<SetRelease>(), of::<FollowUps>()),
            "Write down a release",
        ),
        route(
            "post",
            "/desk/follow-ups/{entry}/found",
            Person,
            (of::<Find>(), of::<FollowUps>()),
            "Write down what was found",
        ),
    ]
}

/// Parameters of an address, beside those in its path.
pub fn queries(route: &Route) -> &'static [(&'static str, &'static str)] {
    match (route.method, route.path) {
        ("get", "/desk/entries") => &[
            ("queue", "`asked`, `all`, `contested`, `late` or `gone`"),
            ("state", "The code of a state; it goes before the queue"),
            ("block", "Blocks, with commas between them"),
            ("programme", "The code of a programme that was ranked"),
            (
                "q",
                "A name in any spelling, a number, a cell. Names are better sent by POST: addresses are logged on their way",
            ),
            (
                "order",
                "`fit`, `name`, `cell`, `state`, `officer`, `recorded` or `received`, with a dash before it where large comes first",
            ),
            ("cursor", "`next` of the page before"),
            ("limit", "How many rows, at most 500; 100 where it is absent"),
        ],
        (_, path)
            if ["/decide", "/resolve", "/unsettle", "/withdraw"]
                .iter()
                .any(|end| path.ends_with(end)) =>
        {
            &[(
                "version",
                "`version` of the registration that was looked at; where it has another one by now the answer is 409 with the present state",
            )]
        }
        ("get", path) if path.starts_with("/desk/reports") => &[("language", "`id` or `en`")],
        ("get", "/desk/quarantine" | "/desk/pairs") => &[("cursor", "`next` of the page before")],
        ("post", "/desk/roster/preview") => &[("columns", "What single columns hold")],
        _ => &[],
    }
}
