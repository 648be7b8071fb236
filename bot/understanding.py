"""What the trained model understands of messages: the work behind `saattaja understand`."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from bot.channels.incoming import clean_message
from reminders.contact_windows import to_json, windows_from_text

Understanding = dict[str, Any]
Understand = Callable[[str], Understanding]

ABOUT_CONTACT = ("contact_times", "stop_reminders", "reminder_later")
"""Intents of messages about being contacted: in them, a time is one at which to contact the writer."""


class BadLine(ValueError):
    """A line that is no message; the message says which line, what was wrong and what would be right."""


def load_model(model: Path) -> Understand:
    """A function that runs the model's own NLU pipeline on one text. Loading takes Rasa's start-up time.

    The text is cleaned as every channel does it. The function returns the contract of DESIGN.md: `lang`, `needs`
    (those the bot would act on, best first), `crisis`, `municipality`, `intent`, `windows`.
    """
    import structlog
    from rasa.core.agent import Agent  # imports TensorFlow: seconds that `--help` shouldn't wait for

    # Left to itself, Rasa prints each message it parses, among the output.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    agent = Agent.load(str(model))
    if not agent.is_ready():
        raise FileNotFoundError(f"There is no model at {model}. Train one: make serve, or saattaja train.")

    def understand(text: str) -> Understanding:
        cleaned = clean_message(text)
        return as_contract(cleaned, asyncio.run(agent.parse_message(cleaned)))

    return understand


def as_contract(text: str, parsed: dict[str, Any]) -> Understanding:
    """Rasa's parse result as DESIGN.md's contract writes it, without the text."""
    crisis = parsed.get("crisis") or {}
    places = [one["value"] for one in parsed.get("entities", []) if one["entity"] == "municipality"]
    return {
        "lang": _language(parsed),
        "needs": _needs(parsed.get("needs") or [], crisis),
        "crisis": bool(crisis.get("is_crisis")),
        "municipality": places[0] if places else None,
        "intent": _intent(parsed),
        "windows": windows_of(text, parsed),
    }


def windows_of(text: str, parsed: dict[str, Any]) -> list[dict[str, Any]] | None:
    """When the writer may be contacted, as the contract writes it; None where the message says nothing of it."""
    return to_json(windows_from_text(text, _language(parsed), asked=_intent(parsed) in ABOUT_CONTACT))


def _language(parsed: dict[str, Any]) -> str:
    return parsed.get("language") or "fi"


def _intent(parsed: dict[str, Any]) -> str | None:
    return (parsed.get("intent") or {}).get("name")


def _needs(needs: list[dict[str, Any]], crisis: dict[str, Any]) -> list[dict[str, Any]]:
    """The needs to act on; `crisis` comes first when, and only when, the crisis layer says so."""
    others = [
        {"id": need["id"], "score": round(float(need["score"]), 4), "because": list(need["because"])}
        for need in needs
        if need["id"] != "crisis"
    ]
    if not crisis.get("is_crisis"):
        return others
    return [
        {"id": "crisis", "score": round(float(crisis["score"]), 4), "because": list(crisis.get("because") or [])},
        *others,
    ]


def read_messages(lines: Iterable[str]) -> Iterator[dict[str, Any] | BadLine]:
    """The message of each line that is not blank: a JSON object with a `text`, or a plain line, which is the text.

    A line that looks like JSON but isn't a message comes out as a BadLine in its place.
    """
    for number, line in enumerate(lines, 1):
        line = line.rstrip("\r\n")
        if not line.strip():
            continue
        if not line.lstrip().startswith("{"):
            yield {"text": line}
            continue
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield BadLine(f'line {number}: not JSON ({error}). Right: {{"text": "mua ahistaa"}}')
            continue
        if isinstance(fields.get("text"), str):
            yield fields
        else:
            yield BadLine(f'line {number}: the field "text" must be there and be text.')


def write_line(fields: dict[str, Any]) -> str:
    """One line of JSON. Lone surrogates, which UTF-8 can't carry, are escaped; all else is readable."""
    line = json.dumps(fields, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:
        line = json.dumps(fields)
    return line
