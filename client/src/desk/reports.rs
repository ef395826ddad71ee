//! Reports: looked at as a page of paper, and taken out of the house with a purpose that is noted.

use bilik_shared::report::{
    Cell, Column, Export, Format, Language, MAX_PURPOSE, Offer, Report, Table,
};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::desk::alive::Alive;
use crate::desk::api;
use crate::desk::route::Route;
use crate::desk::session::Desk;
use crate::device;
use crate::net::NetError;
use crate::parts::field::TextField;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::notice::{Notice, Tone};
use crate::text::{language, say, t, told};

/// Whether this person may open any report.
pub fn are_there(desk: Desk) -> bool {
    desk.me.with_value(|me| Report::ALL.iter().any(|report| report.scope(me.role).is_some()))
}

/// The language of the moment as reports know it.
fn spoken() -> Language {
    Language::parse(language().code()).unwrap_or(Language::Indonesian)
}

/// The list of reports, or the one that is open.
#[component]
pub fn Reports(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let which = Memo::new(move |_| match desk.route.get() {
        Route::Reports(which) => which,
        _ => None,
    });
    let page = move || match which.get() {
        None => view! { <List desk /> }.into_any(),
        Some(report) => view! { <Open desk report /> }.into_any(),
    };
    view! { <main class="work">{page}</main> }
}

#[component]
fn Failed(error: NetError) -> impl IntoView {
    view! { <Notice tone=Tone::Error><p>{told(move || api::sentence(&error))}</p></Notice> }
}

#[component]
fn List(desk: Desk) -> impl IntoView {
    let offers = RwSignal::new(None::<Result<Vec<Offer>, NetError>>);
    let alive = StoredValue::new_local(Alive::here());
    Effect::new(move || {
        let language = spoken();
        spawn_local(async move {
            let answer = api::reports(language).await;
            if alive.try_get_value().is_some_and(|alive| alive.is()) {
                answer.as_ref().err().inspect(|error| desk.check_session(error));
                offers.set(Some(answer));
            }
        });
    });
    let link = |Offer { report, title, about }: Offer| {
        let to = Route::Reports(Some(report)).href();
        view! { <li><a href=to><b>{title}</b>{about}</a></li> }
    };
    let list = move || match offers.get() {
        None => view! { <p role="status">{say("bar.loading")}</p> }.into_any(),
        Some(Err(error)) => view! { <Failed error /> }.into_any(),
        Some(Ok(offers)) if offers.is_empty() => view! { <p>{say("report.none")}</p> }.into_any(),
        Some(Ok(offers)) => {
            let links = offers.into_iter().map(link).collect_view();
            view! { <ul class="reports">{links}</ul> }.into_any()
        }
    };
    view! {
        <div class="head"><h1>{say("page.reports")}</h1></div>
        <p class="hint">{say("report.help")}</p>
        {list}
    }
}

/// One report that is open.
#[derive(Clone, Copy)]
struct Held {
    desk: Desk,
    report: Report,
    alive: StoredValue<Alive, LocalStorage>,
    table: RwSignal<Option<Table>>,
    failed: RwSignal<Option<NetError>>,
    /// What it shall be taken out as, while its purpose is asked.
    asking: RwSignal<Option<Format>>,
    purpose: RwSignal<String>,
    missing: RwSignal<bool>,
    busy: RwSignal<bool>,
    noted: RwSignal<bool>,
}

impl Held {
    fn is_there(self) -> bool {
        self.alive.try_get_value().is_some_and(|alive| alive.is())
    }

    fn load(self, language: Language) {
        spawn_local(async move {
            let answer = api::report(self.report, language).await;
            // An answer in the language before is late, and not wanted any more.
            if self.is_there() && untrack(spoken) == language {
                self.took(answer);
            }
        });
    }

    fn took(self, answer: Result<Table, NetError>) {
        match answer {
            Ok(table) => {
                self.failed.set(None);
                self.table.set(Some(table));
            }
            Err(error) => self.refused(error),
        }
    }

    fn refused(self, error: NetError) {
        self.desk.check_session(&error);
        self.failed.set(Some(error));
    }

    fn ask(self, format: Format) {
        self.noted.set(false);
        self.missing.set(false);
        self.asking.set(Some(format));
        device::focus_later("purpose");
    }

