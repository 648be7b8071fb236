"""The `saattaja` command. Each subcommand reads its options, calls one function and says what went wrong."""

import asyncio
from pathlib import Path

import click

STATE = click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="SAATTAJA_STATE",
    default="var",
    show_default=True,
    help="Folder of the conversations and the logs.",
)


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
        asyncio.run(run(Settings(host, port, profile, state), Progress()))
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


if __name__ == "__main__":
    main()
