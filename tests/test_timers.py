"""What `schedule` prints runs as printed: from cron's bare shell, and within the walls that systemd puts up."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
from contextlib import closing

import pytest

from crawler.report import timers

WALLS = """
mount --make-rprivate / && mount --bind "$1" "$1" && mount -o remount,bind,ro / && mount -t tmpfs none /var/tmp &&
shift && cd / && exec "$@"
"""


@pytest.fixture
def home(desk, tmp_path):
    """A database in a folder whose name has all that shells, cron and systemd take for their own."""
    home = tmp_path / "100% o'news $HOME"
    home.mkdir()
    desk.database = home / "news.db"
    desk.sources = desk.sources.rename(tmp_path / "my sources")
    return home


def printed(desk, *arguments):
    completed = subprocess.run(
        desk.command("schedule", "--db", str(desk.database), "--sources", str(desk.sources), *arguments),
        env=desk.environment | {"WORLDDESK_CONTACT": "desk@example.org", "WORLDDESK_LOG_LEVEL": "WARNING"},
        capture_output=True,
        text=True,
        check=True,
    )
    return completed.stdout


def bare():
    """What a job of cron's has; beside it our own modules, where the tests run from a copy."""
    return {"HOME": "/", "PATH": "/usr/bin:/bin"} | {
        name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ
    }


def by_cron(line):
    """Run a line of a crontab as cron does: % ends it unless it is escaped, from /, with hardly an environment."""
    command = line.split(None, 5)[5]
    assert not re.search(r"(?<!\\)%", command)
    return subprocess.run(
        ["/bin/sh", "-c", command.replace("\\%", "%")],
        env=bare(),
        cwd="/",
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def count(database, sql="SELECT count(*) FROM articles"):
    with closing(sqlite3.connect(database)) as db:
        return db.execute(sql).fetchone()[0]


def test_every_line_of_the_crontab_runs_and_is_silent(desk, home, stand):
    lines = [line for line in printed(desk).splitlines() if not re.match(r"#|[A-Z]+=", line)]
    assert [line.split()[0] for line in lines] == ["*/10", "17", "27", "47"]
    for line in lines:
        done = by_cron(line)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), line
    assert count(desk.database) > 40
    assert count(desk.database, "SELECT count(*) FROM runs WHERE trigger IS NULL") == 1
    assert count(home / "published" / "news.db") == count(desk.database)
    assert [count(path) for path in (home / "backups").glob("*.db")] == [count(desk.database)]
    for file in desk.sources.glob("*.toml"):
        file.write_text("broken")
    done = by_cron(lines[3])  # and trouble is told
    assert "toml" in done.stdout


SECRETS = {
    "WORLDDESK_PING_URL": "https://hc.example.org/ping/0815?x=%41$b",
    "WORLDDESK_NOTIFY": 'mailto://u:p"w@a.example',
}


def test_secrets_stand_in_no_command_and_in_no_unit(desk, monkeypatch):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    lines = printed(desk).splitlines()
    for name, value in SECRETS.items():
        assert f"{name}={value}" in lines
        assert not any(value in line or name in line for line in lines if re.match(r"[*\d]", line))
    units = json.loads(printed(desk, "--systemd", "--json"))
    secret = units.pop("worlddesk.env")
    assert dict(shlex.split(line)[0].split("=", 1) for line in secret.splitlines()) == SECRETS
    assert not any(name in content for name in SECRETS for content in units.values())
    assert all(
        "EnvironmentFile=/etc/systemd/system/worlddesk.env\n" in units[f"{name}.service"]
        for name in ("worlddesk", "worlddesk-daily")
    )
    assert "chmod 600 /etc/systemd/system/worlddesk.env" in printed(desk, "--systemd")


@pytest.mark.parametrize(
    ("name", "value"),
    [("WORLDDESK_PING_URL", "hc.example.org/0815"), ("WORLDDESK_KEEP_DAYS", "3"), ("WORLDDESK_LOG_LEVEL", "LOUD")],
)
def test_what_no_crawl_would_take_is_not_printed(desk, name, value):
    environment = desk.environment | {"WORLDDESK_CONTACT": "desk@example.org", name: value}
    command = desk.command("schedule")
    refused = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert name in refused.stderr


def test_without_a_contact_nothing_is_printed(desk):
    refused = desk.run("schedule")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "WORLDDESK_CONTACT=" in refused.stderr


def written(desk, folder):
    """The units in files, as they are printed one after the other."""
    parts = re.split(r"^# /etc/systemd/system/(\S+)$", printed(desk, "--systemd"), flags=re.MULTILINE)[1:]
    units = dict(zip(parts[::2], (part.strip() + "\n" for part in parts[1::2]), strict=True))
    assert json.loads(printed(desk, "--systemd", "--json")) == units
    for name, content in units.items():
        (folder / name).write_text(content, "utf-8")
    return units


def test_systemd_takes_the_units_and_finds_little_exposed(desk, home, stand, tmp_path):
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd-analyze on this machine")
    folder = tmp_path / "units"
    folder.mkdir()
    units = written(desk, folder)
    names = [str(folder / name) for name in units]
    verified = subprocess.run([analyze, "verify", *names], capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stdout) == (0, ""), verified.stderr
    assert "worlddesk" not in verified.stderr  # complaints about other units of the machine are not ours
    for name in ("worlddesk.service", "worlddesk-daily.service"):
        judged = subprocess.run(
            [analyze, "security", "--offline=true", "--threshold=30", "--no-pager", str(folder / name)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert judged.returncode == 0, judged.stdout[-300:]


def values(unit, key):
    """Of a unit's lines, each as a list of words that systemd makes of it."""
    found = re.findall(rf"^{key}=(.+)$", unit, re.MULTILINE)
    return [[word.replace("%%", "%") for word in shlex.split(line)] for line in found]


def test_the_service_works_in_a_file_system_that_takes_nothing_but_its_folder(desk, home, stand, tmp_path):
    """ProtectSystem=strict, ReadWritePaths=, PrivateTmp=, NoNewPrivileges=, no capabilities, by hand."""
    walls = ["unshare", "-m", "/bin/sh", "-c", WALLS, "walls", str(home)]
    tried = shutil.which("setpriv") and shutil.which("unshare")
    if not tried or subprocess.run([*walls, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody put up such walls")
    units = written(desk, tmp_path)
    unit = units["worlddesk.service"]
    assert values(unit, "ReadWritePaths")[0] == [str(home)]
    environment = dict(word.split("=", 1) for line in values(unit, "Environment") for word in line)
    assert environment["WORLDDESK_CONTACT"] == "desk@example.org"
    without = ["setpriv", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
    for line in (*values(unit, "ExecStart"), *values(units["worlddesk-daily.service"], "ExecStart")):
        command = [word.replace("$$", "$") for word in line]
        done = subprocess.run(
            [*walls, *without, *command],
            env=bare() | environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert count(desk.database) > 40
    assert len(list((home / "logs").iterdir())) == 1


def test_what_is_of_somebodys_home_can_still_be_read_and_a_temporary_folder_is_not_hidden(tmp_path):
    def unit(database, program):
        return timers.units(timers.Setting([program], database, None, {}, {}))["worlddesk.service"]

    at_home = unit(tmp_path / "news.db", "/home/ana/.venv/bin/worlddesk")
    assert "ProtectHome=read-only\n" in at_home
    assert f"PrivateTmp={'no' if str(tmp_path).startswith('/tmp') else 'yes'}\n" in at_home
