"""What people and the catalogue write is text and never markup, and a link goes only where a link may go."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

ATTACKS = {
    "script": "<script>window.hacked = 1; alert(1)</script>",
    "image": "<img src=x onerror='window.hacked = 1; alert(1)'>",
    "attribute": '"\' onmouseover=alert(1) autofocus onfocus=window.hacked=1 x="',
    "frame": "<iframe srcdoc='<script>parent.hacked = 1</script>'></iframe>",
    "vector": "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "style": "</style><style>* { display: none !important }</style>",
    "template": "{{constructor.constructor('alert(1)')()}} ${alert(1)} <%= alert(1) %>",
    "link": '<a href="javascript:alert(1)">tästä</a>',
    "prototype": "__proto__",
    "pattern": "(((((((((a+)+)+)+)+)+)+)+)+)$ [\\",
}
UNSAFE = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:alert(1)",
    "blob:https://example.org/1",
    "file:///etc/passwd",
    "http://example.org/",
    "//example.org/",
    "/api/conversation",
    "",
]
FOREIGN = """({shadowRoot}) => [...shadowRoot.querySelectorAll("script, iframe, img, style, object, embed, form")]
    .map((one) => one.outerHTML)"""
HANDLERS = """({shadowRoot}) => [...shadowRoot.querySelectorAll("*")]
    .filter((one) => one.getAttributeNames().some((name) => name.startsWith("on")))
    .map((one) => one.outerHTML)"""


def card(attack, url="https://example.org/"):
    """A card in which every text is an attack."""
    words = {"label": attack, "cost": attack, "number": attack, "address": attack, "url": url}
    return {
        "id": attack,
        "name": attack,
        "summary": attack,
        "why": [attack, attack],
        "needs": [attack],
        "first_step": attack,
        "what_happens": attack,
        "distance_km": 1.2,
        "open_now": None,
        "opens": None,
        "verified": "2026-11-01",
        "next_session": None,
        "channels": [{"type": kind, **words} for kind in (attack, "chat", "sms", "phone", "email", "visit", "web")],
    }


def check_harmless(chat):
    assert chat.page.evaluate("window.hacked") is None
    assert chat.element.evaluate(FOREIGN) == []
    assert chat.element.evaluate(HANDLERS) == []


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_every_text_is_text(chat, rasa, attack):
    rasa.script = {
        "kortit": [
            {
                "text": attack,
                "custom": {"type": "services", "crisis": False, "services": [card(attack)]},
                "buttons": [{"title": attack, "payload": attack}],
                "hard_words": [{"word": attack, "term": attack, "plain": attack}],
                "image": attack,
            }
        ]
    }
    chat.say(attack)
    expect(chat.own.first).to_contain_text(" ".join(attack.split()))
    expect(chat.replies).to_have_count(1)
    chat.say("kortit")
    expect(chat.replies).to_have_count(2)
    expect(chat.cards.get_by_role("heading")).to_have_text(attack)
    check_harmless(chat)
    chat.choices.click()
    expect(chat.replies).to_have_count(3)
    chat.cards.get_by_role("button", name="Tallenna").click()
    chat.cards.get_by_role("button", name="Ei mulle").click()
    expect(chat.replies).to_have_count(4)  # another is asked for
    chat.open_menu("Tallennetut palvelut")
    expect(chat.panel.locator(".card")).to_have_count(1)
    check_harmless(chat)


def test_no_link_leaves_https_telephone_message_or_mail(chat, rasa):
    channels = [
        {"type": kind, "label": "tästä", "url": url} for url in UNSAFE for kind in ("chat", "visit", "phone", "web")
    ]
    service = {**card("Palvelu"), "channels": channels}
    rasa.script = {
        "kortit": [
            {
                "text": "Tässä.",
                "custom": {"type": "services", "crisis": crisis, "services": [service]},
                "image": url,
            }
            for url in UNSAFE
            for crisis in (True, False)
        ]
    }
    chat.say("kortit")
    expect(chat.replies).to_have_count(2 * len(UNSAFE))
    expect(chat.replies.get_by_role("link")).to_have_count(0)


WRONG_REPLIES = {
    "nothing known": {"unknown": 1},
    "text is a number": {"text": 7},
    "text is a list": {"text": ["a"]},
    "custom is text": {"text": "moi", "custom": "services"},
    "services is null": {"text": "moi", "custom": {"type": "services", "services": None}},
    "services is text": {"text": "moi", "custom": {"type": "services", "services": "abc"}},
    "a service is null": {"text": "moi", "custom": {"type": "services", "services": [None]}},
    "a service is empty": {"text": "moi", "custom": {"type": "services", "services": [{}]}},
    "channels is text": {
        "text": "moi",
        "custom": {"type": "services", "services": [{"id": "a", "name": "b", "channels": "c"}]},
    },
    "why is text": {"text": "moi", "custom": {"type": "services", "services": [{"id": "a", "name": "b", "why": "c"}]}},
    "another custom": {"text": "moi", "custom": {"type": "something new"}},
    "buttons is text": {"text": "moi", "buttons": "kyllä"},
    "a button is null": {"text": "moi", "buttons": [None]},
    "a button has no payload": {"text": "moi", "buttons": [{"title": "kyllä"}]},
    "hard words is text": {"text": "moi", "hard_words": "abc"},
    "a hard word is null": {"text": "moi", "hard_words": [None]},
    "a hard word is empty": {"text": "moi", "hard_words": [{"word": "", "plain": ""}]},
    "image is a number": {"text": "moi", "image": 7},
}


ALONE = {"id": "a", "name": "b", "summary": "c", "channels": []}
for _field in (
    "distance_km",
    "open_now",
    "opens",
    "verified",
    "next_session",
    "channels",
    "why",
    "summary",
    "first_step",
):
    for _wrong in ("x", 7, [None], {}):
        _services = {"type": "services", "services": [{**ALONE, _field: _wrong}]}
        WRONG_REPLIES[f"{_field} is {_wrong}"] = {"text": "moi", "custom": _services}


def test_a_reply_of_another_shape_stops_nothing(chat, rasa):
    rasa.script = {name: [reply] for name, reply in WRONG_REPLIES.items()}
    for name in WRONG_REPLIES:
        chat.say(name)
    chat.say("moi")
    expect(chat.messages.filter(has_text="Kerro vähän lisää")).to_have_count(1)
    expect(chat.own).to_have_count(len(WRONG_REPLIES) + 1)
    chat.page.reload()
    expect(chat.messages.filter(has_text="Kerro vähän lisää")).to_have_count(1)


LINKS = ["paikka", "tarve", "palvelu", "k", "kieli"]


@pytest.mark.parametrize("attack", [ATTACKS["script"], ATTACKS["attribute"], "javascript:alert(1)"])
def test_a_deep_link_brings_only_what_the_catalogue_knows(open_chat, rasa, attack):
    chat = open_chat("/?" + urlencode(dict.fromkeys(LINKS, attack)))
    chat.say("moi")
    expect(chat.replies).to_have_count(1)
    check_harmless(chat)
    assert "municipality" not in rasa.asked[0]
    assert attack not in chat.page.content()


def test_a_storage_that_somebody_wrote_to_harms_nothing(open_chat, rasa):
    chat = open_chat()
    wrong = {
        "saved": [{"service": card(ATTACKS["image"], "javascript:alert(1)"), "at": "x"}],
        "settings": {"theme": ATTACKS["attribute"], "size": "999em", "language": "__proto__"},
        "hidden": "x",
        "unsent:000000000000001:x": {"id": "x", "text": ATTACKS["image"], "at": 1},
    }
    for name, value in wrong.items():
        chat.page.evaluate(
            "([name, value]) => localStorage.setItem(name, value)", [f"saattaja:{name}", json.dumps(value)]
        )
    chat.page.evaluate("localStorage.setItem('saattaja:token', '{broken')")
    chat.page.reload()
    expect(chat.input).to_be_visible()
    chat.say("moi")
    expect(chat.replies.last).to_be_visible()
    chat.open_menu("Tallennetut palvelut")
    expect(chat.panel).to_be_visible()
    check_harmless(chat)
