"""The settings in a messenger: screens with buttons, each of which replaces the one it was tapped on.

A button has an `action`, such as `tone` (a screen) or `tone:dogs` (a choice, after which its screen is shown again
with what is set then). `SCREENS` and `CHOICES` are all there are. Nothing here knows a messenger.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from people import erasing, exporting, linking, profiles
from people.linking import Linked
from people.profiles import DAYS, TONES, WEB_CHAT, Profile, Window, channel_of
from reminders import wishes, wording
from translations import listed, translatable, translate

MENU, FORGET_YES = "menu", "forget:yes"
DOCUMENT = "omat-tiedot.json"
"""In a body as `document`: the person's own data go along as a file of this name (`people.exporting.export_of`)."""

TONE_NAMES = dict(
    zip(
        TONES,
        (
            translatable("Tavallinen"),
            translatable("Huumoria"),
            translatable("Meemejä"),
            translatable("Koirakuvia"),
        ),
        strict=True,
    )
)
AS_I_WRITE = translatable("Niin kuin kirjoitan")
LANGUAGE_NAMES = {"fi": "Suomi", "sv": "Svenska", "en": "English"}
"""Each by its own name."""
HOURS: Mapping[str, tuple[Window, ...]] = {
    "weekdays": (Window(DAYS[:5], 16 * 60, 20 * 60),),
    "evenings": (Window(DAYS, 17 * 60, 21 * 60),),
    "every": (Window(DAYS, 10 * 60, 20 * 60),),
    "weekends": (Window(DAYS[5:], 10 * 60, 20 * 60),),
}
PAUSES = {
    "day": (timedelta(days=1), translatable("Päivän tauko")),
    "week": (timedelta(days=7), translatable("Viikon tauko")),
    "month": (timedelta(days=30), translatable("Kuukauden tauko")),
}
MOST = (1, 2, 3, 5, 10)
LOCK_SCREENS = {
    "neutral": translatable("Vain: sinulle on viesti"),
    "full": translatable("Mistä viestissä on kyse"),
}
STAYS = {
    "telegram": translatable(
        "Telegramissa viestit näkyvät sinulle vielä. Poista ne avaamalla tämän keskustelun valikko ja valitsemalla "
        "Poista keskustelu."
    ),
    "discord": translatable(
        "Discordissa viestit näkyvät sinulle vielä. Omasi voit poistaa: avaa viestin valikko ja valitse Poista viesti."
    ),
}
"""What erasing doesn't reach, and how the person does."""
NOT_LINKED = {
    linking.UNKNOWN: translatable(
        "Tätä koodia ei löytynyt. Tarkista se, tai tee uusi: koodi toimii kymmenen minuuttia."
    ),
    linking.EXPIRED: translatable("Tämän koodin aika loppui. Tee uusi: koodi toimii kymmenen minuuttia."),
    linking.TOO_MANY: translatable("Koodi oli monta kertaa väärin. Kokeile kymmenen minuutin päästä uudestaan."),
    linking.SAME_PLACE: translatable(
        "Tämä koodi on tehty juuri tässä. Kirjoita se toisessa kanavassa tai toisella laitteella."
    ),
    linking.ALREADY: translatable("Nämä kanavat on jo yhdistetty."),
}

Body = dict[str, Any]


@dataclass(frozen=True)
class View:
    """What a screen needs to know. `profile` is that of somebody who has told nothing where nothing is kept.

    `channels` are the names of the person's other channels, `code` one that was just made, and `asks` where the code
    was made that the person has told.
    """

    profile: Profile
    channel: str
    language: str
    now: datetime
    channels: tuple[str, ...] = ()
    code: str | None = None
    asks: str | None = None

    def say(self, message: str, **values: object) -> str:
        """Returns words in the language of the screen."""
        return translate(message, self.language, **values)

    def button(self, title: str, action: str, *, chosen: bool = False) -> Body:
        """Returns a button; `title` is Finnish. What is chosen now is marked so that it needs no colour."""
        said = self.say(title)
        return {"title": f"✓ {said}" if chosen else said, "action": action}

    def body(self, text: str, *buttons: Body | None) -> Body:
        """Returns a screen, with the way back under it."""
        back = self.button(translatable("Takaisin"), MENU)
        return {"text": text, "buttons": [*filter(None, buttons), back], "lang": self.language, "edits": True}

    @property
    def pause(self) -> datetime | None:
        """When a pause ends that is on; None without one."""
        until = self.profile.paused_until
        return until if until and until > self.now else None

    def names(self, channels: tuple[str, ...]) -> str:
        """Returns channels as one says them."""
        return listed([linking.name_of(each, self.language) for each in channels], self.language)


