"""The wheel in a fresh environment: it runs from anywhere and is all that is needed."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import sysconfig
import venv
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOSTILE = 'raise SystemExit("a foreign file was imported")\n'


def run(*command: str | Path, cwd: Path = ROOT, **variables: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("WORLDDESK", "PYTHON"))}
    return subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env={**clean, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder)
    assert built.returncode == 0, built.stdout + built.stderr
    return next(folder.glob("worlddesk-*.whl"))


@pytest.fixture(scope="module")
def worlddesk(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script, installed without network: a line in a .pth lends the dependencies but not the checkout,
    since .pth files (as an editable install has one) count in an environment's own folder only."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--disable-pip-version-check"]
    installed = run(*pip, "--no-deps", "--no-index", wheel)
    assert installed.returncode == 0, installed.stderr
    own = next(home.glob("lib/python*/site-packages"))
    (own / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    found = run(python, "-c", "import crawler, spiders, settings; print(crawler.__file__)", cwd=home)
    assert Path(found.stdout.strip()).is_relative_to(own), found.stdout + found.stderr
    return home / "bin" / "worlddesk"


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A folder with its own settings.py and spiders/, as another Scrapy project has them."""
    folder = tmp_path / "hostile"
    (folder / "spiders").mkdir(parents=True)
    for name in ("settings.py", "spiders/__init__.py", "spiders/international.py"):
        (folder / name).write_text(HOSTILE)
    (folder / "scrapy.cfg").write_text("[settings]\ndefault = settings\n")
    return folder


@pytest.fixture(params=["root", "empty", "hostile"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, hostile: Path) -> Path:
    """Where one may stand."""
    empty = tmp_path / "empty"
    empty.mkdir()
    return {"root": Path("/"), "empty": empty, "hostile": hostile}[request.param]


def test_wheel_holds_what_runs_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert tops == {"crawler", "spiders", "settings.py"}
    shipped = {name for name in names if name.endswith(".toml") and name.startswith("spiders/")}
    assert shipped == {f"spiders/sources/{path.name}" for path in (ROOT / "spiders" / "sources").glob("*.toml")}
    assert not [name for name in names if "__pycache__" in name or name.endswith((".db", ".log"))]


def test_version(worlddesk: Path, folder: Path) -> None:
    said = run(worlddesk, "--version", cwd=folder)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith("worlddesk 0.")


def test_status_without_a_database_says_what_to_do(worlddesk: Path, folder: Path, tmp_path: Path) -> None:
    said = run(worlddesk, "status", "--db", tmp_path / "none.db", cwd=folder)
    assert said.returncode == 1
    assert "run `worlddesk crawl` first" in said.stderr
    assert not (tmp_path / "none.db").exists()


def test_the_database_of_an_installed_program_is_the_users(worlddesk: Path, folder: Path, tmp_path: Path) -> None:
    said = run(worlddesk, "status", cwd=folder, HOME=str(tmp_path / "home"), XDG_DATA_HOME=str(tmp_path / "data"))
    assert said.returncode == 1
    assert str(tmp_path / "data" / "worlddesk" / "news.db") in said.stderr


def test_sources_ship(worlddesk: Path, folder: Path, tmp_path: Path) -> None:
    said = run(worlddesk, "crawl", "lemonde", "--dry-run", "--db", tmp_path / "news.db", cwd=folder)
    assert said.returncode == 0, said.stderr
    assert "https://www.lemonde.fr/international/rss_full.xml" in said.stdout


def test_demo_gives_what_the_readme_shows(worlddesk: Path, hostile: Path, tmp_path: Path) -> None:
    said = run(worlddesk, "demo", "--db", tmp_path / "demo.db", cwd=hostile)
    assert said.returncode == 0, said.stdout[-2000:] + said.stderr[-2000:]
    shown = run(worlddesk, "status", "--db", tmp_path / "demo.db", cwd=hostile)
    assert shown.returncode == 0, shown.stderr
    assert [line.split("\t")[1] for line in shown.stdout.splitlines()] == ["ok", "ok"], shown.stdout
    readme = (ROOT / "README.md").read_text("utf-8")
    sql = readme.partition("```sql\n")[2].partition("```")[0]
    with closing(sqlite3.connect(tmp_path / "demo.db")) as database:
        rows = database.execute(sql).fetchall()
        stock = database.execute("SELECT count(*), count(DISTINCT language) FROM articles").fetchone()
    assert rows
    missing = [row for row in rows if f"| {' | '.join(map(str, row))} |" not in readme]
    assert missing == []
    assert "{} articles in {} languages".format(*stock) in " ".join(readme.split())
    assert " ".join(sql.split()) in " ".join(said.stdout.split())  # it is one of the demo's own questions


def test_scrapy_works_from_a_checkout() -> None:
    scrapy = Path(sysconfig.get_path("scripts")) / "scrapy"
    said = run(scrapy, "list")
    assert (said.returncode, said.stdout.split()) == (0, ["history", "international"]), said.stderr
