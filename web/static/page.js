// The chat page: clears the address, shows the chat when it is there, and keeps the shell for when there is no network.

// What a link told (place, need, service) has been handed to the chat; nobody reads it over a shoulder or on the way back.
if (location.search || location.hash) history.replaceState(null, "", "/");

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
});

// Only our own page is kept for offline use, never one that shows it in a frame.
if ("serviceWorker" in navigator && window.top === window) {
  addEventListener("load", () => {
    navigator.serviceWorker.register("/service-worker.js", { updateViaCache: "none" }).catch(() => {});
  });
}
