"""scripts/bootstrap on machines that lack this or that: each is a folder of stand-ins for what is on PATH."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "bootstrap"
TOOLS = ("dirname", "date", "rm", "mkdir", "cat", "cksum", "tail", "grep", "env", "touch", "cp", "true")

# A Python: makes virtual environments; in .uv installs uv, in .venv knows whether Voikko works.
PYTHON = """
case "$*" in
"-m venv .uv") mkdir -p .uv/bin && cp "$0" .uv/bin/python ;;
"-m pip install"*) [ -e network ] || { echo "Could not find a version"; exit 1; }
    cp uv-stand-in .uv/bin/uv ;;
"--version") ;;
*libvoikko*) [ -e voikko ] ;;
*ensurepip*) [ ! -e no-ensurepip ] ;;
esac
"""
UV = """
case "$1" in
sync) echo sync >>calls; [ -e network ] || { echo "error: Failed to fetch"; exit 2; }
    mkdir -p .venv/bin && cp "$(dirname "$0")/python" .venv/bin/python ;;
esac
"""


class Machine:
    """A folder with the project in it and a PATH of its own."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.path = folder / "bin"
        (self.project / "scripts").mkdir(parents=True)
        self.path.mkdir()
        # PostgreSQL is looked for beside the path.
        here = SCRIPT.read_text().replace("/usr/lib/postgresql", f"{folder}/postgresql")
        (self.project / "scripts" / "bootstrap").write_text(here)
        for name in ("uv.lock", "pyproject.toml", ".python-version"):
            (self.project / name).write_text(name)
        for tool in TOOLS:
            (self.path / tool).symlink_to(shutil.which(tool))
        self.has("sleep", "true")
        self.write(self.project / "uv-stand-in", UV)

    def write(self, file: Path, script: str) -> None:
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)

    def has(self, program: str, script: str) -> None:
        self.write(self.path / program, script)

    def knows(self, *facts: str) -> None:
        for fact in facts:
            (self.project / fact).touch()

    def bootstrap(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", "scripts/bootstrap", *arguments],
            cwd=self.project,
            env={"PATH": str(self.path), "HOME": str(self.project), "TMPDIR": str(self.project)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def calls(self) -> list[str]:
        return (self.project / "calls").read_text().splitlines()


@pytest.fixture
def machine(tmp_path):
    """Has Python, a network, apt-get and root; lacks everything that bootstrap installs."""
    machine = Machine(tmp_path)
    machine.has("python3", PYTHON)
    machine.has("id", "echo 0")
    machine.has("apt-get", 'echo "$*" >>calls; case $1 in install) touch voikko; rm -f no-ensurepip ;; esac')
    machine.knows("network")
    return machine


def complaint(result):
    """The one line that says what is wrong."""
    assert result.returncode != 0
    (line,) = result.stderr.splitlines()
    assert line.startswith("saattaja: ")
    return line


def test_everything_missing_is_installed(machine):
    result = machine.bootstrap()
    assert result.returncode == 0, result.stderr
    assert machine.calls() == ["sync", "update", "install -y --no-install-recommends libvoikko1 voikko-fi"]
    assert [line[0] for line in result.stdout.splitlines()] == ["…", "✓"] * 4


def test_nothing_is_done_or_said_when_all_is_there(machine):
    machine.bootstrap()
    before = machine.calls()
    result = machine.bootstrap()
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert machine.calls() == before


def test_packages_are_synchronised_again_when_the_lock_changes(machine):
    machine.bootstrap()
    (machine.project / "uv.lock").write_text("newer")
    machine.bootstrap()
    assert machine.calls().count("sync") == 2


def test_without_python_it_says_which_one_to_install(machine):
    machine.has("python3", "exit 1")
    assert "Install any Python 3.8 or newer" in complaint(machine.bootstrap())


def test_a_shim_that_fails_is_passed_over(machine):
    machine.has("python3", "exit 127")
    machine.has("python3.12", PYTHON)
    assert machine.bootstrap().returncode == 0


def test_a_python_without_venv_gets_it_on_debian(machine):
    machine.knows("no-ensurepip")
    assert machine.bootstrap().returncode == 0
    assert "install -y --no-install-recommends python3-venv" in machine.calls()


def test_a_python_without_venv_is_told_elsewhere(machine):
    machine.knows("no-ensurepip")
    (machine.path / "apt-get").unlink()
    assert "lacks the modules venv and ensurepip" in complaint(machine.bootstrap())


def test_without_network_uv_is_told_to_need_it(machine):
    (machine.project / "network").unlink()
    assert "uv could not be installed (Could not find a version). Installing needs the network" in complaint(
        machine.bootstrap()
    )


def test_without_network_the_packages_are_told_to_need_it(machine):
    machine.bootstrap()
    (machine.project / "network").unlink()
    (machine.project / "uv.lock").write_text("newer")
    assert "packages could not be installed (error: Failed to fetch)" in complaint(machine.bootstrap())


def test_without_a_package_manager_voikko_is_told_to_be_missing(machine):
    (machine.path / "apt-get").unlink()
    assert "Install libvoikko and its Finnish dictionary" in complaint(machine.bootstrap())


@pytest.mark.parametrize("sudo", [None, "exit 1"])
def test_without_the_right_to_install_it_names_the_command(machine, sudo):
    machine.has("id", "echo 1000")
    if sudo:
        machine.has("sudo", sudo)
    line = complaint(machine.bootstrap())
    assert "Run: sudo apt-get install -y --no-install-recommends libvoikko1 voikko-fi " in line


def test_sudo_without_a_password_is_used(machine):
    machine.has("id", "echo 1000")
    machine.has("sudo", 'echo "sudo $1" >>calls; shift; exec "$@"')
    assert machine.bootstrap().returncode == 0
    assert "sudo -n" in machine.calls()


def test_old_package_lists_alone_are_no_reason_to_stop(machine):
    machine.has("apt-get", "case $1 in update) exit 100 ;; install) touch voikko ;; esac")
    assert machine.bootstrap().returncode == 0


def test_a_failed_install_is_told_with_its_last_line(machine):
    machine.has("apt-get", "echo 'E: Unable to locate package voikko-fi'; exit 100")
    assert "(E: Unable to locate package voikko-fi). Is there a network?" in complaint(machine.bootstrap())


def test_an_install_that_does_not_help_is_told(machine):
    machine.has("apt-get", "true")
    assert "finds no Finnish dictionary" in complaint(machine.bootstrap())


def test_other_package_managers_are_known(machine):
    (machine.path / "apt-get").unlink()
    machine.has("pacman", 'echo "$*" >>calls; touch voikko')
    assert machine.bootstrap().returncode == 0
    assert machine.calls()[-1] == "-S --noconfirm --needed libvoikko voikko-fi"


def test_a_browser_and_postgresql_are_installed_for_tests_only(machine):
    programs = (
        f"case $* in *chromium) touch {machine.path}/chromium ;; *postgresql) touch {machine.path}/initdb ;; esac"
    )
    machine.has("apt-get", f'echo "$*" >>calls; {programs}; chmod +x {machine.path}/*')
    (machine.path / "chmod").symlink_to(shutil.which("chmod"))
    (machine.project / "voikko").touch()
    machine.bootstrap()
    assert not any("chromium" in call or "postgresql" in call for call in machine.calls())
    assert machine.bootstrap("--for-tests").returncode == 0
    install = "install -y --no-install-recommends"
    assert [call for call in machine.calls() if call != "update"][-2:] == [
        f"{install} chromium",
        f"{install} postgresql",
    ]
    before = machine.calls()
    assert machine.bootstrap("--for-tests").returncode == 0
    assert machine.calls() == before


def test_postgresql_is_found_where_debian_keeps_it(machine):
    machine.knows("voikko")
    machine.has("chromium", "")
    folder = machine.path.parent / "postgresql" / "15" / "bin"
    folder.mkdir(parents=True)
    machine.write(folder / "initdb", "")
    assert machine.bootstrap("--for-tests").returncode == 0
    assert not any("postgresql" in call for call in machine.calls())


def test_without_a_package_manager_the_browser_is_told_to_be_missing(machine):
    (machine.path / "apt-get").unlink()
    machine.knows("voikko")
    assert "Chromium is missing" in complaint(machine.bootstrap("--for-tests"))
