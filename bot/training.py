"""Trains the model when what it learns from has changed. The model's file name says what it was made of."""

import asyncio
import fcntl
import hashlib
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from bot.progress import Progress
from bot.supervisor import Program, end, start

ROOT = Path(__file__).parents[1]
MODELS = "models"
KEPT_MODELS = 2  # the current one and the one before

# Patterns below the project's root. Code and data that components read are apart: Rasa's cache of trained
# components doesn't see changes in them, so each version gets a cache of its own.
CODE = (
    "uv.lock",
    "bot/nlu/**/*",
    "service_catalog/lemmas.py",
    "service_catalog/places.py",
    "service_catalog/data/*.yml",
    "service_catalog/data/*.csv",
)
LESSONS = ("bot/config.yml", "bot/domain/**/*.yml", "data/**/*.yml")


class TrainingFailed(Exception):
    """The model can't be trained; the text says what to do."""


def fingerprint(root: Path, patterns: Iterable[str]) -> str:
    """Returns a hash of the paths and contents of every file that matches, in 12 hexadecimal digits."""
    digest = hashlib.sha256()
    files = {file for pattern in patterns for file in root.glob(pattern) if file.is_file()}
    for file in sorted(files):
        if "__pycache__" not in file.parts:
            content = file.read_bytes()
            digest.update(f"{file.relative_to(root).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:12]


def model_path(root: Path = ROOT) -> Path:
    """Returns where the model of today's lessons is, or will be once it is trained."""
    return root / MODELS / f"saattaja-{fingerprint(root, (*CODE, *LESSONS))}.tar.gz"


async def train_if_changed(progress: Progress, root: Path = ROOT) -> Path:
    """Returns the model of today's lessons, trained now if there is none yet. Removes old ones.

    Only one process trains at a time; a second waits and finds the work done. Raises TrainingFailed.
    """
    for needed in ("bot/config.yml", "bot/domain", "data"):
        if not (root / needed).exists():
            raise TrainingFailed(
                f"{needed} is missing, so there is nothing to train. Restore it: git checkout {needed}"
            )
    model = model_path(root)
    if model.exists():
        progress.say("✓ The model is up to date")
        return model
    build = root / "build"
    build.mkdir(exist_ok=True)
    with progress.step("Training the model") as step, open(build / "train.lock", "w") as lock:
        while not locked(lock):
            await asyncio.sleep(0.5)
        if not model.exists():
            await _train(model, root, build)
        step.done = "Trained the model"
    for old in _newest_first((root / MODELS).glob("saattaja-*.tar.gz"))[KEPT_MODELS:]:
        old.unlink()
    return model


async def _train(model: Path, root: Path, build: Path) -> None:
    fresh = build / "training"
    cache = build / f"rasa-cache-{fingerprint(root, CODE)}"
    for old in {fresh, *build.glob("rasa-cache-*")} - {cache}:
        shutil.rmtree(old, ignore_errors=True)
    inputs = ("--config", "bot/config.yml", "--domain", "bot/domain", "--data", "data")
    # `make test` validates the data (rasa data validate); each loading of it takes half a minute.
    outputs = ("--out", str(fresh), "--fixed-model-name", "model", "--skip-validation")
    log = build / "train.log"
    log.write_bytes(b"")
    process = await start(
        Program(
            "training",
            [sys.executable, "-m", "bot.child", "rasa", "train", *inputs, *outputs],
            {**os.environ, **quiet_environment(), "RASA_CACHE_DIRECTORY": str(cache)},
            log,
            directory=root,
        )
    )
    try:
        status = await process.wait()
    finally:
        await end(process)
    if status != 0 or not (fresh / "model.tar.gz").exists():
        raise TrainingFailed(f"The model could not be trained:\n{tail(log)}\nAll of it: {log}")
    model.parent.mkdir(exist_ok=True)
    os.replace(fresh / "model.tar.gz", model)


def quiet_environment() -> dict[str, str]:
    """Returns what Rasa's processes need in their environment to stay on this machine and small."""
    return {
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONWARNINGS": "ignore::DeprecationWarning",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "OMP_NUM_THREADS": "1",  # the models are small: more threads only wait for each other
        "MALLOC_ARENA_MAX": "2",  # glibc keeps an arena of memory per thread otherwise
        "CUDA_VISIBLE_DEVICES": "-1",
    }


def tail(log: Path, lines: int = 12) -> str:
    """Returns the last lines of a log."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def locked(file: IO[str]) -> bool:
    """Returns whether the lock of `file` is now ours; it is until the file is closed."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _newest_first(paths: Iterable[Path]) -> list[Path]:
    return sorted(paths, key=lambda path: path.stat().st_mtime, reverse=True)
