//! What a screen must be for everybody: readable by a screen reader, and whole in its window.
//!
//! axe-core comes from npm when it is first needed and lies in `target/axe` from then on. Where there is no npm or no
//! registry, that part is left out with a loud line, because a fresh clone with Rust must be enough to
//! run the tests; where `CI` is set, it fails instead.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::browser::{Browser, Stuck};

/// A fixed version, so that a new rule arrives on purpose.
const AXE: &str = "axe-core@4.11.0";

/// Zoom makes no window narrower than this: pages need not fit into less, and a phone is not zoomed to a stripe.
const NARROWEST: u32 = 320;

/// What lies under the buttons at the foot of a page after everything was scrolled to its end: nobody could
/// read or press it. What the browser has not drawn yet has no words, and is not meant.
const UNDER_THE_DOCK: &str = "const dock = document.querySelector('footer.dock, footer.decide'); \
    if (!dock || document.querySelector('.unlock, dialog')) return null; \
    const boxes = [document.scrollingElement, ...document.querySelectorAll('main, main *')] \
        .filter(box => box.scrollHeight > box.clientHeight + 1 && getComputedStyle(box).overflowY !== 'visible'); \
    const before = boxes.map(box => box.scrollTop); \
    for (const box of boxes) box.scrollTop = box.scrollHeight; \
    const foot = dock.getBoundingClientRect(); \
    const over = box => box.bottom > foot.top + 1 && box.top < foot.bottom - 1 && box.width > 1 && box.height > 1; \
    const said = [...document.querySelectorAll('main :is(a, button, p, h1, h2, li, label)')] \
        .filter(one => one.innerText.trim() && one.checkVisibility() && !one.closest('.sr, .people') && over(one.getBoundingClientRect())); \
    boxes.forEach((box, n) => box.scrollTop = before[n]); \
    return said.length ? said.slice(0, 3).map(one => `${one.tagName} ${one.innerText.slice(0, 40)}`).join(', ') : null";

/// The source of axe-core, or why there is none.
fn axe() -> Result<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/axe").join(AXE);
    let file: PathBuf = folder.join("package/axe.min.js");
    if !file.exists() {
        std::fs::create_dir_all(&folder).map_err(|cause| cause.to_string())?;
        let mut npm = Command::new("npm");
        npm.args(["pack", "--silent", AXE]).current_dir(&folder).stderr(Stdio::null());
        let packed = npm.output().map_err(|cause| format!("npm does not start: {cause}"))?;
        if !packed.status.success() {
            return Err(format!("`npm pack {AXE}` failed: is the registry in reach?"));
        }
        let name = String::from_utf8_lossy(&packed.stdout).trim().to_owned();
        let mut tar = Command::new("tar");
        let unpacked =
            tar.args(["-xzf", &name, "package/axe.min.js"]).current_dir(&folder).status();
        unpacked.map_err(|cause| format!("tar does not start: {cause}"))?;
    }
    std::fs::read_to_string(&file).map_err(|cause| format!("{}: {cause}", file.display()))
}

/// Looks at screens one after another and collects what is wrong with them.
#[derive(Debug)]
pub struct Inspector {
    axe: Option<String>,
    /// A sentence for each finding.
    pub findings: Vec<String>,
    /// How many screens were looked at.
    pub screens: usize,
}

impl Inspector {
    /// Fetches axe-core if it can be had.
    ///
    /// # Errors
    /// Where `CI` is set and axe-core cannot be had.
    pub fn new() -> Result<Self, Stuck> {
        let axe = axe();
        if let Err(cause) = &axe {
            let sentence = format!("SCREENS ARE NOT CHECKED WITH axe-core: {cause}");
            if std::env::var_os("CI").is_some() {
                return Err(Stuck(sentence));
            }
            eprintln!("{sentence}");
        }
        Ok(Self { axe: axe.ok(), findings: Vec::new(), screens: 0 })
    }

