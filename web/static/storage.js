// What stays on the device: the token, messages not sent yet, saved services, settings. Never the conversation itself.

const PREFIX = "saattaja:";

/** Small values under one prefix of localStorage, or in memory where the browser allows no storage. */
export class Storage {
  #area = new MemoryArea();
  #refused = new MemoryArea(); // what the browser had no room for

  constructor() {
    try {
      this.#area = localStorage ?? this.#area;
    } catch {
      // Not allowed to this page: what is kept lives as long as the page.
    }
  }

  /** Returns the value kept under a name, or `otherwise`. */
  get(name, otherwise = null) {
    try {
      return JSON.parse(this.#refused.getItem(PREFIX + name) ?? this.#area.getItem(PREFIX + name)) ?? otherwise;
    } catch {
      return otherwise;
    }
  }

  /** Keeps a value; null removes it. A full storage is no reason to stop the chat. */
  set(name, value) {
    const key = PREFIX + name;
    const text = JSON.stringify(value);
    this.#refused.removeItem(key);
    try {
      if (value === null) this.#area.removeItem(key);
      else this.#area.setItem(key, text);
    } catch {
      this.#refused.setItem(key, text); // it lives as long as the page: nothing better can be done
    }
  }

  /** Returns the messages that wait to be sent, oldest first. Each has a key of its own: tabs never overwrite another's. */
  unsent() {
    const messages = this.#names("unsent:").map((name) => this.get(name));
    return messages.filter((one) => one?.id && typeof one.text === "string" && Number.isFinite(one.at));
  }

  /** Keeps a new message until it is sent, in its order; returns it as `{id, text, location?, at}`. */
  keepUnsent(text, location) {
    const last = this.unsent().at(-1)?.at ?? 0; // a clock may have been set back since
    const message = { id: newId(), text, ...(location && { location }), at: Math.max(Date.now(), last + 1) };
    this.set(unsentName(message), message);
    return message;
  }

  /** Keeps again, as it was, a message that was forgotten. */
  restoreUnsent(message) {
    this.set(unsentName(message), message);
  }

  /** Forgets a message that was sent or refused. */
  removeUnsent(message) {
    this.set(unsentName(message), null);
  }

  /** Removes everything that the chat has kept on this device. */
  clear() {
    for (const name of this.#names("")) this.set(name, null);
  }

  /** Calls `listener(name, value)` when another tab changes something. */
  onChange(listener) {
    const heard = ({ key }) => {
      if (!key?.startsWith(PREFIX)) return;
      this.#refused.removeItem(key);
      const name = key.slice(PREFIX.length);
      listener(name, this.get(name));
    };
    addEventListener("storage", heard);
    return () => removeEventListener("storage", heard);
  }

  #names(start) {
    const keys = new Set([...Object.keys(this.#area), ...Object.keys(this.#refused)]);
    return [...keys]
      .filter((key) => key.startsWith(PREFIX + start))
      .map((key) => key.slice(PREFIX.length))
      .sort();
  }
}

function unsentName({ at, id }) {
  return `unsent:${String(at).padStart(15, "0")}:${id}`;
}

// randomUUID exists only where a page is served over https or from the same machine.
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

class MemoryArea {
  getItem(key) {
    return this[key] ?? null;
  }
  setItem(key, value) {
    this[key] = value;
  }
  removeItem(key) {
    delete this[key];
  }
}
