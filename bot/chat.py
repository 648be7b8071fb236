"""`saattaja chat`: a conversation in the terminal with a running bot, over its REST webhook.

Where there is no terminal (a script, a pipe) it reads a message per line and writes plain text.
"""

import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx
from rich.box import HEAVY, ROUNDED
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from service_catalog import card_words as words
from service_catalog.cards import as_text

Reply = dict[str, Any]
Ask = Callable[[str], list[Reply]]

WIDTH = 76  # columns of text that are still easy to read
ANSWER_WITHIN = 40.0  # seconds; the server's own limit is shorter
PROMPT = "› "
GREETING = "Kirjoita omin sanoin, tai pelkkä numero, kun haluat valita vaihtoehdon. Lopeta: Ctrl-D."


class CannotChat(Exception):
    """There is no bot to talk with; the text says what to do."""


def main(url: str, sender: str | None) -> None:
    """Talks until the person ends it. Raises CannotChat when no bot runs at `url` and none can be started there."""
    console = Console(highlight=False)
    with running_bot(url), httpx.Client(base_url=url, timeout=ANSWER_WITHIN, trust_env=False) as client:
        conversation = sender or uuid.uuid4().hex
        lines = typed(console) if console.is_terminal and sys.stdin.isatty() else piped(console, sys.stdin)
        chat(lambda text: ask(client, conversation, text), lines, console)


def chat(ask: Ask, lines: Iterable[str], console: Console) -> None:
    """Sends each line, or the words of the button whose number it is, and shows what comes back."""
    show: Callable[[Reply], RenderableType] = bubble if console.is_terminal else plain
    if console.is_terminal:
        console.print(Text(GREETING, style="dim"))
    buttons: list[dict[str, str]] = []
    for line in lines:
        message = chosen(line, buttons)
        if not message:
            continue
        with console.status("…"):
            replies = ask(message)
        for reply in replies:
            console.print(show(reply))
        buttons = [button for reply in replies for button in reply.get("buttons") or []]
        if buttons:
            console.print(quick_replies(buttons))


def chosen(line: str, buttons: Sequence[dict[str, str]]) -> str:
    """Returns what to send for a line: the words of the button with that number, else the line."""
    line = line.strip()
    if line.isdecimal() and 1 <= int(line[:4]) <= len(buttons):
        return buttons[int(line) - 1]["payload"]
    return line


def ask(client: httpx.Client, sender: str, text: str) -> list[Reply]:
    """Returns the bot's replies. What goes wrong is a reply too, so that the conversation goes on."""
    # What a terminal can't decode arrives as lone surrogates, which JSON in UTF-8 can't carry.
    message = text.encode("utf-8", "replace").decode()
    try:
        answer = client.post("/webhooks/rest/webhook", json={"sender": sender, "message": message})
        content = answer.json()
    except (httpx.HTTPError, ValueError):
        return [{"text": "Yhteys bottiin katkesi. Kokeile hetken päästä uudestaan."}]
    if answer.status_code == 200:
        return list(content)
    return [{"text": content.get("message") or content.get("reason") or "Viesti ei mennyt perille."}]


def typed(console: Console) -> Iterator[str]:
    """Yields what is typed at a prompt, until Ctrl-D or Ctrl-C."""
    import readline  # noqa: F401  (line editing and history, by being imported)

    while True:
        try:
            yield console.input(Text(f"\n{PROMPT}", style="bold green"))
        except (EOFError, KeyboardInterrupt):
            console.print(Text("\nHei hei! Pidä huolta itsestäsi.", style="dim"))
            return


def piped(console: Console, source: Iterable[str]) -> Iterator[str]:
    """Yields the lines of `source`, each shown before it is sent."""
    for line in source:
        if line.strip():
            console.print(f"\n{PROMPT}{line.strip()}", markup=False)
            yield line


# --- what a reply looks like ---


def plain(reply: Reply) -> RenderableType:
    """Returns a reply as lines of text, with the facts of its cards."""
    parts = [reply.get("text") or "", picture(reply)]
    if services(reply):
        parts.append(as_text(reply["custom"]))
    return Text("\n\n".join(part for part in parts if part))


def bubble(reply: Reply) -> RenderableType:
    """Returns a reply as a speech bubble, with a panel for each of its cards."""
    crisis = bool((reply.get("custom") or {}).get("crisis"))
    parts: list[RenderableType] = []
    if reply.get("text"):
        style = "red" if crisis else "cyan"
        parts.append(Panel(Text(reply["text"]), box=ROUNDED, border_style=style, expand=False, padding=(0, 1)))
    if picture(reply):
        parts.append(Text(picture(reply), style="dim italic"))
    shown = services(reply)
    parts += [card(service, f"{number}/{len(shown)}", crisis) for number, service in enumerate(shown, 1)]
    return Group(*parts)


