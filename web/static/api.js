// The server's HTTP API, as docs describe it at /api/openapi.json.

const PATIENCE = 45_000; // milliseconds; the server answers 202 well before

/** An answer that isn't success. `status` 0 means that no answer came; `message` is for people where the server gave one. */
export class ApiError extends Error {
  constructor(status, message = "", retryAfter = 0) {
    super(message);
    Object.assign(this, { status, retryAfter });
  }
}

/** Calls to the server that served the chat. */
export class Api {
  /** The language in which the server tells what goes wrong. */
  language = "fi";

  /** `base` is the address of the server's root, with a slash at its end. */
  constructor(base) {
    this.base = base;
  }

  /** Starts a conversation; returns `{token, expires}`. */
  create(presets) {
    return this.json("api/conversations", { method: "POST", body: presets });
  }

  /** Sends a message; returns `{events, waiting?}`. */
  send(token, { id, text, location }) {
    return this.json("api/messages", { method: "POST", token, body: { id, text, location } });
  }

  /** Returns the open response with the events after number `after`. */
  events(token, after, signal) {
    return this.#fetch(`api/events?after=${after}`, { token, signal, headers: { Accept: "text/event-stream" } });
  }

  /** Erases the conversation everywhere; with `leaving` it goes out even while the page closes. */
  erase(token, leaving = false) {
    return this.#fetch("api/conversation", { method: "DELETE", token, keepalive: leaving });
  }

  /** Erases the person: all that they told, and all their conversations. */
  forget(token) {
    return this.#fetch("api/profile", { method: "DELETE", token });
  }

  /** Returns one service as a card in a language. */
  service(id, language) {
    return this.json(`api/services/${encodeURIComponent(id)}?language=${language}`, {});
  }

  /** Returns the needs, `[{id, label: {fi, sv, en}}]`. */
  needs() {
    return this.json("api/needs", {});
  }

  /** Returns the JSON that is answered, null when there is none; `options` are fetch()'s, with `token` and a `body` as JSON. */
  async json(path, options) {
    const response = await this.#fetch(path, { signal: AbortSignal.timeout?.(PATIENCE), ...options });
    return response.status === 204 ? null : response.json().catch(() => Promise.reject(new ApiError(0)));
  }

  async #fetch(path, { token, body, headers = {}, ...options }) {
    headers["Accept-Language"] = this.language;
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body) headers["Content-Type"] = "application/json";
    const response = await fetch(this.base + path, {
      ...options,
      headers,
      body: body && JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      referrerPolicy: "no-referrer",
    }).catch(() => Promise.reject(new ApiError(0)));
    if (response.ok) return response;
    const problem = await response.json().catch(() => ({}));
    throw new ApiError(response.status, problem.message, Number(response.headers.get("Retry-After")) || 0);
  }
}
