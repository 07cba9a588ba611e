"""What `schedule` prints: lines for a crontab, or units for systemd, complete and for this machine."""

from __future__ import annotations

import os
import pwd
import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from crawler import environment, fetch, paths
from crawler.errors import UsageError

_HOMES = ("/home", "/root", "/run/user")
_TEMPORARY = ("/tmp", "/var/tmp")  # noqa: S108  # where PrivateTmp would hide a database
_UNITS = "/etc/systemd/system"
_SECRETS = "worlddesk.env"


@dataclass(frozen=True, slots=True)
class Setting:
    """What every printed command needs: absolute paths, and the environment of whoever asked."""

    program: Sequence[str]
    database: Path
    sources: Path | None
    environment: dict[str, str]
    secrets: dict[str, str]
    """Of the environment, what nobody else is to read: kept out of commands and of units, which all may see."""

    def crawl(self) -> list[str]:
        """What cron starts every ten minutes."""
        sources = [] if self.sources is None else ["--sources", str(self.sources)]
        return [*self.program, "crawl", "--quiet", "--db", str(self.database), *sources]

    def publish(self) -> list[str]:
        """A snapshot for readers."""
        return [*self.program, "publish", "--quiet", "--db", str(self.database)]

    def backup(self) -> list[str]:
        """A dated copy with everything."""
        return [*self.publish(), "--backup", str(self.database.parent / "backups")]

    def doctor(self) -> list[str]:
        """Whether all is well around it."""
        sources = [] if self.sources is None else ["--sources", str(self.sources)]
        return [*self.program, "doctor", "--db", str(self.database), *sources]


def setting(db: Path | None, folder: Path | None) -> Setting:
    """Of this program, this person and these options. Raises UsageError where no contact is set: a crawl needs one."""
    if not fetch.contact():
        raise UsageError(
            "say first how publishers can reach you, as each crawl tells them: "
            "WORLDDESK_CONTACT=desk@your-domain worlddesk schedule"
        )
    named = folder or (Path(os.environ["WORLDDESK_SOURCES"]) if os.environ.get("WORLDDESK_SOURCES") else None)
    if mistakes := environment.wrong():
        raise UsageError("; ".join(mistakes))
    told = {
        name: " ".join(value.split()) if name in environment.SECRETS else value
        for name, value in sorted(os.environ.items())
        if name in environment.NAMES and name not in ("WORLDDESK_DB", "WORLDDESK_SOURCES") and value.strip()
    }
    for value in told.values():
        if not value.isprintable():
            raise UsageError(f"{value!r} holds a control character; neither cron nor systemd takes it")
    secrets = {name: told.pop(name) for name in environment.SECRETS if name in told}
    return Setting(_program(), paths.database(db), paths.sources(named) if named else None, told, secrets)


def _program() -> list[str]:
    """How this program is started from anywhere."""
    beside = Path(sys.executable).parent / "worlddesk"
    called = Path(sys.argv[0]).absolute()
    for script in (called, beside):
        if script.name == "worlddesk" and os.access(script, os.X_OK):
            return [str(script)]
    return [sys.executable, "-m", "crawler"]


# ------------------------------------------------------------------------------------------------ cron


def crontab(plan: Setting) -> Iterator[str]:
    """Lines of a crontab. Each is whole in itself: environment, absolute paths, quotes, % as cron wants it.

    But for secrets: cron writes each command that it starts into the system's log, and no setting on a line of its own.
    """
    yield "# Worlddesk. Paste this into `crontab -e`. A mail comes only when there is trouble: to you, or to"
    yield "# MAILTO=you@your-domain"
    yield "SHELL=/bin/sh"
    yield "PATH=/usr/local/bin:/usr/bin:/bin"
    yield from (f"{name}={value}" for name, value in plan.secrets.items())
    yield "# What is due, every ten minutes: each listing has its own rhythm, a long run does no harm."
    yield f"*/10 * * * *  {_shell(plan, plan.crawl())}"
    yield "# At night a snapshot for readers, a backup, and a look at disk, file and sources."
    yield f"17 3 * * *  {_shell(plan, plan.publish())}"
    yield f"27 3 * * *  {_shell(plan, plan.backup())}"
    yield f'47 3 * * *  said=$({_shell(plan, plan.doctor())} 2>&1) || echo "$said"'
    yield "# Old requests and logs go by themselves, at the end of the first run of a day."


def _shell(plan: Setting, command: Sequence[str]) -> str:
    settings = [f"{name}={shlex.quote(value)}" for name, value in plan.environment.items()]
    return " ".join([*settings, *map(shlex.quote, command)]).replace("%", "\\%")  # cron ends a command at %


# ------------------------------------------------------------------------------------------------ systemd


