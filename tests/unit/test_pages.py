"""What people open in a browser, from the routes alone: no bot, no database."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlencode

import playwright
import pytest
import segno
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from desk.current_catalog import CurrentCatalog
from people import conversations, retention
from people.campaigns import OTHER
from service_catalog.emergency import EMERGENCY_CONTACTS
from translations import LANGUAGES
from web.campaigns import OPENED, Campaigns
from web.headers import SecurityHeaders
from web.pages import (
    AUTHORITY,
    AUTHORITY_EMAIL,
    AUTHORITY_PHONE,
    MESSAGE_LINKS,
    STATIC,
    Operator,
    chat_modules,
    routes,
    shell_files,
)
from web.presets import Presets
from web.rendering import TEMPLATES
from web.settings import Settings
from web.words import CONTACTS

ADDRESS = "https://saattaja.example"
PAGES = ["/tietosuoja?kieli=sv", "/", "/?kieli=sv", "/?kieli=en", "/offline", "/saavutettavuus", "/tietosuoja",
         "/juliste", "/juliste?k=",
         "/juliste?paikka=Tampere&tarve=debt&palvelu=sekasin-chat&k=koulu&kieli=sv", "/esimerkki",
         "/offline?kieli=sv", "/juliste?ohjeet=sv", "/juliste?ohjeet=en&paikka=Inkoo&tarve=x&k=X!"]  # fmt: skip
OPERATOR = Operator("Mallilan kunta", "saavutettavuus@mallila.example")
HOSTILE = {
    "script": '"><script>alert(1)</script>',
    "attribute": "' onload=alert(1) x='",
    "element": "</title><img src=x onerror=alert(1)>",
    "comment": "<!--",
    "template": "$lang",
    "format": "{0}",
    "link": "javascript:alert(1)",
    "header": "debt\r\nX-Evil: 1",
    "direction": "\u202edebt",
    "null": "\0",
    "percent": "%00",
    "long": "ä" * 500,
}


@pytest.fixture(scope="module")
def settings(seed_catalog):
    return Settings(catalogue=seed_catalog.path, public_url=ADDRESS, allowed_origins=("https://www.mallila.example",))


@pytest.fixture(scope="module")
def browser(settings):
    return open_pages(settings)


def open_pages(settings, **arguments):
    pages = routes(settings, CurrentCatalog(settings.catalogue), **{"operator": OPERATOR, **arguments})
    return TestClient(Starlette(routes=pages, middleware=[Middleware(SecurityHeaders)]))


class Document(HTMLParser):
    """Reads a page and notes whatever a browser would have to mend."""

    VOID = ("meta", "link", "img", "br", "input", "path")
    NOT_IN_A_PARAGRAPH = ("h1", "h2", "h3", "p", "ul", "ol", "pre", "table", "section", "nav", "form", "div", "address")

    def __init__(self, html):
        super().__init__()
        self.elements, self.open, self.mistakes, self.text = [], [], [], {}
        self.feed(html)
        self.close()
        self.mistakes += [f"<{tag}> is never closed" for tag in self.open]

    def handle_starttag(self, tag, attrs):
        if tag in self.NOT_IN_A_PARAGRAPH and "p" in self.open:
            self.mistakes.append(f"<{tag}> inside <p>")
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.mistakes.append(f"</{tag}> closes nothing")

    def handle_data(self, data):
        if self.open:
            self.text[self.open[-1]] = self.text.get(self.open[-1], "") + data

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    def one(self, tag):
        (found,) = self.all(tag)
        return found


def chat_element(browser, query):
    return Document(browser.get(f"/?{query}").text).one("saattaja-chat")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_whole(browser, path):
    answer = browser.get(path)
    page = Document(answer.text)
    assert answer.status_code == 200
    assert page.mistakes == []
    assert len(page.all("h1")) == 1 and len(page.all("main")) == 1
    assert page.one("html")["lang"] in ("fi", "sv", "en")
    assert page.text["title"].strip() and "$" not in page.text["title"]
    assert any(meta.get("name") == "viewport" for meta in page.all("meta"))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    fields = [*page.all("select"), *page.all("input")]
    assert {field["id"] for field in fields} == {label["for"] for label in page.all("label")}
    assert all("alt" in image for image in page.all("img"))


@pytest.mark.parametrize("path", PAGES)
def test_headings_skip_no_level(browser, path):
    levels = [int(tag[1]) for tag, _ in Document(browser.get(path).text).elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_a_script_or_a_style_inside_or_loads_from_another_site(browser, path):
    page = Document(browser.get(path).text)
    assert all("src" in script for script in page.all("script"))
    assert page.all("style") == []
    for _, attributes in page.elements:
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
        assert not attributes.get("href", "").startswith("javascript:")
    loaded = [attributes["src"] for _, attributes in page.elements if "src" in attributes]
    loaded += [link["href"] for link in page.all("link") if link["rel"] != "canonical"]
    assert [url for url in loaded if not url.startswith(("/", "data:image/svg+xml")) or url.startswith("//")] == []


@pytest.mark.parametrize("path", PAGES)
def test_every_file_that_a_page_loads_is_there(browser, path):
    page = Document(browser.get(path).text)
    loaded = [attributes["src"] for _, attributes in page.elements if attributes.get("src", "").startswith("/")]
    loaded += [link["href"] for link in page.all("link") if link["href"].startswith("/")]
    assert loaded
    assert {url: browser.get(url).status_code for url in loaded} == dict.fromkeys(loaded, 200)


@pytest.mark.parametrize("path", [*PAGES, "/service-worker.js"])
def test_the_policy_lets_nothing_else_in(browser, path):
    headers = browser.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'self' https://www.mallila.example"
    assert policy["form-action"] == ("'self'" if path in ("/juliste", "/juliste?ohjeet=sv") else "'none'")
    assert headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in headers


def test_the_crisis_contacts_can_be_read_without_javascript(browser):
    for path in ("/", "/?kieli=sv", "/offline", "/saavutettavuus"):
        page = Document(browser.get(path).text)
        links = [link["href"] for link in page.all("a")]
        assert {"https://sekasin.fi", "tel:+358925250111", "sms:112", "tel:112"} <= set(links)
        assert links.index("https://sekasin.fi") < links.index("sms:112") < links.index("tel:112")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_emergency_number_has_the_name_that_the_catalogue_gives_it(seed_catalog, language):
    translation = getattr(seed_catalog.service("hatanumero-112").translations, language)
    assert CONTACTS[language]["tel:112"][0] == translation.name
    assert set(CONTACTS[language]) == {contact.url for contact in EMERGENCY_CONTACTS}


def test_a_number_offered_for_text_messages_takes_them(seed_catalog):
    channels = [channel for service in seed_catalog.services() for channel in service.channels]
    assert set(MESSAGE_LINKS.values()) <= {channel.link for channel in channels}
    assert set(MESSAGE_LINKS) <= {contact.url for contact in EMERGENCY_CONTACTS}


@pytest.mark.parametrize(
    ("query", "handed_over"),
    [
        ("", {}),
        ("paikka=Tampere&tarve=debt", {"data-municipality": "Tampere", "data-need": "debt"}),
        ("paikka=%C3%85bo", {"data-municipality": "Turku"}),
        ("paikka=  tampere ", {"data-municipality": "Tampere"}),
        ("palvelu=sekasin-chat&k=Koulu-2026", {"data-service": "sekasin-chat", "data-campaign": "koulu-2026"}),
        ("kieli=sv", {"data-lang": "sv"}),
        ("paikka=Tukholma&tarve=rikkaus&palvelu=olematon&kieli=ru&k=%C3%A4%C3%A4kk%C3%B6set", {}),
        ("k=" + "a" * 41, {}),
        ("tarve=debt&tarve=housing", {"data-need": "housing"}),
    ],
)
def test_a_link_sets_what_the_catalogue_knows(browser, query, handed_over):
    assert chat_element(browser, query) == {"data-mode": "page", **handed_over}


def test_a_link_works_without_a_catalogue(settings, tmp_path):
    browser = open_pages(replace(settings, catalogue=tmp_path / "missing.db"))
    assert chat_element(browser, "paikka=Oulu&tarve=debt") == {"data-mode": "page", "data-municipality": "Oulu"}
    assert browser.get("/juliste").status_code == browser.get("/juliste?tarve=debt").status_code == 200


def test_a_hidden_service_is_unknown(seed_catalog, monkeypatch):
    assert Presets.read({"palvelu": "sekasin-chat"}, seed_catalog).service == "sekasin-chat"
    service = seed_catalog.service("sekasin-chat")
    hidden = service.copy(update={"staff": service.staff.copy(update={"hide": True})})
    monkeypatch.setattr(seed_catalog, "service", lambda _: hidden)
    assert Presets.read({"palvelu": "sekasin-chat"}, seed_catalog).service is None


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("path", ["/", "/juliste", "/juliste.svg", "/esimerkki", "/offline"])
def test_nothing_that_a_link_says_is_ever_markup(browser, path, text):
    answer = browser.get(path, params=dict.fromkeys(("paikka", "tarve", "palvelu", "k", "kieli", "reuna", text), text))
    assert answer.status_code == 200
    assert "alert(1)" not in answer.text and "x-evil" not in answer.headers
    if path != "/juliste.svg":
        assert Document(answer.text).mistakes == []


def test_a_host_that_is_none_is_not_repeated(settings):
    browser = open_pages(replace(settings, public_url=None))
    assert (
        "http://pi.local:8080/?tarve=debt" in browser.get("/juliste?tarve=debt", headers={"Host": "pi.local:8080"}).text
    )
    page = browser.get("/juliste?tarve=debt", headers={"Host": '"><script>alert(1)</script>'}).text
    assert "alert" not in page and "script>alert" not in page


def test_the_page_speaks_the_language_of_its_link(browser):
    page = Document(browser.get("/?kieli=sv").text)
    assert page.one("html")["lang"] == "sv"
    assert "Berätta med en mening" in browser.get("/?kieli=sv").text
    assert page.one("saattaja-chat")["data-lang"] == "sv"


def test_the_chat_page_is_never_kept_and_the_others_are_asked_for_anew(browser):
    assert browser.get("/?tarve=debt").headers["cache-control"] == "no-store"
    assert browser.get("/saavutettavuus").headers["cache-control"] == "no-cache"


def test_the_address_is_cleared_before_anything_else():
    script = (STATIC / "page.js").read_text()
    assert script.index('history.replaceState(null, "", "/")') < script.index("customElements")


# Static files


def test_static_files_are_for_every_site_and_sent_once(browser):
    first = browser.get("/widget.js")
    assert first.headers["access-control-allow-origin"] == "*"
    assert first.headers["cross-origin-resource-policy"] == "cross-origin"
    assert first.headers["cache-control"] == "no-cache"
    again = browser.get("/widget.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["access-control-allow-origin"] == "*"
    assert browser.get("/static/page.css").headers["access-control-allow-origin"] == "*"
    assert browser.get("/static/page.css").headers["content-encoding"] == "gzip"
    assert "content-encoding" not in browser.get("/static/page.css", headers={"Accept-Encoding": "identity"}).headers


@pytest.mark.parametrize("path", ["/static/../pages.py", "/static/%2e%2e/pages.py", "/static/", "/static/none.js"])
def test_nothing_outside_the_folder_is_served(browser, path):
    assert browser.get(path).status_code in (404, 405)


def test_the_modules_of_the_chat_are_fetched_at_once(tmp_path, monkeypatch):
    (tmp_path / "chat.js").write_text(
        'import { a } from "./a.js";\nimport {\n  b,\n} from "./b.js";\nconst later = () => import("./later.js");\n'
    )
    (tmp_path / "a.js").write_text('export * from "./b.js";\n')
    (tmp_path / "b.js").write_text('import "./a.js";\n')
    monkeypatch.setattr("web.pages.STATIC", tmp_path)
    assert sorted(chat_modules()) == ["/static/a.js", "/static/b.js", "/static/chat.js"]


def test_the_crisis_contacts_are_a_module(browser):
    answer = browser.get("/crisis-contacts.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["access-control-allow-origin"] == "*"
    start, _, end = answer.text.partition("[")
    assert start == "export const contacts = "
    contacts = json.loads("[" + end.rstrip().rstrip(";"))
    assert [(one["name"], one["how"], one["url"]) for one in contacts] == [
        (contact.name, contact.how, contact.url) for contact in EMERGENCY_CONTACTS
    ]
    assert "sttinfo" not in answer.text  # sources and dates stay here


# Installing, and no network


def test_the_manifest_names_icons_that_are_there(browser):
    answer = browser.get("/manifest.webmanifest")
    manifest = answer.json()
    assert answer.headers["content-type"] == "application/manifest+json"
    assert (manifest["display"], manifest["lang"], manifest["start_url"], manifest["scope"]) == (
        "standalone", "fi", "/", "/")  # fmt: skip
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
    assert any(icon.get("purpose") == "maskable" for icon in manifest["icons"])
    for icon in manifest["icons"]:
        picture = browser.get(icon["src"])
        assert picture.headers["content-type"] == icon["type"]
        if icon["type"] == "image/png":  # the width and height of a PNG stand at its bytes 16 to 24
            width, height = (int.from_bytes(picture.content[at : at + 4], "big") for at in (16, 20))
            assert f"{width}x{height}" == icon["sizes"]
    for shortcut in manifest["shortcuts"]:
        assert chat_element(browser, shortcut["url"].removeprefix("/?"))["data-need"]


def shell_of(browser):
    first_line = browser.get("/service-worker.js").text.partition("\n")[0]
    return json.loads(first_line.removeprefix("const SHELL = ").removesuffix(";"))


def test_everything_that_the_service_worker_keeps_is_there(browser):
    shell = shell_of(browser)
    assert {path: browser.get(path).status_code for path in shell["files"]} == dict.fromkeys(shell["files"], 200)
    assert {"/", "/offline", "/widget.js", "/crisis-contacts.js", "/static/page.js"} <= set(shell["files"])
    assert {f"/offline?kieli={language}" for language in LANGUAGES} <= set(shell["files"])
    assert set(chat_modules()) <= set(shell["files"])
    assert not [path for path in shell["files"] if "api" in path.split("/")[1] or "example" in path]


def test_a_changed_file_is_a_new_version(browser, tmp_path, monkeypatch):
    before = shell_of(browser)
    assert shell_of(browser) == before
    shutil.copytree(STATIC, tmp_path / "static")
    monkeypatch.setattr("web.pages.STATIC", tmp_path / "static")
    assert shell_of(browser)["version"] == before["version"]
    with (tmp_path / "static" / "page.css").open("a") as style:
        style.write("/* changed */")
    assert shell_of(browser)["version"] != before["version"]


def test_the_service_worker_is_of_the_whole_site_and_leaves_the_api_alone(browser):
    answer = browser.get("/service-worker.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    assert 'startsWith("/api/")' in answer.text
    assert "serviceWorker" not in (STATIC / "widget.js").read_text()  # never registered on a host's page


NODE = Path(playwright.__file__).parent / "driver" / "node"  # Playwright brings its own


@pytest.mark.parametrize("name", ["page.js", "poster.js", "example.js", "service-worker.js"])
def test_the_scripts_can_be_parsed(name):
    checked = subprocess.run([NODE, "--check", STATIC / name], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


def test_every_file_of_the_shell_is_listed_once():
    assert len(shell_files()) == len(set(shell_files()))


# Statements


def test_the_accessibility_statement_says_what_the_law_asks(browser):
    text = browser.get("/saavutettavuus").text
    asked = ("306/2019", "täyttää osittain", "14 päivässä", "22.11.2026", AUTHORITY_PHONE)
    for needed in (*asked, *AUTHORITY["fi"].values()):
        assert needed in text
    assert 'href="mailto:saavutettavuus@mallila.example"' in text
    assert "Palvelusta vastaa Mallilan kunta." in text


def test_the_privacy_page_says_the_days_that_the_program_keeps_to(browser):
    text = browser.get("/tietosuoja").text
    assert retention.TEXTS.days == 30 and f"{retention.TEXTS.days} päivää siitä, kun ne kirjoitettiin" in text
    assert retention.PROFILES == conversations.LIFETIME == timedelta(days=180)
    assert f"{retention.PROFILES.days} päivää siitä, kun viimeksi kävit" in text
    assert "”unohda minut”" in text and "$" not in text


FACTS = {
    "/tietosuoja": (f"{retention.TEXTS.days} ", f"{retention.PROFILES.days} ", "dog.ceo", "tietosuoja.fi"),
    "/saavutettavuus": ("306/2019", "14 ", "320 ", "200 ", "029 534 5000", "WCAG 3.1.2", "axe-core", AUTHORITY_EMAIL),
    "/offline": ("sms:112", "tel:112", "https://sekasin.fi", "tel:+358925250111"),
    "/juliste": ("A4", "QR", "a–z", 'pattern="[a-z0-9\\-]{1,40}"', 'value="Tampere"', 'value="debt"'),
}
LANGUAGE_OF = {"/juliste": "ohjeet"}  # parameter that says the language of a page, where it isn't `kieli`


@pytest.mark.parametrize("path", FACTS)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_page_to_read_says_the_same_in_each_language(browser, path, language):
    parameter = LANGUAGE_OF.get(path, "kieli")
    finnish, other = browser.get(path).text, browser.get(f"{path}?{parameter}={language}").text
    assert f'<html lang="{language}">' in other and "$" not in other
    for part in ("<h1", "<h2", "<h3", "<li", "<p", "<strong", "<a ", "<label", "<option", "<button"):
        assert finnish.count(part) == other.count(part), part
    assert all(fact in finnish and fact in other for fact in FACTS[path])
    words, others = Document(finnish).text, Document(other).text
    parts = {"title", "h1", "h2", "li", "label"} & words.keys()
    assert [part for part in parts if words[part] == others[part]] == []


@pytest.mark.parametrize("template", sorted(path.name for path in TEMPLATES.glob("*.sv.html")))
@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_template_has_the_same_holes_in_each_language(template, language):
    name = template.partition(".")[0]
    finnish, other = ((TEMPLATES / file).read_text() for file in (f"{name}.html", f"{name}.{language}.html"))
    assert sorted(re.findall(r"\$\w+", other)) == sorted(re.findall(r"\$\w+", finnish))


@pytest.mark.parametrize("path", FACTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_to_read_leads_to_all_the_others_in_its_language_and_to_itself_in_the_others(browser, path, language):
    parameter = LANGUAGE_OF.get(path, "kieli")
    page = Document(browser.get(f"{path}?{parameter}={language}", headers={"Accept-Language": "en"}).text)
    links = [link["href"] for link in page.all("a")]
    for name in ("/", "/saavutettavuus", "/tietosuoja"):
        assert f"{name}?kieli={language}" in links
    assert f"/juliste?ohjeet={language}" in links
    others = {link["hreflang"]: link["href"] for link in page.all("a") if "hreflang" in link}
    assert set(others) == set(LANGUAGES) - {language}
    for code, link in others.items():
        assert Document(browser.get(path + link).text).one("html")["lang"] == code


def test_the_chat_page_leads_to_pages_in_its_language(browser):
    for query, language in (("", "fi"), ("?kieli=sv", "sv"), ("?kieli=en", "en")):
        links = [link["href"] for link in Document(browser.get(f"/{query}").text).all("a")]
        asked = {f"/saavutettavuus?kieli={language}", f"/tietosuoja?kieli={language}", f"/juliste?ohjeet={language}"}
        assert asked <= set(links)


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("", "", "fi"),
        ("", "sv-FI,fi;q=0.8", "sv"),
        ("", "ru,en;q=0.5", "en"),
        ("?kieli=fi", "en", "fi"),
        ("?kieli=xx", "sv", "sv"),
    ],
)
def test_a_page_to_read_is_in_the_language_of_its_link_or_of_the_browser(browser, query, accepted, language):
    answer = browser.get(f"/tietosuoja{query}", headers={"Accept-Language": accepted} if accepted else {})
    assert f'<html lang="{language}">' in answer.text and answer.headers["vary"].startswith("Accept-Language")


def test_an_operator_who_gave_no_contact_is_not_invented(settings):
    browser = open_pages(settings, operator=Operator())
    for path in ("/saavutettavuus", "/tietosuoja"):
        assert "ei ole vielä kertonut yhteystietojaan" in browser.get(path).text


@pytest.mark.parametrize(
    ("feedback", "link"),
    [
        ("palaute@mallila.example", "mailto:palaute@mallila.example"),
        ("https://mallila.example/palaute", "https://mallila.example/palaute"),
        ("javascript:alert(1)", None),
        ('a@b"onclick="x', None),
        ("http://mallila.example", None),
    ],
)
def test_feedback_goes_to_an_address_that_is_one(feedback, link):
    contact = Operator("Mallila", feedback).contact("fi")
    assert (f'href="{link}"' in contact) if link else ("href" not in contact)


def test_the_operator_is_named_in_the_environment():
    given = {"SAATTAJA_OPERATOR": " Mallilan kunta ", "SAATTAJA_FEEDBACK": "https://mallila.example/palaute"}
    assert Operator.from_environment(given) == Operator("Mallilan kunta", "https://mallila.example/palaute")
    assert Operator.from_environment({}) == Operator()


# Posters


def matrix_of(svg):
    """The dark modules of a QR code, as the SVG path of segno draws them: rows of strokes one unit high."""
    *_, path = re.findall(r'\bd=["\']([^"\']+)', svg)  # the first one is the white ground
    x = y = 0.0
    dark = set()
    for command, numbers in re.findall(r"([mMh])\s*([-\d.\s,]+)", path):
        values = [float(number) for number in re.findall(r"-?\d*\.?\d+", numbers)]
        if command == "M":
            x, y = values
        elif command == "m":
            x, y = x + values[0], y + values[1]
        else:
            dark |= {(int(y), int(x) + step) for step in range(int(values[0]))}
            x += values[0]
    return dark


def code_of(link):
    code = segno.make_qr(link, error="m")
    return {(row + 4, column + 4) for row, line in enumerate(code.matrix) for column, bit in enumerate(line) if bit}


@pytest.mark.parametrize(
    ("query", "link"),
    [
        ("k=", f"{ADDRESS}/"),
        ("paikka=Tampere&tarve=debt&k=koulu", f"{ADDRESS}/?paikka=Tampere&tarve=debt&k=koulu"),
        ("paikka=Åbo&kieli=sv", f"{ADDRESS}/?paikka=Turku&kieli=sv"),
        ("paikka=Jyväskylä", f"{ADDRESS}/?paikka=Jyv%C3%A4skyl%C3%A4"),
        ("paikka=Tukholma&tarve=debt", f"{ADDRESS}/?tarve=debt"),
    ],
)
def test_the_code_on_the_poster_opens_what_was_chosen(browser, query, link):
    page = Document(browser.get(f"/juliste?{query}").text)
    (code,) = [image for image in page.all("img") if image.get("class") == "qr"]
    assert link in code["alt"]
    data = code["src"].removeprefix("data:image/svg+xml")
    svg = base64.b64decode(data.partition(",")[2]).decode() if ";base64" in data[:30] else unquote(data)
    assert matrix_of(svg) == code_of(link)
    assert matrix_of(browser.get(f"/juliste.svg?{query}").text) == code_of(link)


def test_the_link_of_a_poster_sets_what_the_poster_says(browser):
    presets = {"paikka": "Jyväskylä", "tarve": "debt", "palvelu": "sekasin-chat", "k": "koulu", "kieli": "en"}
    page = Document(browser.get(f"/juliste?{urlencode(presets)}").text)
    assert chat_element(browser, page.text["code"].partition("?")[2]) == {
        "data-mode": "page",
        "data-municipality": "Jyväskylä",
        "data-need": "debt",
        "data-service": "sekasin-chat",
        "data-campaign": "koulu",
        "data-lang": "en",
    }


def test_the_poster_can_be_read_without_a_phone(browser):
    page = browser.get("/juliste?paikka=Tampere&tarve=debt&palvelu=sekasin-chat").text
    for words in ("Velat ja laskut", "Tampere", "Sekasin-chat", "saattaja.example", "112", "09 2525 0111"):
        assert words in page
    assert "Skulder och räkningar" in browser.get("/juliste?tarve=debt&kieli=sv").text


def test_a_poster_has_its_own_language_and_its_tools_that_of_its_maker(browser):
    page = Document(browser.get("/juliste?paikka=Inkoo&tarve=rikkaus&kieli=en&ohjeet=sv").text)
    assert (page.one("html")["lang"], page.one("main")["lang"]) == ("sv", "en")
    assert page.text["button"] == "Skriv ut" and page.text["h1"].startswith("Say it in one sentence")
    assert "lämnades bort: ämne." in page.text["p"]
    assert "/juliste?muuta=1&ohjeet=sv&paikka=Inkoo&kieli=en" in [link["href"] for link in page.all("a")]
    assert Document(browser.get("/juliste?k=", headers={"Accept-Language": "sv"}).text).one("html")["lang"] == "sv"
    assert Document(browser.get("/juliste?kieli=sv").text).one("html")["lang"] == "fi"


def test_the_form_is_in_the_language_of_who_makes_the_poster(browser):
    answer = browser.get("/juliste?muuta=1&ohjeet=sv&paikka=Inkoo&tarve=debt&kieli=en")
    page = Document(answer.text)
    for words in ("Ingå", "Skulder och räkningar", "finska", "Hela Finland"):
        assert f">{words}</option>" in answer.text
    assert [option["value"] for option in page.all("option") if "selected" in option] == ["Inkoo", "debt", "", "en"]
    assert page.one("button") == {"type": "submit", "name": "ohjeet", "value": "sv"}
    (finnish,) = [link["href"] for link in page.all("a") if link.get("hreflang") == "fi"]
    again = Document(browser.get("/juliste" + finnish).text)
    assert [option["value"] for option in again.all("option") if "selected" in option] == ["Inkoo", "debt", "", "en"]
    new = Document(browser.get("/juliste?ohjeet=sv").text)  # their own language, until they choose another
    assert [option["value"] for option in new.all("option") if "selected" in option] == ["", "", "", "sv"]


def test_the_form_keeps_what_was_chosen_and_sends_it_here(browser):
    page = Document(browser.get("/juliste?muuta=1&paikka=Tampere&tarve=debt&k=koulu").text)
    assert page.one("form") == {"action": "/juliste", "method": "get"}
    assert [option["value"] for option in page.all("option") if "selected" in option] == ["Tampere", "debt", "", "fi"]
    assert page.one("input")["value"] == "koulu"


def test_places_stand_in_finnish_order(browser):
    places = [option["value"] for option in Document(browser.get("/juliste").text).all("option")]
    assert places.index("Ypäjä") < places.index("Äänekoski")


def test_what_the_poster_leaves_out_is_told(browser):
    assert "jäivät pois: paikka" in browser.get("/juliste?paikka=Tukholma&tarve=debt").text
    assert "jäivät pois" not in browser.get("/juliste?paikka=Tampere&tarve=").text


# Campaigns


def test_openings_through_a_link_are_counted_and_nothing_else(settings):
    counted = []

    async def keep(tag):
        counted.append(tag)

    browser = open_pages(settings, keep_campaign=keep)
    for path in ("/?k=koulu", "/?k=koulu&tarve=debt", "/", "/?k=%3Cb%3E", "/juliste?k=koulu", "/offline?k=koulu"):
        browser.get(path)
    browser.head("/?k=koulu")
    assert counted == ["koulu", "koulu"]


def test_a_count_that_is_lost_costs_nobody_the_page(settings, caplog):
    async def keep(tag):
        raise OSError(f"no room for {tag}")

    assert open_pages(settings, keep_campaign=keep).get("/?k=koulu").status_code == 200
    assert "OSError" in caplog.text and "koulu" not in caplog.text


async def test_invented_tags_fill_no_memory():
    campaigns = Campaigns(most_labels=2)
    before = {tag: OPENED.labels(tag)._value.get() for tag in ("syksy-a", "syksy-b", OTHER)}
    for tag in ("syksy-a", "syksy-b", "syksy-c", "syksy-a", "syksy-d"):
        await campaigns.opened(tag)
    after = {tag: OPENED.labels(tag)._value.get() for tag in before}
    assert [after[tag] - before[tag] for tag in before] == [2, 1, 2]


# The example


def test_the_example_embeds_the_widget_by_one_tag_and_shows_that_tag(browser):
    page = Document(browser.get("/esimerkki?paikka=Vaasa&kieli=sv&reuna=vasen&auki").text)
    (embed,) = [script for script in page.all("script") if script["src"] == "/widget.js"]
    assert embed == {
        "src": "/widget.js",
        "data-municipality": "Vaasa",
        "data-lang": "sv",
        "data-position": "left",
        "data-open": "",
        "async": None,
    }
    assert f'<script src="{ADDRESS}/widget.js" data-municipality="Vaasa"' in page.text["code"]
