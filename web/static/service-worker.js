// Keeps the shell of our own page, so that it opens without a network: pages, scripts, styles, icons, crisis contacts.
// Never a conversation: requests to /api are left alone. The server writes SHELL above this text: its version is a hash of
// everything in it, so a change of any file is a new service worker with a new cache.
//
// With a network, everything comes from the server, so that parts of two versions never meet. The kept shell answers when
// the network doesn't, or not in time.

importScripts("/static/push-worker.js");

const PREFIX = "saattaja-shell-";
const CACHE = PREFIX + SHELL.version;
const PATIENCE = 4000; // milliseconds to wait for a network that is there but doesn't answer

self.addEventListener("install", (event) => {
  event.waitUntil(keepShell().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOldShells().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin || url.pathname.startsWith("/api/")) return;
  if (event.request.mode === "navigate") event.respondWith(page(event.request, url));
  else if (SHELL.files.includes(url.pathname)) event.respondWith(file(event.request, url.pathname));
});

async function keepShell() {
  const cache = await caches.open(CACHE);
  await cache.addAll(SHELL.files.map((path) => new Request(path, { cache: "reload" })));
}

async function dropOldShells() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
}

async function page(request, { pathname, searchParams }) {
  const language = `?kieli=${searchParams.get("kieli")}`; // the pages that are kept in each language say so in their address
  const copies = [pathname + language, pathname, `/offline${language}`, "/offline"].map(keptCopy);
  const kept = (await Promise.all(copies)).find(Boolean);
  const answer = await inTime(request, kept);
  return answer.status >= 500 && kept ? kept : answer;
}

async function file(request, path) {
  return inTime(request, await keptCopy(path));
}

async function keptCopy(path) {
  return (await caches.open(CACHE)).match(path);
}

async function inTime(request, kept) {
  if (!kept) return fetch(request);
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE, kept));
  return Promise.race([fetch(request).catch(() => kept), patience]);
}
