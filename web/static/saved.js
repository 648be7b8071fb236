// Services that the person has put aside or turned away, on this device only.

/** The two lists, in the chat's storage. */
export class SavedServices {
  constructor(storage) {
    this.storage = storage;
  }

  /** `[{service, at}]`, newest first; `at` is when it was saved, in milliseconds. */
  get list() {
    return this.storage.get("saved", []);
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
    return this.storage.get("hidden", []).includes(id);
  }

  setHidden(id, isHidden) {
    const others = this.storage.get("hidden", []).filter((one) => one !== id);
    this.storage.set("hidden", isHidden ? [...others, id] : others);
  }
}
