"""Reminders on the screen while the page is closed: asked for, shown by the service worker, and opened by a tap."""

from __future__ import annotations

import json
from collections.abc import Callable
from time import monotonic

import pytest
from playwright.sync_api import Page, expect

from .chat import Chat
from .conftest import NEUTRAL as NEUTRAL_PAGE
from .conftest import PATIENCE, ready
from .reminding import ROOM, Reminding

PHONE = {"width": 390, "height": 844}
ELSEWHERE = "/saavutettavuus"  # a page of ours without a conversation
NEUTRAL = {
    "title": "Saattaja",
    "body": "Sinulle on viesti.",
    "actions": [{"action": "done", "title": "Tehty"}, {"action": "later", "title": "Myöhemmin"}],
}
SHOWN = """async () => {
    const registration = await navigator.serviceWorker.ready;
    const all = await registration.getNotifications();
    return all.map(({title, body, tag, data}) => ({title, body, tag, data}));
}"""
# A click comes from the device; here it is made, with what only the device can do written down instead of done.
CLICK = """async (action) => {
    const opened = [];
    Object.defineProperty(self.clients, "openWindow", {value: async (url) => opened.push(url), configurable: true});
    const [notification] = await self.registration.getNotifications();
    const event = new NotificationEvent("notificationclick", {notification, action});
    let done;
    event.waitUntil = (promise) => (done = promise);
    self.dispatchEvent(event);
    await done;
    return opened;
}"""
# The push service of the browser's maker is not on this machine.
SUBSCRIBING = """
    window.subscribed = [];
    let present = null;
    const make = (options) => ({
        endpoint: "https://push.example/abc",
        options,
        toJSON: () => ({endpoint: "https://push.example/abc", expirationTime: null, keys: KEYS}),
        unsubscribe: async () => { present = null; return true; },
    });
    PushManager.prototype.getSubscription = async () => present;
    PushManager.prototype.subscribe = async (options) => {
        subscribed.push({...options, applicationServerKey: String(options.applicationServerKey)});
        return (present = make(options));
    };
"""
# A subscription that is there already; `hasEnded` tells that it was ended.
STANDING = """
    PushManager.prototype.getSubscription = async () => ({
        endpoint: "https://push.example/abc",
        toJSON: () => ({endpoint: "https://push.example/abc"}),
        unsubscribe: async () => (self.hasEnded = true),
    });
"""
SUBSCRIBED = f"() => {{ {STANDING} }}"
# A point of the curve P-256 and 16 octets, as a browser gives them.
KEYS = {
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}


@pytest.fixture
def phone(visit, server, rasa):
    """A conversation on our own page, whose service worker runs; notifications are allowed."""
    visitor = visit(viewport=PHONE, service_workers="allow")
    visitor.expected.add(NEUTRAL_PAGE)
    visitor.context.grant_permissions(["notifications"], origin=server.url)
    visitor.context.add_init_script(SUBSCRIBING.replace("KEYS", json.dumps(KEYS)))
    page = visitor.context.new_page()
    page.goto(server.url)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    chat = ready(page)
    chat.say("moi")
    expect(chat.replies).to_have_count(1)
    return chat


@pytest.fixture
def reminding(server):
    return Reminding(server)


def push(page: Page, message: object) -> None:
    """Delivers a push to the service worker of the page's origin, as the browser does."""
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")  # before, a push gets lost
    session = page.context.new_cdp_session(page)
    found: list[dict] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(event["registrations"]))
    session.send("ServiceWorker.enable")
    until(page, lambda: found)
    origin = page.evaluate("location.origin")
    data = message if isinstance(message, str) else json.dumps(message)
    session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": origin, "registrationId": found[-1]["registrationId"], "data": data},
    )
    session.detach()


def pushed(reminder: str, **more: object) -> dict:
    return {**NEUTRAL, "id": reminder, "tag": reminder, "url": f"/#reminder={reminder}", **more}


