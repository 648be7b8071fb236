"""Deep links into Telegram, for posters and QR codes: `https://t.me/<bot>?start=<payload>` (messengers/payloads.py).

python -m messengers.telegram.links saattaja_bot --place Hämeenlinna --campaign juliste-2026 --qr juliste.svg
"""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser
from collections.abc import Sequence

import segno

from messengers.payloads import LONGEST, PAYLOAD, Payload, payload_of, read_payload

_NAME = re.compile(r"[A-Za-z0-9_]{4,32}", re.ASCII)


def deep_link(bot: str, payload: str = "") -> str:
    """Returns the link that opens the chat with the bot of a user name; its button "Start" sends the payload.

    Raises ValueError for what Telegram would not take.
    """
    if not _NAME.fullmatch(bot):
        raise ValueError(f"{bot!r} is no user name of a bot; BotFather tells it, like saattaja_bot.")
    if payload and not PAYLOAD.fullmatch(payload):
        raise ValueError(f"{payload!r}: a payload has 1 to {LONGEST} of the characters A-Z, a-z, 0-9, _ and -.")
    return f"https://t.me/{bot}?start={payload}" if payload else f"https://t.me/{bot}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints a link, and draws its QR code where that is asked for; returns the exit status."""
    parser = ArgumentParser("python -m messengers.telegram.links", description="A link that opens the bot in Telegram.")
    parser.add_argument("bot", help="the bot's user name, as BotFather tells it: saattaja_bot")
    parser.add_argument("--place", help="a municipality, so that nobody has to tell theirs")
    parser.add_argument("--campaign", help="a tag by which openings are counted: a-z, 0-9 and -")
    parser.add_argument("--qr", metavar="FILE", help="draws the QR code: .svg, .png, .pdf")
    given = parser.parse_args(arguments)
    payload = payload_of(given.place, given.campaign)
    said = read_payload(payload)
    if given.place and not said.municipality:
        parser.error(f"{given.place!r} is no municipality of Finland.")
    if said != Payload(said.municipality, given.campaign):
        parser.error(f"{given.campaign!r}: a tag has at most 40 of a-z, 0-9 and -, and is no municipality.")
    try:
        link = deep_link(given.bot, payload)
    except ValueError as error:
        parser.error(str(error))
    print(link)
    if given.qr:
        segno.make(link, error="m").save(given.qr, scale=10, border=4)
    return 0


if __name__ == "__main__":
    sys.exit(main())
