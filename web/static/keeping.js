// Keeping in touch: profile, reminders, calendar and pushes at the server (docs/web.md).
import { ApiError } from "./api.js";
import * as shapes from "./shapes-keeping.js";

/** What a person allows and is reminded of. Every call rejects with ApiError when it fails. */
export class Keeping {
  /** `connection` (connection.js) gives the token, and begins a conversation when the first thing is to be kept. */
  constructor(api, connection) {
    Object.assign(this, { api, connection });
  }

  /** Returns the profile; before there is a conversation, one of somebody who has told nothing, without asking anybody. */
  async profile() {
    return shapes.profile(await this.#ifKnown("api/profile"));
  }

  /** Changes the named fields and returns the profile as it is then; it counts at once. */
  async change(fields) {
    return shapes.profile(await this.#ask("api/profile", "PATCH", fields));
  }

  /** Returns everything that is kept at the server, as it is given; undefined when nothing is. */
  export() {
    return this.#ifKnown("api/profile/export");
  }

  /** Returns the reminders, those due first first. */
  async reminders() {
    return shapes.reminders(await this.#ifKnown("api/reminders"));
  }

  /**
   * Answers a reminder: "done", "later", "move", "cancel" or "stop_all"; returns whether it counts as answered now. Rejects
   * with ApiError 404 when the server knows no such reminder of this person.
   */
  async answer(reminder, answer) {
    const told = await this.#ifKnown(`api/reminders/${encodeURIComponent(reminder)}`, "POST", { answer });
    if (!told) throw new ApiError(404);
    return Boolean(shapes.reminders({ reminders: [told?.reminder] })[0]?.answered);
  }

  /** Returns a new calendar link, `{url, webcal}`, which is told once. */
  async makeCalendar() {
    return shapes.calendar(await this.#ask("api/calendar", "POST", {}));
  }

  /** Ends all calendar links. */
  removeCalendar() {
    return this.#ifKnown("api/calendar", "DELETE");
  }

  /** Returns a new code that links another channel, with where to tell it; it is told once. */
  async makeLink() {
    return shapes.linkCode(await this.#ask("api/link", "POST", {}));
  }

  /** Tells a code that was made elsewhere; returns `{channel, channels}`: where it was made, and what is linked now. */
  async tellLink(code) {
    return shapes.linked(await this.#ask("api/link/code", "POST", { code }));
  }

  /** Unlinks a channel. */
  unlink(channel) {
    return this.#ifKnown(`api/link/${encodeURIComponent(channel)}`, "DELETE");
  }

  /** Returns the server's key for pushes. */
  async pushKey() {
    return shapes.text((await this.#ask("api/push/key"))?.key);
  }

  /** Tells the server where to push. */
  subscribe(subscription) {
    return this.#ask("api/push/subscriptions", "POST", subscription);
  }

  /** Tells it again; returns whether the server still knows the person. */
  async renew(subscription) {
    return Boolean(await this.#ifKnown("api/push/subscriptions", "POST", subscription));
  }

  /** Tells the server to push there no more. */
  unsubscribe(endpoint) {
    return this.#ifKnown("api/push/subscriptions", "DELETE", { endpoint });
  }

  /** Asks for something that is kept from then on. */
  #ask(path, method, body) {
    return this.connection.withToken((token) => this.api.json(path, { method, token, body }));
  }

  /** Asks about what is kept already; undefined when nothing is. */
  #ifKnown(path, method, body) {
    return this.connection.ifKnown((token) => this.api.json(path, { method, token, body }));
  }
}
