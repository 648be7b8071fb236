// Delivery that loses nothing: a queue that survives the page, and a stream that is taken up where it broke.
import { ApiError } from "./api.js";
import { readEvents } from "./sse.js";

const SILENCE = 40_000; // milliseconds without a sign of life (the server pings every 15 s) until the stream is opened anew
const HIDDEN = 60_000; // milliseconds a page is out of sight until its stream is closed
const FIRST_WAIT = 1_000; // milliseconds before a first retry; doubled up to
const LONGEST_WAIT = 30_000;

/**
 * A conversation with the server. Calls these listeners:
 * `event(event)`: one event of the conversation, each once;
 * `message(message, state, reason)`: an own message is "queued", "sending", "delivered" or "failed";
 * `state({online, waiting, limitedUntil})`: how the line is; `typing()`: an answer is being made;
 * `reset(why)`: the conversation is another one now: "lost" (the server doesn't know it any more) or "gone" (deleted).
 */
export class Connection {
  #seen = new Set();
  #streamed = 0; // id of the last event that came over the stream, which gives them in order
  #token = null;
  #stream = null;
  #running = false;
  #hasLeft = false;
  #ended = new Set(); // tokens of conversations that the person had erased
  #flushing = null;
  #failures = { flush: 0, stream: 0 }; // in a row
  #timers = {};
  #state = { online: true, waiting: false, limitedUntil: 0 };

  constructor(api, storage, presets, listeners) {
    Object.assign(this, { api, storage, presets, listeners });
    this.#token = storage.get("token")?.token ?? null;
  }

  /** What opens the conversation at the server; null when there is none. */
  get token() {
    return this.#token;
  }

  /** Whether the server knows of a conversation on this device. */
  get exists() {
    return this.#token !== null;
  }

