"""When the model is trained, with a stand-in for Rasa's training."""

import asyncio
import io
import os

import pytest
from rich.console import Console

from bot import training
from bot.progress import Progress
from bot.training import TrainingFailed, fingerprint, model_path, train_if_changed


@pytest.fixture
def project(tmp_path):
    for file in (
        "bot/config.yml",
        "bot/domain/conversation.yml",
        "data/nlu/help.yml",
        "bot/nlu/tokenizer.py",
        "uv.lock",
    ):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(file)
    return tmp_path


@pytest.fixture
def trained(monkeypatch):
    """Collects the models that were trained."""
    models = []

    async def train(model, root, build):
        models.append(model.name)
        model.parent.mkdir(exist_ok=True)
        model.write_text("model")
        os.utime(model, (len(models), len(models)))

    monkeypatch.setattr(training, "_train", train)
    return models


@pytest.fixture
def output():
    return io.StringIO()


@pytest.fixture
def progress(output):
    return Progress(Console(file=output, width=200))


async def test_a_model_is_trained_once_for_the_same_lessons(project, trained, progress, output):
    first = await train_if_changed(progress, project)
    second = await train_if_changed(progress, project)
    assert first == second == model_path(project)
    assert trained == [first.name]
    assert output.getvalue().splitlines() == [
        "… Training the model",
        "✓ Trained the model",
        "✓ The model is up to date",
    ]


@pytest.mark.parametrize(
    "file", ["bot/config.yml", "bot/domain/new.yml", "data/nlu/help.yml", "bot/nlu/data/words.yml"]
)
async def test_any_change_of_lessons_or_code_trains_anew(project, trained, progress, file):
    await train_if_changed(progress, project)
    (project / file).parent.mkdir(exist_ok=True)
    (project / file).write_text("changed")
    await train_if_changed(progress, project)
    assert len(trained) == 2


async def test_compiled_python_and_other_files_change_nothing(project, trained, progress):
    await train_if_changed(progress, project)
    for file in ("bot/nlu/__pycache__/tokenizer.pyc", "bot/serve.py", "README.md"):
        (project / file).parent.mkdir(exist_ok=True)
        (project / file).write_text("changed")
    await train_if_changed(progress, project)
    assert len(trained) == 1


async def test_old_models_go_except_the_one_before_and_those_of_others(project, trained, progress):
    (project / "models").mkdir()
    (project / "models" / "20261122-120000.tar.gz").write_text("trained by hand")
    for version in range(4):
        (project / "bot/config.yml").write_text(str(version))
        await train_if_changed(progress, project)
    left = {path.name for path in (project / "models").iterdir()}
    assert left == {"20261122-120000.tar.gz", *trained[-2:]}


async def test_two_at_once_train_once(project, trained, progress):
    await asyncio.gather(train_if_changed(progress, project), train_if_changed(progress, project))
    assert len(trained) == 1


async def test_missing_lessons_are_named_with_the_remedy(project, trained, progress):
    (project / "bot/config.yml").unlink()
    with pytest.raises(TrainingFailed, match=r"git checkout bot/config\.yml"):
        await train_if_changed(progress, project)


def test_a_renamed_file_is_a_change(project):
    before = fingerprint(project, ["data/**/*"])
    (project / "data/nlu/help.yml").rename(project / "data/nlu/aid.yml")
    assert fingerprint(project, ["data/**/*"]) != before