def shown(page: Page, number: int = 1) -> list[dict]:
    """The notifications on the screen, when there are so many."""
    found: list[dict] = []

    def are_so_many() -> bool:
        found[:] = page.evaluate(SHOWN)
        return len(found) == number

    until(page, are_so_many)
    return found


def until(page: Page, is_so: Callable[[], object]) -> None:
    """Waits for what the page can't be waited for."""
    late = monotonic() + PATIENCE / 1000
    while not is_so():
        assert monotonic() < late, "it never was so"
        page.wait_for_timeout(20)


def click(page: Page, action: str = "") -> list[str]:
    """Taps the notification, or a button on it; returns the addresses that are opened in new windows."""
    return page.context.service_workers[0].evaluate(CLICK, action)


def test_a_push_shows_only_that_there_is_a_message_once_and_a_tap_opens_its_reminder(phone, server, reminding):
    page, reminder = phone.page, reminding.remind(phone)
    expect(phone.element.locator(".reminder")).to_have_count(1)
    page.goto(server.url + ELSEWHERE)
    push(page, pushed(reminder))
    push(page, pushed(reminder))
    (notification,) = shown(page)
    assert notification["title"] == "Saattaja" and notification["body"] == "Sinulle on viesti."
    assert notification["tag"] == reminder
    (opened,) = click(page)
    assert shown(page, 0) == []

    page.goto(server.url + opened)
    chat = Chat(page)
    expect(chat.element.locator(".message:focus .reminder")).to_contain_text("Vertaisryhmä")
    expect(page).to_have_url(f"{server.url}/")  # nobody reads it over a shoulder
    expect(chat.element.get_by_role("link", name="Avaa videotapaaminen")).to_have_attribute("href", ROOM)


def test_who_looks_at_the_conversation_gets_no_notification_and_an_open_page_is_shown_its_reminder(phone, reminding):
    first = reminding.remind(phone)
    push(phone.page, pushed(first))
    push(phone.page, pushed(first))
    phone.page.wait_for_timeout(500)  # nothing to wait for: it shall not come
    assert shown(phone.page, 0) == []

    other = phone.page.context.new_page()
    other.goto(phone.page.url + ELSEWHERE[1:])
    worker = phone.page.context.service_workers[0]
    worker.evaluate("isOnScreen = async () => false")  # as when the page lies behind another
    push(other, pushed(first))
    shown(other)
    assert click(other) == []
    expect(phone.element.locator(".message:focus .reminder")).to_be_visible()


def test_an_answer_on_the_notification_counts_without_opening_anything(phone, server, reminding):
    allow(phone)
    page, reminder = phone.page, reminding.remind(phone)
    page.goto(server.url + ELSEWHERE)
    push(page, pushed(reminder))
    shown(page)
    assert click(page, "done") == []
    assert reminding.answered(reminder) == "done"
    page.goto(server.url)
    expect(ready(page).element.locator(".answering")).to_contain_text("Valitsit: Tehty")


def test_an_answer_that_could_not_be_sent_is_given_in_the_page(phone, server, reminding):
    page, reminder = phone.page, reminding.remind(phone)  # no push was asked for: the worker has no token
    page.goto(server.url + ELSEWHERE)
    push(page, pushed(reminder))
    shown(page)
    (opened,) = click(page, "done")
    page.goto(server.url + opened)
    chat = ready(page)
    expect(chat.element.locator(".answering")).to_contain_text("Valitsit: Tehty")
    assert reminding.answered(reminder) == "done"


def test_who_allows_all_of_it_sees_it_and_opens_the_meeting_from_the_screen(phone, server, reminding):
    page, reminder = phone.page, reminding.remind(phone)
    page.goto(server.url + ELSEWHERE)
    room = {"action": "open", "title": "Avaa videotapaaminen", "url": ROOM}
    push(page, pushed(reminder, body="Aloita videotapaaminen nyt: Vertaisryhmä.", actions=[room]))
    assert shown(page)[0]["body"] == "Aloita videotapaaminen nyt: Vertaisryhmä."
    assert click(page, "open") == [ROOM]


