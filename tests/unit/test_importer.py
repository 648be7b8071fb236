"""The importer loads what Rasa's own loads, and refuses what Rasa refuses."""

from __future__ import annotations

import pytest
from rasa.shared.exceptions import YamlException
from rasa.shared.importers.rasa import RasaFileImporter

from bot.importer import QuickFileImporter

PLAIN = """version: "3.1"
nlu:
- intent: seek_help
  metadata: {needs: [debt, housing], language: fi, author: a}
  examples: |
    - vuokrat on rästissä: enkä avaa kirjeitä
    - "lainausmerkit" ja # risuaita
    - [Tampere](place) on merkitty
- intent: greet
  examples: |
    - moi
    - moi
"""
RICH = """version: "3.1"
nlu:
- synonym: Tampere
  examples: |
    - manse
- intent: greet
  examples:
  - text: hei
    metadata: {language: fi}
responses:
  utter_greet:
  - text: Moi!
"""
STORY = """version: "3.1"
rules:
- rule: greeting
  steps:
  - intent: greet
  - action: utter_greet
"""


@pytest.fixture()
def folder(tmp_path):
    (tmp_path / "nlu").mkdir()
    for name, content in {"nlu/plain.yml": PLAIN, "nlu/rich.yml": RICH, "rules.yml": STORY, "notes.md": "nlu:"}.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def test_it_loads_what_rasas_own_importer_loads(folder):
    ours, rasas = (kind(training_data_paths=[str(folder)]) for kind in (QuickFileImporter, RasaFileImporter))
    quick, slow = ours.get_nlu_data(), rasas.get_nlu_data()
    assert [one.as_dict() for one in quick.training_examples] == [one.as_dict() for one in slow.training_examples]
    assert quick.entity_synonyms == slow.entity_synonyms and quick.entity_synonyms["manse"] == "Tampere"
    assert quick.responses == slow.responses
    assert quick.fingerprint() == slow.fingerprint()
    assert ours.get_stories().fingerprint() == rasas.get_stories().fingerprint()


@pytest.mark.parametrize("broken", ["nlu: [", 'version: "3.1"\nnlu:\n- intent: 5\n  examples: x\n- intent: [a]\n'])
def test_it_refuses_what_rasa_refuses(folder, broken):
    (folder / "nlu" / "broken.yml").write_text(f"{broken}\n", encoding="utf-8")
    with pytest.raises(YamlException, match=r"broken\.yml"):
        QuickFileImporter(training_data_paths=[str(folder)]).get_nlu_data()
