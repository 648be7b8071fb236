// Services that the person has put aside or turned away, on this device only.

import { list, saved } from "./shapes.js";

/** The two lists, in the chat's storage. */
export class SavedServices {
  constructor(storage) {
    this.storage = storage;
  }

  /** `[{service, at}]`, newest first; `at` is when it was saved, in milliseconds. */
  get list() {
    return list(this.storage.get("saved"), saved);
  }

  isSaved(id) {
    return this.list.some(({ service }) => service.id === id);
  }

  /** Saves a service, or takes it off the list; returns whether it is saved now. */
  toggle(service) {
    const others = this.list.filter((one) => one.service.id !== service.id);
    const isNew = others.length === this.list.length;
    this.storage.set("saved", isNew ? [{ service, at: Date.now() }, ...others] : others);
    return isNew;
  }

  isHidden(id) {
    return this.#hidden.includes(id);
  }

  setHidden(id, isHidden) {
    const others = this.#hidden.filter((one) => one !== id);
    this.storage.set("hidden", isHidden ? [...others, id] : others);
  }

  get #hidden() {
    return list(this.storage.get("hidden"), String);
  }
}
