// The panels behind the menu button, loaded when the conversation is: menu, saved services, settings.
import { el } from "./dom.js";
import { channelsContent } from "./panel-channels.js";
import { knownContent } from "./panel-known.js";
import { menuContent } from "./panel-menu.js";
import { remindersContent } from "./panel-reminders.js";
import { savedContent } from "./panel-saved.js";
import { settingsContent } from "./panel-settings.js";
import { toneContent } from "./panel-tone.js";
import { translationContent } from "./panel-translation.js";
import { service } from "./shapes.js";

/** Opens the menu of a `chat` (chat.js) whose `conversation` is there. */
export function openMenu(chat) {
  const { t } = chat;
  const number = chat.conversation.saved.list.length;
  const saved = number ? `${t("savedList")} (${number})` : t("savedList");
  const startOver = () => {
    chat.panel.close();
    chat.startOver();
  };
  const items = [
    { icon: "save", text: saved, act: () => openSaved(chat) },
    { icon: "bell", text: t("reminders"), act: () => openReminders(chat) },
    { icon: "again", text: t("startOver"), act: startOver },
    { icon: "settings", text: t("settings"), act: () => openSettings(chat) },
    { icon: "exit", text: t("exitLong"), hint: t("exitHint"), act: () => chat.leave() },
  ];
  chat.openPanel(t("menu"), menuContent(items));
}

function openSaved(chat) {
  const { saved } = chat.conversation;
  const content = savedContent(chat.t, saved.list, {
    latest: async (id) => service(await chat.api.service(id, chat.t.language)) ?? Promise.reject(new Error("It is no service.")),
    share: (service) => chat.conversation.share(service),
    remove: (service) => saved.toggle(service),
  });
  chat.openPanel(chat.t("savedList"), content);
}

function openReminders(chat) {
  chat.openPanel(chat.t("reminders"), [remindersContent(chat, () => openKnown(chat))]);
}

function openChannels(chat) {
  chat.openPanel(chat.t("channels"), [channelsContent(chat)]);
}

function openKnown(chat) {
  chat.openPanel(chat.t("known"), [knownContent(chat, dataOf(chat))]);
}

/** Opens the settings; with `focus` on the present choice of one of them. */
export function openSettings(chat, focus) {
  const settings = { ...chat.settings, language: chat.t.language };
  const content = settingsContent(chat.t, settings, (name, value) => chat.change(name, value), dataOf(chat), chat.api.base);
  chat.openPanel(chat.t("settings"), content);
  if (focus) chat.panel.element.querySelector(`[name="${focus}"]:checked`).focus();
}

function dataOf(chat) {
  const { connection, saved } = chat.conversation;
  return {
    exists: connection.exists || saved.list.length > 0,
    tone: () => toneContent(chat.t, chat.conversation.keeping, (text) => chat.say(text)),
    translation: () => translationContent(chat.t, chat.conversation.keeping, (text) => chat.say(text)),
    openReminders: () => openReminders(chat),
    openChannels: () => openChannels(chat),
    openKnown: () => openKnown(chat),
    download: () => download(chat),
    erase: () => chat.erase(),
  };
}

async function download({ conversation, settings, panel }) {
  const kept = conversation.connection.exists ? await conversation.keeping.export() : {};
  const everything = { ...kept, saved: conversation.saved.list, settings };
  const file = new Blob([JSON.stringify(everything, null, 2)], { type: "application/json" });
  const anchor = el("a", { href: URL.createObjectURL(file), download: "saattaja.json", hidden: true });
  panel.element.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 60_000);
}
