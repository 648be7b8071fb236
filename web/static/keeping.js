// Keeping in touch: profile, reminders, calendar and pushes at the server (docs/web.md).
import * as shapes from "./shapes-keeping.js";

/** What a person allows and is reminded of. Every call rejects with ApiError when it fails. */
export class Keeping {
  /** `connection` (connection.js) gives the token, and begins a conversation when the first thing is to be kept. */
  constructor(api, connection) {
    Object.assign(this, { api, connection });
  }

  /** Returns the profile; before there is a conversation, one of somebody who has told nothing, without asking anybody. */
  async profile() {
    return shapes.profile(this.connection.exists ? await this.#ask("api/profile") : {});
  }

  /** Changes the named fields and returns the profile as it is then; it counts at once. */
  async change(fields) {
    return shapes.profile(await this.#ask("api/profile", "PATCH", fields));
  }

  /** Returns everything that is kept at the server, as it is given. */
  export() {
    return this.#ask("api/profile/export");
  }

  /** Returns the reminders, those due first first. */
  async reminders() {
    const answer = this.connection.exists ? await this.#ask("api/reminders") : {};
    return shapes.reminders(answer);
  }

  /** Answers a reminder: "done", "later", "move", "cancel" or "stop_all"; returns whether it counts as answered now. */
  async answer(reminder, answer) {
    const told = await this.#ask(`api/reminders/${encodeURIComponent(reminder)}`, "POST", { answer });
    return Boolean(shapes.reminders({ reminders: [told?.reminder] })[0]?.answered);
  }

  /** Returns a new calendar link, `{url, webcal}`, which is told once. */
  async makeCalendar() {
    return shapes.calendar(await this.#ask("api/calendar", "POST", {}));
  }

  /** Ends all calendar links. */
  removeCalendar() {
    return this.#ask("api/calendar", "DELETE");
  }

  /** Returns the server's key for pushes. */
  async pushKey() {
    return shapes.text((await this.#ask("api/push/key"))?.key);
  }

  subscribe(subscription) {
    return this.#ask("api/push/subscriptions", "POST", subscription);
  }

  unsubscribe(endpoint) {
    return this.#ask("api/push/subscriptions", "DELETE", { endpoint });
  }

  #ask(path, method, body) {
    return this.connection.withToken((token) => this.api.json(path, { method, token, body }));
  }
}