# --- as the conversation calls it -------------------------------------------------------------------------------


def opened(connection: Connection, address: str, language: str, now: datetime) -> Body:
    """Returns the first screen, as a message of its own."""
    return {**main(_view(connection, address, language, now)), "edits": False}


def chosen(connection: Connection, address: str, action: str, language: str, now: datetime) -> Body:
    """Does what a button says, on disk when the unit of work is, and returns the screen that follows.

    An action that there isn't (any more) leads to the first screen. `FORGET_YES` is `forget`.
    """
    view = _view(connection, address, language, now)
    if action in SCREENS:
        return SCREENS[action](view)
    name, _, value = action.partition(":")
    if name in ACTS and value:
        return ACTS[name](connection, address, value, view)
    change = CHOICES.get(name)
    fields = change(value, view) if change else None
    if fields is None:
        return main(view)
    person = profiles.ensure(connection, channel_of(address), address, now).id
    changed = wishes.change(connection, person, now, **fields)
    spoken = changed.language if name == "language" and changed.language in LANGUAGE_NAMES else language
    return SCREENS[name](replace(view, profile=changed, language=str(spoken)))


def link(connection: Connection, address: str, code: str, language: str, now: datetime) -> Body:
    """Asks whether the channel where a code was made is the same person's; without a code, gives one to tell there."""
    view = _view(connection, address, language, now)
    if not code.strip():
        return {**_new_code(connection, address, "new", view), "edits": False}
    asked = linking.ask(connection, code, channel_of(address), address, now)
    if asked.reason:
        return {**_not_linked(view, asked), "edits": False}
    return {**may_i_link(replace(view, asks=asked.channel)), "edits": False}


def may_i_forget(connection: Connection, address: str, language: str, now: datetime) -> Body:
    """Returns the question before everything is erased, as a message of its own."""
    return {**forget_(_view(connection, address, language, now)), "edits": False}


def forget(connection: Connection, address: str, language: str, now: datetime) -> Body:
    """Erases the person with everything, at all of their addresses, and returns the last words, to be kept nowhere."""
    profile = profiles.find(connection, channel_of(address), address)
    if profile:
        erasing.forget(connection, profile.id, now)
    else:
        erasing.forget_address(connection, channel_of(address), address, now)
    text = translatable(
        "Kaikki, mitä minulla oli sinusta, on poistettu. Jos joskus haluat jutella, aloita vain kirjoittamalla."
    )
    stays = STAYS.get(channel_of(address))
    return {"text": "\n\n".join(translate(one, language) for one in (text, stays) if one), "lang": language}


def own_data(connection: Connection, address: str, remembered: Any = None) -> bytes:
    """Returns everything that is kept of a person as a JSON file; `remembered` is what Rasa made of the talk."""
    everything = {**exporting.export_of(connection, channel_of(address), address), "remembered": remembered}
    return json.dumps(everything, ensure_ascii=False, indent=2).encode()


def _view(connection: Connection, address: str, language: str, now: datetime) -> View:
    channel = channel_of(address)
    profile = profiles.find(connection, channel, address)
    theirs = linking.channels_of(connection, profile.id) if profile else []
    others = tuple(dict.fromkeys(each.name for each in theirs if (each.name, each.address) != (channel, address)))
    return View(profile or Profile("", now, now), channel, language, now, others)


# --- screens ----------------------------------------------------------------------------------------------------


