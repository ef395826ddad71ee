//! What an officer does on the pages of the tablet's app, in the words that stand there.

use serde_json::{Value, json};

use crate::browser::{Browser, Stuck};
use crate::words::{INDONESIAN, Words};

/// The PIN of every officer.
pub const PIN: &str = "481516";
/// The passphrase of every officer.
pub const PASSPHRASE: &str = "meja hujan kuda tiga";

/// The pages of a tablet in one language.
#[derive(Debug, Clone, Copy)]
pub struct Pages<'a> {
    /// The browser.
    pub page: &'a Browser,
    /// What stands on its pages.
    pub words: Words,
}

impl Pages<'_> {
    fn say(&self, key: &str) -> String {
        self.words.say(key).to_owned()
    }

    /// Shows everything in this language from now on.
    pub async fn speak(&self) -> Result<(), Stuck> {
        let code = self.words.code;
        let switch = format!(
            "if (document.documentElement.lang === '{code}') return true; \
             document.querySelector('button[lang={code}]')?.click(); return false"
        );
        self.page.until("the language", &switch).await.map(drop)
    }

    /// The tablet is enrolled; the officer takes it, and waits until it can start without network.
    pub async fn take(&self, officer: &str) -> Result<(), Stuck> {
        let page = self.page;
        page.sees(&self.say("enrol.done")).await?;
        page.press(&self.say("enrol.start")).await?;
        self.hand_over(officer).await?;
        page.sees(&self.say("sheets.title")).await?;
        page.sees(&self.say("sheets.block")).await?;
        let ready = "return navigator.serviceWorker.getRegistration()\
            .then(registration => registration?.active?.state === 'activated')";
        page.until("the service worker", ready).await.map(drop)
    }

    /// An officer takes the tablet where it asks who works with it; the page behind comes back. They show what they
    /// have, a PIN or a passphrase, and make what they lack.
    pub async fn hand_over(&self, officer: &str) -> Result<(), Stuck> {
        let page = self.page;
        page.press(officer).await?;
        self.enter(officer).await
    }

    /// The officer who is chosen shows what they are asked for, until the tablet is open.
    pub async fn enter(&self, officer: &str) -> Result<(), Stuck> {
        let page = self.page;
        // A tablet that ends its key for this officer loads its page anew, with them chosen.
        let asks = format!(
            "if (document.querySelector('.pages:not([hidden])')) return 'open'; \
             if (document.querySelector('.unlock [aria-busy=true]')) return null; \
             const chosen = document.querySelector('.officer[aria-pressed=true]'); \
             if (!chosen?.innerText.includes({})) return null; \
             const title = document.querySelector('.pin h2')?.innerText ?? ''; \
             return [{}, {}, {}, {}, {}].find(known => title.includes(known)) ?? null",
            json!(officer),
            json!(self.say("phrase.make")),
            json!(self.say("phrase.enter")),
            json!(self.say("pin.make")),
            json!(self.say("pin.repeat")),
            json!(self.say("pin.enter"))
        );
        loop {
            let asked = page.until("the way in", &asks).await?;
            let asked = asked.as_str().unwrap_or_default();
            if asked == "open" {
                return Ok(());
            } else if asked == self.say("phrase.make") {
                self.make_passphrase(PASSPHRASE).await?;
            } else if asked == self.say("phrase.enter") {
                self.type_passphrase(PASSPHRASE).await?;
            } else {
                type_pin(page, PIN).await?;
            }
            let moved_on = format!(
                "const now = (() => {{ {asks} }})(); return now !== null && now !== {}",
                json!(asked)
            );
            page.until("what comes next", &moved_on).await?;
        }
    }

    /// Makes a passphrase where one is asked for.
    pub async fn make_passphrase(&self, passphrase: &str) -> Result<(), Stuck> {
        let page = self.page;
        page.fill(&self.say("phrase.label"), passphrase).await?;
        page.fill(&self.say("phrase.again"), passphrase).await?;
        page.press(&self.say("phrase.save")).await
    }

    /// Shows a passphrase where one is asked for.
    pub async fn type_passphrase(&self, passphrase: &str) -> Result<(), Stuck> {
        let page = self.page;
        page.fill(&self.say("phrase.label"), passphrase).await?;
        page.press(&self.say("phrase.open")).await
    }

    /// The page is loaded anew, and the officer who had it opens it again.
    pub async fn reopen(&self, officer: &str) -> Result<(), Stuck> {
        self.page.reload().await?;
        self.page.sees(&self.say("phrase.enter")).await?;
        self.hand_over(officer).await
    }

    /// Answers everything about the person whose form is open, and comes to the statement.
    pub async fn answer(&self, choices: &[&str]) -> Result<(), Stuck> {
        let page = self.page;
        page.sees(&self.say("form.title")).await?;
        for choice in choices {
            page.press(choice).await?;
        }
        page.choose(&self.say("field.education"), &self.say("education.lower_secondary")).await?;
        page.choose(&self.say("field.nik_status"), &self.say("nik_status.not_yet")).await
    }

    /// From the answered form over the statement to what is saved.
    pub async fn agree(&self) -> Result<(), Stuck> {
        let page = self.page;
        page.press(&self.say("act.to_consent")).await?;
        let next = format!(
            "const text = document.body.innerText; \
             return text.includes({}) ? 'statement' : text.includes({}) ? 'warnings' : null",
            json!(self.say("consent.way")),
            json!(self.say("act.save_as_is"))
        );
        if page.until("the statement", &next).await? == "warnings" {
            page.press(&self.say("act.save_as_is")).await?;
        }
        page.choose(&self.say("consent.way"), &self.say("consent.spoken")).await?;
        page.fill(&self.say("consent.witness"), "Yohanis Pelupessy").await?;
        page.choose(&self.say("consent.read_aloud"), &self.say("consent.yes")).await?;
        page.press(&self.say("consent.agree")).await
    }

    /// Opens the page for somebody who is not on the list, and fills it in; nothing is saved yet.
    pub async fn name_somebody(&self, name: &str, number: &str) -> Result<(), Stuck> {
        let page = self.page;
        page.follow(&self.say("walk.add")).await?;
        page.sees(&self.say("add.help")).await?;
        // Who was begun before and not saved stands there again.
        let begun = self.say("add.brought_back");
        let begun = format!("return document.body.innerText.includes('{begun}')");
        if page.script(&begun).await? == Value::Bool(true) {
            page.press(&self.say("add.begin_anew")).await?;
        }
        for (key, text) in [
            ("field.name", name),
            ("field.register_number", number),
            ("field.cell", "3"),
            ("add.day", "5"),
            ("add.month", "10"),
            ("add.year", "1990"),
        ] {
            page.fill(&self.say(key), text).await?;
        }
        page.choose(&self.say("field.sex"), &self.say("sex.female")).await?;
        page.choose(&self.say("field.legal_status"), &self.say("legal_status.detainee")).await
    }
}

