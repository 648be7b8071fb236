"""The database of what people tell: SQLite in WAL mode by default, PostgreSQL by URL; migrations with Alembic.

Tables are declared beside the functions that use them, on `metadata`. A unit of work is `with database.writing() as
connection`: it is kept as a whole when the block ends, and on disk by then; or not at all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ArgumentError, SQLAlchemyError, StatementError

DEFAULT_URL = "sqlite:///var/saattaja.db"
MIGRATIONS = Path(__file__).parent / "migrations"
CONNECTIONS = 4  # kept open by one process
BUSY = 5.0  # seconds to wait for another process's unit of work
_MIGRATING = 5_005_005  # the name of a lock in PostgreSQL, any number that nothing else uses

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


class DatabaseUnavailable(RuntimeError):
    """The database can't be opened, read or written. The text names the fault, never a value of a person."""


class Instant(sa.types.TypeDecorator[datetime]):
    """A column of aware datetimes, stored in UTC. A naive one is refused with ValueError."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Returns what the database gets."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time must have a time zone: datetime.now(timezone.utc), not datetime.now().")
        value = value.astimezone(timezone.utc)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Returns what the program gets: in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)


class Database:
    """A database by its URL: `sqlite:///var/saattaja.db`, `postgresql://user:password@host/name`. Safe in threads."""

    def __init__(self, url: str) -> None:
        """Opens nothing yet; `reading`, `writing` and `upgrade` do.

        Raises DatabaseUnavailable when the URL can't be understood, or the folder of a file can't be made.
        """
        try:
            self._url = sa.engine.make_url(url)
            self.engine = _engine(self._url)
        except (SQLAlchemyError, ImportError, OSError, ValueError) as error:
            # What is wrong with the form of a URL is told with a part of it, which may be the password.
            why = "it is no URL of a database" if isinstance(error, (ArgumentError, ValueError)) else _kind(error)
            raise DatabaseUnavailable(
                f"The database {url.split('@')[-1]!r} can't be used: {why}. Write it like "
                f"{DEFAULT_URL} or postgresql://user:password@host/name."
            ) from None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Gives a connection to read with; in SQLite the whole block sees one state. Raises DatabaseUnavailable."""
        with self._connection(read_only=True) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Gives a connection for one unit of work: committed when the block ends, rolled back when it raises.

        Keep the block short and without waiting: in SQLite there is one writer at a time. Raises DatabaseUnavailable.
        """
        with self._connection(read_only=False) as connection:
            yield connection

    def upgrade(self) -> None:
        """Brings the tables to the newest form, whoever does it first of several processes.

        Raises DatabaseUnavailable, also when the database is newer than this program.
        """
        from alembic import command
        from alembic.config import Config
        from alembic.util import CommandError

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        try:
            with self.writing() as connection:
                if connection.dialect.name == "postgresql":
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATING)))
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except CommandError as error:
            raise DatabaseUnavailable(
                f"The database {self._url!r} can't be brought up to date: {error}. Was a newer version of this program "
                "used with it? Use that one, or another database."
            ) from None

    def rewrite(self) -> None:
        """Writes an SQLite file anew, so that nothing of what was deleted can be read there: 0.7 s per 100 MB.

        Others can read meanwhile and wait to write. Does nothing on PostgreSQL. Raises DatabaseUnavailable.
        """
        if self._url.get_backend_name() != "sqlite":
            return
        try:
            with closing(sqlite3.connect(self._url.database, timeout=BUSY, isolation_level=None)) as connection:
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise DatabaseUnavailable(f"The database {self._url!r} can't be written anew: {_kind(error)}.") from None

    def close(self) -> None:
        """Closes the connections that are not in use."""
        self.engine.dispose()

    @contextmanager
    def _connection(self, read_only: bool) -> Iterator[Connection]:
        try:
            with (
                self.engine.connect().execution_options(saattaja_read_only=read_only) as connection,
                connection.begin(),
            ):
                yield connection
        except SQLAlchemyError as error:
            if isinstance(error, StatementError) and isinstance(error.orig, ValueError):
                raise error.orig from None  # a wrong value, not a wrong database
            raise DatabaseUnavailable(f"The database {self._url!r} can't be used: {_kind(error)}.") from None


def _engine(url: sa.engine.URL) -> sa.engine.Engine:
    # Errors of SQLAlchemy quote the parameters, which are people's words.
    options: dict[str, Any] = {"future": True, "hide_parameters": True, "pool_size": CONNECTIONS}
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_pre_ping=True, **options)
    if not url.database or url.database == ":memory:":
        raise OSError("a database in memory would forget everything; name a file")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    connect_args = {"check_same_thread": False, "timeout": BUSY}
    engine = sa.create_engine(url, poolclass=sa.pool.QueuePool, connect_args=connect_args, **options)
    sa.event.listen(engine, "connect", _configure_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver begins transactions too late; `_begin_sqlite` does
    # With synchronous FULL a commit outlives a power cut, not only the process.
    # What is deleted is overwritten; copies that SQLite left behind when it moved rows go with `rewrite`.
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its place at once: one that begins as a reader may find its state outdated and has to give up.
    read_only = connection.get_execution_options().get("saattaja_read_only")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _kind(error: BaseException) -> str:
    """Returns what kind of error it is, without the statement or values it quotes."""
    cause = getattr(error, "orig", None) or error
    code = getattr(cause, "pgcode", None)  # PostgreSQL's own texts quote values
    return f"{type(cause).__name__} {code}" if code else str(cause).split("\n")[0]
