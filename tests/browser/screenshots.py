"""`make screenshots`: pictures of the main states of the chat, in docs/screenshots.

The web server is the real one and the cards are the catalogue's; what Rasa says is written down in fake_rasa.py.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
from PIL import Image
from playwright.sync_api import Browser, expect

from .by_hand import running_chat
from .chat import Chat
from .chromium import open_browser
from .fake_rasa import ANXIOUS, CRISIS, DEBT

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
COLOURS = 128  # of a picture; the chat has few, and small files are quick to clone
PHONE, NARROW, WIDE = (390, 844), (320, 640), (1280, 800)


@dataclass(frozen=True)
class Picture:
    """A state of the chat: where it is opened, how it looks, and what is done to it."""

    name: str
    size: tuple[int, int]
    reach: Callable[[Chat], None]
    dark: bool = False
    path: str = "/"


def begin(chat: Chat) -> None:
    """Nothing was said yet."""


def cards(chat: Chat) -> None:
    chat.say(ANXIOUS)
    expect(chat.cards).to_have_count(3)


def crisis(chat: Chat) -> None:
    chat.say(CRISIS)
    expect(chat.choices).to_have_count(3)


def crisis_panel(chat: Chat) -> None:
    chat.button("Kriisiapu").click()
    expect(chat.panel.locator("li").first).to_be_visible()


def hard_word(chat: Chat) -> None:
    chat.say(DEBT)
    chat.replies.get_by_role("button", name="Ulosotto", exact=True).first.click()


def settings(chat: Chat) -> None:
    chat.open_menu("Asetukset")
    expect(chat.panel).to_be_visible()


def offline(chat: Chat) -> None:
    cards(chat)
    chat.page.context.set_offline(True)
    chat.say("asun Tampereella")
    expect(chat.own.last).to_contain_text("Odottaa yhteyttä")


def widget(chat: Chat) -> None:
    chat.launcher.click()
    cards(chat)


def closed_widget(chat: Chat) -> None:
    expect(chat.launcher).to_be_visible()


PICTURES = (
    Picture("phone-start", PHONE, begin),
    Picture("phone-cards", PHONE, cards),
    Picture("phone-cards-dark", PHONE, cards, dark=True),
    Picture("phone-crisis", PHONE, crisis),
    Picture("phone-crisis-contacts", PHONE, crisis_panel, dark=True),
    Picture("phone-hard-word", PHONE, hard_word),
    Picture("phone-settings", PHONE, settings),
    Picture("phone-offline", PHONE, offline, dark=True),
    Picture("narrow-cards", NARROW, cards),
    Picture("desktop-cards", WIDE, cards),
    Picture("desktop-crisis-dark", WIDE, crisis, dark=True),
    Picture("widget-closed", WIDE, closed_widget, path="/esimerkki"),
    Picture("widget-open", WIDE, widget, path="/esimerkki"),
)


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), default=FOLDER, help="Where the pictures are written.")
def main(folder: Path) -> None:
    """Takes every picture anew."""
    folder.mkdir(parents=True, exist_ok=True)
    with open_browser() as browser:
        if browser is None:
            raise click.ClickException("no Chromium is installed: `sh scripts/bootstrap --for-tests` installs it")
        with running_chat() as (address, _):
            for picture in PICTURES:
                content = take(browser, address, picture)
                (folder / f"{picture.name}.png").write_bytes(content)
                click.echo(f"{picture.name}.png  {len(content) / 1024:.0f} kB")


def take(browser: Browser, address: str, picture: Picture) -> bytes:
    """Returns the picture as a PNG with a palette."""
    width, height = picture.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if picture.dark else "light",
        reduced_motion="reduce",
        locale="fi-FI",
        timezone_id="Europe/Helsinki",
        service_workers="block",
    )
    page = context.new_page()
    page.goto(address + picture.path)
    chat = Chat(page)
    expect(chat.input.or_(chat.launcher).first).to_be_attached()
    picture.reach(chat)
    expect(chat.element.locator(".toast")).to_be_empty()
    shot = Image.open(io.BytesIO(page.screenshot(caret="hide")))
    context.close()
    result = io.BytesIO()
    shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(result, "PNG", optimize=True)
    return result.getvalue()


if __name__ == "__main__":
    main()
