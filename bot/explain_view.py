"""What `saattaja understand --explain` shows: one message, step by step, for a terminal or a pipe.

Rich sees to the width, and leaves colours out where there is no terminal or NO_COLOR is set; so nothing here is told by
colour alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from actions.dialogue import UNSURE
from bot.explain import Answer, Explanation, NeedEvidence
from bot.nlu.reading import Reading
from service_catalog.card_words import reasons
from service_catalog.ranking import Suggestion

BAR = 8
"""Width of the bar of a probability of 1."""
INTENTS, LEAST_INTENT = 3, 0.01
"""How many intents are shown, and how likely those after the first must be."""
ENTITIES = {"age": "age", "channel": "channel", "reason": "reason", "term": "term", "card": "card"}
"""What is shown of the entities: needs and places have parts of their own."""


def show(explanation: Explanation, console: Console) -> None:
    """Prints everything about one message, without spaces at the ends of lines where there is no terminal."""
    if console.is_terminal:
        console.print(*parts(explanation), sep="\n")
        return
    with console.capture() as shown:
        console.print(*parts(explanation), sep="\n")
    for line in shown.get().splitlines():
        console.print(Text(line.rstrip()), soft_wrap=True)


def parts(explanation: Explanation) -> Iterable[RenderableType]:
    """The parts of an explanation from top to bottom."""
    yield Rule(style="dim")
    yield Text(explanation.text, style="bold")
    yield _summary(explanation)
    if explanation.button:
        yield Text("A button's words: its table decides (bot/nlu/data/buttons.yml), whatever is said below.", "yellow")
    yield from _part("Words", "", _words(explanation.words, explanation.parsed.get("language")))
    yield from _part("Needs", explanation.needs.decision, _needs(explanation.needs.evidence))
    yield from _part("Intent, language, place and times", "", _told(explanation))
    yield from _part("Crisis", "", _crisis(explanation))
    yield from _part("Answer", " → ".join(explanation.answer.actions), _answer(explanation))
    yield Text("")


def _part(title: str, beside: str, body: RenderableType) -> Iterable[RenderableType]:
    yield Text.assemble("\n", (title, "bold cyan"), (f"  {beside}" if beside else "", "dim"))
    yield Padding(body, (0, 0, 0, 2))


def _columns(*headers: str, last: str = "") -> Table:
    """A table whose `last` column takes the room that is left, and wraps."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim", show_header=bool(last))
    for header in headers:
        table.add_column(header, no_wrap=True, overflow="ellipsis")
    table.add_column(last, ratio=1, overflow="fold")
    return table


def _summary(explanation: Explanation) -> Text:
    parsed = explanation.parsed
    needs = [f"{need['id']} {need['score']:.2f}" for need in parsed.get("needs") or []]
    crisis = parsed.get("crisis") or {}
    facts = [
        (parsed["intent"]["name"], ""),
        (", ".join(needs) or "no need", ""),
        (explanation.places[0].municipality if explanation.places else "no place", ""),
        (parsed.get("language") or "language not told", ""),
        ("CRISIS", "bold red") if crisis.get("is_crisis") else (crisis.get("level") or "no crisis", ""),
    ]
    return Text(" · ").join(Text(*fact) for fact in facts)


# ---- words ----


def _words(readings: Sequence[Reading], language: str | None) -> RenderableType:
    if not readings:
        return Text("none", style="dim")
    table = _columns("as written", "standard form", "by rule", last="base forms (parts)")
    for reading in readings:
        forms = Text(" ".join(reading.lemmas))
        if reading.parts:
            forms.append(f" ({' + '.join(reading.parts)})")
        if reading.place:
            forms.append("  a place", style="green")
        elif language == "fi" and reading.text.isalpha() and not (reading.known or reading.normalised):
            forms.append("  unknown", style="yellow")
        table.add_row(reading.text, Text(reading.normalised or "", "green"), Text(reading.rule or "", "dim"), forms)
    return table


# ---- needs ----


def _needs(evidence: Sequence[NeedEvidence]) -> RenderableType:
    if not evidence:
        return Text("nothing near", style="dim")
    table = _columns("", "", "", "", last="why (points add up to the log-odds)")
    for need in evidence:
        acted_on = not need.verdict
        table.add_row(
            "●" if acted_on else "○",
            Text(need.id, style="bold" if acted_on else ""),
            f"{need.probability:.2f}",
            Text("█" * round(BAR * need.probability), style="cyan"),
            _why(need),
            style=None if acted_on else "dim",
        )
    return table


def _why(need: NeedEvidence) -> Text:
    text = Text(f"{need.verdict}; " if need.verdict else "")
    if need.keywords:
        text.append(f"keyword {', '.join(dict.fromkeys(need.keywords))}")
        text.append(f", raised from {need.raised_from:.2f}; " if need.raised_from is not None else "; ")
    for word, points in sorted(need.points, key=lambda pair: -pair[1]):
        text.append(f"{word} ").append(_signed(points), style="green" if points > 0 else "red").append(", ")
    return text.append(f"rest {_signed(need.rest)}")


def _signed(points: float) -> str:
    return f"{points:+.1f}".replace("-", "−")


# ---- the rest of what was understood ----


