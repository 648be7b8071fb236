// The chat page: clears the address, shows the chat when it is there, and keeps the shell for when there is no network.

// A notification leads to its reminder, "/#reminder=...", in this page or in one that is open (push-worker.js).
function showReminder({ reminder, answer }) {
  const chat = document.querySelector("saattaja-chat");
  if (answer) chat.dataset.answer = answer;
  if (reminder) chat.dataset.reminder = reminder;
}

// What a link told (place, need, service) has been handed to the chat; nobody reads it over a shoulder or on the way back.
function takeFromAddress() {
  showReminder(Object.fromEntries(new URLSearchParams(location.hash.slice(1))));
  if (location.search || location.hash) history.replaceState(null, "", "/");
}

takeFromAddress();
addEventListener("hashchange", takeFromAddress);
navigator.serviceWorker?.addEventListener("message", ({ data }) => showReminder(data ?? {}));
navigator.serviceWorker?.startMessages();

const SLOW = 8000; // milliseconds until a missing chat is called trouble

function trouble(there) {
  document.getElementById("trouble").hidden = !there;
}

const slow = setTimeout(trouble, SLOW, true);
document.querySelector('script[src="/widget.js"]').addEventListener("error", () => trouble(true));
document.addEventListener("saattaja:error", () => trouble(true));
customElements.whenDefined("saattaja-chat").then(() => {
  clearTimeout(slow);
  trouble(false);
  document.documentElement.classList.add("ready");
  followTheme(document.querySelector("saattaja-chat").shadowRoot);
});

// Day or night is chosen in the chat's settings; the page around it follows.
function followTheme(root) {
  const follow = () => {
    const { theme } = root.querySelector("[data-theme]")?.dataset ?? {};
    if (!theme) return;
    document.documentElement.dataset.theme = theme;
    const { backgroundColor } = getComputedStyle(document.body);
    for (const meta of document.querySelectorAll('meta[name="theme-color"]')) meta.content = backgroundColor;
  };
  new MutationObserver(follow).observe(root, { subtree: true, childList: true, attributeFilter: ["data-theme"] });
  follow();
}

// Only our own page is kept for offline use, never one that shows it in a frame.
if ("serviceWorker" in navigator && window.top === window) {
  addEventListener("load", () => {
    navigator.serviceWorker.register("/service-worker.js", { updateViaCache: "none" }).catch(() => {});
  });
}