  /** Begins: restores the conversation if there is one, sends what is unsent, and follows the line and other tabs. */
  start() {
    this.#running = true;
    this.#cleanUp = [
      this.storage.onChange((name, value) => this.#changedElsewhere(name, value)),
      listen(window, "online", () => this.#retryNow()),
      listen(window, "offline", () => this.#show({ online: false })),
      listen(document, "visibilitychange", () => this.#visibilityChanged()),
      listen(window, "pageshow", (event) => event.persisted && this.#restartStream()),
    ];
    if (navigator.onLine === false) this.#show({ online: false });
    for (const message of this.storage.unsent()) this.listeners.message(message, "queued");
    this.#restartStream();
    this.#flush();
  }

  /** Ends everything that runs; what is unsent stays kept. */
  stop() {
    this.#running = false;
    this.#stream?.abort();
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    for (const undo of this.#cleanUp) undo();
    this.#cleanUp = [];
  }

  /** Keeps a message until the server has it, and sends it in its turn. Returns its id. */
  send(text, location) {
    const message = this.storage.keepUnsent(text, location);
    this.listeners.message(message, navigator.onLine === false ? "queued" : "sending");
    this.#flush();
    return message.id;
  }

  /** Has the server forget the person with their conversations, and erases what is unsent; raises ApiError when the server can't be reached. */
  async erase() {
    const token = this.#token;
    const unsent = this.storage.unsent();
    // Before the server is asked: what it refuses from now on must not be sent again, nor begin another conversation.
    for (const message of unsent) this.storage.removeUnsent(message);
    this.#ended.add(token);
    if (token) {
      await this.api.forget(token).catch((error) => {
        if (error.status === 401) return;
        this.#ended.delete(token);
        for (const message of unsent) this.storage.restoreUnsent(message);
        this.#retryNow();
        throw error;
      });
    }
    this.storage.set("token", null);
    this.#adopt(null, "gone");
  }

  /** Forgets at once, without waiting for the server, which is asked to erase the conversation too. */
  leave() {
    const token = this.#token;
    this.stop();
    this.#hasLeft = true;
    this.#token = null;
    if (token) this.api.erase(token, true).catch(() => {});
  }

  /** Returns what `call(token)` does; begins a conversation when there is none, or none any more, unless the person ended it. */
  async withToken(call) {
    const token = await this.#begin();
    return call(token).catch(async (error) => {
      if (error.status !== 401 || this.#hasLeft || this.#ended.has(token)) throw error;
      this.#lost(token);
      return call(await this.#begin());
    });
  }

  /** Returns what `call(token)` does, undefined where there is no conversation, or none any more: none is begun. */
  async ifKnown(call) {
    const token = this.#token;
    if (!token) return undefined;
    return call(token).catch((error) => {
      if (error.status !== 401) throw error;
      this.#lost(token);
    });
  }

  /** As the queue does it, one tab at a time: two conversations would be one too many. */
  #begin() {
    return this.#token ?? withLock("saattaja:send", () => this.#ensureToken());
  }

  #cleanUp = [];

  // ---- sending ----

  /** One tab at a time sends the queue of all; the others find it empty when their turn comes. */
  #flush() {
    if (!this.#running) return;
    this.#flushing ??= withLock("saattaja:send", () => this.#sendAll())
      .catch((error) => this.#later(this.#nextWait("flush"), error))
      .finally(() => {
        this.#flushing = null;
        if (!this.#timers.flush && this.storage.unsent().length) this.#flush();
      });
  }

  #flushNow() {
    this.#timers.flush = clearTimeout(this.#timers.flush);
    this.#flush();
  }

  async #sendAll() {
    this.#timers.flush = clearTimeout(this.#timers.flush);
    for (let message; this.#running && (message = this.storage.unsent()[0]); ) {
      if (navigator.onLine === false) return this.#later(FIRST_WAIT);
      this.listeners.message(message, "sending");
      try {
        const token = await this.#ensureToken();
        this.listeners.typing();
        const answer = await this.api.send(token, message);
        this.storage.removeUnsent(message);
        this.listeners.message(message, "delivered");
        if (this.#succeeded()) this.#restartStream();
        this.#show({ waiting: Boolean(answer.waiting), limitedUntil: 0 });
        if (token === this.#token) answer.events.forEach((event) => this.#receive(event));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (!this.#handle(error, message)) return;
      }
    }
  }

  /** Returns whether the queue can go on at once. */
  #handle(error, message) {
    const { status } = error;
    if (status === 401) {
      this.#lost(this.#token);
    } else if (status === 429) {
      const wait = (error.retryAfter || 30) * 1000;
      this.#show({ limitedUntil: Date.now() + wait });
      this.#later(wait);
      return false;
    } else if (status >= 400 && status < 500 && status !== 408 && status !== 409) {
      this.storage.removeUnsent(message);
      this.listeners.message(message, "failed", error.message);
    } else {
      this.#show(status ? { waiting: true } : { online: false });
      this.#later(this.#nextWait("flush"));
      return false;
    }
    return true;
  }

  #later(wait, fault) {
    if (fault) console.error("saattaja:", fault);
    for (const message of this.storage.unsent()) this.listeners.message(message, "queued");
    clearTimeout(this.#timers.flush);
    this.#timers.flush = setTimeout(() => {
      this.#flush();
    }, wait);
  }

  async #ensureToken() {
    if (this.#token) return this.#token;
    const kept = this.storage.get("token"); // another tab may have started the conversation
    const started = kept ?? (await this.#create());
    if (!kept) this.storage.set("token", started);
    this.#adopt(started.token);
    return started.token;
  }

  /** Begins a conversation at the server; who has left meanwhile gets none, and none stays there. */
  async #create() {
    if (this.#hasLeft) throw new ApiError(0);
    const started = await this.api.create(this.presets());
    if (!this.#hasLeft) return started;
    this.api.erase(started.token, true).catch(() => {});
    throw new ApiError(0);
  }

  // ---- receiving ----

  #receive(event) {
    if (this.#seen.has(event.id)) return;
    this.#seen.add(event.id);
    if (event.kind === "reply") this.#show({ waiting: false });
    this.listeners.event(event);
  }

  #restartStream() {
    this.#stream?.abort();
    this.#stream = null;
    clearTimeout(this.#timers.stream);
    if (!this.#running || !this.#token) return;
    this.#stream = new AbortController();
    this.#listen(this.#token, this.#stream);
  }

  async #listen(token, controller) {
    const { signal } = controller;
    const alive = () => {
      clearTimeout(this.#timers.silence);
      this.#timers.silence = setTimeout(() => controller === this.#stream && this.#restartStream(), SILENCE);
    };
    try {
      // A reply that came with a POST may have overtaken older events, so only the stream's own last one counts.
      const response = await this.api.events(token, this.#streamed, signal);
      if (this.#succeeded() && Date.now() >= this.#state.limitedUntil) this.#flushNow();
      alive();
      for await (const { event, data } of readEvents(response.body)) {
        if (signal.aborted) return;
        alive();
        if (event === "waiting") this.#show({ waiting: true });
        else if (event === "typing") this.listeners.typing();
        else if (data) {
          const received = JSON.parse(data);
          this.#streamed = received.id;
          this.#receive(received);
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error.status === 401) {
        this.#lost(token);
        if (this.storage.unsent().length) this.#flush();
        return;
      }
    }
    if (signal.aborted) return;
    clearTimeout(this.#timers.silence);
    // A stream that merely ended is opened again without a word; one that can't be opened is told.
    if (this.#failures.stream + this.#failures.flush > 0) this.#show({ online: false });
    this.#timers.stream = setTimeout(() => this.#restartStream(), this.#nextWait("stream"));
  }

  // ---- which conversation ----

  #lost(token) {
    if (this.storage.get("token")?.token === token) this.storage.set("token", null);
    this.#adopt(this.storage.get("token")?.token ?? null, "lost");
  }

  /** Takes up another conversation, or none. */
  #adopt(token, why) {
    if (token === this.#token) return;
    const had = this.#token !== null;
    this.#token = token;
    this.#seen.clear();
    this.#streamed = 0;
    if (had) this.listeners.reset(why ?? (token ? "lost" : "gone"));
    this.#show({ waiting: false });
    this.#restartStream();
  }

  #changedElsewhere(name, value) {
    if (name === "token") this.#adopt(value?.token ?? null);
    else if (name.startsWith("unsent:") && value) this.listeners.message(value, "queued");
  }

  // ---- the line ----

  /** Returns whether the server was out of reach until now: then what else waits for it need wait no longer. */
  #succeeded() {
    const wasCut = this.#failures.flush + this.#failures.stream > 0;
    this.#failures = { flush: 0, stream: 0 };
    this.#show({ online: true });
    return wasCut;
  }

  #nextWait(task) {
    this.#failures[task] += 1;
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (this.#failures[task] - 1));
    return wait * (0.75 + Math.random() / 2); // not everybody at once after a restart
  }

  #retryNow() {
    this.#failures = { flush: 0, stream: 0 };
    this.#restartStream();
    this.#flushNow();
    if (!this.#token) this.#show({ online: true });
  }

  #visibilityChanged() {
    clearTimeout(this.#timers.hidden);
    if (document.hidden) {
      this.#timers.hidden = setTimeout(() => {
        this.#stream?.abort();
        this.#stream = null;
      }, HIDDEN);
    } else if (!this.#stream || !this.#state.online) {
      this.#retryNow();
    }
  }

  #show(change) {
    const state = { ...this.#state, ...change };
    const isNew = Object.keys(change).some((name) => change[name] !== this.#state[name]);
    this.#state = state;
    if (isNew) this.listeners.state(state);
  }
}

function listen(target, type, listener) {
  target.addEventListener(type, listener);
  return () => target.removeEventListener(type, listener);
}

// Web Locks exist only where a page is served over https or from the same machine.
function withLock(name, task) {
  return navigator.locks ? navigator.locks.request(name, task) : task();
}