def _told(explanation: Explanation) -> RenderableType:
    parsed = explanation.parsed
    table = _columns("", last="")
    rows = [
        ("intent", _intent(parsed)),
        ("language", Text(parsed.get("language") or "not told by this message: the conversation's stays")),
        ("place", _places(explanation)),
        ("contact times", _windows(explanation.windows)),
        *((ENTITIES[one["entity"]], _entity(one)) for one in parsed.get("entities") or [] if one["entity"] in ENTITIES),
    ]
    for name, value in rows:
        table.add_row(Text(name, style="dim"), value)
    return table


def _intent(parsed: dict[str, Any]) -> Text:
    first, *others = parsed["intent_ranking"] or [parsed["intent"]]
    text = Text.assemble((first["name"], "bold"), f" {first['confidence']:.2f}")
    if others and others[0]["confidence"] > first["confidence"]:
        text.append(f"  {others[0]['name']} gave way to it", style="yellow")
    told = [one for one in others[: INTENTS - 1] if one["confidence"] >= LEAST_INTENT]
    runners_up = ", ".join(f"{one['name']} {one['confidence']:.2f}" for one in told)
    return text.append(f"  then {runners_up}", style="dim") if runners_up else text


def _places(explanation: Explanation) -> Text:
    lines = []
    for number, place in enumerate(explanation.places):
        name = f"{place.municipality} ({place.place})" if place.place else place.municipality
        line = Text.assemble((name, "bold" if number == 0 else "dim"), f"  “{place.text}”, {place.role}")
        lines.append(line if number == 0 else line.append("  comes after the first", style="dim"))
    for other in explanation.other_places:
        means = {"word": "also a word", "person": "also a name", "brand": "also a brand"}.get(other.means, "")
        why = ", ".join(part for part in ("too little says that the place is meant", means) if part)
        lines.append(Text(f"not {other.name}  “{other.written}”: {why}", style="dim"))
    return Text("\n").join(lines) if lines else Text("none", style="dim")


def _windows(windows: Sequence[dict[str, Any]] | None) -> Text:
    if windows is None:
        return Text("none", style="dim")
    if not windows:
        return Text("never", style="bold")
    return Text("\n".join(f"{' '.join(one['days'])}  {one['from']}–{one['to']}" for one in windows))


def _entity(entity: dict[str, Any]) -> Text:
    role = f" ({entity['role']})" if entity.get("role") else ""
    return Text.assemble((str(entity["value"]), "bold"), role)


# ---- crisis ----


def _crisis(explanation: Explanation) -> RenderableType:
    crisis = explanation.parsed.get("crisis") or {}
    alarm = bool(crisis.get("is_crisis"))
    number, threshold = crisis.get("score", 0.0), explanation.crisis_threshold
    score = f"score {number:.2f} {'≥' if number >= threshold else '<'} {threshold:.2f}"
    facts = [crisis.get("level"), crisis.get("kind"), score, f"rule {crisis['rule']}" if crisis.get("rule") else None]
    text = Text("yes" if alarm else "no", style="bold red" if alarm else "bold")
    text.append("".join(f" · {fact}" for fact in facts if fact))
    if crisis.get("because"):
        text.append(f" · because of {', '.join(crisis['because'])}")
    return text


# ---- the answer ----


def _answer(explanation: Explanation) -> RenderableType:
    answer = explanation.answer
    says = [Text.assemble("says ", (say.response, "bold"), (_buttons(say.buttons), "dim")) for say in answer.says]
    body: list[RenderableType] = [*says]
    if any(say.response == "utter_ask_which_need" for say in answer.says):
        body.append(Text(f"asks, because no need reaches {UNSURE:.2f} and no keyword names one", style="yellow"))
    if answer.cards:
        body.append(Text(f"looked {_looked(answer)}; points and order: docs/ranking.md", style="dim"))
        body.append(_cards(answer.cards, explanation.need_names))
    elif any(say.services for say in answer.says):
        body.append(_unranked(answer))
    if answer.next_cards:
        later = ", ".join(f"{card.service.name} {card.score:.2f}" for card in answer.next_cards)
        body.append(Text(f"more would bring: {later}", style="dim"))
    return Group(*body)


def _looked(answer: Answer) -> str:
    """Where and how services were looked for."""
    remembers = answer.remembers
    place, wishes, reach = remembers.get("municipality"), remembers.get("wishes") or {}, remembers.get("reach")
    where = f"from {place} ({reach})" if place else "without a place"
    lists = [f"{name} {' '.join(wishes[name])}" for name in ("prefer", "avoid") if wishes.get(name)]
    return ", ".join([where, *lists])


def _buttons(buttons: Sequence[str]) -> str:
    return f"  [{'] ['.join(buttons)}]" if buttons else ""


def _cards(cards: Sequence[Suggestion], need_names: dict[str, str]) -> Table:
    table = _columns("", "", last="")
    for number, card in enumerate(cards, 1):
        body = Text.assemble((card.service.name, "bold"), f"  {'; '.join(reasons(card.why, need_names))}")
        factors = [f"{name} {factor:.2f}" for name, factor in card.parts.items() if round(factor, 2) != 1]
        body.append(f"\n= {' × '.join(factors) or '1'}", style="dim")
        table.add_row(f"{number}.", Text(f"{card.score:.2f}", style="cyan"), body)
    return table


def _unranked(answer: Answer) -> Text:
    names = [card["name"] for say in answer.says if say.services for card in say.services["services"]]
    return Text(f"cards in their fixed order: {', '.join(names)}")
