"""Rasa components that find places, ages and small closed classes; each wraps plain functions."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu import ages as ages_module
from bot.nlu import closed_classes
from bot.nlu.ages import ages
from bot.nlu.closed_classes import mentions
from bot.nlu.fingerprints import fingerprint, source
from bot.nlu.originals import original_of
from service_catalog.places import DATA as PLACE_DATA
from service_catalog.places import Places

Found = dict[str, Any]


class _Extractor(GraphComponent, EntityExtractorMixin):
    """An extractor without training: subclasses say which entities a message has."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> _Extractor:
        """The extractor, its tables read, so that the first message doesn't wait."""
        extractor = cls()
        list(extractor.entities("asun Tampereella ja oon 17", None))
        return extractor

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds what is found to each message's entities."""
        for message in messages:
            intent = (message.get(INTENT) or {}).get("name")
            found = list(self.entities(message.get(TEXT) or "", intent))
            written = original_of(message)
            if written and not found:  # a name may be lost in translation; offsets are those of the original then
                found = list(self.entities(written, intent))
            entities = (message.get(ENTITIES) or []) + self.add_extractor_name(found)
            message.set(ENTITIES, entities, add_to_output=True)
        return messages

    @abstractmethod
    def entities(self, text: str, intent: str | None) -> Iterable[Found]:
        """The entities of a text whose intent is known."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class PlaceExtractor(_Extractor):
    """`municipality`: official Finnish name of the one place where the writer lives or studies, as far as the text
    says so; with `place` (its district or village) and `place_role` (service_catalog.place_mentions)."""

    def entities(self, text: str, intent: str | None) -> Iterable[Found]:
        """The municipality that the text names."""
        mention = Places.load().home(text)
        if mention is None:
            return []
        return [
            {
                "entity": "municipality",
                "value": mention.municipality,
                "start": mention.start,
                "end": mention.end,
                "place": mention.place,
                "place_role": mention.role,
            }
        ]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Tells Rasa's training cache when place data change."""
        return fingerprint(*sorted(PLACE_DATA.glob("*.csv")))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class AgeExtractor(_Extractor):
    """`age`: the writer's age in whole years."""

    def entities(self, text: str, intent: str | None) -> Iterable[Found]:
        """The age that the text states."""
        return [{"entity": "age", "value": age.years, "start": age.start, "end": age.end} for age in ages(text)]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Tells Rasa's training cache when tables or helper code change."""
        return fingerprint(ages_module.DATA, *source("bot.nlu.ages"))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class ClosedClassExtractor(_Extractor):
    """`channel` (with `role` want or avoid), `reason`, `term` and `card`, as data/closed_classes.yml says."""

    def entities(self, text: str, intent: str | None) -> Iterable[Found]:
        """What the text mentions, given its intent."""
        for mention in mentions(text, intent):
            found: Found = {
                "entity": mention.entity,
                "value": mention.value,
                "start": mention.start,
                "end": mention.end,
            }
            yield {**found, "role": mention.role} if mention.role else found

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Tells Rasa's training cache when tables or helper code change."""
        return fingerprint(closed_classes.DATA, *source("bot.nlu.closed_classes"))
