"""A PostgreSQL server for tests: its own data in a temporary folder, reached through a socket there, gone afterwards.

It is the one of the system's package (on Debian `postgresql`, which `scripts/bootstrap --for-tests` installs).
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

START_LIMIT = 60  # seconds

# Ends the server when whoever started it is gone, however that went: nothing holds the other end of the pipe then.
_UNTIL_ALONE = '"$@" & server=$!; read _; kill -QUIT $server; wait $server'


def programs() -> Path | None:
    """Returns the folder of the newest PostgreSQL's programs; None where it isn't installed."""
    of_debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = sorted(of_debian, key=lambda file: int(file.parts[-3]), reverse=True)
    elsewhere = shutil.which("initdb")
    return found[0].parent if found else Path(elsewhere).resolve().parent if elsewhere else None


class PostgreSQL:
    """`with PostgreSQL() as server: server.new_database()` gives the URL of an empty database."""

    def __enter__(self) -> "PostgreSQL":
        self._folder = Path(tempfile.mkdtemp(prefix="saattaja-pg-"))  # short: a socket's path has at most 107 bytes
        user = _user()
        if user:
            shutil.chown(self._folder, user)
        self._bin, self._databases = programs(), 0
        assert self._bin, "PostgreSQL isn't installed; scripts/bootstrap --for-tests installs it"
        data = self._folder / "data"
        as_user = {"user": user, "cwd": self._folder} if user else {"cwd": self._folder}
        initdb = [self._bin / "initdb", "-D", data, "-U", "saattaja", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, **as_user)
        # What is written need not outlive a power cut: the server itself isn't killed, its clients are.
        postgres = [self._bin / "postgres", "-D", data, "-k", self._folder, "-h", "", "-F"]
        with open(self._folder / "log", "wb") as log:
            command = ["sh", "-c", _UNTIL_ALONE, "sh", *postgres]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, **as_user)
        deadline = time.monotonic() + START_LIMIT
        ready = [self._bin / "pg_isready", "-q", "-h", self._folder, "-U", "saattaja"]
        while subprocess.run(ready, check=False).returncode:
            assert time.monotonic() < deadline, (self._folder / "log").read_text()
            time.sleep(0.05)
        return self

    def __exit__(self, *_) -> None:
        self._process.stdin.close()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str = "postgres") -> str:
        """Returns the URL of one of its databases."""
        return f"postgresql://saattaja@/{database}?host={self._folder}"

    def new_database(self) -> str:
        """Returns the URL of a new empty database."""
        self._databases += 1
        name = f"test_{self._databases}"
        engine = sa.create_engine(self.url(), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE template0"))
        engine.dispose()
        return self.url(name)


def _user() -> str | None:
    """Returns whom it runs as: it refuses to be root."""
    if os.getuid():
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
