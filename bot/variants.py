"""Which variants of a response of the domain fit, by Rasa's own conditions; without Rasa."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Variant = Mapping[str, Any]


def fitting(variants: Sequence[Variant], slots: Mapping[str, Any], channel: str | None = None) -> list[Variant]:
    """Returns the variants that say most precisely what holds: those with the most conditions of those whose conditions
    all hold, and of these the ones for the channel if there are any.

    Conditions are compared as Rasa does, without regard to capitals. Rasa's own choice differs in that it takes one
    condition for as good as two, and a variant for the channel before any condition.
    """
    holding = [
        variant
        for variant in variants
        if variant.get("channel") in (None, channel) and all(_holds(one, slots) for one in conditions(variant))
    ]
    best = max(map(_precision, holding), default=None)
    return [variant for variant in holding if _precision(variant) == best]


def conditions(variant: Variant) -> Sequence[Mapping[str, Any]]:
    """Returns the conditions of a variant: `{"type": "slot", "name", "value"}`."""
    return variant.get("condition") or []


def _precision(variant: Variant) -> tuple[int, bool]:
    return len(conditions(variant)), variant.get("channel") is not None


def _holds(condition: Mapping[str, Any], slots: Mapping[str, Any]) -> bool:
    return _folded(slots.get(condition["name"])) == _folded(condition["value"])


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value
