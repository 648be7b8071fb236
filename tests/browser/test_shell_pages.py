"""The pages around the chat: without a network, without JavaScript, on paper, and what stays in the address."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

PHONE = {"width": 390, "height": 844}
PAGES = ["/offline", "/saavutettavuus", "/tietosuoja", "/juliste", "/juliste?paikka=Tampere&tarve=debt", "/esimerkki",
         "/offline?kieli=sv", "/saavutettavuus?kieli=sv", "/juliste?ohjeet=sv",
         "/juliste?ohjeet=en&kieli=sv"]  # fmt: skip
A4 = {"width": 794, "height": 1123}  # pixels of CSS, at 96 an inch
POSTERS = [
    "k=",
    "paikka=Tampere&tarve=debt&k=koulu-syksy",
    "paikka=Pedersören kunta&tarve=violence&palvelu=mll-lasten-ja-nuorten-puhelin&kieli=sv&k=" + "a" * 40,
    "paikka=Uusikaarlepyy&tarve=young_parent&palvelu=sekasin-chat&kieli=en",
]


def test_without_a_network_the_chat_opens_and_other_pages_say_whom_to_call(visit, server, rasa):
    visitor = visit(service_workers="allow", viewport=PHONE)
    page = visitor.context.new_page()
    page.goto(server.url + "/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller")
    visitor.context.set_offline(True)
    page.goto(server.url + "/")
    expect(page.locator("html.ready")).to_be_attached()
    expect(page.get_by_placeholder("Kirjoita viesti")).to_be_visible()
    page.goto(server.url + "/tietosuoja")
    expect(page.get_by_role("heading", level=1)).to_have_text("Verkkoyhteyttä ei ole")
    page.goto(server.url + "/tietosuoja?kieli=sv")
    expect(page.get_by_role("heading", level=1)).to_have_text("Du har ingen nätförbindelse")
    page.get_by_role("link", name="In English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You're offline")
    expect(page.locator('a[href="sms:112"]')).to_be_visible()
    page.goto(server.url + "/")
    visitor.context.set_offline(False)


def test_the_service_worker_keeps_the_shell_and_no_conversation(visit, server, rasa):
    page = visit(service_workers="allow").context.new_page()
    page.goto(server.url + "/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    kept = page.evaluate(
        """async () => {
            const names = await caches.keys();
            const caches_ = await Promise.all(names.map((name) => caches.open(name)));
            const requests = (await Promise.all(caches_.map((cache) => cache.keys()))).flat();
            return { names, paths: requests.map(({ url }) => new URL(url).pathname) };
        }"""
    )
    assert len(kept["names"]) == 1
    assert {"/", "/offline", "/crisis-contacts.js", "/widget.js"} <= set(kept["paths"])
    assert not [path for path in kept["paths"] if path.startswith("/api")]


def test_what_a_link_told_is_gone_from_the_address_and_the_way_back(visit, server, rasa):
    page = visit().context.new_page()
    page.goto(server.url + "/tietosuoja")
    page.goto(server.url + "/?tarve=debt&paikka=Oulu")
    expect(page).to_have_url(server.url + "/")
    assert page.locator("saattaja-chat").get_attribute("data-need") == "debt"
    page.goto(server.url + "/saavutettavuus")
    page.go_back()
    expect(page).to_have_url(server.url + "/")


def test_without_javascript_the_crisis_contacts_are_the_page(visit, server):
    page = visit(java_script_enabled=False, viewport={"width": 320, "height": 568}).context.new_page()
    page.goto(server.url + "/?tarve=crisis")
    expect(page.locator("noscript p")).to_be_visible()
    expect(page.locator('a[href="tel:112"]')).to_be_visible()
    expect(page.locator("saattaja-chat")).to_be_hidden()


def test_a_chat_that_cannot_load_says_so_and_shows_who_helps(visit, server):
    visitor = visit(viewport=PHONE)
    visitor.context.route("**/widget.js", lambda route: route.abort())
    page = visitor.context.new_page()
    page.goto(server.url + "/")
    expect(page.get_by_role("alert")).to_contain_text("Juttelu ei auennut")
    expect(page.locator('a[href="https://sekasin.fi"]')).to_be_visible()


def test_the_page_follows_the_night_that_is_chosen_in_the_chat(visit, server, rasa):
    page = visit(viewport=PHONE, color_scheme="light").context.new_page()
    page.goto(server.url + "/")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.evaluate("""localStorage.setItem("saattaja:settings", '{"theme":"dark"}')""")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("body")).to_have_css("background-color", "rgb(21, 20, 29)")
    expect(page.locator('meta[name="theme-color"]').first).to_have_attribute("content", "rgb(21, 20, 29)")


@pytest.mark.parametrize("query", POSTERS)
def test_a_poster_is_one_page_with_everything_on_it(visit, server, query):
    page = visit(viewport=A4, color_scheme="dark").context.new_page()
    page.goto(f"{server.url}/juliste?{query}")
    page.emulate_media(media="print")
    paper = page.locator(".paper")
    assert paper.evaluate("(paper) => paper.scrollHeight - paper.clientHeight") <= 0
    assert paper.evaluate("(paper) => paper.scrollWidth - paper.clientWidth") <= 0
    code = page.locator(".qr").bounding_box()
    assert code["width"] == pytest.approx(code["height"], abs=1) and code["width"] > 250  # 6.6 cm
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 1


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_accessible_and_fits(visit, server, rasa, path):
    page = visit().context.new_page()
    page.goto(server.url + path)
    for width, scheme in ((320, "dark"), (1280, "light")):
        page.set_viewport_size({"width": width, "height": 700})
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        violations = Axe().run(page).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in violations] == []


def test_the_example_shows_events_and_calls_methods(visit, server, rasa):
    page = visit(viewport={"width": 1280, "height": 800}).context.new_page()
    page.goto(server.url + "/esimerkki")
    log = page.get_by_role("log", name="Tapahtumat")
    expect(log).to_contain_text("saattaja:ready")
    page.get_by_role("button", name="open()").click()
    expect(log).to_contain_text("saattaja:open")
    page.get_by_role("button", name="close()").click()
    expect(log).to_contain_text("saattaja:close")