fn indonesian(page: &Browser) -> Pages<'_> {
    Pages { page, words: INDONESIAN }
}

/// [`Pages::take`] in Indonesian.
pub async fn take(page: &Browser, officer: &str) -> Result<(), Stuck> {
    indonesian(page).take(officer).await
}

/// [`Pages::hand_over`] in Indonesian.
pub async fn hand_over(page: &Browser, officer: &str) -> Result<(), Stuck> {
    indonesian(page).hand_over(officer).await
}

/// [`Pages::reopen`] in Indonesian, by the officer of most stories.
pub async fn reopen(page: &Browser) -> Result<(), Stuck> {
    indonesian(page).reopen("Siti Aminah Tuasikal").await
}

/// [`Pages::enter`] in Indonesian.
pub async fn enter(page: &Browser, officer: &str) -> Result<(), Stuck> {
    indonesian(page).enter(officer).await
}

/// Types a PIN where the tablet asks for one.
pub async fn type_pin(page: &Browser, pin: &str) -> Result<(), Stuck> {
    let ready = "return document.activeElement?.id === 'pin-input' \
        && document.activeElement.value === '' \
        && document.querySelector('.pin')?.getAttribute('aria-busy') === 'false'";
    page.until("the field for the PIN", ready).await?;
    page.keys(pin).await
}

/// Waits until the tablet is open.
pub async fn is_open(page: &Browser) -> Result<(), Stuck> {
    page.until("the open tablet", "return document.querySelector('.unlock') === null")
        .await
        .map(drop)
}

/// [`Pages::answer`] in Indonesian.
pub async fn answer(page: &Browser, choices: &[&str]) -> Result<(), Stuck> {
    indonesian(page).answer(choices).await
}

/// [`Pages::agree`] in Indonesian.
pub async fn agree(page: &Browser) -> Result<(), Stuck> {
    indonesian(page).agree().await
}

/// [`Pages::name_somebody`] in Indonesian.
pub async fn name_somebody(page: &Browser, name: &str, number: &str) -> Result<(), Stuck> {
    indonesian(page).name_somebody(name, number).await
}

/// Scrolls by half a screen whatever the list of people scrolls in; whether there was anything left.
pub async fn scroll_on(page: &Browser) -> Result<bool, Stuck> {
    let further = "const boxes = [...document.querySelectorAll('*')];
        const list = document.querySelector('#people');
        const box = boxes.find(box => box.contains(list) && box.scrollHeight > box.clientHeight + 1
            && (box === document.scrollingElement || ['auto', 'scroll'].includes(getComputedStyle(box).overflowY)));
        const before = box?.scrollTop ?? 0;
        if (box) box.scrollTop += innerHeight / 2;
        return (box?.scrollTop ?? 0) > before";
    Ok(page.script(further).await? == Value::Bool(true))
}
