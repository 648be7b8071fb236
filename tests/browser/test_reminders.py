"""Reminders on the person's terms: in the conversation, and in the panel where they say whether, when and how many."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from .chat import Chat
from .fake_rasa import GROUP
from .reminding import ROOM, Reminding
from .test_accessibility import NARROW, SIDEWAYS, STILL, check_all_looks, press_until

ALL_DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS = ALL_DAYS[:5]


@pytest.fixture
def reminding(server):
    return Reminding(server)


def profile(chat: Chat) -> dict:
    """The profile as the server has it."""
    answer = chat.page.request.get(f"{chat.page.url}api/profile", headers={"Authorization": f"Bearer {chat.token}"})
    assert answer.ok, answer.text()
    return answer.json()


def open_reminders(chat: Chat, *, is_on: bool = True) -> None:
    chat.open_menu("Muistutukset")
    if is_on:
        chat.button("Ota muistutukset käyttöön").click()
        chat.button("Kyllä, ota käyttöön").click()
        expect(chat.button("Lopeta kaikki muistutukset")).to_be_visible()


def saved(chat: Chat) -> None:
    """Waits until what was chosen is kept."""
    expect(chat.element.locator(".toast")).to_have_text("Tallennettu")


# --- in the conversation ---


def test_a_card_with_sessions_offers_a_reminder_and_a_calendar_file(chat, rasa):
    chat.say(GROUP)
    expect(chat.cards).to_contain_text("Seuraava kerta")
    with chat.page.expect_download() as download:
        chat.cards.get_by_role("link", name="Lisää kalenteriin (.ics)").click()
    file = download.value.path().read_text()
    assert file.startswith("BEGIN:VCALENDAR") and file.count("BEGIN:VEVENT") == 1
    chat.button("Muistuta minua").click()
    expect(chat.replies).to_have_count(2)
    assert re.fullmatch("Muistuta minua: Nuorisotila Wørtti.*", rasa.heard[-1])


@pytest.fixture
def reminded(chat, reminding):
    """A conversation in which a reminder has come, and its id."""
    chat.say("moi")
    expect(chat.replies).to_have_count(1)
    chat.record_announcements()
    reminder = reminding.remind(chat)
    expect(chat.element.locator(".reminder")).to_have_count(1)
    return chat, reminder


def test_a_reminder_says_what_and_when_and_opens_the_meeting(reminded):
    chat, _ = reminded
    notice = chat.element.locator(".reminder")
    expect(notice).to_contain_text("Aloita videotapaaminen nyt: Vertaisryhmä.")
    expect(notice.locator("time")).to_have_text(re.compile(r"^Alkoi tänään klo \d+\.\d\d$"))
    link = notice.get_by_role("link", name="Avaa videotapaaminen")
    expect(link).to_have_attribute("href", ROOM)
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    group = notice.get_by_role("group", name="Vastaa muistutukseen")
    expect(group.get_by_role("button")).to_have_text(["Tehty", "Myöhemmin", "Siirrä", "Peru", "Lopeta kaikki"])
    assert chat.announcements() == ["Muistutus: Aloita videotapaaminen nyt: Vertaisryhmä."]


@pytest.mark.parametrize(("title", "answer"), [("Tehty", "done"), ("Peru", "cancel"), ("Lopeta kaikki", "stop_all")])
def test_an_answer_acts_at_once_shows_what_happened_and_is_remembered(reminded, reminding, title, answer):
    chat, reminder = reminded
    chat.button(title).click()
    expect(chat.element.locator(".answering [role=status]")).to_have_text(f"Valitsit: {title}")
    expect(chat.element.locator(".message.notice")).to_have_count(1)  # what was done, in the bot's words
    assert reminding.answered(reminder)
    assert profile(chat)["reminders_allowed"] is (answer != "stop_all")
    chat.page.reload()
    expect(chat.element.locator(".answering [role=status]")).to_have_text(f"Valitsit: {title}")


def test_an_answer_that_does_not_get_through_says_so_and_can_be_given_again(reminded, reminding):
    chat, reminder = reminded
    chat.page.route("**/api/reminders/*", lambda route: route.abort())
    chat.button("Tehty").click()
    expect(chat.element.locator(".answering")).to_contain_text("Valintasi ei mennyt perille")
    chat.page.unroute("**/api/reminders/*")
    chat.button("Tehty").click()
    expect(chat.element.locator(".answering [role=status]")).to_have_text("Valitsit: Tehty")
    assert reminding.answered(reminder) == "done"


def test_a_reminder_leaves_who_reads_an_answer_in_peace_and_an_answer_to_it_is_seen(chat, reminding):
    chat.say(GROUP)
    expect(chat.cards).to_have_count(1)
    reminding.remind(chat)
    chat.button("Uusia viestejä").click()
    expect(chat.button("Peru")).to_be_in_viewport()
    chat.button("Peru").click()
    expect(chat.element.locator(".message.notice")).to_be_in_viewport()


def test_a_reminder_by_keyboard_is_one_stop_and_its_buttons_are_inside(reminded):
    chat, _ = reminded
    chat.input.focus()
    press_until(chat, "Shift+Tab", lambda focus: focus.startswith("Muistutus:"))
    chat.page.keyboard.press("Enter")
    press_until(chat, "Tab", lambda focus: focus == "Tehty")
    chat.page.keyboard.press("Enter")
    expect(chat.element.locator(".answering [role=status]")).to_have_text("Valitsit: Tehty")
    expect(chat.element.locator(".message:focus .reminder")).to_be_visible()


# --- the panel ---


def test_reminders_begin_only_with_a_yes_to_two_lines(chat):
    open_reminders(chat, is_on=False)
    expect(chat.panel).to_contain_text("Muistutukset ovat pois päältä. En lähetä sinulle mitään.")
    chat.button("Ota muistutukset käyttöön").click()
    expect(chat.panel.locator(".sure p")).to_have_count(2)
    chat.button("Ei nyt").click()
    expect(chat.button("Ota muistutukset käyttöön")).to_be_focused()
    assert "saattaja:token" not in chat.stored()  # nothing is kept of who only looks
    chat.button("Ota muistutukset käyttöön").click()
    chat.button("Kyllä, ota käyttöön").click()
    expect(chat.panel.locator(".lead")).to_have_text("Muistutukset ovat päällä.")
    assert profile(chat)["reminders_allowed"] is True
    chat.button("Lopeta kaikki muistutukset").click()
    expect(chat.panel.locator(".lead")).to_be_focused()
    assert profile(chat)["reminders_allowed"] is False


@pytest.mark.parametrize(
    ("preset", "window"),
    [
        ("Iltaisin 17–21", {"days": ALL_DAYS, "from": "17:00", "to": "21:00"}),
        ("Arkisin koulun jälkeen 15–20", {"days": WEEKDAYS, "from": "15:00", "to": "20:00"}),
        ("Milloin vain päivällä 9–21", {"days": ALL_DAYS, "from": "09:00", "to": "21:00"}),
    ],
)
def test_hours_are_set_with_one_tap(chat, preset, window):
    open_reminders(chat)
    expect(chat.panel.locator(".hours")).to_contain_text("Et ole vielä valinnut. Siihen asti: joka päivä klo 10–20.")
    chat.panel.get_by_role("radio", name=preset).check()
    saved(chat)
    assert profile(chat)["windows"] == [window]
    chat.page.keyboard.press("Escape")
    chat.open_menu("Muistutukset")
    expect(chat.panel.get_by_role("radio", name=preset)).to_be_checked()


def test_own_hours_by_keyboard(chat):
    open_reminders(chat)
    keys = chat.page.keyboard
    chat.panel.get_by_role("radio", name="Iltaisin 17–21").focus()
    keys.press("ArrowUp")  # round to the last one
    expect(chat.panel.get_by_role("radio", name="Omat ajat")).to_be_checked()
    for day in ("maanantai", "tiistai", "keskiviikko", "torstai", "perjantai", "sunnuntai"):
        box = chat.panel.get_by_role("checkbox", name=day)
        box.focus()
        keys.press("Space")
    press_until(chat, "Shift+Tab", lambda focus: focus == "lauantai, mihin")
    keys.press("End")  # 24
    press_until(chat, "Shift+Tab", lambda focus: focus == "lauantai, mistä")
    keys.press("End")  # 23.30
    for _ in range(3):
        keys.press("ArrowUp")
    press_until(chat, "Tab", lambda focus: focus == "Tallenna ajat")
    keys.press("Enter")
    saved(chat)
    assert profile(chat)["windows"] == [{"days": ["sat"], "from": "22:00", "to": "24:00"}]
    expect(chat.panel.locator(".hours [role=status]")).to_have_text("Nyt: lauantai klo 22–24.")


def test_hours_may_pass_midnight_and_a_day_may_have_two(chat):
    open_reminders(chat)
    own_hours(chat)
    saturday = chat.panel.get_by_role("group", name="lauantai")
    saturday.get_by_label("lauantai, mistä").select_option("21.30")
    saturday.get_by_label("lauantai, mihin").select_option("1")
    expect(saturday).to_contain_text("Jatkuu seuraavan päivän puolelle.")
    saturday.get_by_role("button", name="Lisää toinen aika: lauantai").click()
    expect(saturday.get_by_label("lauantai, 2. aika, mistä")).to_be_focused()
    saturday.get_by_label("lauantai, 2. aika, mistä").select_option("9")
    saturday.get_by_label("lauantai, 2. aika, mihin").select_option("12")
    chat.button("Tallenna ajat").click()
    saved(chat)
    assert sorted((one["from"], one["to"]) for one in profile(chat)["windows"]) == [
        ("09:00", "12:00"),
        ("21:30", "01:00"),
    ]


def own_hours(chat: Chat) -> None:
    """Opens the rows of days, with only Saturday ticked."""
    chat.panel.get_by_role("radio", name="Omat ajat").check()
    for day in ("maanantai", "tiistai", "keskiviikko", "torstai", "perjantai", "sunnuntai"):
        chat.panel.get_by_role("checkbox", name=day).uncheck()


def test_hours_that_cannot_be_kept_tell_the_remedy_and_take_focus_there(chat):
    open_reminders(chat)
    own_hours(chat)
    chat.panel.get_by_label("lauantai, mistä").select_option("12")
    chat.panel.get_by_label("lauantai, mihin").select_option("12")
    chat.button("Tallenna ajat").click()
    expect(chat.panel.get_by_label("lauantai, mihin")).to_be_focused()
    expect(chat.panel.get_by_label("lauantai, mihin")).to_have_accessible_description(
        "Alku ja loppu ovat samat. Valitse eri loppuaika."
    )
    chat.panel.get_by_role("checkbox", name="lauantai").uncheck()
    chat.button("Tallenna ajat").click()
    expect(chat.panel.locator(".own-hours [role=alert]")).to_contain_text("Rastita ainakin yksi.")
    expect(chat.panel.get_by_role("checkbox", name="maanantai")).to_be_focused()
    assert profile(chat)["windows"] is None


def test_a_pause_for_a_week_and_back(chat):
    open_reminders(chat)
    chat.button("Viikon tauko").click()
    expect(chat.panel.locator(".pause")).to_contain_text("Tauko on päällä. Muistutukset jatkuvat")
    assert profile(chat)["paused_until"]
    chat.button("Lopeta tauko").click()
    expect(chat.button("Viikon tauko")).to_be_focused()
    assert profile(chat)["paused_until"] is None


def test_topics_number_lock_screen_and_encouragement_count_at_once(chat):
    open_reminders(chat)
    before = profile(chat)
    assert (before["topics_off"], before["lock_screen"], before["encouragement"]) == ([], "neutral", True)
    expect(chat.panel.get_by_role("radio", name="Vain: sinulle on viesti")).to_be_checked()
    chat.panel.get_by_role("checkbox", name="Uutiset").uncheck()
    chat.panel.get_by_role("checkbox", name="Kannusta").uncheck()
    chat.panel.get_by_label("Viestejä päivässä enintään").select_option("1")
    chat.panel.get_by_role("radio", name="Mistä viestissä on kyse").check()
    saved(chat)
    chat.button("Viikon tauko").click()  # changes are kept in their order: what came before is there
    expect(chat.panel.locator(".pause")).to_contain_text("Tauko on päällä")
    after = profile(chat)
    assert (after["topics_off"], after["most_per_day"]) == (["news"], 1)
    assert (after["lock_screen"], after["encouragement"]) == ("full", False)


def test_a_change_that_is_not_kept_is_taken_back_and_says_so(chat):
    open_reminders(chat)
    chat.page.context.set_offline(True)
    chat.panel.get_by_role("radio", name="Iltaisin 17–21").click()
    expect(chat.panel.locator(".reminders > [role=alert]")).to_contain_text("Muutos ei tallentunut")
    expect(chat.panel.get_by_role("radio", name="Iltaisin 17–21")).not_to_be_checked()
    chat.panel.get_by_role("checkbox", name="Uutiset").click()
    expect(chat.panel.get_by_role("checkbox", name="Uutiset")).to_be_checked()
    chat.page.context.set_offline(False)


def test_who_is_abroad_may_have_their_own_clock(open_chat):
    chat = open_chat(timezone_id="Europe/Stockholm")
    open_reminders(chat)
    assert profile(chat)["zone"] == "Europe/Stockholm"  # nothing was kept before: the device's clock is the person's
    traveller = open_chat()
    open_reminders(traveller)
    assert profile(traveller)["zone"] == "Europe/Helsinki"


def test_what_is_coming_is_listed_and_can_be_cancelled(chat, reminding):
    open_reminders(chat)
    reminder = reminding.plan(chat, minutes=60)
    chat.page.keyboard.press("Escape")
    chat.open_menu("Muistutukset")
    coming = chat.panel.locator(".coming")
    expect(coming).to_contain_text("Vertaisryhmä")
    coming.get_by_role("button", name="Peru: Vertaisryhmä").click()
    expect(coming).to_contain_text("Vertaisryhmä: Peruttu")
    assert reminding.state(reminder) == "cancelled"


def test_a_calendar_link_is_made_and_ended(chat):
    open_reminders(chat)
    chat.button("Tee kalenterilinkki").click()
    link = chat.panel.get_by_role("link", name="Avaa kalenterissa")
    expect(link).to_be_focused()
    address = link.get_attribute("href").replace("webcal:", "http:")
    assert chat.page.request.get(address).text().startswith("BEGIN:VCALENDAR")
    chat.button("Poista kalenterilinkit").click()
    expect(chat.panel.locator(".calendar")).to_contain_text("Linkit on poistettu")
    assert chat.page.request.get(address).status == 404


# --- what is known ---


def test_what_is_known_is_told_in_plain_words(chat):
    open_reminders(chat)
    chat.panel.get_by_role("radio", name="Arkisin koulun jälkeen 15–20").check()
    saved(chat)
    chat.page.request.patch(
        f"{chat.page.url}api/profile",
        data={"municipality": "Tampere", "age": 19, "interests": ["debt"]},
        headers={"Authorization": f"Bearer {chat.token}"},
    )
    chat.button("Mitä minusta tiedetään").click()
    facts = chat.panel.locator("dl")
    expect(facts.first).to_contain_text("PaikkakuntaTampereIkä19")
    expect(chat.panel).to_contain_text("arkisin klo 15–20")
    expect(chat.panel).to_contain_text("Viestit poistuvat 30 päivän päästä")


def test_own_data_is_downloaded_and_then_forgotten_on_the_device_and_the_server(chat):
    chat.say("moi")
    expect(chat.replies).to_have_count(1)
    open_reminders(chat)
    chat.page.keyboard.press("Escape")
    chat.open_menu("Asetukset")
    with chat.page.expect_download() as download:
        chat.button("Lataa tietoni").click()
    file = json.loads(download.value.path().read_text())
    assert file["profile"]["reminders_allowed"] is True
    assert file["conversations"][0]["events"][0]["body"]["text"] == "moi"
    assert {"saved", "settings"} <= file.keys()
    token, url = chat.token, chat.page.url
    chat.button("Unohda minut").click()
    expect(chat.button("Peruuta")).to_be_focused()
    chat.button("Kyllä, unohda minut").click()
    expect(chat.messages).to_have_count(0)
    assert chat.stored() == {}
    assert chat.page.request.get(f"{url}api/profile", headers={"Authorization": f"Bearer {token}"}).status == 401


def test_what_was_under_way_when_all_was_erased_is_not_sent_again(chat, rasa):
    chat.say("moi")
    expect(chat.replies).to_have_count(1)
    sent, erased = [], []
    chat.page.route("**/api/messages", lambda route: sent.append(route))
    is_erasing = lambda request: request.method == "DELETE" and request.url.endswith("/api/profile")  # noqa: E731
    chat.page.route(
        "**/api/profile", lambda route: erased.append(route) if is_erasing(route.request) else route.continue_()
    )
    with chat.page.expect_request("**/api/messages"):
        chat.say("salaisuus")
    chat.open_menu("Asetukset")
    chat.button("Unohda minut").click()
    with chat.page.expect_request(is_erasing):
        chat.button("Kyllä, unohda minut").click()
    with chat.page.expect_response("**/api/messages"):  # the server has forgotten, and its answer is on the way
        sent[0].fulfill(status=401, json={"error": "unknown_conversation"})
    erased[0].continue_()
    expect(chat.messages).to_have_count(0)
    assert chat.stored() == {}
    assert len(sent) == 1
    chat.page.unroute("**/api/messages")
    chat.say("uusi alku")
    expect(chat.replies).to_have_count(1)
    assert rasa.heard == ["moi", "uusi alku"]


def test_what_is_unsent_stays_when_erasing_fails(chat, rasa):
    chat.say("moi")
    expect(chat.replies).to_have_count(1)
    chat.page.context.set_offline(True)
    chat.say("vielä yksi asia")
    chat.open_menu("Asetukset")
    chat.button("Unohda minut").click()
    chat.button("Kyllä, unohda minut").click()
    expect(chat.panel.locator(".data [role=status]")).not_to_be_empty()
    chat.page.context.set_offline(False)
    expect(chat.replies).to_have_count(2)
    assert rasa.heard == ["moi", "vielä yksi asia"]


# --- for everybody ---


def with_reminder(chat: Chat, reminding: Reminding) -> None:
    chat.say(GROUP)
    expect(chat.cards).to_have_count(1)
    reminding.remind(chat)
    expect(chat.element.locator(".reminder")).to_be_visible()


def with_own_hours(chat: Chat, reminding: Reminding) -> None:
    open_reminders(chat)
    own_hours(chat)
    chat.panel.get_by_label("lauantai, mihin").select_option("17")
    chat.panel.get_by_label("lauantai, mistä").select_option("17")
    chat.button("Tallenna ajat").click()
    expect(chat.panel.locator(".own-hours > .error")).to_be_visible()


def asked(chat: Chat, reminding: Reminding) -> None:
    open_reminders(chat, is_on=False)
    chat.button("Ota muistutukset käyttöön").click()


def paused(chat: Chat, reminding: Reminding) -> None:
    open_reminders(chat)
    reminding.plan(chat, minutes=60)
    chat.button("Viikon tauko").click()
    expect(chat.button("Lopeta tauko")).to_be_visible()
    chat.button("Tee kalenterilinkki").click()
    expect(chat.button("Kopioi linkki")).to_be_visible()


def known(chat: Chat, reminding: Reminding) -> None:
    open_reminders(chat)
    chat.button("Mitä minusta tiedetään").click()
    expect(chat.panel.locator("dl").first).to_be_visible()


STATES = {"reminder": with_reminder, "asked": asked, "own hours": with_own_hours, "paused": paused, "known": known}


@pytest.mark.parametrize("reach", STATES.values(), ids=STATES)
def test_axe_finds_nothing_and_double_text_fits(open_chat, reminding, reach):
    chat = open_chat(**STILL)
    reach(chat, reminding)
    expect(chat.element.locator(".toast")).to_be_empty()
    check_all_looks(chat)
    chat.page.set_viewport_size(NARROW)
    chat.element.evaluate("(one) => one.shadowRoot.querySelector('.root').style.fontSize = '2em'")
    assert chat.page.evaluate(SIDEWAYS) == [0]


def test_what_can_be_tapped_is_large_enough_for_a_thumb(open_chat, reminding):
    chat = open_chat(viewport=NARROW, **STILL)
    with_own_hours(chat, reminding)
    small = chat.element.evaluate(
        """({shadowRoot}) => [...shadowRoot.querySelectorAll(".panel :is(button, a, select, label)")]
            .map((one) => [one.getBoundingClientRect(), one.ariaLabel || one.innerText])
            .filter(([{width, height}]) => width && (width < 44 || height < 44))
            .map(([{width, height}, name]) => [name, width, height])"""
    )
    assert small == []


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_language_says_everything(open_chat, language):
    chat = open_chat()
    missing = chat.page.evaluate(
        """async (language) => {
            const names = async (of) => {
                const files = [`/static/texts-${of}.js`, `/static/texts-more-${of}.js`];
                const parts = await Promise.all(files.map((file) => import(file)));
                return parts.flatMap(({default: texts}) => Object.keys(texts).filter((name) => texts[name]));
            };
            const [finnish, other] = [await names("fi"), await names(language)];
            const lacks = (these, those) => these.filter((name) => !those.includes(name));
            return [...lacks(finnish, other), ...lacks(other, finnish)];
        }""",
        language,
    )
    assert missing == []