    /// Looks at the screen in both languages, in every window, and in half of it, which is what zooming to 200 %
    /// makes of it. Everywhere it must be whole; axe-core reads each language once, and each window once: what
    /// it finds hangs on the page and not on both together, and it takes longer than all the rest.
    pub async fn look(
        &mut self,
        page: &Browser,
        name: &str,
        windows: &[(u32, u32)],
    ) -> Result<(), Stuck> {
        let halves = windows.iter().map(|(width, height)| (width / 2, height / 2));
        let halves: Vec<_> = halves.filter(|(width, _)| *width >= NARROWEST).collect();
        for turn in 0..2 {
            let lang = page.script("return document.documentElement.lang").await?;
            let lang = lang.as_str().unwrap_or_default().to_owned();
            for (n, window) in windows.iter().chain(&halves).enumerate() {
                page.resize(*window).await?;
                let (width, height) = window;
                let name = format!("{name}-{lang}-{width}x{height}");
                self.whole(page, &name).await?;
                let closely = n == turn % windows.len();
                if closely {
                    self.accessible(page, &name).await?;
                }
                if closely || (turn == 0 && n < windows.len()) {
                    page.picture(&name).await?;
                }
                self.screens += 1;
            }
            page.script("document.querySelector('button[lang]').click()").await?;
            let other = format!("return document.documentElement.lang !== {}", json!(lang));
            page.until("the other language", &other).await?;
        }
        if let Some(window) = windows.first() {
            page.resize(*window).await?;
        }
        Ok(())
    }

    /// Looks at a page that says everything in both languages at once.
    pub async fn glance(
        &mut self,
        page: &Browser,
        name: &str,
        windows: &[(u32, u32)],
    ) -> Result<(), Stuck> {
        for (width, height) in windows.iter().copied() {
            page.resize((width, height)).await?;
            let name = format!("{name}-{width}x{height}");
            self.whole(page, &name).await?;
            self.accessible(page, &name).await?;
            page.picture(&name).await?;
            self.screens += 1;
        }
        Ok(())
    }

    /// Plants a fault of each kind in the page, and says whether both are found. An inspector that finds
    /// nothing there would find nothing anywhere.
    pub async fn proves_itself(&mut self, page: &Browser) -> Result<bool, Stuck> {
        let before = self.findings.len();
        // The apps' own policy forbids styles inside markup; a script may set them.
        let plant = "const main = document.querySelector('main'); \
            main.insertAdjacentHTML('beforeend', '<div class=planted><button></button><i>.</i><p>.</p></div>'); \
            const dock = document.createElement('footer'); \
            dock.className = 'dock planted'; document.body.append(dock); \
            dock.style.position = 'fixed'; dock.style.inset = '0'; \
            const wide = main.querySelector('.planted i'); \
            wide.style.display = 'block'; wide.style.width = '9000px'";
        page.script(plant).await?;
        self.whole(page, "planted").await?;
        self.accessible(page, "planted").await?;
        let away = "document.querySelectorAll('.planted').forEach(one => one.remove())";
        page.script(away).await?;
        let found = self.findings.split_off(before);
        let has = |words: &str| found.iter().any(|sentence| sentence.contains(words));
        let whole = has("sticks out") && has("lies under the buttons");
        Ok(whole && (has("button-name") || self.axe.is_none()))
    }

    /// Nothing sticks out at the side, and nothing ends under the buttons at the foot.
    async fn whole(&mut self, page: &Browser, name: &str) -> Result<(), Stuck> {
        // The parts scroll by themselves, and hide from the page that something in them is too wide.
        let script = "const parts = [document.documentElement, ...document.querySelectorAll('main, header, footer')]; \
            const wide = parts.filter(one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline'); \
            return wide.length ? wide.map(one => `${one.tagName}.${one.className} ${one.scrollWidth} > ${one.clientWidth}`).join(', ') : null";
        if let Some(wide) = page.script(script).await?.as_str() {
            self.findings.push(format!("{name}: sticks out, {wide}"));
        }
        if let Some(under) = page.script(UNDER_THE_DOCK).await?.as_str() {
            self.findings.push(format!("{name}: lies under the buttons, {under}"));
        }
        Ok(())
    }

    /// axe-core finds nothing serious.
    async fn accessible(&mut self, page: &Browser, name: &str) -> Result<(), Stuck> {
        let Some(axe) = &self.axe else { return Ok(()) };
        if page.script("return window.axe === undefined").await? == Value::Bool(true) {
            page.script(axe).await?;
        }
        let run = "const done = arguments[arguments.length - 1]; \
            axe.run(document, { resultTypes: ['violations'] }).then(found => done(found.violations \
                .filter(one => ['serious', 'critical'].includes(one.impact)) \
                .map(one => `${one.impact} ${one.id}: ` + one.nodes.slice(0, 3).map(node => node.html.slice(0, 160) + ' ' + (node.any[0]?.message ?? '')).join(' | '))), \
                error => done([String(error)]))";
        let found = page.script_async(run).await?;
        let found = found.as_array().into_iter().flatten().filter_map(Value::as_str);
        self.findings.extend(found.map(|sentence| format!("{name}: {sentence}")));
        Ok(())
    }
}
