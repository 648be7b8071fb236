// Other channels of the same person, such as Telegram: linked by a code that is made in one and told in the other.
import { ApiError } from "./api.js";
import { button, el, link } from "./dom.js";
import { clock } from "./format.js";

const LOOK_EACH = 4_000; // milliseconds, while a code waits to be told elsewhere
const SVG = "http://www.w3.org/2000/svg";

/** Returns an element that fills itself; `chat` is chat.js's, with its conversation. */
export function channelsContent(chat) {
  const { t, conversation } = chat;
  const { keeping } = conversation;
  const problem = el("p", { class: "error", role: "alert" });
  const linked = el("section", { class: "linked" });
  const code = el("section");
  const element = el("div", { class: "reminders channels-panel" }, linked, code);
  let channels = null;
  let waits = 0;

  const act = (work) => async () => {
    problem.textContent = "";
    await work().catch((error) => {
      problem.textContent = error.message && error instanceof ApiError ? error.message : t("notChanged");
      if (!(error instanceof ApiError)) console.error("saattaja:", error);
    });
  };
  const nameOf = (channel) => t(`channel_${channel === "widget" ? "elsewhere" : channel}`);

  // ---- what is linked ----

  function show(list) {
    channels = list;
    const others = new Map(list.filter(({ here }) => !here).map(({ channel }) => [channel, nameOf(channel)]));
    const items = [...others].map(([channel, name]) => {
      const cut = act(async () => {
        await keeping.unlink(channel);
        show((await keeping.profile()).channels);
        chat.say(t("unlinked", { channel: name }));
        linked.firstChild.focus();
      });
      return el("li", {}, el("b", { text: name }), button({ text: t("unlink"), class: "chip", "aria-label": t("unlinkOne", { channel: name }), on: { click: cut } }));
    });
    const told = el("p", { class: "lead", tabindex: "-1", text: t(items.length ? "linkedNow" : "linkedNone") });
    linked.replaceChildren(told, ...(items.length ? [el("ul", { class: "linked-list" }, ...items)] : []), el("p", { text: t("linkedWhat") }));
  }

  async function load() {
    linked.replaceChildren(el("p", { text: t("loading") }));
    try {
      show((await keeping.profile()).channels);
    } catch {
      const again = button({ icon: "again", text: t("tryAgain"), class: "wide", on: { click: load } });
      linked.replaceChildren(el("p", { text: t("linkedAway") }), again);
    }
  }

  // ---- a code of ours ----

  function offer() {
    const isHere = code.contains(element.getRootNode().activeElement);
    const make = act(async () => showCode(await keeping.makeLink()));
    code.replaceChildren(el("h3", { text: t("linkHere") }), button({ text: t("linkMake"), class: "wide first", on: { click: make } }));
    if (isHere) code.querySelector("button").focus();
  }

  function showCode({ code: made, expires, links }) {
    const until = new Date(expires);
    const spelled = made.replace("-", "").split("").join(" ");
    const shown = el("p", { class: "code", tabindex: "-1" }, el("span", { "aria-hidden": "true", text: made }), el("span", { class: "hidden", text: `${t("linkCode")}: ${spelled}` }));
    const ways = links.filter(({ url }) => url).flatMap((way) => [door(way), way.qr && picture(way)]);
    code.replaceChildren(
      el("h3", { text: t("linkCode") }),
      shown,
      el("p", { class: "fine", text: t("linkUntil", { time: clock(until, t.language) }) }),
      ...ways.filter(Boolean),
      el("p", { text: t("linkElsewhere", { code: made }) }),
      button({ icon: "copy", text: t("linkCopy"), class: "wide", on: { click: () => conversation.copy(made) } }),
    );
    shown.focus();
    look(channels?.length ?? 1, until, ++waits);
  }

  /** Looks now and then whether the code was told elsewhere, until it was or its time is over, or the panel is closed. */
  function look(before, until, turn) {
    setTimeout(async () => {
      if (!element.isConnected || turn !== waits) return;
      if (new Date() > until) return offer();
      const list = (await keeping.profile().catch(() => null))?.channels;
      if (!list || list.length <= Math.max(before, 1)) return look(before, until, turn);
      show(list);
      offer();
      chat.say(t("linkDone"));
      linked.firstChild.focus();
    }, LOOK_EACH);
  }

  function door({ channel, url, hasCode }) {
    const text = t(hasCode ? "linkOpen" : "linkOpenBot", { channel: nameOf(channel) });
    return link(url, { class: "wide" }, el("span", { text }), el("span", { class: "hidden", text: ` (${t("newTab")})` }));
  }

  function picture({ channel, qr }) {
    const name = nameOf(channel);
    return el("details", {}, el("summary", { text: t("linkQr", { channel: name }) }), drawing(qr, t("linkQrAlt", { channel: name })));
  }

  // ---- a code from elsewhere ----

  function telling() {
    const input = el("input", { type: "text", id: "link-code", maxlength: "20", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", "aria-describedby": "link-sure" });
    const tell = act(async () => {
      if (!input.value.trim()) return input.focus();
      const { channels: list } = await keeping.tellLink(input.value);
      input.value = "";
      show(list);
      chat.say(t("linkDone"));
      linked.firstChild.focus();
    });
    const submit = (event) => {
      event.preventDefault();
      tell();
    };
    return el(
      "form",
      { class: "telling", on: { submit } },
      el("h3", { text: t("linkHave") }),
      el("label", { for: "link-code", text: t("linkWrite") }),
      input,
      el("p", { class: "fine", id: "link-sure", text: t("linkSure") }),
      el("button", { type: "submit", class: "wide" }, el("span", { text: t("linkTell") })),
    );
  }

  element.append(telling(), problem);
  offer();
  load();
  return element;
}

/** A QR code, dark on white in every theme: readers need it. */
function drawing({ size, path }, name) {
  const svg = document.createElementNS(SVG, "svg");
  const paper = document.createElementNS(SVG, "path");
  const dark = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", name);
  svg.setAttribute("class", "qr");
  svg.setAttribute("shape-rendering", "crispEdges");
  paper.setAttribute("d", `M0 0h${size}v${size}h-${size}z`);
  paper.setAttribute("fill", "#fff");
  dark.setAttribute("d", path);
  dark.setAttribute("fill", "#000");
  svg.append(paper, dark);
  return svg;
}
