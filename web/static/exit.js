// Leaving at once. What was on the screen is gone before the next page has begun to load.

const NEUTRAL = "https://www.ilmatieteenlaitos.fi/";
const TITLE = "Sää";
const WITHIN = 1_500; // milliseconds in which Esc has to be pressed three times
const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("saattaja") : null;

/** Has `leave` called when Esc is pressed three times while `isActive()`, or when another tab leaves. Returns how to stop. */
export function watchExit(isActive, leave) {
  let presses = [];
  const key = ({ key: pressed, repeat, timeStamp }) => {
    if (pressed !== "Escape" || repeat) return;
    presses = [...presses.filter((time) => timeStamp - time < WITHIN), timeStamp];
    if (presses.length >= 3 && isActive()) leave();
  };
  const heard = ({ data }) => data === "exit" && leave(false);
  addEventListener("keydown", key, true);
  channel?.addEventListener("message", heard);
  return () => {
    removeEventListener("keydown", key, true);
    channel?.removeEventListener("message", heard);
  };
}

/** Wipes the page, its title and address, and goes to a neutral page in its place, so that "back" does not return here. */
export function exit(everywhere = true) {
  if (everywhere) channel?.postMessage("exit");
  document.body.replaceChildren();
  document.head.replaceChildren();
  document.title = TITLE;
  try {
    history.replaceState(null, "", "/");
  } catch {
    // A sandboxed page can't change its address; it is left all the same.
  }
  location.replace(NEUTRAL);
}