def main(view: View) -> Body:
    """What is set now, a line each, and what can be changed."""
    profile, say = view.profile, view.say
    is_on = profile.reminders_allowed
    lines = [
        (translatable("Puhetapa"), say(_tone(profile))),
        (translatable("Kieli"), LANGUAGE_NAMES.get(_language(profile)) or say(AS_I_WRITE)),
        (translatable("Muistutukset"), _reminders_now(view)),
        *(_when_on(view) if is_on else ()),
        *([(translatable("Kääntäminen"), _on(view, profile.translation_allowed))] if profile.translation_by else ()),
        *([(translatable("Yhdistetty"), view.names(view.channels))] if view.channels else ()),
    ]
    names = [
        ("tone", translatable("Puhetapa")),
        ("language", translatable("Kieli")),
        ("reminders", translatable("Muistutukset")),
        *(_NAMES_WHEN_ON if is_on else ()),
        *([("translate", translatable("Kääntäminen"))] if profile.translation_by else ()),
        ("data", translatable("Omat tiedot")),
        ("channels", translatable("Muut kanavat")),
        ("forget", translatable("Unohda minut")),
    ]
    told = "\n".join(f"{say(name)}: {value}" for name, value in lines)
    buttons = [view.button(name, action) for action, name in names]
    return {
        "text": f"{say(translatable('Asetukset'))}\n\n{told}",
        "buttons": buttons,
        "lang": view.language,
        "edits": True,
    }


_NAMES_WHEN_ON = (
    ("hours", translatable("Sopivat ajat")),
    ("pause", translatable("Tauko")),
    ("most", translatable("Viestejä päivässä")),
    ("lock", translatable("Lukitusnäyttö")),
    ("encourage", translatable("Kannustaminen")),
)


def _when_on(view: View) -> list[tuple[str, str]]:
    profile = view.profile
    return [
        (translatable("Sopivat ajat"), wording.hours(profile.windows, view.language)),
        (translatable("Viestejä päivässä enintään"), str(profile.most_per_day)),
        (translatable("Lukitusnäytöllä lukee"), view.say(LOCK_SCREENS[profile.lock_screen])),
        (translatable("Kannustaminen"), _on(view, profile.encouragement)),
    ]


def tone(view: View) -> Body:
    """How the bot talks."""
    text = translatable("Miten haluat, että puhun? Vakavissa asioissa vitsit ja kuvat jäävät pois.")
    now = _tone(view.profile)
    buttons = (view.button(name, f"tone:{one}", chosen=name == now) for one, name in TONE_NAMES.items())
    return view.body(view.say(text), *buttons)


def language(view: View) -> Body:
    """What the bot speaks."""
    now = _language(view.profile)
    text = view.say(translatable("Millä kielellä vastaan?"))
    buttons = (view.button(name, f"language:{one}", chosen=one == now) for one, name in LANGUAGE_NAMES.items())
    return view.body(text, view.button(AS_I_WRITE, "language:auto", chosen=now == "auto"), *buttons)


def reminders(view: View) -> Body:
    """Whether reminders come; they are turned on only by a yes to what that means."""
    if view.profile.reminders_allowed:
        text = view.say(translatable("Muistutukset ovat päällä. Voit lopettaa ne koska vain, heti."))
        return view.body(text, view.button(translatable("Lopeta kaikki muistutukset"), "reminders:no"))
    off = translatable("Muistutukset ovat pois päältä. En lähetä sinulle mitään.")
    sure = translatable(
        "Jos haluat, laitan viestin, kun jotain on tulossa: tapaaminen, johon aioit mennä, tai joskus kysymys, "
        "miten meni."
    )
    terms = translatable(
        "Viestit tulevat vain näihin aikoihin: {hours}. Voit vaihtaa ajat, pitää taukoa tai lopettaa koska vain."
    )
    hours = wording.hours(view.profile.windows or None, view.language)
    text = "\n\n".join((view.say(off), f"{view.say(sure)} {view.say(terms, hours=hours)}"))
    return view.body(text, view.button(translatable("Kyllä, ota käyttöön"), "reminders:yes"))


