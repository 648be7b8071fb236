"""The web chat end to end: the public API, the widget's connector, Rasa, the actions and both databases."""

import uuid
from pathlib import Path

import httpx
import pytest

from bot.tracker_store import REWRITE_EVERY

pytestmark = pytest.mark.model

SECRET = "plughxyzzy"  # stands for what a person wrote


class Person:
    """Somebody with the page open: a conversation of their own, begun with the page's presets."""

    def __init__(self, stack, **presets):
        self.client = stack.client
        begun = self.client.post("/api/conversations", json=presets)
        assert begun.status_code == 201, begun.text
        self.headers = {"Authorization": f"Bearer {begun.json()['token']}"}

    def say(self, text, message_id=None, **fields):
        """Sends a message and returns the bodies of the replies that come with it."""
        answer = self.send(text, message_id or str(uuid.uuid4()), **fields)
        assert answer.status_code == 200, answer.text
        return [event["body"] for event in answer.json()["events"] if event["kind"] == "reply"]

    def send(self, text, message_id, **fields):
        body = {"id": message_id, "text": text, **fields}
        return self.client.post("/api/messages", json=body, headers=self.headers)


def cards(replies):
    return [card for reply in replies for card in (reply.get("custom") or {}).get("services", [])]


def words(replies):
    return "\n".join(reply.get("text", "") for reply in replies)


def rasa_of(stack):
    """Returns a client of Rasa's own port, which only the web server knows otherwise (Linux)."""
    command = Path(f"/proc/{stack.programs()['rasa']}/cmdline").read_text().split("\0")
    url = f"http://127.0.0.1:{command[command.index('--port') + 1]}"
    return httpx.Client(base_url=url, timeout=60, trust_env=False)


def test_one_message_gets_cards_that_say_what_the_widget_shows(stack):
    shown = cards(Person(stack).say("mua ahistaa ja vuokrat on rästis, asun Tampereella"))
    assert 1 <= len(shown) <= 3
    for card in shown:
        for way in card["channels"]:
            assert {"type", "label", "url", "cost", "on_bill", "number", "address", "point"} <= set(way)
        alone = stack.client.get(f"/api/services/{card['id']}").json()
        assert (alone["name"], alone["channels"]) == (card["name"], card["channels"])


def test_the_same_message_again_is_the_same_message(stack):
    person, message_id = Person(stack), str(uuid.uuid4())
    first = person.send("oon yksinäinen", message_id).json()
    assert person.send("oon yksinäinen", message_id).json() == first
    assert cards(person.say("Lisää vaihtoehtoja")) != cards([event["body"] for event in first["events"]])


def test_the_connector_itself_answers_a_message_once(stack):
    rasa = rasa_of(stack)
    body = {"sender": uuid.uuid4().hex, "message_id": uuid.uuid4().hex, "message": "oon yksinäinen"}
    first = rasa.post("/webhooks/widget/webhook", json=body).json()
    assert rasa.post("/webhooks/widget/webhook", json=body).json() == first
    other = rasa.post("/webhooks/widget/webhook", json={**body, "message_id": uuid.uuid4().hex}).json()
    assert cards(other) != cards(first), "another message of the same words goes on to the next services"


def test_the_pages_place_is_used_and_what_the_person_says_is_stronger(stack):
    person = Person(stack, municipality="Tampere")
    replies = person.say("mulla on velkoja")
    assert "Paikka: Tampere. Jos olet muualla, kerro missä." in words(replies)
    assert "Missä päin olet" not in words(replies)
    assert "Asun paikkakunnalla" not in words(person.say("Valmis viesti"))
    assert "Paikka: Oulu." in words(person.say("asun oulussa"))
    assert "Paikka: Oulu." in words(person.say("Lisää vaihtoehtoja"))


def test_a_shared_position_finds_what_is_near(stack):
    person = Person(stack)
    person.say("oon yksinäinen")
    replies = person.say("Jaoin sijaintini", location={"latitude": 62.892, "longitude": 27.677})
    assert cards(replies) and "Kuopio" in words(replies)


def test_a_card_that_is_not_for_me_does_not_come_back(stack):
    person = Person(stack, municipality="Tampere")
    unwanted, *_ = cards(person.say("mulla on velkoja"))
    replies = person.say(f"Ei sovi minulle: {unwanted['name']}")
    assert "en tarjoa enää tätä" in words(replies)
    assert len(cards(replies)) == 1
    assert {"Liian kaukana", "En halua soittaa"} <= {one["title"] for reply in replies for one in reply["buttons"]}
    after = [*replies, *person.say("Olen jo kokeillut"), *person.say("Näytä ensimmäiset uudelleen")]
    assert unwanted["id"] not in [card["id"] for card in cards(after)]
    assert "Paikka: Tampere" in words(after), "the name of a service moves nobody to another town"


def test_a_conversation_that_is_erased_leaves_nothing_in_any_database(stack):
    person = Person(stack)
    person.say(f"mua ahistaa {SECRET}")
    assert SECRET.encode() in content(stack)
    assert person.client.delete("/api/conversation", headers=person.headers).status_code == 204
    # The file is written anew once for all deletions of a minute, and other tests delete too.
    stack.until(lambda: SECRET.encode() not in content(stack, "conversations.db*"), seconds=REWRITE_EVERY + 30)
    assert person.send("moi", str(uuid.uuid4())).status_code == 401


def content(stack, files="*.db*"):
    return b"".join(file.read_bytes() for file in stack.state.glob(files))
