// Starts the app that the page names, and says so in plain words when it cannot start.
//
// The page names the module and the WebAssembly file in two <link> elements, so that both are under way
// before this script has arrived. The tablet's page has a manifest, and with it a service worker.
//
// What the app owes this file: while something is typed that is not saved yet, the <html> element carries
// the attribute `data-typing`. A new version of the app waits until it is gone.

const shell = document.getElementById("shell");
const scope = new URL("./", import.meta.url).pathname;

// A panic leaves the app's memory in an unknown state: nothing may go on from there.
window.addEventListener("error", (event) => stopOnPanic(event.error));
window.addEventListener("unhandledrejection", (event) => stopOnPanic(event.reason));

if (document.querySelector('link[rel="manifest"]') && "serviceWorker" in navigator) {
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

function keepUpToDate() {
  const container = navigator.serviceWorker;
  const updating = Boolean(container.controller);
  let leaving = false;
  container.addEventListener("controllerchange", () => {
    // The first worker of a tablet takes over quietly: the page already is the version it brings.
    if (!updating || leaving || isTyping()) return;
    leaving = true;
    location.reload();
  });

  // Not awaited: a start without network must not wait for the server.
  container
    .register(`${scope}service_worker.js`, { scope, updateViaCache: "none" })
    .then((registration) => {
      const offer = () => {
        if (registration.active && registration.waiting && !isTyping()) activate(registration.waiting);
      };
      // The browser looks by itself too, but late; and without network there is nothing to see.
      const look = () => registration.update().catch(() => {});
      // Two moments at which a new version disturbs nobody: the screen changes, or nobody looks at it.
      window.addEventListener("hashchange", offer);
      // A page that is being left is hidden too, but the next one is already starting from the old version.
      let left = false;
      window.addEventListener("pagehide", () => (left = true));
      window.addEventListener("pageshow", () => (left = false));
      document.addEventListener("visibilitychange", () => {
        if (document.visibilityState !== "hidden") look();
        else if (!left) offer();
      });
      look();
    })
    .catch((error) => console.warn("Bilik: no service worker.", error));
}

function activate(worker) {
  worker.postMessage({ type: "activate" });
}

function isTyping() {
  if (document.documentElement.hasAttribute("data-typing")) return true;
  return document.activeElement?.matches("input, textarea, select, [contenteditable]") ?? false;
}

function stopOnPanic(reason) {
  if (reason instanceof WebAssembly.RuntimeError) showFailure();
}

function showFailure() {
  const page = document.createElement("main");
  page.className = "page";
  page.setAttribute("role", "alert");
  const button = document.createElement("button");
  button.className = "btn main primary";
  button.type = "button";
  button.textContent = "Muat ulang / Reload";
  button.addEventListener("click", () => location.reload());
  page.append(
    sentence("id", "Aplikasi berhenti. Yang sudah tersimpan tetap aman. Muat ulang halaman ini."),
    sentence("en", "The app has stopped. What was saved is safe. Reload this page."),
    button,
  );
  document.body.replaceChildren(page);
}

function sentence(lang, words) {
  const paragraph = document.createElement("p");
  paragraph.lang = lang;
  paragraph.textContent = words;
  return paragraph;
}
