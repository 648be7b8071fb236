"""Write a checked model as JSON, and build it again without checking it a second time.

Reading YAML checks everything; the compiled catalogue holds what passed. Building a service from it takes
some 20 microseconds instead of pydantic's several hundred, so that a search can afford to look at whole
services.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel
from pydantic.fields import ModelField

from service_catalog.fields import LOCAL_ZONE, Clock, ClockTime, Day, LocalMoment, ServiceArea

M = TypeVar("M", bound=BaseModel)


def dump(model: BaseModel) -> str:
    """Return the model as compact JSON without the fields that have their default value."""
    return json.dumps(model.dict(exclude_defaults=True), ensure_ascii=False, separators=(",", ":"), default=_plain)


def load(model: type[M], text: str) -> M:
    """Return the model that ``dump`` wrote. The text is trusted: nothing is checked."""
    built: M = _builder(model)(json.loads(text))
    return built


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat()  # wall clock; the zone is always the same
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form: add it to snapshot.py")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL_ZONE)


def _area(value: str | list[str]) -> str | tuple[str, ...]:
    return value if isinstance(value, str) else tuple(value)


_CONVERTERS: dict[Any, Callable[[Any], Any]] = {
    Clock: ClockTime,
    Day: date.fromisoformat,
    LocalMoment: _moment,
    ServiceArea: _area,
}


def _converter(field: ModelField) -> Callable[[Any], Any] | None:
    """Return how a field's JSON value becomes its Python value; None where they are the same."""
    kind = field.type_
    one = _builder(kind) if isinstance(kind, type) and issubclass(kind, BaseModel) else _CONVERTERS.get(kind)
    if getattr(field.outer_type_, "__origin__", None) is not tuple:
        return one
    if one is None:
        return tuple
    return lambda values: tuple([one(value) for value in values])


@cache
def _builder(model: type[BaseModel]) -> Callable[[dict[str, Any]], Any]:
    defaults = {name: field.get_default() for name, field in model.__fields__.items()}
    converters = [
        (name, convert) for name, field in model.__fields__.items() if (convert := _converter(field)) is not None
    ]
    every_field = set(defaults)  # one for all: nothing changes it, and many small sets keep the collector busy
    new, put = model.__new__, object.__setattr__

    def build(values: dict[str, Any]) -> Any:
        fields = {**defaults, **values}
        for name, convert in converters:
            if name in values and values[name] is not None:
                fields[name] = convert(values[name])
        instance = new(model)
        put(instance, "__dict__", fields)
        put(instance, "__fields_set__", every_field)
        return instance

    return build
