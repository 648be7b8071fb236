"""A stock Rasa bot to compare with: Rasa's default pipeline and policies, trained on this project's own examples.

It has the same intents and the same rules, and answers each with one fixed sentence, with no action server to ask:
the comparison is kind to it. Its neural components are trained for one epoch, because the time that a message takes
and the memory that a model needs don't depend on how long it was trained.
"""

from __future__ import annotations

import importlib.resources
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

EPOCHS = 1


def write_project(folder: Path, training_data: Path, domain: Path, rules: Path) -> None:
    """Writes the stock bot's project: Rasa's default configuration, and a domain and rules made from ours."""
    folder.mkdir(parents=True, exist_ok=True)
    yaml = YAML(typ="safe")
    default = importlib.resources.files("rasa.engine.recipes.config_files").joinpath("default_config.yml")
    config: dict[str, Any] = yaml.load(default.read_text())
    for component in [*config["pipeline"], *config["policies"]]:
        if "epochs" in component:
            component["epochs"] = EPOCHS
    intents: list[str] = yaml.load(domain)["intents"]
    responses = {f"utter_{intent}": [{"text": f"{intent}."}] for intent in intents}
    answered = {rule["steps"][0]["intent"]: rule["rule"] for rule in yaml.load(rules)["rules"]}
    stock_rules = [
        {"rule": name, "steps": [{"intent": intent}, {"action": f"utter_{intent}"}]}
        for intent, name in answered.items()
    ]
    session = {"session_expiration_time": 60, "carry_over_slots_to_new_session": True}
    files: dict[str, Any] = {
        "config.yml": {**config, "language": "fi"},
        "domain.yml": {
            "version": "3.1",
            "intents": intents,
            "responses": responses,
            "session_config": session,
        },
        "rules.yml": {"version": "3.1", "rules": stock_rules},
        "credentials.yml": {"rest": None},
        "endpoints.yml": {"tracker_store": {"type": "SQL", "dialect": "sqlite", "db": str(folder / "tracker.db")}},
    }
    for name, content in files.items():
        with open(folder / name, "w") as file:
            yaml.dump(content, file)
    data = folder / "nlu"
    if not data.exists():
        data.symlink_to(training_data.resolve(), target_is_directory=True)


def train(folder: Path) -> None:
    """Trains the stock bot; Rasa's own cache makes a second time quick."""
    command = ["train", "--data", "nlu", "rules.yml", "--fixed-model-name", "stock"]
    subprocess.run(_rasa(*command), cwd=folder, env=_environment(), check=True, stdout=subprocess.DEVNULL)


def start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Starts the stock bot on loopback; its webhook is /webhooks/rest/webhook."""
    command = ["run", "--interface", "127.0.0.1", "--port", str(port), "--model", "models/stock.tar.gz"]
    return subprocess.Popen(
        _rasa(*command), cwd=folder, env=_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _rasa(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "rasa", *arguments]


def _environment() -> dict[str, str]:
    return {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
