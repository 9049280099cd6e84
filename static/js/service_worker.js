// Served from the root with `shell` before it: { version, files, offline }. Keeps the offline page and static files, which
// carry a hash of their content in their names. Pages, photos and answers of the API are never kept here.
/* global shell */
const CACHE = `photoroom-${shell.version}`;
const HASHED = /^\/static\/.+\.[0-9a-f]{12}\.[a-z0-9]+$/;
const UPLOADS = "photoroom-uploads";
const SHARED = "shared"; // the place of files that have no room yet; see upload/store.js

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST" && url.pathname === "/share-target/") event.respondWith(take(request));
  if (request.method !== "GET") return;
  if (HASHED.test(url.pathname)) event.respondWith(fromCache(request));
  // A zip is a navigation, too, but one that the browser's own downloads must be able to resume.
  else if (request.mode === "navigate" && !/^\/(downloads|api|admin)\//.test(url.pathname)) event.respondWith(page(event));
});

async function install() {
  const cache = await caches.open(CACHE);
  await cache.addAll(shell.files.map((url) => new Request(url, { cache: "reload" })));
  await skipWaiting(); // pages come from the network, so that none is older than its worker
}

async function activate() {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  await registration.navigationPreload?.enable();
  await clients.claim();
}

async function page(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(shell.offline)) ?? Response.error();
  }
}

async function fromCache(request) {
  const found = await caches.match(request.url);
  if (found) return found;
  const response = await fetch(request);
  if (response.status === 200) {
    const copy = response.clone();
    caches.open(CACHE).then((cache) => cache.put(request.url, copy)).catch(() => {});
  }
  return response;
}

// Files from the phone's share sheet wait among the uploads until somebody has chosen the room.
async function take(request) {
  const form = await request.formData();
  const files = form.getAll("files").filter((file) => file instanceof File);
  try {
    await keep(files);
  } catch {
    return Response.redirect("/rooms/?shared=none", 303);
  }
  return Response.redirect(`/rooms/?shared=${files.length}`, 303);
}

function keep(files) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(UPLOADS, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("files", { keyPath: "key" }).createIndex("place", "place");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const transaction = opening.result.transaction("files", "readwrite");
      for (const file of files) {
        const { name, size, lastModified: modified } = file;
        transaction.objectStore("files").put({ key: `${name}/${size}/${modified}`, place: SHARED, name, size, modified, file });
      }
      transaction.oncomplete = resolve;
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    };
  });
}