@pytest.mark.parametrize(
    "message", ["", "no json", "[]", '{"title": 1, "actions": "x", "url": "https://other.example/"}']
)
def test_a_push_of_another_shape_says_that_there_is_a_message(phone, server, message):
    page = phone.page
    page.goto(server.url + ELSEWHERE)
    push(page, message)
    (notification,) = shown(page)
    assert (notification["title"], notification["body"]) == ("Saattaja", "Sinulle on viesti.")
    assert click(page) == ["/"]


def allow(chat: Chat) -> None:
    """Says yes to reminders, and then to seeing them on the screen."""
    chat.open_menu("Muistutukset")
    chat.button("Ota muistutukset käyttöön").click()
    chat.button("Kyllä, ota käyttöön").click()
    chat.button("Näytä muistutukset näytöllä").click()
    expect(chat.panel).to_contain_text("Muistutukset tulevat tämän laitteen näytölle.")
    chat.page.keyboard.press("Escape")


def test_pushes_are_offered_only_after_a_yes_and_end_with_it(phone):
    phone.open_menu("Muistutukset")
    expect(phone.button("Ota muistutukset käyttöön")).to_be_visible()
    expect(phone.button("Näytä muistutukset näytöllä")).to_have_count(0)
    phone.page.keyboard.press("Escape")
    assert phone.page.evaluate("subscribed") == []  # nothing is asked of the browser before the tap
    allow(phone)
    (asked,) = phone.page.evaluate("subscribed")
    assert asked["userVisibleOnly"] is True and len(asked["applicationServerKey"]) == 87
    assert devices(phone) == 1
    phone.open_menu("Muistutukset")
    phone.button("Älä näytä enää näytöllä").click()
    expect(phone.button("Näytä muistutukset näytöllä")).to_be_visible()
    assert devices(phone) == 0
    phone.button("Näytä muistutukset näytöllä").click()
    expect(phone.button("Älä näytä enää näytöllä")).to_be_visible()
    phone.button("Lopeta kaikki muistutukset").click()
    expect(phone.panel).to_contain_text("Muistutukset ovat pois päältä")
    expect(phone.button("Älä näytä enää näytöllä")).to_have_count(0)
    until(phone.page, lambda: devices(phone) == 0)


def devices(chat: Chat) -> int:
    """How many devices the server pushes to."""
    answer = chat.page.request.get(f"{chat.page.url}api/profile", headers={"Authorization": f"Bearer {chat.token}"})
    return answer.json()["pushes"]


def test_a_subscription_that_ended_is_renewed_and_told_to_the_server(phone):
    allow(phone)
    worker = phone.page.context.service_workers[0]
    requests = worker.evaluate(
        """async () => {
            const sent = [];
            self.fetch = async (path, {method, body}) => {
                sent.push([method, path, JSON.parse(body)]);
                return {ok: true};
            };
            const event = new Event("pushsubscriptionchange");
            const options = {applicationServerKey: new ArrayBuffer(65)};
            event.oldSubscription = {endpoint: "https://push.example/old", options};
            event.newSubscription = {toJSON: () => ({endpoint: "https://push.example/new"})};
            let done;
            event.waitUntil = (promise) => (done = promise);
            self.dispatchEvent(event);
            await done;
            return sent;
        }"""
    )
    assert requests == [
        ["POST", "/api/push/subscriptions", {"endpoint": "https://push.example/new"}],
        ["DELETE", "/api/push/subscriptions", {"endpoint": "https://push.example/old"}],
    ]


