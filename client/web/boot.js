// Starts the app that the page names, and says so in plain words when it cannot start.
//
// The page names the module and the WebAssembly file in two <link> elements, so that both are under way
// before this script has arrived. The tablet's page has a manifest, and with it a service worker.
//
// A new version of the tablet's app is loaded beside the one that runs, and takes over at two moments only:
// when the app starts, before anything can have been typed, and when the officer says so. In between it waits.
//
//   data-typing     on <html>, set by the app: something is typed that is not saved, nothing may take over
//   data-update     on <html>, set here: a new version waits; the event `bilik-update` at the window says when
//   bilik-install   an event at the window, sent by the app: the officer wants it now

// The app holds a lock of such a name while it works; see device.rs.
const LOCKS = "bilik-";
// How long a start waits for a new version to take over. After that the version that is here starts.
const PATIENCE_MS = 5000;
// So long nothing is asked for before a new version is told to take over.
const QUIET_MS = 400;

const page = document.documentElement;
const shell = document.getElementById("shell");
const scope = new URL("./", import.meta.url).pathname;
let starting = true;

// A panic leaves the app's memory in an unknown state: nothing may go on from there.
window.addEventListener("error", (event) => stopOnPanic(event.error));
window.addEventListener("unhandledrejection", (event) => stopOnPanic(event.reason));

if (document.querySelector('link[rel="manifest"]') && "serviceWorker" in navigator) {
  const switched = await Promise.race([switchAtStart().catch(() => false), pause(PATIENCE_MS)]);
  starting = false;
  if (switched) {
    location.reload();
    // The new version's page is on its way: this one must not begin to work.
    await new Promise(() => {});
  }
  keepUpToDate();
}
try {
  const module = await import(document.getElementById("app-module").href);
  await module.default({ module_or_path: document.getElementById("app-wasm").href });
  shell.remove();
} catch (error) {
  console.error(error);
  showFailure();
}

// Lets a version take over that was waiting when the app was left; `true` when it has.
async function switchAtStart() {
  const container = navigator.serviceWorker;
  const registration = await container.getRegistration(scope);
  if (!container.controller || !registration?.waiting) return false;
  // In another tab somebody may be in the middle of a form.
  const locks = await navigator.locks?.query();
  if (locks?.held.some((lock) => lock.name.startsWith(LOCKS))) return false;
  await quiet();
  if (!starting) return false;
  await takeOver(container, registration.waiting);
  return true;
}

// Waits until the page and its icons have arrived and nothing more was asked for during a moment. A worker that is
// told to take over while the one before it still answers a request hangs in half of all starts (Chromium 156).
async function quiet() {
  let [before, since] = [-1, 0];
  while (starting && (document.readyState !== "complete" || performance.now() - since < QUIET_MS)) {
    const answered = performance.getEntriesByType("resource").length;
    if (answered !== before) [before, since] = [answered, performance.now()];
    await pause(50);
  }
}

// Comes back when the worker is the one that answers this page's requests.
function takeOver(container, worker) {
  return new Promise((resolve) => {
    container.addEventListener("controllerchange", resolve, { once: true });
    worker.postMessage({ type: "activate" });
  });
}

function keepUpToDate() {
  const container = navigator.serviceWorker;
  let controlled = Boolean(container.controller);
  const announce = () => {
    page.dataset.update = "";
    window.dispatchEvent(new Event("bilik-update"));
  };
  container.addEventListener("controllerchange", () => {
    // The first worker of a tablet takes over quietly: the page already is the version it brings. A later one
    // came by way of another tab: this page goes on as it is until somebody says otherwise.
    if (controlled) announce();
    controlled = true;
  });

  // Not awaited: a start without network must not wait for the server.
  container
    .register(`${scope}service_worker.js`, { scope, updateViaCache: "none" })
    .then((registration) => {
      const look = () => registration.active && registration.waiting && announce();
      registration.addEventListener("updatefound", () =>
        registration.installing?.addEventListener("statechange", look),
      );
      window.addEventListener("bilik-install", () => install(container, registration));
      look();
      // The browser asks by itself too, but late; and without network there is nothing to ask.
      const ask = () => registration.update().catch(() => {});
      window.addEventListener("online", ask);
      document.addEventListener("visibilitychange", () => {
        if (document.visibilityState === "visible") ask();
      });
      ask();
    })
    .catch((error) => console.warn("Bilik: no service worker.", error));
}

async function install(container, registration) {
  if (page.hasAttribute("data-typing")) return;
  if (registration.waiting) {
    await Promise.race([takeOver(container, registration.waiting), pause(PATIENCE_MS)]);
  }
  // Meanwhile somebody may have gone back to work. If the worker was late, the next start tries again.
  if (!page.hasAttribute("data-typing")) location.reload();
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, false));
}

function stopOnPanic(reason) {
  if (reason instanceof WebAssembly.RuntimeError) showFailure();
}

function showFailure() {
  const main = document.createElement("main");
  main.className = "page";
  main.setAttribute("role", "alert");
  const button = document.createElement("button");
  button.className = "btn main primary";
  button.type = "button";
  button.textContent = "Muat ulang / Reload";
  button.addEventListener("click", () => location.reload());
  main.append(
    sentence("id", "Aplikasi berhenti. Yang sudah tersimpan tetap aman. Muat ulang halaman ini."),
    sentence("en", "The app has stopped. What was saved is safe. Reload this page."),
    button,
  );
  document.body.replaceChildren(main);
}

function sentence(lang, words) {
  const paragraph = document.createElement("p");
  paragraph.lang = lang;
  paragraph.textContent = words;
  return paragraph;
}
