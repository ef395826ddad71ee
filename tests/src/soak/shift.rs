//! What the officer does between two kills, and what they look at after each.

use std::convert::Infallible;
use std::time::Duration;

use bilik_server::demo::Random;
use serde_json::{Value, json};

use super::Moment;
use super::ledger::{Done, Ledger, Row};
use crate::browser::{Browser, Stuck};
use crate::cutter::Cutter;
use crate::pages;

/// The sheet of the shift.
const BLOCK: &str = "Blok A";
const OFFICERS: [&str; 2] = ["Siti Aminah Tuasikal", "Rusdi Marasabessy"];
const PROGRAMMES: [&str; 5] =
    ["Garmen", "Teknik Las", "Tata Boga", "Teknik Otomotif", "Pertukangan Kayu"];
const WORDS: [&str; 6] = ["ingin", "bekerja", "setelah", "bebas", "bersama", "keluarga"];

/// Where the page counts the writes that its disk has not answered yet.
const WRITES: &str = "writesUnderWay";

/// Nobody types faster than this on a tablet: a hundred words a minute.
const PACE: Duration = Duration::from_millis(120);

/// One life of the browser.
#[derive(Debug)]
pub struct Shift<'a> {
    /// The browser.
    pub page: &'a Browser,
    /// What lies between it and the server.
    pub network: &'a Cutter,
    /// What the screen says is noted here.
    pub ledger: &'a mut Ledger,
    /// What comes next.
    pub random: &'a mut Random,
}