@pytest.mark.parametrize("way", ["exit", "erase"])
def test_nothing_of_it_is_left_on_the_device(phone, server, reminding, way):
    allow(phone)
    page, reminder = phone.page, reminding.remind(phone)
    page.goto(server.url + ELSEWHERE)
    push(page, pushed(reminder))
    shown(page)
    worker = page.context.service_workers[0]
    worker.evaluate(SUBSCRIBED)
    page.goto(server.url)
    chat = ready(page)
    if way == "exit":
        page.context.route(f"{NEUTRAL_PAGE}**", lambda route: route.fulfill(body="Sää", content_type="text/plain"))
        chat.button("Poistu nopeasti").click(no_wait_after=True)
        page.wait_for_url(NEUTRAL_PAGE)
        page.goto(server.url + ELSEWHERE)
    else:
        chat.open_menu("Asetukset")
        chat.button("Unohda minut").click()
        chat.button("Kyllä, unohda minut").click()
        expect(chat.messages).to_have_count(0)
    assert shown(page, 0) == []
    until(page, lambda: worker.evaluate("self.hasEnded"))
    until(page, lambda: "saattaja-push" not in page.evaluate("caches.keys()"))


@pytest.mark.parametrize("status", [201, 401])
def test_who_leaves_while_the_server_is_slow_leaves_nothing_behind_either(phone, server, status):
    allow(phone)
    page, told, away = phone.page, [], []
    page.add_init_script(STANDING)
    page.route("**/api/push/subscriptions", lambda route: told.append(route))
    page.context.route(f"{NEUTRAL_PAGE}**", lambda route: away.append(route))
    page.goto(server.url)
    chat = ready(page)
    until(page, lambda: told)  # the visit tells the server again where to push
    chat.button("Poistu nopeasti").click(no_wait_after=True)
    until(page, lambda: away)
    worker = page.context.service_workers[0]
    until(page, lambda: "saattaja-push" not in worker.evaluate("caches.keys()"))
    with page.expect_response("**/api/push/subscriptions"):
        told[0].fulfill(status=status, json={"pushes": 1} if status == 201 else {"error": "unknown"})
    away[0].fulfill(body="Sää", content_type="text/plain")
    page.wait_for_url(NEUTRAL_PAGE)
    page.goto(server.url + ELSEWHERE)
    assert page.evaluate("Object.keys(localStorage)") == []
    assert "saattaja-push" not in page.evaluate("caches.keys()")


def test_pushes_end_on_the_device_when_the_server_no_longer_knows_the_person(phone, server):
    allow(phone)
    page = phone.page
    worker = page.context.service_workers[0]
    worker.evaluate(SUBSCRIBED)
    answer = page.request.delete(f"{server.url}/api/profile", headers={"Authorization": f"Bearer {phone.token}"})
    assert answer.status == 204  # as from another device, or in time
    until(page, lambda: worker.evaluate("self.hasEnded"))
    until(page, lambda: "saattaja-push" not in page.evaluate("caches.keys()"))
    assert "saattaja:token" not in phone.stored()  # and no conversation has begun


STATES = {
    "denied": ("Object.defineProperty(Notification, 'permission', {get: () => 'denied'});", "Ilmoitukset on estetty"),
    "unsupported": ("delete window.PushManager;", "Tämä selain ei osaa näyttää ilmoituksia"),
    "ios": ("Object.defineProperty(navigator, 'userAgent', {get: () => 'iPhone'});", "Valitse Lisää Koti-valikkoon"),
}


@pytest.mark.parametrize(("script", "told"), STATES.values(), ids=STATES)
def test_what_stands_in_the_way_is_told_with_what_to_do(open_chat, script, told):
    chat = open_chat(viewport=PHONE)
    chat.page.evaluate(f"() => {{ {script} }}")
    chat.open_menu("Muistutukset")
    chat.button("Ota muistutukset käyttöön").click()
    chat.button("Kyllä, ota käyttöön").click()
    expect(chat.panel.locator(".push")).to_contain_text(told)
    expect(chat.button("Näytä muistutukset näytöllä")).to_have_count(0)
