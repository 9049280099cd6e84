// Reads files away from the page: SHA-256 of one file at a time. Gets {id, file, sha2}, answers {id, sha256 | error}.

const LARGEST_AT_ONCE_BYTES = 64 * 1024 * 1024; // more in memory at once ends a tab on a phone
const CHUNK_BYTES = 4 * 1024 * 1024;

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

// crypto.subtle is four to ten times as fast, but wants the whole file at once, and https or localhost.
async function hashAtOnce(file) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
}

async function hashInChunks(file, sha2) {
  const { sha256 } = await import(sha2);
  const hash = sha256.create();
  for (let start = 0; start < file.size; start += CHUNK_BYTES) {
    hash.update(new Uint8Array(await file.slice(start, start + CHUNK_BYTES).arrayBuffer()));
  }
  return hash.digest();
}

self.addEventListener("message", async ({ data: { id, file, sha2 } }) => {
  try {
    const isAtOnce = globalThis.crypto?.subtle && file.size < LARGEST_AT_ONCE_BYTES;
    self.postMessage({ id, sha256: hex(isAtOnce ? await hashAtOnce(file) : await hashInChunks(file, sha2)) });
  } catch (error) {
    self.postMessage({ id, error: String(error) });
  }
});