def units(plan: Setting) -> dict[str, str]:
    """Name to content of each unit, and of the file with the secrets where there are any."""
    lines = (f"{name}={_in_file(value)}\n" for name, value in plan.secrets.items())
    return ({_SECRETS: "".join(lines)} if plan.secrets else {}) | {
        "worlddesk.service": _service(plan, "Worlddesk: crawl what is due", [plan.crawl()], minutes=45),
        "worlddesk.timer": _timer("Worlddesk every ten minutes", "*:0/10", "1min"),
        "worlddesk-daily.service": _service(
            plan,
            "Worlddesk: snapshot, backup, health",
            [plan.publish(), plan.backup(), plan.doctor()],
            minutes=120,
        ),
        "worlddesk-daily.timer": _timer("Worlddesk's copies every night", "*-*-* 03:17", "20min"),
    }


def show_units(plan: Setting) -> Iterator[str]:
    """The units one after the other, with where they belong and how they are put to work."""
    yield f"# Worlddesk for systemd: {len(units(plan))} files, each from its name on to the next name. Then:"
    if plan.secrets:
        yield f"#   chmod 600 {_UNITS}/{_SECRETS}"
    yield f"#   mkdir -p {shlex.quote(str(plan.database.parent))}"
    yield "#   systemctl daemon-reload && systemctl enable --now worlddesk.timer worlddesk-daily.timer"
    yield "#   journalctl -u worlddesk"
    if _user() == "root":
        yield "# You are root: better print this as the user who is to crawl."
    for name, content in units(plan).items():
        yield f"\n# {_UNITS}/{name}"
        yield content.rstrip("\n")


def _service(plan: Setting, description: str, commands: Sequence[Sequence[str]], *, minutes: int) -> str:
    environment = [f"Environment={_quoted(f'{name}={value}')}" for name, value in plan.environment.items()]
    lines = [
        "[Unit]",
        f"Description={description}",
        "Wants=network-online.target",
        "After=network-online.target",
        "",
        "[Service]",
        "Type=oneshot",
        f"User={_user()}",
        *environment,
        *([f"EnvironmentFile={_UNITS}/{_SECRETS}"] if plan.secrets else []),
        *(f"ExecStart={' '.join(_quoted(part, in_command=True) for part in command)}" for command in commands),
        "# 3: some sources failed, which status tells; 75: another run is at work, or no network; 143: stopped",
        "SuccessExitStatus=3 75 143",
        f"TimeoutStartSec={minutes}min",
        "# asked to end, it does so within ten seconds, and ends its workers itself",
        "TimeoutStopSec=20",
        "KillMode=mixed",
        "Nice=5",
        "MemoryHigh=1200M",
        "MemoryMax=2G",
        "TasksMax=256",
        "",
        "ProtectSystem=strict",
        f"ReadWritePaths={_quoted(str(plan.database.parent))}",
        f"ProtectHome={'read-only' if _is_below(plan, _HOMES) else 'yes'}",
        *_private_tmp(plan),
        *_HARDENED,
    ]
    return "\n".join(lines) + "\n"


def _private_tmp(plan: Setting) -> list[str]:
    """SQLite needs some temporary folder: one of its own, or the one in which all lies and which that would hide."""
    if _is_below(plan, _TEMPORARY):
        return ["PrivateTmp=no", f"ReadWritePaths={' '.join(_TEMPORARY)}"]
    return ["PrivateTmp=yes"]


_HARDENED = (
    "NoNewPrivileges=yes",
    "CapabilityBoundingSet=",
    "AmbientCapabilities=",
    "PrivateDevices=yes",
    "ProtectKernelTunables=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelLogs=yes",
    "ProtectControlGroups=yes",
    "ProtectClock=yes",
    "ProtectHostname=yes",
    "ProtectProc=invisible",
    "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "LockPersonality=yes",
    "RemoveIPC=yes",
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service",
    "SystemCallErrorNumber=EPERM",
)


def _timer(description: str, calendar: str, delay: str) -> str:
    return (
        f"[Unit]\nDescription={description}\n\n[Timer]\nOnCalendar={calendar}\n"
        f"RandomizedDelaySec={delay}\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n"
    )


def _quoted(value: str, *, in_command: bool = False) -> str:
    """As systemd reads it back: quotes, backslashes, its own % and, in commands, $."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    escaped = escaped.replace("$", "$$") if in_command else escaped
    return f'"{escaped}"' if set(value) & set(" \t\"'\\;#$") else escaped


def _in_file(value: str) -> str:
    """As systemd reads it back from a file: quotes and backslashes."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _user() -> str:
    return pwd.getpwuid(os.getuid()).pw_name


def _is_below(plan: Setting, folders: Sequence[str]) -> bool:
    """Whether anything that a run needs lies in one of these folders, or what its links lead to does."""
    named = [plan.database, Path(plan.program[0]), paths.ROOT, Path(sys.prefix), Path(sys.base_prefix)]
    needed = [*named, *([plan.sources] if plan.sources else [])]
    reached = {place for path in needed for place in (path.absolute(), path.resolve())}
    return any(path.is_relative_to(folder) for path in reached for folder in folders)
