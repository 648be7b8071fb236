// What stays on the device: the token, messages not sent yet, saved services, settings. Never the conversation itself.

const PREFIX = "saattaja:";

/** Small values under one prefix of localStorage, or in memory where the browser allows no storage. */
export class Storage {
  #area;

  constructor() {
    try {
      localStorage.setItem(`${PREFIX}check`, "1");
      localStorage.removeItem(`${PREFIX}check`);
      this.#area = localStorage;
    } catch {
      this.#area = new MemoryArea();
    }
  }

  /** Returns the value kept under a name, or `otherwise`. */
  get(name, otherwise = null) {
    try {
      return JSON.parse(this.#area.getItem(PREFIX + name)) ?? otherwise;
    } catch {
      return otherwise;
    }
  }

  /** Keeps a value; null removes it. A full storage is no reason to stop the chat. */
  set(name, value) {
    try {
      if (value === null) this.#area.removeItem(PREFIX + name);
      else this.#area.setItem(PREFIX + name, JSON.stringify(value));
    } catch {
      // The value lives as long as the page: nothing better can be done.
    }
  }

  /** Returns the messages that wait to be sent, oldest first. Each has a key of its own: tabs never overwrite another's. */
  unsent() {
    return this.#names("unsent:").map((name) => this.get(name)).filter((message) => message?.id);
  }

  /** Keeps a message `{id, text, location?, at}` until it is sent. */
  keepUnsent(message) {
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
    const heard = ({ key, newValue }) => {
      if (key?.startsWith(PREFIX)) listener(key.slice(PREFIX.length), newValue === null ? null : JSON.parse(newValue));
    };
    addEventListener("storage", heard);
    return () => removeEventListener("storage", heard);
  }

  #names(start) {
    return Object.keys(this.#area)
      .filter((key) => key.startsWith(PREFIX + start))
      .map((key) => key.slice(PREFIX.length))
      .sort();
  }
}

function unsentName({ at, id }) {
  return `unsent:${String(at).padStart(15, "0")}:${id}`;
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
