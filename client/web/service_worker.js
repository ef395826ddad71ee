// The tablet's service worker: it starts the app where there is no network.
//
// `cargo xtask build` puts one line above this file:
//   const PRECACHE = { version, scope, files: [{ url, integrity, hashed }] };
// Every version of the app has a cache of its own, filled completely or not at all.
//
// It answers GET requests for files of the app and nothing else: work travels by POST under /api/, and a
// worker between the two has lost people's registrations elsewhere.

const PREFIX = "bilik-tablet-";
const CACHE = PREFIX + PRECACHE.version;
// The name of the cache of the version that took over last.
const NOTES = "bilik-notes";
const AT_WORK = "/at-work";

self.addEventListener("install", (event) => event.waitUntil(fill()));

// A new version stays in waiting until a page says that it may take over; see boot.js.
self.addEventListener("message", (event) => {
  if (event.data?.type === "activate") self.skipWaiting();
});

self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET") return;
  if (url.origin !== self.location.origin || !url.pathname.startsWith(PRECACHE.scope)) return;
  // Every address within the scope is the same page; what comes after # is the app's business.
  const key = request.mode === "navigate" ? PRECACHE.scope : url.pathname;
  event.respondWith(answer(key, request));
});

async function fill() {
  // A server that goes back to an earlier build brings a version that is here already, and may be the one
  // that works: what it lacks is added, and nothing of it is thrown away.
  const known = await caches.has(CACHE);
  const cache = await caches.open(CACHE);
  try {
    await Promise.all(PRECACHE.files.map((file) => store(cache, file)));
  } catch (error) {
    // The browser tries again on the next visit; half a version must not lie around until then.
    if (!known) await caches.delete(CACHE);
    throw error;
  }
}

// The name of a hashed file changes with its content: what an older version holds is as good as a download.
async function store(cache, { url, integrity, hashed }) {
  if (await cache.match(url, { ignoreVary: true })) return;
  const known = hashed ? await caches.match(url, { ignoreVary: true }) : undefined;
  if (known) return cache.put(url, known);
  // `integrity` refuses the files of another version when the server is replaced between two requests.
  const load = (mode) => cache.add(new Request(url, { integrity, cache: mode }));
  if (!hashed) return load("reload");
  // The page has just loaded these files: take them from the browser's cache, unless it kept damaged ones.
  await load("default").catch(() => load("reload"));
}

async function takeOver() {
  // The version that worked until now stays: a page that is just starting from it, perhaps without network,
  // still needs its files. Which one that was is written down, since caches only know when they were made.
  const notes = await caches.open(NOTES);
  const before = await (await notes.match(AT_WORK))?.text();
  if (before && before !== CACHE) {
    const left = (name) => name.startsWith(PREFIX) && name !== CACHE && name !== before;
    await Promise.all((await caches.keys()).filter(left).map((name) => caches.delete(name)));
  }
  await notes.put(AT_WORK, new Response(CACHE));
  await self.clients.claim();
}

async function answer(key, request) {
  const cache = await caches.open(CACHE);
  const kept = (await cache.match(key, { ignoreVary: true })) ?? (await caches.match(key, { ignoreVary: true }));
  return kept ?? fetch(request);
}