def hours(view: View) -> Body:
    """When messages may come."""
    now = view.profile.windows
    text = view.say(
        translatable("Milloin saan laittaa viestiä? Nyt: {hours}."), hours=wording.hours(now, view.language)
    )
    presets = [
        {
            "title": ("✓ " if windows == now else "") + _capital(wording.hours(windows, view.language)),
            "action": f"hours:{one}",
        }
        for one, windows in HOURS.items()
    ]
    return view.body(text, *presets, view.button(translatable("Kirjoita omin sanoin"), "hours_own"))


def hours_own(view: View) -> Body:
    """How to say it."""
    text = translatable("Kirjoita minulle, milloin viesti sopii. Esimerkiksi: arkisin 16–20, ei viikonloppuisin.")
    return view.body(view.say(text))


def pause(view: View) -> Body:
    """No messages for a while."""
    if view.pause:
        when = wording.moment(view.pause, view.now, view.language, view.profile.zone)
        text = view.say(translatable("Tauko on päällä. Muistutukset jatkuvat {when}."), when=when)
        return view.body(text, view.button(translatable("Lopeta tauko"), "pause:off"))
    text = view.say(translatable("Tauon aikana en lähetä mitään. Sitten muistutukset jatkuvat itsestään."))
    return view.body(text, *(view.button(name, f"pause:{one}") for one, (_, name) in PAUSES.items()))


def most(view: View) -> Body:
    """How many messages a day."""
    text = view.say(translatable("Montako viestiä päivässä saan enintään laittaa?"))
    now = view.profile.most_per_day
    buttons = (view.button(str(one), f"most:{one}", chosen=one == now) for one in sorted({*MOST, now}))
    return view.body(text, *buttons)


def lock(view: View) -> Body:
    """What others may read on the screen of the phone."""
    text = translatable("Joku muu voi nähdä näyttösi. Mitä muistutuksesta saa näkyä, ennen kuin avaat sen?")
    now = view.profile.lock_screen
    buttons = (view.button(name, f"lock:{one}", chosen=one == now) for one, name in LOCK_SCREENS.items())
    return view.body(view.say(text), *buttons)


def encourage(view: View) -> Body:
    """Whether steps taken are noticed aloud."""
    text = view.say(translatable("Saanko kannustaa, kun saat jotain tehtyä?"))
    return view.body(text, *_yes_or_no(view, "encourage", view.profile.encouragement))


def translate_(view: View) -> Body:
    """Whether a translator gets what the person writes; only where they were asked about one."""
    by = view.profile.translation_by
    if not by:
        return main(view)
    text = translatable(
        "Saako {by} kääntää viestisi? Silloin se saa tekstin, ilman nimiä ja numeroita. Ilman lupaa mitään ei lähde."
    )
    return view.body(view.say(text, by=by), *_yes_or_no(view, "translate", view.profile.translation_allowed))


def data(view: View) -> Body:
    """What is known, to read or as a file."""
    text = translatable("Tietosi ovat sinun. Voit lukea, mitä tiedän sinusta, tai saada kaiken tiedostona.")
    tell = translatable("Mitä tiedät minusta?")
    read = {"title": view.say(tell), "payload": tell}
    return view.body(
        view.say(text), read, view.button(translatable("Lataa tietoni"), "data:file"), _forget_button(view)
    )


def channels(view: View) -> Body:
    """Which channels are linked, and how to link one more."""
    if view.channels:
        text = view.say(
            translatable(
                "Yhdistetty: {channels}. Asetukset ja muistutukset ovat samat, ja muistutus tulee sinne, missä olit "
                "viimeksi."
            ),
            channels=view.names(view.channels),
        )
    else:
        text = view.say(
            translatable(
                "Jos juttelet kanssani muuallakin, voit yhdistää kanavat. Silloin asetukset ja muistutukset ovat "
                "samat, ja muistutus tulee sinne, missä olit viimeksi."
            )
        )
    return view.body(
        text,
        view.button(translatable("Yhdistä toinen kanava"), "link:new"),
        view.button(translatable("Minulla on koodi"), "link_told"),
        *(_apart(view, each) for each in view.channels),
    )