    /// Takes the report out, if it is said what for.
    fn take(self, format: Format) {
        let purpose = self.purpose.get_untracked().trim().to_owned();
        self.missing.set(purpose.is_empty());
        if purpose.is_empty() {
            device::focus("purpose");
            return;
        }
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let question = Export { format, purpose, language: untrack(spoken) };
        spawn_local(async move {
            let done = match format {
                Format::Print => self.print(&question).await,
                Format::Xlsx | Format::Csv => self.save(&question).await,
            };
            if self.is_there() {
                self.busy.set(false);
                match done {
                    Ok(()) => {
                        self.asking.set(None);
                        self.noted.set(true);
                    }
                    Err(error) => self.refused(error),
                }
            }
        });
    }

    async fn print(self, question: &Export) -> Result<(), NetError> {
        let table = api::print_report(self.report, question).await?;
        if self.is_there() {
            self.took(Ok(table));
            // Two frames later the paper with its stamp is drawn.
            device::after_paint(device::print);
        }
        Ok(())
    }

    async fn save(self, question: &Export) -> Result<(), NetError> {
        let file = api::save_report(self.report, question).await?;
        let day = self.desk.server_now().date(self.desk.zone()).iso();
        let name = format!("{}-{day}.{}", self.report.code(), question.format.code());
        spawn_local(async move {
            if device::save_file(&file, &name).await.is_err() {
                leptos::logging::error!("the browser saves no file");
            }
        });
        Ok(())
    }
}

#[component]
fn Open(desk: Desk, report: Report) -> impl IntoView {
    let held = Held {
        desk,
        report,
        alive: StoredValue::new_local(Alive::here()),
        table: RwSignal::new(None),
        failed: RwSignal::new(None),
        asking: RwSignal::new(None),
        purpose: RwSignal::new(String::new()),
        missing: RwSignal::new(false),
        busy: RwSignal::new(false),
        noted: RwSignal::new(false),
    };
    Effect::new(move || held.load(spoken()));
    let take = move |format: Format, symbol: Symbol, name: &'static str, class: &'static str| {
        let off = move || held.table.with(Option::is_none);
        view! {
            <button type="button" class=class disabled=off on:click=move |_| held.ask(format)>
                <Icon symbol />{say(name)}
            </button>
        }
    };
    let loading = move || held.table.with(Option::is_none) && held.failed.with(Option::is_none);
    view! {
        <div class="head no-print">
            <a href=Route::Reports(None).href()>{say("report.all")}</a>
            <div class="actions">
                {take(Format::Csv, Symbol::Down, "report.csv", "btn")}
                {take(Format::Xlsx, Symbol::Down, "report.excel", "btn")}
                {take(Format::Print, Symbol::Print, "print.now", "btn main primary")}
            </div>
        </div>
        <div class="no-print">
            {move || held.failed.get().map(|error| view! { <Failed error /> })}
            {move || held.noted.get().then(|| view! {
                <div class="notice" data-state="received" role="status">
                    <Icon symbol=Symbol::Check /><p>{say("report.noted")}</p>
                </div>
            })}
            {move || held.asking.get().map(|format| view! { <Purpose held format /> })}
            {move || loading().then(|| view! { <p role="status">{say("bar.loading")}</p> })}
        </div>
        {move || held.table.get().map(|table| view! { <Paper table /> })}
    }
}

/// Asks what the report is needed for.
#[component]
fn Purpose(held: Held, format: Format) -> impl IntoView {
    let act = if format == Format::Print { "report.print_now" } else { "report.save_now" };
    let error =
        Signal::derive(move || held.missing.get().then(|| t("report.purpose_missing", &[])));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        held.take(format);
    };
    let cancel = move || held.asking.set(None);
    let too_long = move || held.purpose.with(|purpose| purpose.chars().count() > MAX_PURPOSE);
    let personal = held.report.names_people();
    view! {
        <form
            class="panel take"
            novalidate
            on:submit=submit
            on:keydown=move |event| if event.key() == "Escape" { cancel() }
        >
            {personal.then(|| view! { <p><b>{say("report.private")}</b></p> })}
            <TextField
                name="purpose"
                label=Signal::derive(say("report.purpose"))
                hint=Signal::derive(say("report.purpose_hint"))
                value=held.purpose
                error
            />
            <div class="actions">
                <button class="btn main primary" disabled=move || held.busy.get() || too_long()>{say(act)}</button>
                <button type="button" class="btn main text" on:click=move |_| cancel()>{say("decide.cancel")}</button>
            </div>
            {move || too_long().then(|| view! { <p class="low" role="status">{say("refusal.too_large")}</p> })}
        </form>
    }
}

