"""The `saattaja` command. Each subcommand reads its options, calls one function and says what went wrong."""

from __future__ import annotations

import asyncio
import os
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bot.understanding import Understand

STATE = click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="SAATTAJA_STATE",
    default="var",
    show_default=True,
    help="Folder of the conversations and the logs.",
)


MESSAGES = click.File("r", encoding="utf-8", errors="surrogateescape")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Tukipalveluun saattaja: from one sentence to the right support service."""


@main.command()
@click.option("--host", envvar="SAATTAJA_HOST", default="127.0.0.1", show_default=True, help="Address to serve on.")
@click.option("--port", envvar="SAATTAJA_PORT", type=int, default=8080, show_default=True, help="Port to serve on.")
@click.option(
    "--profile",
    type=click.Choice(["development", "production"]),
    envvar="SAATTAJA_PROFILE",
    default="development",
    show_default=True,
    help="In development the REST webhook is open.",
)
@STATE
def serve(host: str, port: int, profile: str, state: Path) -> None:
    """Prepare what has changed, start everything and keep it running. Ctrl-C stops it."""
    from bot.progress import Progress
    from bot.serve import CannotServe, Settings
    from bot.serve import serve as run

    try:
        asyncio.run(run(Settings(host, port, profile, state.absolute()), Progress()))
    except CannotServe as error:
        raise click.ClickException(str(error)) from None


@main.command()
def train() -> None:
    """Train the model when what it learns from has changed; print where it is."""
    from rich.console import Console

    from bot.progress import Progress
    from bot.training import TrainingFailed, train_if_changed

    try:
        click.echo(asyncio.run(train_if_changed(Progress(Console(stderr=True, highlight=False)))))
    except TrainingFailed as error:
        raise click.ClickException(str(error)) from None


@main.command()
@click.option("--url", envvar="SAATTAJA_URL", default="http://localhost:8080", show_default=True, help="A running bot.")
@click.option("--sender", help="Name of the conversation, to carry on with one; a new one by default.")
def chat(url: str, sender: str | None) -> None:
    """Talk with the bot in this terminal. Starts one when none runs at the URL, and stops it afterwards."""
    from bot.chat import CannotChat
    from bot.chat import main as run

    try:
        run(url, sender)
    except CannotChat as error:
        raise click.ClickException(str(error)) from None


@main.command()
@click.argument("source", nargs=-1, metavar="[FILE]")
@click.option(
    "--explain", is_flag=True, help="For people: each message step by step. Takes a MESSAGE instead of FILE too."
)
@click.pass_context
def understand(context: click.Context, source: tuple[str, ...], explain: bool) -> None:
    """Read messages (JSONL with a `text`, or plain lines) and write what the model understands, one JSON a line.

    The model is trained first when its lessons have changed. Bad lines are reported and skipped; the exit status is
    then 1.
    """
    from bot.understanding import BadLine, read_messages, write_line

    lines = _lines(source, context, message_allowed=explain)
    write: Callable[[dict[str, Any]], None]
    if explain:
        write = _explainer()
    else:
        understanding = _load_model()

        def write(message: dict[str, Any]) -> None:
            click.echo(write_line({**message, **understanding(message["text"])}))

    bad = False
    for message in read_messages(lines):
        if isinstance(message, BadLine):
            click.echo(str(message), err=True)
            bad = True
        else:
            write(message)
    if bad:
        raise SystemExit(1)


def _lines(source: tuple[str, ...], context: click.Context, *, message_allowed: bool) -> Iterable[str]:
    """The lines of the file that is named, else of stdin; where a message is allowed, what names no file is one."""
    named = source[0] if len(source) == 1 else None
    if source and message_allowed and (named is None or (named != "-" and not os.path.isfile(named))):
        return [" ".join(source)]
    if len(source) > 1:
        raise click.UsageError("Only one FILE is read. Join them: cat FILES | saattaja understand")
    return MESSAGES.convert(named or "-", None, context)


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For machines: figures by file as one JSON object.")
@click.option("--misses", is_flag=True, help="Show the messages that went wrong too.")
def evaluate(files: tuple[Path, ...], as_json: bool, misses: bool) -> None:
    """Score labelled messages (JSONL; docs/understanding.md has the labels) and print the figures by file."""
    from bot.evaluation import print_report, score

    understanding = _load_model()
    print_report({file.name: score(file, understanding) for file in files}, as_json=as_json, misses=misses)


def _load_model() -> Understand:
    model = _model()
    with warnings.catch_warnings(record=True):
        from bot.understanding import load_model

        return load_model(model)


def _explainer() -> Callable[[dict[str, Any]], None]:
    """A function that prints the explanation of a message."""
    from rich.console import Console

    from bot.progress import Progress
    from bot.serve import CATALOG, CannotServe, prepare_catalogue

    try:
        asyncio.run(prepare_catalogue(Progress(Console(stderr=True, highlight=False))))
    except CannotServe as error:
        raise click.ClickException(str(error)) from None
    model = _model()
    with warnings.catch_warnings(record=True):
        from bot.explain import explain, load_pipeline, world_of
        from bot.explain_view import show

        pipeline, world = load_pipeline(model), world_of(CATALOG)
    console = Console(highlight=False)
    return lambda message: show(explain(message["text"], pipeline, world), console)


def _model() -> Path:
    """Where the model of today's lessons is, trained now if there is none yet."""
    from rich.console import Console

    from bot.progress import Progress
    from bot.training import TrainingFailed, quiet_environment, train_if_changed

    # What Rasa's libraries have to say on loading is for their own developers, not for whoever reads the figures.
    os.environ.update(quiet_environment())
    try:
        return asyncio.run(train_if_changed(Progress(Console(stderr=True, highlight=False))))
    except TrainingFailed as error:
        raise click.ClickException(str(error)) from None


if __name__ == "__main__":
    main()
