// The language of the interface. Each language's texts are a module of their own: texts-fi.js, texts-sv.js, texts-en.js.

/** The languages of the interface by their own names. */
export const LANGUAGES = { fi: "Suomi", sv: "Svenska", en: "English" };

/**
 * Resolves to `t(name, values)` for a language: the text with its `{values}`; `t.language` is the language, and
 * `t.weekday(number)` says on which day, Sunday being 0. `t.more()` resolves when it also knows what is not seen first.
 * Both reject when the texts can't be fetched.
 */
export async function loadTexts(language) {
  const known = { ...(await import(`./texts-${language}.js`)).default };
  const t = (name, values = {}) => known[name].replace(/\{(\w+)\}/g, (_, value) => values[value] ?? "");
  t.language = language;
  t.more = async () => Object.assign(known, (await import(`./texts-more-${language}.js`)).default);
  t.weekday = (number) => known.weekdays.split(" ")[number].replace(".", " ");
  return t;
}

/** Resolves to all that the interface says in each of its languages, by language, without those that can't be fetched. */
export async function loadEveryLanguage() {
  const load = async (language) => {
    const t = await loadTexts(language);
    await t.more();
    return [[language, t]];
  };
  const loaded = await Promise.all(Object.keys(LANGUAGES).map((language) => load(language).catch(() => [])));
  return new Map(loaded.flat());
}

/** Returns the first of the wishes, such as "sv-FI", that the interface speaks; Finnish when none is. */
export function chooseLanguage(wishes) {
  const known = wishes.filter(Boolean).map((wish) => wish.slice(0, 2).toLowerCase());
  return known.find((wish) => wish in LANGUAGES) ?? "fi";
}
