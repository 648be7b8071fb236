"""What each factor of the ranking does, on a small catalogue made for it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from service_catalog.catalog import Catalog
from service_catalog.compile import write
from service_catalog.fields import LOCAL_ZONE
from service_catalog.places import Places
from service_catalog.ranking import NeedHit, Request, Suggestions, kilometres, suggest
from service_catalog.schema import Service
from service_catalog.yaml_source import Source

NOW = datetime(2026, 11, 24, 13, 0, tzinfo=LOCAL_ZONE)  # a Tuesday
TAMPERE = {"id": "talo", "city": "Tampere", "latitude": "61.4978", "longitude": "23.761", "coordinates": "exact"}
CONTACTS = {
    "chat": {"url": "https://example.fi/chat"},
    "video": {"url": "https://example.fi/video"},
    "web": {"url": "https://example.fi"},
    "sms": {"number": "050 123 4567"},
    "phone": {"number": "050 123 4567"},
    "email": {"address": "apu@example.fi"},
    "visit": {},
}

Suggest = Callable[..., Suggestions]


def channel(kind: str, **fields: Any) -> dict[str, Any]:
    return {"type": kind, **CONTACTS[kind], **fields}


def service(name: str, needs: str = "debt", *channels: dict[str, Any], **fields: Any) -> Service:
    """A service that differs from another only in what the test says."""
    values: dict[str, Any] = {
        "id": name,
        "organization": name,
        "name": name,
        "summary": "Palvelu.",
        "first_step": "Avaa sivu.",
        "needs": needs.split(),
        "service_area": "country",
        "channels": channels or [channel("chat", always_open="yes")],
        "confidence": "high",
        "source": ["test"],
    }
    return Service.parse_obj({**values, **fields})


@pytest.fixture
def among(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Suggest]:
    """Gives a function that asks for suggestions among these services."""

    def make(*services: Service) -> Suggest:
        file = tmp_path_factory.mktemp("ranking") / "catalog.db"
        write(file, Source((), services, (), (), (), {}), services)
        catalog = Catalog.open(file)

        def ask(
            needs: str = "debt", now: datetime = NOW, standing: dict[str, float] | None = None, **wishes: Any
        ) -> Suggestions:
            hits = [NeedHit(need, 0.8, [f"sana-{need}"]) for need in needs.split()]
            return suggest(catalog, Places.load(), Request(needs=hits, **wishes), now, standing)

        return ask

    return make


def ids(found: Suggestions) -> list[str]:
    return [card.service.id for card in found]


def test_a_chat_comes_before_a_text_message_before_a_phone_before_a_visit(among: Callable[..., Suggest]) -> None:
    kinds = ["visit", "phone", "video", "email", "sms", "chat"]
    services = [service(kind, "debt", channel(kind)) for kind in kinds]
    self_help = service("web", "debt", channel("web", always_open="yes"))
    ask = among(*services, self_help)
    shown: list[str] = []
    for _ in range(3):
        shown += ids(ask(limit=3, exclude=set(shown)))
    order = sorted(shown, key=lambda name: -next(c.parts["channel"] for c in ask(limit=7) if c.service.id == name))
    assert order == ["chat", "sms", "web", "email", "video", "phone", "visit"]


def test_what_the_person_asks_for_comes_first_and_what_they_avoid_last(among: Callable[..., Suggest]) -> None:
    ask = among(service("chat"), service("puhelin", "debt", channel("phone", always_open="yes")))
    assert ids(ask())[0] == "chat"
    assert ids(ask(prefer_channels=["phone"]))[0] == "puhelin"
    assert ids(ask(avoid_channels=["chat"]))[0] == "puhelin"


def test_the_first_need_of_a_service_counts_most(among: Callable[..., Suggest]) -> None:
    ask = among(service("velka", "debt money"), service("raha", "money debt"))
    assert ids(ask("debt"))[0] == "velka"
    assert ids(ask("money"))[0] == "raha"


def test_two_clear_needs_are_both_answered(among: Callable[..., Suggest]) -> None:
    chats = [service(f"mieli-{n}", "mental_health") for n in range(5)]
    ask = among(*chats, service("velka", "debt", channel("phone")))
    assert "velka" in ids(ask("mental_health debt"))


def test_stated_ages_are_a_limit_only_when_the_age_is_known(among: Callable[..., Suggest]) -> None:
    ask = among(service("nuorille", eligibility={"minimum_age": "12", "maximum_age": "29"}), service("kaikille"))
    assert ids(ask(age=19)) == ["nuorille", "kaikille"]
    assert ids(ask(age=30)) == ["kaikille"]
    assert ids(ask(age=29))[0] == "nuorille"
    assert set(ids(ask())) == {"nuorille", "kaikille"}


def test_an_unknown_age_weighs_narrow_limits_less(among: Callable[..., Suggest]) -> None:
    ask = among(
        service("lapsille", eligibility={"minimum_age": "7", "maximum_age": "15"}),
        service("aikuisille", eligibility={"minimum_age": "18"}),
    )
    weights = {card.service.id: card.parts["age"] for card in ask()}
    assert weights["aikuisille"] > weights["lapsille"]


def test_remote_help_is_always_near(among: Callable[..., Suggest]) -> None:
    ask = among(service("chat"))
    assert [ask(municipality=place)[0].parts["reach"] for place in ("Helsinki", "Utsjoki")] == [1.0, 1.0]
    assert ask(municipality="Utsjoki")[0].distance_km is None


@pytest.mark.parametrize(
    "place, near, region, country",
    [
        ("Tampere", True, True, True),
        ("Nokia", True, True, True),  # 16 km
        ("Hämeenlinna", False, True, True),  # 70 km
        ("Utsjoki", False, False, True),
    ],
)
def test_a_place_to_visit_is_shown_as_far_as_the_person_reaches(
    among: Callable[..., Suggest], place: str, near: bool, region: bool, country: bool
) -> None:
    ask = among(service("talo", "debt", channel("visit"), service_area=["Tampere"], locations=[TAMPERE]))
    shown = [bool(ids(ask(municipality=place, reach=reach))) for reach in ("near", "region", "country")]
    assert shown == [near, region, country]


def test_the_nearer_of_two_places_comes_first(among: Callable[..., Suggest]) -> None:
    nokia = {**TAMPERE, "city": "Nokia", "latitude": "61.478", "longitude": "23.51"}
    ask = among(
        service("a-tampere", "debt", channel("visit"), service_area=["Tampere", "Nokia"], locations=[TAMPERE]),
        service("b-nokia", "debt", channel("visit"), service_area=["Tampere", "Nokia"], locations=[nokia]),
    )
    assert ids(ask(municipality="Tampere"))[0] == "a-tampere"
    assert ids(ask(municipality="Nokia"))[0] == "b-nokia"
    assert ids(ask(coordinates=(61.478, 23.51)))[0] == "b-nokia"


def test_distance_is_that_of_the_nearest_place_and_never_of_a_confidential_one(
    among: Callable[..., Suggest],
) -> None:
    shelter = {"id": "salainen", "city": "Tampere", "confidential": "yes"}
    ask = among(
        service("turvakoti", "debt", channel("phone"), service_area=["Tampere"], locations=[shelter]),
        service("talo", "debt", channel("visit"), service_area=["Tampere"], locations=[TAMPERE]),
    )
    found = {card.service.id: card.distance_km for card in ask(municipality="Tampere", coordinates=(61.51, 23.76))}
    assert found["turvakoti"] is None
    assert found["talo"] == pytest.approx(1.36, abs=0.05)


def test_one_card_is_local_where_one_is_near(among: Callable[..., Suggest]) -> None:
    chats = [service(f"chat-{n}") for n in range(4)]
    ask = among(*chats, service("talo", "debt", channel("visit"), service_area=["Tampere"], locations=[TAMPERE]))
    assert "talo" in ids(ask(municipality="Tampere"))
    assert "talo" not in ids(ask(municipality="Oulu"))


def test_one_card_can_be_used_right_now_without_leaving_home(among: Callable[..., Suggest]) -> None:
    hours = [{"byday": ["MO"], "opens_at": "9:00", "closes_at": "12:00"}]
    closed = [service(f"kiinni-{n}", "debt", channel("chat", schedules=hours)) for n in range(4)]
    ask = among(*closed, service("auki", "debt", channel("phone", always_open="yes")))
    assert "auki" in ids(ask())


def test_open_is_better_than_not_known_is_better_than_closed(among: Callable[..., Suggest]) -> None:
    hours = [{"byday": ["MO"], "opens_at": "9:00", "closes_at": "12:00"}]
    ask = among(
        service("a-kiinni", "debt", channel("chat", schedules=hours)),
        service("b-ei-tietoa", "debt", channel("chat")),
        service("c-auki"),
    )
    found = ask()
    assert ids(found) == ["c-auki", "b-ei-tietoa", "a-kiinni"]
    assert [card.opening.open_now for card in found] == [True, None, False]


def test_three_cards_are_not_all_of_one_kind(among: Callable[..., Suggest]) -> None:
    ask = among(*[service(f"chat-{n}") for n in range(4)], service("puhelin", "debt", channel("phone")))
    assert "puhelin" in ids(ask())


def test_what_serves_in_the_persons_language_stands_first(among: Callable[..., Suggest]) -> None:
    ask = among(service("a-suomeksi"), service("b-svenska", languages=["sv"]))
    assert ids(ask(language="sv")) == ["b-svenska", "a-suomeksi"]
    assert ids(ask()) == ["a-suomeksi", "b-svenska"]


def test_a_language_that_is_served_counts_more_than_the_channel(among: Callable[..., Suggest]) -> None:
    ask = among(service("chat"), service("linja", "debt", channel("phone", always_open="yes"), languages=["fi", "en"]))
    assert ids(ask(language="en")) == ["linja", "chat"]
    assert ids(ask(language="fi")) == ["chat", "linja"]


def test_a_service_in_another_language_is_shown_lower_but_not_hidden(among: Callable[..., Suggest]) -> None:
    ask = among(*[service(f"suomeksi-{n}") for n in range(5)], service("in-english", languages=["en"]))
    assert ids(ask(language="en"))[0] == "in-english"
    assert len(ask(language="en")) == 3


def test_english_is_the_second_best_for_a_language_that_the_bot_does_not_speak(among: Callable[..., Suggest]) -> None:
    ask = among(
        service("a-suomeksi"),
        service("b-in-english", languages=["fi", "en"]),
        service("c-na-russkom", languages=["fi", "ru"]),
    )
    assert ids(ask(language="ru")) == ["c-na-russkom", "b-in-english", "a-suomeksi"]
    assert ids(ask(language="sv"))[0] == "a-suomeksi"  # for none of them is in Swedish


@pytest.mark.parametrize(
    ("wanted", "languages", "kind", "values"),
    [
        ("en", ["fi", "en"], "language", {"language": "en", "also": True}),
        ("sv", ["sv"], "language", {"language": "sv", "also": False}),
        ("ru", ["fi", "en", "ru"], "language", {"language": "ru", "also": True}),
        ("ar", ["fi", "en"], "language", {"language": "en", "also": True}),
        ("en", ["fi", "sv"], "other_language", {"languages": ["fi", "sv"]}),
    ],
)
def test_a_card_says_in_which_language_it_serves(
    among: Callable[..., Suggest], wanted: str, languages: list[str], kind: str, values: dict[str, Any]
) -> None:
    (card,) = among(service("palvelu", languages=languages))(language=wanted)
    assert [reason.values for reason in card.why if reason.kind == kind] == [values]


def test_who_is_served_in_finnish_is_not_told_so(among: Callable[..., Suggest]) -> None:
    (card,) = among(service("palvelu", languages=["fi", "sv"]))(language="fi")
    assert not {"language", "other_language"}.intersection(reason.kind for reason in card.why)


def test_fresh_and_sure_facts_are_better(among: Callable[..., Suggest]) -> None:
    ask = among(
        service("a-vanha", verified_on="2020-01-01"),
        service("b-ei-paivaa"),
        service("c-uusi", verified_on="2026-11-01"),
        service("d-epavarma", verified_on="2026-11-01", confidence="medium"),
    )
    factors = {card.service.id: card.parts["freshness"] for card in ask(limit=4)}
    assert factors["c-uusi"] > factors["d-epavarma"]
    assert factors["c-uusi"] > factors["b-ei-paivaa"] > factors["a-vanha"]


def test_staffs_words_lift_keep_away_and_hide(among: Callable[..., Suggest]) -> None:
    ask = among(
        service("a-tavallinen"),
        service("b-nostettu", staff={"pin_for_words": ["ulosotto"]}),
        service("c-kielletty", staff={"exclude_for_words": ["ulosotto"]}),
        service("d-piilotettu", staff={"hide": "yes"}),
    )
    assert ids(ask(words=["ulosotto"])) == ["b-nostettu", "a-tavallinen"]
    assert set(ids(ask())) == {"a-tavallinen", "b-nostettu", "c-kielletty"}


def test_free_only_and_anonymous_only_are_limits(among: Callable[..., Suggest]) -> None:
    ask = among(
        service("ilmainen", "debt", channel("chat", cost="free"), anonymous="yes"),
        service("maksaa", "debt", channel("phone", cost="call_rate"), anonymous="no"),
    )
    assert ids(ask(free_only=True)) == ["ilmainen"]
    assert ids(ask(anonymous_only=True)) == ["ilmainen"]


def test_a_crisis_line_is_for_a_crisis(among: Callable[..., Suggest]) -> None:
    ask = among(
        service("kriisilinja", "crisis debt", channel("phone", always_open="yes", number="112")),
        service("velka", "debt", channel("phone", always_open="yes")),
    )
    assert ids(ask("debt")) == ["velka"]
    assert ids(ask("crisis"))[0] == "kriisilinja"


def test_a_service_for_a_group_is_shown_to_the_group(among: Callable[..., Suggest]) -> None:
    ask = among(service("varusmiehille", "military mental_health"), service("kaikille", "mental_health"))
    assert ids(ask("military"))[0] == "varusmiehille"
    assert ask("mental_health")[0].service.id == "kaikille"
    assert "varusmiehille" not in ids(ask("mental_health", limit=1))


def test_what_is_near_in_meaning_fills_the_cards_and_says_so(among: Callable[..., Suggest]) -> None:
    ask = among(service("velka", "debt"), service("raha", "money"))
    found = ask("debt")
    assert ids(found) == ["velka", "raha"]
    assert [card.why[0].kind for card in found] == ["needs", "related"]


def test_staffs_words_hold_for_what_fills_the_cards_too(among: Callable[..., Suggest]) -> None:
    ask = among(service("velka", "debt"), service("raha", "money", staff={"exclude_for_words": ["ulosotto"]}))
    assert ids(ask("debt", words=["ulosotto"])) == ["velka"]


def test_without_needs_the_words_find(among: Callable[..., Suggest]) -> None:
    ask = among(service("velka", summary="Apua ulosottoon."), service("muu", summary="Apua asumiseen."))
    found = ask("", words=["ulosotto"])
    assert ids(found) == ["velka"]
    assert found[0].why[0].kind == "text"


def test_shown_services_are_not_shown_again_and_the_end_is_empty(among: Callable[..., Suggest]) -> None:
    ask = among(*[service(f"chat-{n}") for n in range(4)])
    first = ask()
    assert first.more == 1
    second = ask(exclude=set(ids(first)))
    assert len(second) == 1 and not set(ids(second)) & set(ids(first))
    assert len(ask(exclude=set(ids(first)) | set(ids(second)))) == 0


def test_why_is_told(among: Callable[..., Suggest]) -> None:
    ask = among(
        service(
            "talo",
            "debt",
            channel("chat", always_open="yes", cost="free"),
            channel("visit"),
            service_area=["Tampere"],
            locations=[TAMPERE],
            eligibility={"maximum_age": "29"},
            staff={"pin_for_words": ["ulosotto"]},
            languages=["fi", "en"],
            anonymous="yes",
        )
    )
    card = ask(
        municipality="Tampere",
        age=19,
        language="en",
        words=["ulosotto"],
        free_only=True,
        anonymous_only=True,
    )[0]
    reasons = {reason.kind: reason.values for reason in card.why}
    assert list(reasons) == ["needs", "staff", "local", "open_now", "no_call", "age", "language", "free", "anonymous"]
    assert reasons["needs"] == {"needs": ["debt"], "words": ["sana-debt"]}
    assert reasons["age"] == {"age": 19, "minimum": None, "maximum": 29}
    assert reasons["local"]["municipality"] == "Tampere"


def test_what_people_said_decides_between_equals_and_no_more(among: Callable[..., Suggest]) -> None:
    ask = among(service("a"), service("b"), service("c", "debt", channel("phone", always_open="yes")))
    assert ids(ask()) == ["a", "b", "c"]
    assert ids(ask(standing={"b": 0.01}))[0] == "b"
    assert ids(ask(standing={"a": -0.01}))[0] == "b"
    assert ids(ask(standing={"c": 9.0}))[-1] == "c"
    assert {card.service.id: card.parts["standing"] for card in ask(standing={"c": 9.0, "a": -9.0})} == {
        "a": 0.95,
        "b": 1.0,
        "c": 1.05,
    }


@pytest.mark.parametrize(
    ("did_not_help", "shown"),
    [(set(), ["a", "b", "c"]), ({"a"}, ["b", "c", "a"]), ({"a", "b"}, ["c", "a", "b"])],
)
def test_what_did_not_help_this_person_is_not_offered_first(
    among: Callable[..., Suggest], did_not_help: set[str], shown: list[str]
) -> None:
    ask = among(service("a"), service("b"), service("c", "debt", channel("phone", always_open="yes")))
    assert ids(ask(did_not_help=did_not_help)) == shown


def test_what_only_fills_the_cards_comes_before_what_did_not_help(among: Callable[..., Suggest]) -> None:
    ask = among(service("a"), service("near", "money"))
    assert ids(ask(did_not_help={"a"})) == ["near", "a"]
    assert ids(among(service("a"))(did_not_help={"a"})) == ["a"]


def test_ties_are_broken_the_same_way_every_time(among: Callable[..., Suggest]) -> None:
    services = [service(name) for name in ("c", "a", "d", "b")]
    assert ids(among(*services)()) == ids(among(*reversed(services))())


def test_unknown_needs_places_and_reaches_are_no_errors(among: Callable[..., Suggest]) -> None:
    ask = among(service("velka"))
    assert ids(ask("debt", municipality="Atlantis", reach="moon", coordinates=(999.0, 0.0))) == ["velka"]
    assert ids(ask("nonsense")) == []
    assert ids(ask("")) == []


def test_a_moment_without_a_time_zone_is_refused(among: Callable[..., Suggest]) -> None:
    with pytest.raises(ValueError, match="aware"):
        among(service("velka"))(now=datetime(2026, 11, 24, 13))


def test_kilometres() -> None:
    helsinki, tampere = (60.1699, 24.9384), (61.4978, 23.761)
    assert kilometres(helsinki, tampere) == pytest.approx(161, abs=1.5)
    assert kilometres(helsinki, helsinki) == 0