def link_told(view: View) -> Body:
    """How to tell a code that was made elsewhere."""
    return view.body(view.say(translatable("Kirjoita tähän /yhdista ja koodi. Esimerkiksi: /yhdista BCDF-GHJK")))


def may_i_link(view: View) -> Body:
    """The question before a code links anything: somebody else may have sent it."""
    text = view.say(
        translatable(
            "Yhdistetäänkö tähän: {channel}? Asetukset ja muistutukset ovat sitten samat, ja kumman tahansa kautta "
            "näkee ja voi poistaa molempien keskustelut.\n\nYhdistä vain, jos teit koodin itse. Jos joku muu antoi sen "
            "sinulle, hän näkisi, mitä olet täällä kirjoittanut."
        ),
        channel=linking.name_of(view.asks or WEB_CHAT, view.language),
    )
    yes = view.button(translatable("Kyllä, tein koodin itse"), "link:yes")
    return view.body(text, yes, view.button(translatable("Ei, älä yhdistä"), "link:no"))


def forget_(view: View) -> Body:
    """The question before everything is erased: what goes, and what stays with the messenger."""
    question = view.say(
        translatable(
            "Poistanko kaiken, mitä minulla on sinusta: viestit, muistutukset, asetukset ja sen, mitä olet kertonut? "
            "Niitä ei saa takaisin."
        )
    )
    also = view.say(translatable("Myös nämä poistuvat: {channels}."), channels=view.names(view.channels))
    stays = view.say(STAYS[view.channel]) if view.channel in STAYS else ""
    text = "\n\n".join(filter(None, (question, also if view.channels else "", stays)))
    return view.body(text, view.button(translatable("Kyllä, unohda minut"), FORGET_YES))


SCREENS: Mapping[str, Callable[[View], Body]] = {
    MENU: main,
    "tone": tone,
    "language": language,
    "reminders": reminders,
    "hours": hours,
    "hours_own": hours_own,
    "pause": pause,
    "most": most,
    "lock": lock,
    "encourage": encourage,
    "translate": translate_,
    "data": data,
    "channels": channels,
    "link_told": link_told,
    "forget": forget_,
}


def _tone(profile: Profile) -> str:
    return TONE_NAMES.get(profile.tone or "", TONE_NAMES[TONES[0]])


def _language(profile: Profile) -> str:
    return profile.language if profile.language_fixed and profile.language in LANGUAGE_NAMES else "auto"


def _reminders_now(view: View) -> str:
    if view.profile.reminders_allowed and view.pause:
        until = wording.day(view.pause, view.now, view.language, view.profile.zone)
        return view.say(translatable("tauolla, jatkuvat {when}"), when=until)
    return _on(view, view.profile.reminders_allowed)


def _on(view: View, is_on: bool | None) -> str:
    return view.say(translatable("päällä") if is_on else translatable("pois päältä"))


def _yes_or_no(view: View, name: str, now: bool | None) -> tuple[Body, Body]:
    yes = view.button(translatable("Kyllä"), f"{name}:yes", chosen=now is True)
    return yes, view.button(translatable("Ei"), f"{name}:no", chosen=now is False)


def _forget_button(view: View) -> Body:
    return view.button(translatable("Unohda minut"), "forget")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- choices ----------------------------------------------------------------------------------------------------

Change = Callable[[str, View], "Mapping[str, Any] | None"]


def _one_of(field: str, values: Mapping[str, Any]) -> Change:
    """A choice of a field's values by their names in an action."""
    return lambda value, _: {field: values[value]} if value in values else None


def _language_is(value: str, _: View) -> Mapping[str, Any] | None:
    if value == "auto":
        return {"language": None, "language_fixed": False}
    return {"language": value, "language_fixed": True} if value in LANGUAGE_NAMES else None


