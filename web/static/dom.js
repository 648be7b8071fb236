// Building elements without markup: what people or the catalogue wrote only ever becomes text.

const SVG = "http://www.w3.org/2000/svg";
const SCHEMES = new Set(["https:", "tel:", "sms:", "mailto:"]);

/**
 * Returns a new element. `text` is set as text, in its own direction where `dir` doesn't say, `on` maps events to listeners, `class` and any other
 * name are attributes; an attribute that is null or false is left out.
 */
export function el(tag, { text, on = {}, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value != null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  for (const [name, listener] of Object.entries(on)) element.addEventListener(name, listener);
  if (text != null) {
    if (tag !== "b") element.dir ||= "auto";
    element.textContent = text;
  }
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
}

/** Returns a button with an icon and a visible text, or with an icon that is named by `label`. */
export function button({ icon: name, text, label, class: style = "plain", ...rest }) {
  return el(
    "button",
    { type: "button", class: style, "aria-label": label, title: text ? null : label, ...rest },
    name && icon(name),
    text && el("span", { text }),
  );
}

/** Returns a link that opens outside the chat, or null when `url` isn't https:, tel:, sms: or mailto:. */
export function link(url, attributes, ...children) {
  const safe = safeUrl(url);
  if (!safe) return null;
  const away = safe.startsWith("https:") ? { target: "_blank", rel: "noopener noreferrer" } : {};
  return el("a", { href: safe, ...away, ...attributes }, ...children);
}

/** Returns the address as the browser reads it, or null when following it would not be safe. */
export function safeUrl(url) {
  try {
    const { protocol, href } = new URL(url);
    return SCHEMES.has(protocol) ? href : null;
  } catch {
    return null;
  }
}

/** Returns a decorative icon in the colour of the text, as wide as a line is high. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", name === "mark" ? "icon mark" : "icon");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

// Strokes on a grid of 24.
const ICONS = {
  mark: "M9 11.2a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8zM4.5 18c0-3 1.8-5 4.5-5s4.5 2 4.5 5zM16.3 12.3a1.9 1.9 0 1 0 0-3.8 1.9 1.9 0 0 0 0 3.8zM16 18h4c0-2.3-1.3-4-3.7-4-.6 0-1.2.1-1.7.4",
  close: "M6 6l12 12M18 6L6 18",
  menu: "M4 7h16M4 12h16M4 17h16",
  back: "M15 5l-7 7 7 7",
  down: "M12 5v14M6 13l6 6 6-6",
  send: "M5 12h13M12 5l7 7-7 7",
  help: "M12 20s-8-4.6-8-10.4A4.5 4.5 0 0 1 12 7a4.5 4.5 0 0 1 8 2.6C20 15.4 12 20 12 20z",
  exit: "M10 4H6a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h4M9 12h11M16 8l4 4-4 4",
  place: "M12 21s7-6.2 7-11.5a7 7 0 0 0-14 0C5 14.8 12 21 12 21zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  route: "M6 20a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM18 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM8 18h7a3 3 0 0 0 0-6H9a3 3 0 0 1 0-6h7",
  chat: "M20 12a7 7 0 0 1-7 7H5l1.6-2.7A7 7 0 0 1 11 5h2a7 7 0 0 1 7 7z",
  sms: "M4 6h16v11H9l-4 3v-3H4zM8 10h8M8 13h5",
  phone: "M6 4h3l1.5 4-2 1.5a11 11 0 0 0 6 6l1.5-2 4 1.5v3a2 2 0 0 1-2 2A16 16 0 0 1 4 6a2 2 0 0 1 2-2z",
  email: "M4 6h16v12H4zM4 7l8 6 8-6",
  video: "M4 7h11v10H4zM15 11l5-3v8l-5-3",
  web: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM4 12h16M12 4c5 5 5 11 0 16M12 4c-5 5-5 11 0 16",
  save: "M7 4h10v16l-5-4-5 4z",
  share: "M12 15V4M8 8l4-4 4 4M5 13v6h14v-6",
  hide: "M5 12h14",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  again: "M5 12a7 7 0 1 1 2.3 5.2M5 18v-4h4",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4",
  calendar: "M4 6h16v14H4zM4 10.5h16M8.5 3.5V7M15.5 3.5V7",
  settings: "M4 8h9M17 8h3M4 16h3M11 16h9M15 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM9 18a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
};
ICONS.visit = ICONS.place;