impl Shift<'_> {
    /// The app starts, in reach or out of it, and the officer takes the tablet if it asks.
    pub async fn start(&mut self) -> Result<(), Stuck> {
        let online = self.random.percent(40);
        self.reach(online).await?;
        let address = format!("http://localhost:{}/tablet/", self.network.address.port());
        self.page.go(&address).await?;
        let asks = "const text = document.body.innerText; \
            return text.includes('Tablet terkunci')";
        self.page.until("the lock", asks).await?;
        pages::hand_over(self.page, OFFICERS[0]).await?;
        let shows = "const text = document.body.innerText; \
            const typing = ['Minat pelatihan', 'Pernyataan kesediaan', 'Untuk orang yang tidak ada di daftar', \
                'Tersimpan di tablet', 'Diterima server']; \
            return text.includes('Lembar untuk') ? 'sheets' : typing.some(page => text.includes(page)) ? 'typing' : null";
        // What was being typed stands there again, or what came of it; the list is compared first.
        if self.page.until("the app", shows).await? == "typing" {
            return self.list().await;
        }
        self.page.follow(BLOCK).await?;
        self.rows().await.map(drop)
    }

    async fn reach(&self, online: bool) -> Result<(), Stuck> {
        match online {
            true => self.network.plug_in(),
            false => self.network.pull_the_plug(),
        }
        self.page.set_offline(!online).await
    }

    /// The list and the form that was open are compared with what the screen said before.
    pub async fn look(&mut self) -> Result<(), Stuck> {
        let rows = self.everybody().await?;
        let sheet = rows.first().and_then(|row| row.id.split_once('/')).map(|(sheet, _)| sheet);
        self.ledger.compare_list(sheet.unwrap_or_default(), &rows);
        for row in rows.iter().filter(|row| row.says.contains(Done::Registered.word())) {
            // Asked for, not answered, and carried out all the same: then it counts from now on.
            let known = self.ledger.people.get(&row.id);
            if known.is_some_and(|known| known.tried == Some(Done::Registered)) {
                self.ledger.saw_saved(&row.id, Done::Registered);
            }
        }
        let Some(id) = self.ledger.open.take() else { return Ok(()) };
        if rows.iter().any(|row| row.id == id) {
            let held = self.open(&id).await?;
            self.ledger.compare_text(&id, &held);
            self.list().await?;
        }
        Ok(())
    }

    /// When this life ends.
    pub fn moment(&mut self) -> Moment {
        let saving = self.random.percent(40);
        let most = if saving { 80 } else { 5_000 };
        Moment { saving, wait: Duration::from_millis(self.random.below(most) as u64) }
    }

    /// Works until somebody pulls the plug.
    pub async fn work(&mut self) -> Result<Infallible, Stuck> {
        loop {
            match self.random.below(10) {
                0 => self.change_officer().await?,
                1 => {
                    let online = self.random.percent(50);
                    self.reach(online).await?;
                }
                2 => self.add_somebody().await?,
                _ => {
                    let id = self.somebody().await?;
                    self.open(&id).await?;
                    let done = self.random.weigh(&[
                        (45, Some(Done::Registered)),
                        (20, Some(Done::Draft)),
                        (10, Some(Done::Declined)),
                        (10, Some(Done::Away)),
                        (15, None),
                    ]);
                    self.ask(&id, done).await?;
                }
            }
        }
    }

    /// One more registration, to the end.
    pub async fn register_somebody(&mut self) -> Result<(), Stuck> {
        let id = self.somebody().await?;
        self.open(&id).await?;
        self.ask(&id, Some(Done::Registered)).await
    }

    /// The network is there, and everything goes to the server.
    pub async fn hand_in(&self) -> Result<(), Stuck> {
        self.reach(true).await?;
        let handed_in = "const text = document.querySelector('a.status')?.innerText ?? ''; \
            return /(^|\\D)0 tersimpan/.test(text) && text.includes('Daring')";
        self.page.until("the receipt for everything", handed_in).await.map(drop)
    }

    /// Somebody who is not settled yet; whoever is half done comes first now and then.
    async fn somebody(&mut self) -> Result<String, Stuck> {
        let rows = self.rows().await?;
        let settled = |row: &&Row| {
            [Done::Registered, Done::Declined].iter().all(|done| !row.says.contains(done.word()))
        };
        let open: Vec<&Row> = rows.iter().filter(settled).collect();
        match open.as_slice() {
            [] => Err(Stuck("everybody of the block is asked: fewer kills, please".into())),
            open => Ok(open[self.random.below(open.len().min(12))].id.clone()),
        }
    }

    async fn change_officer(&mut self) -> Result<(), Stuck> {
        self.page.press("Ganti petugas").await?;
        let next = *self.random.pick(&OFFICERS);
        pages::hand_over(self.page, next).await?;
        self.rows().await.map(drop)
    }

    /// All rows of the list: of a long one only those near the screen are in the page.
    async fn everybody(&self) -> Result<Vec<Row>, Stuck> {
        let mut all: Vec<Row> = Vec::new();
        loop {
            let rows = self.rows().await?;
            // Screens overlap; who stands twice on one of them stays twice.
            let met = all.len();
            let fresh = |row: &Row| !all[..met].iter().any(|known| known.id == row.id);
            let fresh: Vec<Row> = rows.into_iter().filter(fresh).collect();
            all.extend(fresh);
            if !pages::scroll_on(self.page).await? {
                return Ok(all);
            }
            self.page.drawn().await?;
        }
    }

    /// The rows of the list that are in the page.
    async fn rows(&self) -> Result<Vec<Row>, Stuck> {
        let script = "const rows = [...document.querySelectorAll('a.person')]; \
            return rows.length ? rows.map(row => [row.getAttribute('href'), \
                row.querySelector('.name b').innerText, row.innerText]) : null";
        let value = self.page.until("the list of people", script).await?;
        let row = |row: &Value| {
            let text = |n: usize| row[n].as_str().unwrap_or_default().to_owned();
            let id = text(0).split_once('/').map(|(_, id)| id.to_owned()).unwrap_or_default();
            Row { id, name: text(1), says: text(2) }
        };
        Ok(value.as_array().into_iter().flatten().map(row).collect())
    }

    /// Opens somebody's form; gives the text that it holds.
    async fn open(&mut self, id: &str) -> Result<String, Stuck> {
        self.go(&format!("form/{id}")).await?;
        let held = "return document.querySelector('#reason-input')?.value.replace(/$/, '.')";
        let held = self.page.until("the form", held).await?;
        let held = held.as_str().unwrap_or_default();
        Ok(held.strip_suffix('.').unwrap_or_default().to_owned())
    }

    async fn list(&self) -> Result<(), Stuck> {
        let sheet = "return location.hash.split('/')[1]";
        let sheet = self.page.until("the sheet", sheet).await?;
        self.go(&format!("walk/{}", sheet.as_str().unwrap_or_default())).await?;
        self.rows().await.map(drop)
    }

    async fn go(&self, page: &str) -> Result<(), Stuck> {
        self.page.script(&format!("location.hash = {}", json!(page))).await.map(drop)
    }

    /// Answers, types slowly, and brings the person where they want to be.
    async fn ask(&mut self, id: &str, done: Option<Done>) -> Result<(), Stuck> {
        if self.pressed().await? == 0 {
            let mut choices = PROGRAMMES;
            self.random.shuffle(&mut choices);
            pages::answer(self.page, &choices[..1 + self.random.below(3)]).await?;
        } else {
            pages::answer(self.page, &[]).await?;
        }
        self.type_slowly(id).await?;
        let Some(done) = done else { return self.list().await };
        let choices = self.pressed().await?;
        self.ledger.people.entry(id.to_owned()).or_default().choices = choices;
        self.ledger.tries(id, done);
        match done {
            Done::Registered => pages::agree(self.page).await?,
            Done::Draft => self.page.press("Simpan draf").await?,
            Done::Declined => self.page.press("Tidak berminat").await?,
            Done::Away => self.page.press("Tidak di tempat").await?,
        }
        if done != Done::Draft {
            let saved = "return document.querySelector('.verdict[data-state]') !== null";
            self.page.until("the verdict", saved).await?;
            self.ledger.saw_saved(id, done);
            self.ledger.open = None;
            return self.list().await;
        }
        let row = format!(
            "const says = document.querySelector({})?.innerText ?? ''; return says.includes('{}') \
             && (says.includes('Tersimpan di tablet') || says.includes('Diterima server'))",
            json!(format!("a.person[href$='{id}']")),
            done.word()
        );
        self.page.until("the row of the list", &row).await?;
        self.ledger.saw_saved(id, done);
        self.ledger.open = None;
        Ok(())
    }

    /// How many programmes are chosen on the form.
    async fn pressed(&self) -> Result<usize, Stuck> {
        let pressed = "return document.querySelectorAll('.choice[aria-pressed=true]').length";
        let pressed = self.page.script(pressed).await?;
        Ok(usize::try_from(pressed.as_u64().unwrap_or_default()).unwrap_or_default())
    }

    /// One key after another, so that a kill may fall between any two.
    async fn type_slowly(&mut self, id: &str) -> Result<(), Stuck> {
        let count = format!(
            "if (window.{WRITES} === undefined) {{ \
                window.{WRITES} = 0; \
                const put = IDBObjectStore.prototype.put, known = new WeakSet(); \
                IDBObjectStore.prototype.put = function (...what) {{ \
                    const one = this.transaction; \
                    if (!known.has(one)) {{ \
                        known.add(one); \
                        window.{WRITES} += 1; \
                        for (const end of ['complete', 'abort']) one.addEventListener(end, () => window.{WRITES} -= 1); \
                    }} \
                    return put.apply(this, what); \
                }}; \
                const post = Worker.prototype.postMessage; \
                Worker.prototype.postMessage = function (asked) {{ \
                    const sealed = ({{ data }}) => {{ \
                        if (data.id !== asked.id) return; \
                        this.removeEventListener('message', sealed); \
                        setTimeout(() => window.{WRITES} -= 1); \
                    }}; \
                    if (asked.task === 'seal') {{ \
                        window.{WRITES} += 1; \
                        this.addEventListener('message', sealed); \
                    }} \
                    return post.call(this, asked); \
                }}; \
            }}"
        );
        self.page.script(&count).await?;
        let focus = "const field = document.querySelector('#reason-input'); field.focus(); \
            field.setSelectionRange(field.value.length, field.value.length); return field.value";
        let held = self.page.script(focus).await?;
        let known = self.ledger.people.entry(id.to_owned()).or_default();
        held.as_str().unwrap_or_default().clone_into(&mut known.typed);
        known.before[0].clone_from(&known.typed);
        // Only from here on the ledger knows what the form holds: being away leaves less than was typed before.
        self.ledger.open = Some(id.to_owned());
        let words = 1 + self.random.below(3);
        let words: Vec<&str> = (0..words).map(|_| *self.random.pick(&WORDS)).collect();
        for key in format!("{} ", words.join(" ")).chars() {
            if let Some(known) = self.ledger.people.get_mut(id) {
                known.under_way = Some(key);
            }
            tokio::time::sleep(PACE).await;
            self.page.keys(&key.to_string()).await?;
            if let Some(known) = self.ledger.people.get_mut(id) {
                known.typed.push(key);
                known.under_way = None;
            }
            // A disk that others keep busy is not the app's: the next key waits for what the app has begun to
            // write. An app that puts its writes off has begun none, and is found behind.
            self.page.until("the disk", &format!("return window.{WRITES} === 0")).await?;
        }
        Ok(())
    }

    /// Somebody who is not on the list: a name and a number that nobody else has.
    async fn add_somebody(&mut self) -> Result<(), Stuck> {
        let page = self.page;
        let letter = |n: u64| char::from(b'a' + (n % 26) as u8);
        let dice = self.random.bits();
        let name: String = (0..8).map(|n| letter(dice >> (n * 7))).collect();
        let number = format!("A.III {}/2025", 10_000 + dice % 80_000);
        pages::name_somebody(page, &format!("Wa Ode {name}"), &number).await?;
        self.ledger.about_to_save.notify_waiters();
        page.press("Lanjut").await?;
        let form = "const at = location.hash.split('/'); return at[0] === '#form' && at.slice(1).join('/')";
        let id = page.until("the form", form).await?;
        let id = id.as_str().unwrap_or_default().to_owned();
        self.ledger.saw_saved(&id, Done::Draft);
        self.open(&id).await?;
        self.ask(&id, Some(Done::Registered)).await
    }
}