def _reminders_are(value: str, view: View) -> Mapping[str, Any] | None:
    never = {"windows": None} if view.profile.windows == () else {}
    answers: dict[str, Mapping[str, Any]] = {
        "yes": {"reminders_allowed": True, "paused_until": None, **never},
        "no": {"reminders_allowed": False, "paused_until": None},
    }
    return answers.get(value)


def _pause_is(value: str, view: View) -> Mapping[str, Any] | None:
    if value == "off":
        return {"paused_until": None}
    here = view.now.astimezone(ZoneInfo(view.profile.zone))
    return {"paused_until": here + PAUSES[value][0]} if value in PAUSES else None  # days on the wall: the same hour


_YES_NO = {"yes": True, "no": False}
CHOICES: Mapping[str, Change] = {
    "tone": _one_of("tone", {one: one for one in TONES}),
    "language": _language_is,
    "reminders": _reminders_are,
    "hours": _one_of("windows", HOURS),
    "pause": _pause_is,
    "most": _one_of("most_per_day", {str(number): number for number in range(1, profiles.MOST_A_DAY + 1)}),
    "lock": _one_of("lock_screen", {one: one for one in LOCK_SCREENS}),
    "encourage": _one_of("encouragement", _YES_NO),
    "translate": lambda value, view: (
        {"translation_allowed": _YES_NO[value]} if value in _YES_NO and view.profile.translation_by else None
    ),
}
"""What a choice changes in the profile, by the name of its screen."""


# --- what changes more than the profile -------------------------------------------------------------------------


def _data(connection: Connection, address: str, value: str, view: View) -> Body:
    text = translatable("Tässä on tiedosto, jossa on kaikki, mitä minulla on sinusta. Pidä se itselläsi.")
    return {**view.body(view.say(text)), "document": DOCUMENT, "edits": False}


def _link(connection: Connection, address: str, value: str, view: View) -> Body:
    if value == "new":
        return _new_code(connection, address, value, view)
    if value == "yes":
        linked = linking.accept(connection, channel_of(address), address, view.now)
        if linked.reason or linked.channel is None:
            return _not_linked(view, linked)
        text = view.say(linking.LINKED, channel=linking.name_of(linked.channel, view.language))
        return view.body(text, _apart(view, linked.channel))
    linking.refuse(connection, channel_of(address), address)
    return view.body(view.say(translatable("Selvä, mitään ei yhdistetty.")))


def _new_code(connection: Connection, address: str, value: str, view: View) -> Body:
    code = linking.new_code(connection, channel_of(address), address, view.now)
    told = translatable("Koodisi on\n\n{code}\n\nSe toimii kerran, kymmenen minuutin ajan. Älä anna sitä muille.")
    where = translatable(
        "Verkkosivulla: Valikko, Asetukset, Muut kanavat. Telegramissa ja Discordissa kirjoita minulle: /yhdista {code}"
    )
    return view.body(f"{view.say(told, code=code)}\n\n{view.say(where, code=code)}")


def _unlink(connection: Connection, address: str, value: str, view: View) -> Body:
    gone = linking.unlink_channel(connection, value, (view.channel, address), view.now)
    others = tuple(each for each in view.channels if each != value)
    if not gone:
        return channels(view)
    text = view.say(linking.UNLINKED, channel=linking.name_of(value, view.language))
    return {**channels(replace(view, channels=others)), "text": text}


def _not_linked(view: View, linked: Linked) -> Body:
    new = view.button(translatable("Tee uusi koodi"), "link:new")
    return view.body(view.say(NOT_LINKED[linked.reason or linking.UNKNOWN]), new)


def _apart(view: View, channel: str) -> Body:
    title = view.say(linking.UNLINK, channel=linking.name_of(channel, view.language))
    return {"title": title, "action": f"unlink:{channel}"}


ACTS: Mapping[str, Callable[[Connection, str, str, View], Body]] = {"data": _data, "link": _link, "unlink": _unlink}
"""What a button does that changes no field of the profile, by the beginning of its action."""