def services(reply: Reply) -> list[dict[str, Any]]:
    """Returns the services that a reply shows."""
    custom = reply.get("custom") or {}
    return custom.get("services") or [] if custom.get("type") == "services" else []


def picture(reply: Reply) -> str:
    """Returns what a reply's picture shows, in brackets; empty when it has none."""
    custom = reply.get("custom") or {}
    return f"[Kuva: {custom.get('alt')}]" if custom.get("type") == "picture" else ""


def card(service: dict[str, Any], number: str, crisis: bool = False) -> Panel:
    """Returns a service as a panel: what it is, why it was chosen, the first step, and how and when to reach it."""
    body: list[RenderableType] = [Text(service["summary"])]
    if service.get("why"):
        body.append(Text("; ".join(service["why"]), style="italic dim"))
    if service.get("first_step"):
        body.append(Text.assemble(("\n→ ", "bold green"), (service["first_step"], "bold")))
    if service.get("what_happens"):
        body.append(Text(service["what_happens"]))
    body.append(Text(""))
    body += [contact(channel) for channel in service.get("channels") or []]
    body.append(facts(service))
    verified = service.get("verified")
    return Panel(
        Group(*body),
        title=Text(f" {service['name']} ", style="bold"),
        title_align="left",
        subtitle=Text(f" {number} · tiedot tarkistettu {words.day(verified)} " if verified else f" {number} ", "dim"),
        subtitle_align="right",
        box=HEAVY if crisis else ROUNDED,
        border_style="red" if crisis else "blue",
        width=WIDTH,
        padding=(0, 1),
    )


def contact(channel: dict[str, Any]) -> Text:
    """Returns one way to reach a service: a link where the terminal has them, what it costs."""
    url = channel.get("url") or ""
    address = url.removeprefix("tel:").removeprefix("sms:").removeprefix("mailto:").removeprefix("https://")
    text = Text.assemble("• ", (channel["label"], "bold"))
    if address:
        text.append(": ").append(address, style=f"underline link {url}")
    if channel.get("cost"):
        text.append(f" ({channel['cost']})", style="dim")
    return text


def facts(service: dict[str, Any]) -> Text:
    """Returns whether it is open and how far it is, in one line."""
    open_now = service.get("open_now")
    style = "dim" if open_now is None else "green" if open_now else "yellow"
    text = Text.assemble(("● ", style), words.opening(open_now, service.get("opens")))
    distance = words.distance(service.get("distance_km"))
    return text.append(f" · {distance}") if distance else text


def quick_replies(buttons: Sequence[dict[str, str]]) -> Text:
    """Returns the buttons as numbered choices in running text."""
    text = Text()
    for number, button in enumerate(buttons, 1):
        text.append(f"[{number}]", style="bold cyan").append(f"\u00a0{button['title'].replace(' ', chr(0xA0))}   ")
    return text


# --- the bot to talk with ---


@contextmanager
def running_bot(url: str) -> Iterator[None]:
    """Leaves a bot that runs at `url` alone; else starts one there, and stops it at the end.

    A bot that is still starting is waited for. Raises CannotChat when `url` is of another machine, or when the bot
    ends before it is ready.
    """
    if is_ready(url) is not None:
        while not is_ready(url):
            time.sleep(0.3)
        yield
        return
    address = httpx.URL(url)
    if address.host not in ("localhost", "127.0.0.1"):
        raise CannotChat(f"No bot answers at {url}. Is the address right, and is it running there?")
    print(f"No bot runs at {url} yet; starting one.", file=sys.stderr)
    # Its input is a pipe of ours, so that it ends with us (bot.child); its group is its own, so that Ctrl-C is ours.
    serve = [sys.executable, "-m", "bot.child", "bot.cli", "serve", "--port", str(address.port or 8080)]
    bot = subprocess.Popen(serve, stdin=subprocess.PIPE, stdout=sys.stderr, start_new_session=True)
    try:
        while not is_ready(url):
            if bot.poll() is not None:
                raise CannotChat("The bot could not be started; the reason is above.")
            time.sleep(0.3)
        yield
    except KeyboardInterrupt:
        pass
    finally:
        bot.terminate()
        bot.wait()


def is_ready(url: str) -> bool | None:
    """Returns whether a message would be answered at `url`; None when nothing runs there."""
    try:
        return httpx.get(f"{url.rstrip('/')}/readyz", timeout=10, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return None
