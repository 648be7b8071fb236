// Reminders on the screen while the page is closed: Web Push, only on our own page and only after a tap.

const TOKEN = "saattaja-push"; // the cache where the service worker (push-worker.js) finds the conversation's token

/**
 * Resolves to how it stands on this device: "on", "off", "denied", "ios" (has to be on the home screen first),
 * "elsewhere" (the chat is on another site's page) or "unsupported". `base` is the address of the server's root.
 */
export async function pushState(base) {
  if (location.origin !== new URL(base).origin || window.top !== window) return "elsewhere";
  if (isApple() && !isInstalled()) return "ios";
  if (!("PushManager" in window && "Notification" in window && navigator.serviceWorker)) return "unsupported";
  if (Notification.permission === "denied") return "denied";
  const subscription = await (await navigator.serviceWorker.getRegistration())?.pushManager.getSubscription();
  return subscription && Notification.permission === "granted" ? "on" : "off";
}

/**
 * Asks the browser's permission, which needs the tap that led here, and tells the server where to push. Resolves to
 * whether it was given; rejects when the rest fails.
 */
export async function startPush(keeping) {
  if ((await Notification.requestPermission()) !== "granted") return false;
  const registration = await navigator.serviceWorker.register("/service-worker.js", { updateViaCache: "none" });
  await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: await keeping.pushKey() };
  const { pushManager } = registration;
  // One that was made with another key, of an installation before this one, stands in the way.
  const subscription = await pushManager.subscribe(options).catch(async () => {
    await (await pushManager.getSubscription())?.unsubscribe();
    return pushManager.subscribe(options);
  });
  await keeping.subscribe(subscription.toJSON());
  await keepToken(keeping.connection);
  return true;
}

/** Ends it on this device, and tells the server so. */
export async function stopPush(keeping) {
  const registration = await navigator.serviceWorker?.getRegistration();
  const subscription = await registration?.pushManager?.getSubscription();
  await caches.delete(TOKEN).catch(() => {});
  if (!subscription) return;
  await subscription.unsubscribe();
  await keeping.unsubscribe(subscription.endpoint).catch(() => {}); // the server learns it from the push service, too
}

/** Tells the server again where to push, at a visit: a browser may have changed the address meanwhile. */
export async function renewPush(keeping, base) {
  if ((await pushState(base)) !== "on") return;
  const registration = await navigator.serviceWorker.getRegistration();
  const subscription = await registration.pushManager.getSubscription();
  if (await keeping.renew(subscription.toJSON())) await keepToken(keeping.connection);
}

/** Keeps the token where the service worker finds it; who left or was forgotten meanwhile leaves none. */
async function keepToken(connection) {
  const { token } = connection;
  if (!token) return;
  await (await caches.open(TOKEN)).put("/token", new Response(token));
  if (connection.token !== token) await caches.delete(TOKEN);
}

function isApple() {
  return /iPhone|iPad|iPod/.test(navigator.userAgent) || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
}

function isInstalled() {
  return matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
}
