"""What people say of how it went is read as they mean it."""

from __future__ import annotations

import pytest

from actions.feedback_words import read


@pytest.mark.parametrize(
    ("text", "helped"),
    [
        ("Sain apua", "yes"),
        ("Sain vähän apua", "partly"),
        ("En saanut apua", "no"),
        ("En ottanut yhteyttä", "not_contacted"),
        ("Meni hyvin", "yes"),
        ("Jag fick ingen hjälp", "no"),
        ("I didn't get in touch.", "not_contacted"),
        ("sain kyl tosi paljon apua", "yes"),
        ("se autto oikeesti", "yes"),
        ("autto vähän", "partly"),
        ("en saanu mitään apua sieltä", "no"),
        ("ei siitä ollu mulle mitään apua", "no"),
        ("ei auttanu yhtään", "no"),
        ("en oo ottanu vielä yhteyttä", "not_contacted"),
        ("en sit uskaltanu ottaa niihin yhteyttä", "not_contacted"),
        ("det hjälpte inte", "no"),
        ("jag fick bra hjälp", "yes"),
        ("it helped a bit", "partly"),
        ("they didn't really help", "no"),
        ("mua ahistaa ja vuokrat on rästis", None),
        ("en oo käyny koulus kuukauteen", None),
        ("mikään ei auta", None),  # it says nothing of a service
        ("mistä saa apua velkoihin", None),
        ("hyvin", None),
        ("", None),
    ],
)
def test_whether_it_helped_is_stated(text: str, helped: str | None) -> None:
    assert read(text).helped == helped


@pytest.mark.parametrize(
    ("text", "opinion"),
    [
        ("hyvin", "yes"),
        ("ihan hyvin", "yes"),
        ("tosi hyvin!!", "yes"),
        ("ihan ok", "partly"),
        ("no siinä ja siinä", "partly"),
        ("huonosti", "no"),
        ("paskasti", "no"),
        ("ei kovin hyvin", "no"),
        ("ei ihan huonosti", "yes"),
        ("ei kukaan vastannu", "no"),
        ("hyvin mut lopuks ihan paska", "partly"),
        ("en saanu yhteyttä", "no"),
        ("en päässy läpi", "no"),
        ("en uskaltanu", "not_contacted"),
        ("en oo viel ehtiny", "not_contacted"),
        ("en menny", "not_contacted"),
        ("jäi väliin", "not_contacted"),
        ("det gick jättebra", "yes"),
        ("sådär", "partly"),
        ("inte så bra", "no"),
        ("it was great", "yes"),
        ("not yet", "not_contacted"),
        ("moi", None),
        ("kerro lisää", None),
    ],
)
def test_a_word_after_the_question_tells_how_it_went(text: str, opinion: str | None) -> None:
    assert read(text).opinion == opinion


@pytest.mark.parametrize(
    ("text", "ratings"),
    [
        ("nopee ja mukava", {"fast": "yes", "pleasant": "yes"}),
        ("helppo saada yhteys mut jono oli pitkä", {"easy": "yes", "fast": "no"}),
        ("ei ollu kivaa, ihan tyly tyyppi", {"pleasant": "no"}),
        ("ei tarvinnu odottaa", {"fast": "yes"}),
        ("mua kuunneltiin", {"pleasant": "yes"}),
        ("ei kuunneltu", {"pleasant": "no"}),
        ("kukaan ei vastannu", {"easy": "no"}),
        ("mua pompoteltiin paikasta toiseen", {"smooth": "no"}),
        ("meni sujuvasti", {"smooth": "yes"}),
        ("snabbt och trevligt", {"fast": "yes", "pleasant": "yes"}),
        ("slow but friendly", {"fast": "no", "pleasant": "yes"}),
        ("ihan ok", {}),
    ],
)
def test_ratings_are_read_from_a_sentence(text: str, ratings: dict[str, str]) -> None:
    assert read(text).ratings == ratings


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("liian pitkä jono", ("queue",)),
        ("ei ollu jonoo", ()),
        ("oli liian kaukana ja kallista, siis liian kallista", ("too_far", "cost")),
        ("mut piti soittaa", ("phone",)),
        ("hyvin meni", ()),
    ],
)
def test_reasons_are_read_from_a_sentence(text: str, reasons: tuple[str, ...]) -> None:
    assert read(text).reasons == reasons


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        *[("joo", "yes"), ("kyllä!", "yes"), ("Joo oli", "yes"), ("👍", "yes"), ("ja", "yes"), ("yes", "yes")],
        *[("ei", "no"), ("no ei", "no"), ("ei oikeen", "no"), ("nej", "no"), ("not really", "no")],
        *[("Jotenkuten", "partly"), ("no vähän", "partly"), ("so-so", "partly"), ("ehkä", "partly")],
        *[("ei kiinnosta", None), ("mikä se on", None), ("", None)],
    ],
)
def test_a_bare_yes_or_no(text: str, plain: str | None) -> None:
    assert read(text).plain == plain


@pytest.mark.parametrize(
    ("text", "contacted"),
    [
        *[
            ("otin yhteyttä", True),
            ("otin jo niihin yhteyttä", True),
            ("soitin niille", True),
            ("I contacted them", True),
        ],
        *[("laitoin sinne viestin", True), ("jag tog kontakt", True)],
        *[("en ottanu yhteyttä", False), ("laitoin viestin eksälle", False), ("pitäskö ottaa yhteyttä", False)],
    ],
)
def test_that_somebody_got_in_touch(text: str, contacted: bool) -> None:
    assert read(text).contacted is contacted


@pytest.mark.parametrize("text", ["Riittää jo", "ei muuta", "That's enough.", "Det räcker"])
def test_enough_is_enough(text: str) -> None:
    assert read(text).enough and read(text).is_tap


def test_a_very_long_message_is_no_trouble() -> None:
    assert read("en " * 30_000).helped is None
