// The part of the service worker that shows reminders on the screen, and answers them. A push says no more than a bystander
// may read; the rest is in the conversation.

const TOKEN_CACHE = "saattaja-push"; // where the page (push.js) keeps the conversation's token while pushes are on
const NEUTRAL = { id: "", title: "Saattaja", body: "Sinulle on viesti.", url: "/", actions: [] };
const ANSWERS = ["done", "later", "move", "cancel", "stop_all"];

self.addEventListener("push", (event) => event.waitUntil(show(readPush(event.data))));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(act(event.notification.data ?? NEUTRAL, event.action));
});
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));
self.addEventListener("message", (event) => event.data === "forget" && event.waitUntil(forget()));

/** What a push says, in the shape that is shown; of anything odd only that there is a message. */
function readPush(data) {
  try {
    const { id, title, body, url, tag, actions } = data.json();
    const said = { id, title, body, url, tag };
    const known = Object.entries(said).filter(([, value]) => typeof value === "string" && value);
    return { ...NEUTRAL, ...Object.fromEntries(known), actions: (actions ?? []).filter(({ action, title: name }) => action && name) };
  } catch {
    return NEUTRAL;
  }
}

async function show(push) {
  const { id, title, body, tag = id, url, actions } = push;
  const isSeen = await isOnScreen();
  // Apple's browsers end the subscription of who gets pushes and shows none, so there one is shown and taken away.
  if (isSeen && !isApple()) return;
  await self.registration.showNotification(title, {
    body,
    tag,
    icon: "/static/icons/icon-192.png",
    data: { id, url, actions },
    silent: isSeen || undefined,
    actions: actions.slice(0, Notification.maxActions ?? 2).map(({ action, title: name }) => ({ action, title: name })),
  });
  if (isSeen) await closeAll({ tag });
}

/** Whether somebody looks at the conversation, which shows the reminder itself. */
async function isOnScreen() {
  return (await conversations()).some(({ visibilityState }) => visibilityState === "visible");
}

async function act({ id, url, actions }, action) {
  if (ANSWERS.includes(action)) {
    if (!(await answer(id, action))) await open(id, action);
    return;
  }
  const chosen = actions.find((one) => one.action === action);
  if (chosen && isAddress(chosen.url)) await self.clients.openWindow(chosen.url);
  else await open(id, "", url);
}

/** Answers a reminder at the server; returns whether it was taken in. */
async function answer(id, action) {
  const token = await keptToken();
  if (!token) return false;
  const told = await ask(`/api/reminders/${encodeURIComponent(id)}`, token, { answer: action });
  return told.ok;
}

/** Shows the conversation at a reminder: in a page that is open, or in a new one. With an answer it is given there. */
async function open(id, action, url = "/") {
  const page = (await conversations())[0];
  if (page) {
    page.postMessage({ reminder: id, answer: action });
    return page.focus().catch(() => {});
  }
  const place = action ? `/#${new URLSearchParams({ reminder: id, answer: action })}` : isOwn(url) ? url : "/";
  return self.clients.openWindow(place);
}

/** Subscribes anew where the browser or the push service ended a subscription. Without a token the next visit does it. */
async function renew({ oldSubscription, newSubscription }) {
  const token = await keptToken();
  const key = oldSubscription?.options?.applicationServerKey ?? (token && (await serverKey(token)));
  if (!key) return;
  const subscription = newSubscription ?? (await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  if (!token) return;
  await ask("/api/push/subscriptions", token, subscription.toJSON());
  if (oldSubscription) await ask("/api/push/subscriptions", token, { endpoint: oldSubscription.endpoint }, "DELETE");
}

/** Leaves nothing behind on this device. */
async function forget() {
  await Promise.all([caches.delete(TOKEN_CACHE), closeAll(), self.registration.pushManager?.getSubscription().then((one) => one?.unsubscribe())]);
}

async function closeAll(which) {
  for (const notification of await self.registration.getNotifications(which)) notification.close();
}

async function conversations() {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return pages.filter(({ url }) => new URL(url).pathname === "/");
}

async function keptToken() {
  const kept = await caches.match("/token", { cacheName: TOKEN_CACHE }); // open() would make one where there is none
  return kept ? kept.text() : "";
}

async function serverKey(token) {
  const told = await ask("/api/push/key", token, undefined, "GET");
  return told.ok && (await told.json()).key;
}

function ask(path, token, body, method = "POST") {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  const options = { method, headers, body: body && JSON.stringify(body), cache: "no-store", credentials: "omit" };
  return fetch(path, options).catch(() => ({ ok: false }));
}

function isOwn(url) {
  return URL.canParse(url, location.origin) && new URL(url, location.origin).origin === location.origin;
}

function isAddress(url) {
  return typeof url === "string" && url.startsWith("https://");
}

function isApple() {
  const { userAgent } = navigator;
  return /AppleWebKit/.test(userAgent) && !/Chrom(e|ium)/.test(userAgent);
}
