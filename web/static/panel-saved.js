// Services that the person has put aside.
import { card } from "./cards.js";
import { button, el } from "./dom.js";

/**
 * Returns the panel's content. `list` holds `{service, at}`, newest first; `latest(id)` resolves to the service as the
 * server knows it now (the kept one is shown while there is no line); `remove(service)` takes one off the list.
 */
export function savedContent(t, list, { latest, remove, share }) {
  if (!list.length) return [el("p", { class: "lead", text: t("savedNone") })];
  return [el("p", { class: "fine", text: t("savedHint") }), el("div", { class: "cards" }, ...list.map(saved))];

  function saved({ service, at }) {
    const holder = el("div", { class: "saved" });
    const show = (one, told) => {
      const tools = el(
        "div",
        { class: "tools" },
        button({ icon: "share", text: t("share"), class: "tool", on: { click: () => share(one) } }),
        button({ icon: "close", text: t("remove"), class: "tool", on: { click: () => takeOff(one) } }),
      );
      const element = card({ ...one, why: [] }, { t, at: () => told });
      element.append(tools);
      holder.replaceChildren(element);
    };
    const takeOff = (one) => {
      const next = holder.nextElementSibling ?? holder.previousElementSibling;
      const root = holder.getRootNode();
      remove(one);
      holder.remove();
      (next?.querySelector("a, button") ?? root.querySelector(".panel-head h2")).focus();
    };
    show(service, new Date(at));
    latest(service.id).then((now) => !holder.contains(holder.getRootNode().activeElement) && show(now, new Date()), () => {});
    return holder;
  }
}