/// The report as it is printed; all its words come from the server.
#[component]
fn Paper(table: Table) -> impl IntoView {
    let Table { report, title, house, wave, as_of, lead, columns, rows, .. } = table;
    let Table { totals, notes, signatures, stamp, audit, language, .. } = table;
    let upright = matches!(report, Report::Minutes | Report::Decree);
    let class = if upright { "paper report upright" } else { "paper report" };
    let name = title.clone();
    let empty = rows.is_empty().then(|| view! { <p>{say("report.empty")}</p> });
    let sentence = |text: String| view! { <p class="lead">{text}</p> };
    let signature = |who: String| {
        // The name stands below the line that is signed on.
        let (office, name) = who.split_once("\n\n").unwrap_or((&who, ""));
        view! { <div><p>{office.to_owned()}</p><span>{name.to_owned()}</span></div> }
    };
    let heads = columns.iter().map(|column| {
        let class = column.number.then_some("num");
        view! { <th scope="col" class=class>{column.name.clone()}</th> }
    });
    let heads = heads.collect_view();
    let body = rows.into_iter().map(|row| view! { <tr>{cells(&columns, row)}</tr> }.into_any());
    let foot =
        (!totals.is_empty()).then(|| view! { <tfoot><tr>{cells(&columns, totals)}</tr></tfoot> });
    view! {
        <article class=class lang=language.code()>
            <header><p>{house}</p><h1>{title}</h1></header>
            <p class="meta">
                <span>{wave}</span>
                <span>{as_of}</span>
            </p>
            {lead.into_iter().map(sentence).collect_view()}
            <div class="across" role="region" tabindex="0" aria-label=name>
                <table><thead><tr>{heads}</tr></thead><tbody>{body.collect_view()}</tbody>{foot}</table>
            </div>
            {empty}
            <div class="notes">{notes.into_iter().map(sentence).collect_view()}</div>
            <div class="signatures">{signatures.into_iter().map(signature).collect_view()}</div>
            {stamp.map(|stamp| view! { <footer><span>{stamp}</span>{audit.map(|audit| view! { <span>{audit}</span> })}</footer> })}
        </article>
    }
}

fn cells(columns: &[Column], row: Vec<Cell>) -> Vec<AnyView> {
    let cell = |(column, cell): (&Column, Cell)| {
        let text = match cell {
            Cell::Number(count) => count.to_string(),
            Cell::Text(text) => text,
        };
        // A hash has no place to break at, and would push the rest of the table off the paper.
        let long = text.len() > 40 && !text.contains(' ');
        let class = if column.number {
            "num"
        } else if long {
            "long"
        } else {
            ""
        };
        view! { <td class=class>{text}</td> }.into_any()
    };
    columns.iter().zip(row).map(cell).collect()
}

#[cfg(test)]
mod tests {
    use bilik_shared::lifecycle::State;
    use bilik_shared::registration::{Education, NikStatus};
    use bilik_shared::report::word;
    use bilik_shared::role::Role;

    use super::*;
    use crate::label::Label;
    use crate::text::set_language;

    #[test]
    fn a_report_calls_things_as_the_screens_do() {
        crate::text::speak(&crate::text::DESK);
        for (screen, paper) in [
            (crate::text::Language::Indonesian, Language::Indonesian),
            (crate::text::Language::English, Language::English),
        ] {
            set_language(screen);
            let same = |key: &'static str, group: &str, code: &str| {
                assert_eq!(t(key, &[]), word(paper, &format!("{group}.{code}")), "{key}");
            };
            State::ALL.iter().for_each(|one| same(one.key(), "state", one.code()));
            Education::ALL.iter().for_each(|one| same(one.key(), "education", one.code()));
            NikStatus::ALL.iter().for_each(|one| same(one.key(), "nik", one.code()));
            Role::ALL.iter().for_each(|one| same(one.key(), "role", one.code()));
        }
        set_language(crate::text::Language::Indonesian);
    }
}
