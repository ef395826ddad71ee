// Holds the key of the tablet's memory, and ends with it: whoever ends this worker has locked the tablet.
//
// The page sends what it wants encrypted or opened, many values in one message; the key never comes to the page.
// As a `CryptoKey` it cannot be exported. To give it to another officer, the wrapped key of the one who opened
// the tablet is unwrapped once more, for that moment only.
//
//   hello  { }                                  → []             it is there
//   make   { kek, about }                       → [wrapped]      a new key, wrapped for the first officer
//   open   { kek, about, wrapped }              → []             the key that is wrapped for this officer
//   wrap   { kek, about }                       → [wrapped]      the same key for another officer, or the server
//   seal   { values, abouts }                   → [sealed, …]
//   unseal { values, abouts }                   → [value or null, …]   null where it was altered
//
// What is wrapped or sealed begins with its nonce. Do not change: tablets hold it.

const AES = "AES-GCM";
const NONCE = 12;
const { subtle } = self.crypto;
const text = new TextEncoder();

// The key, and what it was unwrapped from.
let key;
let mine;

// One after another: what is written first must be answered first.
let turn = Promise.resolve();
self.addEventListener("message", ({ data }) => {
  turn = turn.then(() => answer(data));
});

async function answer({ id, task, ...asked }) {
  try {
    const values = await TASKS[task](asked);
    const buffers = values.filter((value) => value).map((value) => value.buffer);
    self.postMessage({ id, values }, buffers);
  } catch (error) {
    // A wrong passphrase and a damaged key cannot be told apart.
    self.postMessage({ id, failed: error.name });
  }
}

const TASKS = {
  async hello() {
    return [];
  },
  async make({ kek, about }) {
    const fresh = await subtle.generateKey({ name: AES, length: 256 }, true, ["encrypt", "decrypt"]);
    const wrapped = await wrap(fresh, kek, about);
    await hold(kek, about, wrapped);
    return [wrapped];
  },
  async open({ kek, about, wrapped }) {
    await hold(kek, about, wrapped);
    return [];
  },
  async wrap({ kek, about }) {
    return [await wrap(await unwrap(mine, true), kek, about)];
  },
  async seal({ values, abouts }) {
    return Promise.all(
      values.map(async (value, n) => {
        const nonce = self.crypto.getRandomValues(new Uint8Array(NONCE));
        return joined(nonce, await subtle.encrypt(how(nonce, abouts[n]), key, value));
      }),
    );
  },
  async unseal({ values, abouts }) {
    return Promise.all(
      values.map(async (value, n) => {
        const opened = subtle.decrypt(how(value.subarray(0, NONCE), abouts[n]), key, value.subarray(NONCE));
        return opened.then((bytes) => new Uint8Array(bytes)).catch(() => null);
      }),
    );
  },
};

async function hold(kek, about, wrapped) {
  const imported = await importKek(kek, ["unwrapKey"]);
  const held = { kek: imported, about, wrapped: wrapped.slice() };
  key = await unwrap(held, false);
  mine = held;
}

async function wrap(what, kek, about) {
  const nonce = self.crypto.getRandomValues(new Uint8Array(NONCE));
  const imported = await importKek(kek, ["wrapKey"]);
  return joined(nonce, await subtle.wrapKey("raw", what, imported, how(nonce, about)));
}

function unwrap({ kek, about, wrapped }, extractable) {
  const nonce = wrapped.subarray(0, NONCE);
  const uses = ["encrypt", "decrypt"];
  return subtle.unwrapKey("raw", wrapped.subarray(NONCE), kek, how(nonce, about), AES, extractable, uses);
}

function importKek(bytes, uses) {
  return subtle.importKey("raw", bytes, AES, false, uses);
}

function how(iv, about) {
  return { name: AES, iv, additionalData: text.encode(about) };
}

function joined(nonce, bytes) {
  const whole = new Uint8Array(NONCE + bytes.byteLength);
  whole.set(nonce);
  whole.set(new Uint8Array(bytes), NONCE);
  return whole;
}
