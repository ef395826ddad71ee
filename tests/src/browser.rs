//! A real Chromium, driven as the WebDriver standard says: through ChromeDriver, over HTTP.
//!
//! The dozen commands that are needed stand here, on the project's own small HTTP client: the client
//! crates for WebDriver bring a second HTTP stack. Pages are used as a person uses them: things are found
//! by label, role and text, and nothing sleeps — every step waits for what it needs to see.

use std::fmt;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::process::{Child, Command};

use crate::process::free_address;
use crate::wire::{Client, Counts, Who};

/// How long a step waits for what it needs to see.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it looks.
const LOOK_AGAIN: Duration = Duration::from_millis(60);

/// A step failed; says which and why.
#[derive(Debug)]
pub struct Stuck(pub String);

impl fmt::Display for Stuck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Stuck {}

/// ChromeDriver, and through it as many browsers as are asked for.
#[derive(Debug)]
pub struct Driver {
    _process: Child,
    address: std::net::SocketAddr,
}

impl Driver {
    /// Starts ChromeDriver and waits until it answers.
    pub async fn start() -> Result<Self, Stuck> {
        let stuck = |cause: &dyn fmt::Display| {
            Stuck(format!(
                "ChromeDriver does not start ({cause}): install chromium and chromium-driver"
            ))
        };
        let address = free_address().map_err(|cause| stuck(&cause))?;
        let process = Command::new("chromedriver")
            .arg(format!("--port={}", address.port()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|cause| stuck(&cause))?;
        let began = Instant::now();
        while std::net::TcpStream::connect(address).is_err() {
            if began.elapsed() > PATIENCE {
                return Err(stuck(&"it does not answer"));
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Ok(Self { _process: process, address })
    }

    /// Opens a browser with a profile of its own and a window of this size.
    pub async fn open(&self, profile: &Path, window: (u32, u32)) -> Result<Browser, Stuck> {
        self.open_with(profile, window, json!(false)).await
    }

    /// A window that believes every certificate: it stands for a tablet on which the authority was installed.
    pub async fn open_trusting(
        &self,
        profile: &Path,
        window: (u32, u32),
    ) -> Result<Browser, Stuck> {
        self.open_with(profile, window, json!(true)).await
    }

    async fn open_with(
        &self,
        profile: &Path,
        (width, height): (u32, u32),
        trusts: Value,
    ) -> Result<Browser, Stuck> {
        let arguments = [
            "--headless=new".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            // Nothing that a page does not need: neither a graphics card nor what Chromium does for itself.
            "--disable-gpu".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--lang=id".to_owned(),
            // A camera that shows a moving picture, and nobody to ask whether it may be used.
            "--use-fake-device-for-media-stream".to_owned(),
            "--use-fake-ui-for-media-stream".to_owned(),
            format!("--user-data-dir={}", profile.display()),
            format!("--window-size={width},{height}"),
        ];
        let options = json!({ "args": arguments });
        let always = json!({ "browserName": "chrome", "acceptInsecureCerts": trusts, "goog:chromeOptions": options });
        let mut client = Client::new(self.address, Arc::new(Counts::default()));
        let body = json!({ "capabilities": { "alwaysMatch": always } });
        let value = command(&mut client, "/session", &body).await?;
        let session = value["sessionId"].as_str().ok_or(Stuck("no session".into()))?.to_owned();
        let browser = Browser { client: tokio::sync::Mutex::new(client), session };
        browser.resize((width, height)).await?;
        // As for an app on the home screen: the browser keeps what the page stores.
        let granted =
            json!({ "permission": { "name": "persistent-storage" }, "setting": "granted" });
        browser.cdp("Browser.setPermission", granted).await?;
        Ok(browser)
    }
}

async fn command(client: &mut Client, path: &str, body: &Value) -> Result<Value, Stuck> {
    let reply = client.post_json(path, Who::Nobody, body).await;
    let reply = reply.map_err(|_| Stuck(format!("ChromeDriver ended at {path}")))?;
    let mut answer: Value = reply.json().map_err(|cause| Stuck(cause.to_string()))?;
    let value = answer["value"].take();
    if reply.status == 200 {
        return Ok(value);
    }
    let message = value["message"].as_str().unwrap_or_default();
    Err(Stuck(message.lines().next().unwrap_or_default().to_owned()))
}

/// One browser window.
#[derive(Debug)]
pub struct Browser {
    client: tokio::sync::Mutex<Client>,
    session: String,
}

/// A text inside an XPath expression.
fn quoted(text: &str) -> String {
    if !text.contains('\'') {
        return format!("'{text}'");
    }
    format!("concat('{}')", text.replace('\'', "',\"'\",'"))
}

fn says(text: &str) -> String {
    format!("contains(normalize-space(.), {})", quoted(text))
}

impl Browser {
    async fn command(&self, path: &str, body: Value) -> Result<Value, Stuck> {
        let path = format!("/session/{}{path}", self.session);
        command(&mut *self.client.lock().await, &path, &body).await
    }

    /// A command of the browser's own protocol.
    pub async fn cdp(&self, name: &str, parameters: Value) -> Result<Value, Stuck> {
        self.command("/goog/cdp/execute", json!({ "cmd": name, "params": parameters })).await
    }

    /// Plugs in a key for passkeys, whose owner is always there: WebDriver's own.
    pub async fn plug_in_a_key(&self) -> Result<(), Stuck> {
        let key = json!({ "protocol": "ctap2", "transport": "usb", "hasUserVerification": true, "isUserVerified": true });
        self.command("/webauthn/authenticator", key).await.map(drop)
    }

    /// Goes to an address.
    pub async fn go(&self, url: &str) -> Result<(), Stuck> {
        self.command("/url", json!({ "url": url })).await.map(drop)
    }

    /// Loads the page again.
    pub async fn reload(&self) -> Result<(), Stuck> {
        self.command("/refresh", json!({})).await.map(drop)
    }

    /// Runs a function body in the page.
    pub async fn script(&self, body: &str) -> Result<Value, Stuck> {
        self.command("/execute/sync", json!({ "script": body, "args": [] })).await
    }

    /// Runs a function body that calls its last argument when it is done.
    pub async fn script_async(&self, body: &str) -> Result<Value, Stuck> {
        self.command("/execute/async", json!({ "script": body, "args": [] })).await
    }

    /// The browser tells the page that there is no network, or that there is one again.
    pub async fn set_offline(&self, offline: bool) -> Result<(), Stuck> {
        self.cdp("Network.enable", json!({})).await?;
        let conditions = json!({
            "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
        });
        self.cdp("Network.emulateNetworkConditions", conditions).await.map(drop)
    }

    /// The line carries so many bits a second from now on, and an answer takes so long at least.
    pub async fn narrow(&self, bits: f64, latency_ms: u32) -> Result<(), Stuck> {
        self.cdp("Network.enable", json!({})).await?;
        let bytes = bits / 8.0;
        let conditions = json!({
            "offline": false, "latency": latency_ms, "downloadThroughput": bytes, "uploadThroughput": bytes,
        });
        self.cdp("Network.emulateNetworkConditions", conditions).await.map(drop)
    }

    /// The page may store so many bytes from now on; with nothing, as many as the disk holds.
    pub async fn limit_space(&self, origin: &str, bytes: Option<u64>) -> Result<(), Stuck> {
        let mut limit = json!({ "origin": origin });
        if let Some(bytes) = bytes {
            limit["quotaSize"] = bytes.into();
        }
        self.cdp("Storage.overrideQuotaForOrigin", limit).await.map(drop)
    }

    /// How many bytes the page stores.
    pub async fn space_used(&self, origin: &str) -> Result<u64, Stuck> {
        let used = self.cdp("Storage.getUsageAndQuota", json!({ "origin": origin })).await?;
        Ok(used["usage"].as_f64().unwrap_or_default() as u64)
    }

    /// Makes the window so wide and high, in CSS pixels.
    pub async fn resize(&self, (width, height): (u32, u32)) -> Result<(), Stuck> {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await?;
        self.drawn().await
    }

    /// Waits two frames: then everything that follows the window or its scrolling has followed it.
    pub async fn drawn(&self) -> Result<(), Stuck> {
        let drawn = "const done = arguments[arguments.length - 1]; \
            requestAnimationFrame(() => requestAnimationFrame(() => done(true)))";
        self.script_async(drawn).await.map(drop)
    }

    /// The processor is so many times slower from now on.
    pub async fn slow_down(&self, times: u32) -> Result<(), Stuck> {
        self.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": times })).await.map(drop)
    }

    /// Waits until a script gives something true.
    pub async fn until(&self, what: &str, body: &str) -> Result<Value, Stuck> {
        let began = Instant::now();
        loop {
            // A page that is being left answers with an error; the next one will answer.
            if let Ok(value) = self.script(body).await
                && !matches!(value, Value::Null | Value::Bool(false))
            {
                return Ok(value);
            }
            if began.elapsed() > PATIENCE {
                let page = self.text().await.unwrap_or_default();
                return Err(Stuck(format!("{what} does not come; the page says:\n{page}")));
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    async fn find(&self, what: &str, xpath: &str) -> Result<String, Stuck> {
        let began = Instant::now();
        loop {
            let query = json!({ "using": "xpath", "value": xpath });
            if let Ok(value) = self.command("/element", query).await {
                let id = value.as_object().and_then(|object| object.values().next()?.as_str());
                if let Some(id) = id {
                    return Ok(id.to_owned());
                }
            }
            if began.elapsed() > PATIENCE {
                let page = self.text().await.unwrap_or_default();
                return Err(Stuck(format!("{what} does not come; the page says:\n{page}")));
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Waits for something and clicks it; a page that is drawn anew in between is looked at again.
    async fn click(&self, what: &str, xpath: &str) -> Result<(), Stuck> {
        let began = Instant::now();
        loop {
            let id = self.find(what, xpath).await?;
            match self.command(&format!("/element/{id}/click"), json!({})).await {
                Ok(_) => return Ok(()),
                Err(stuck) if began.elapsed() > PATIENCE => {
                    return Err(Stuck(format!("{what} cannot be clicked: {stuck}")));
                }
                Err(_) => tokio::time::sleep(LOOK_AGAIN).await,
            }
        }
    }

    /// Presses the button that says this.
    pub async fn press(&self, text: &str) -> Result<(), Stuck> {
        let xpath = format!("//button[{} and not(@disabled)]", says(text));
        self.click(&format!("the button “{text}”"), &xpath).await
    }

    /// Presses the button that says this, in the part of the page that says that.
    pub async fn press_in(&self, role: &str, part: &str, text: &str) -> Result<(), Stuck> {
        let xpath = format!("//{role}[{}]//button[{}]", says(part), says(text));
        self.click(&format!("the button “{text}” of “{part}”"), &xpath).await
    }

    /// Follows the link that says this.
    pub async fn follow(&self, text: &str) -> Result<(), Stuck> {
        let xpath = format!("//a[{}]", says(text));
        self.click(&format!("the link “{text}”"), &xpath).await
    }

    /// Chooses an answer of a question.
    pub async fn choose(&self, question: &str, answer: &str) -> Result<(), Stuck> {
        let (question_is, answer_is) = (quoted(question), quoted(answer));
        let xpath = format!(
            "//fieldset[legend[normalize-space(.)={question_is}]]//label[normalize-space(.)={answer_is}]"
        );
        self.click(&format!("“{answer}” of “{question}”"), &xpath).await
    }

    /// Types into the field with this label.
    pub async fn fill(&self, label: &str, text: &str) -> Result<(), Stuck> {
        let label_is = quoted(label);
        let field = "*[self::input or self::textarea]";
        let xpath = format!("//{field}[@id=//label[normalize-space(.)={label_is}]/@for]");
        let id = self.find(&format!("the field “{label}”"), &xpath).await?;
        self.command(&format!("/element/{id}/value"), json!({ "text": text })).await.map(drop)
    }

    /// Gives the focus to the element with this id, once it is there.
    pub async fn focus(&self, id: &str) -> Result<(), Stuck> {
        let on = format!(
            "const field = document.getElementById({}); field?.focus(); \
             return !!field && document.activeElement === field",
            json!(id)
        );
        self.until(id, &on).await.map(drop)
    }

    /// Puts a text into the field with this id, in place of what stands there, as a person pastes it: a keyboard
    /// has no keys for most of what can be pasted.
    pub async fn paste(&self, id: &str, text: &str) -> Result<(), Stuck> {
        self.focus(id).await?;
        self.script("document.activeElement.select()").await?;
        self.cdp("Input.insertText", json!({ "text": text })).await.map(drop)
    }

    /// Presses keys one after another where the focus is, without any pointer.
    pub async fn keys(&self, keys: &str) -> Result<(), Stuck> {
        let strokes = keys.chars().flat_map(|key| ["keyDown", "keyUp"].map(|kind| (kind, key)));
        let strokes: Vec<Value> =
            strokes.map(|(kind, key)| json!({ "type": kind, "value": key.to_string() })).collect();
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": strokes });
        self.command("/actions", json!({ "actions": [keyboard] })).await.map(drop)
    }

    /// Presses a key while Shift is held.
    pub async fn shifted(&self, key: char) -> Result<(), Stuck> {
        let stroke = |kind: &str, key: &str| json!({ "type": kind, "value": key });
        let (shift, key) = ("\u{e008}", key.to_string());
        let strokes = [("keyDown", shift), ("keyDown", &key), ("keyUp", &key), ("keyUp", shift)];
        let strokes = strokes.map(|(kind, key)| stroke(kind, key));
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": strokes });
        self.command("/actions", json!({ "actions": [keyboard] })).await.map(drop)
    }

    /// Waits until the page says this.
    pub async fn sees(&self, text: &str) -> Result<(), Stuck> {
        let xpath = format!("//body//*[{} and not(*[{}])]", says(text), says(text));
        self.find(&format!("“{text}”"), &xpath).await.map(drop)
    }

    /// Waits until something of this kind says both.
    pub async fn sees_in(&self, role: &str, part: &str, text: &str) -> Result<(), Stuck> {
        let xpath = format!("//{role}[{} and {}]", says(part), says(text));
        self.find(&format!("“{text}” of “{part}”"), &xpath).await.map(drop)
    }

    /// Everything the page says.
    pub async fn text(&self) -> Result<String, Stuck> {
        let value = self.script("return document.body.innerText").await?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    /// Keeps a picture of the page in `target/screens`.
    pub async fn picture(&self, name: &str) -> Result<(), Stuck> {
        use base64::Engine as _;
        let fast = json!({ "format": "png", "optimizeForSpeed": true });
        let value = self.cdp("Page.captureScreenshot", fast).await?;
        let data = value["data"].as_str().unwrap_or_default();
        let picture = base64::engine::general_purpose::STANDARD.decode(data);
        let picture = picture.map_err(|cause| Stuck(cause.to_string()))?;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/screens");
        let stuck = |cause: std::io::Error| Stuck(format!("{}: {cause}", folder.display()));
        std::fs::create_dir_all(&folder).map_err(stuck)?;
        std::fs::write(folder.join(format!("{name}.png")), picture).map_err(stuck)
    }

    /// Closes the window and ends the browser.
    pub async fn close(self) -> Result<(), Stuck> {
        let path = format!("/session/{}", self.session);
        let closed = self.client.into_inner().delete(&path).await;
        closed.map(drop).map_err(|_| Stuck("ChromeDriver ended early".into()))
    }
}
