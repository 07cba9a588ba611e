"""What the commands of `worlddesk` share: errors that are messages, options, the open database."""

from __future__ import annotations

import io
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from crawler import interrupt, paths
from crawler.errors import WorlddeskError

if TYPE_CHECKING:
    from sqlite_utils import Database

    from crawler.workers.pool import Pool

INTERRUPTED = 130
_AHEAD = 32
"""JSON lines that are read while the first of them is not answered."""
Command = TypeVar("Command", bound=Callable[..., Any])


class Commands(click.Group):
    """A group whose errors are one message for people and an exit code, never a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """In the order in which one meets them, not of the alphabet."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        _prepare_streams()
        try:
            return self._invoke(ctx)
        except WorlddeskError as error:
            if (code := interrupt.exit_code()) is not None:  # a statement that was broken off is no trouble
                ctx.exit(code)
            _fail(str(error), error.exit_code)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:  # `worlddesk search … | head`: the reader has enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except OSError as error:
            _fail(f"{error.filename or 'input or output'}: {error.strerror or error}", 1)
        return None

    def _invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        finally:
            sys.stdout.flush()  # here, where a reader that went away can still be handled


def _prepare_streams() -> None:
    """UTF-8 whatever the locale says: cron has none, and a name in Arabic must not end the command.

    A stream that the caller closed (`>&-`) is None in Python; it becomes an empty one, before any other file
    can take its number.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115  # for good
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _fail(message: str, exit_code: int) -> None:
    complain(message)
    raise click.exceptions.Exit(exit_code)


def complain(message: str) -> None:
    """One line for people on stderr for each line of the message."""
    from crawler.normalise import clean

    for line in message.splitlines():  # what a page or a file put into the message stays harmless
        click.echo(f"worlddesk: {clean(line)}", err=True)


FILE = click.Path(path_type=Path, readable=False)  # what is wrong with it, the database says for the environment too


def db_option(command: Command) -> Command:
    """`--db FILE`, given to the command as `db`."""
    words = "SQLite file. [default: $WORLDDESK_DB, else data/news.db of the checkout or of the user]"
    return click.option("--db", type=FILE, metavar="FILE", help=words)(command)


def sources_option(command: Command) -> Command:
    """`--sources FOLDER`, given to the command as `folder`."""
    words = "Folder of the sources' TOML files. [default: $WORLDDESK_SOURCES, else those that ship with us]"
    kind = click.Path(path_type=Path, file_okay=False)
    return click.option("--sources", "folder", type=kind, metavar="FOLDER", help=words)(command)


def json_option(command: Command) -> Command:
    """`--json`, given to the command as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON value instead of text for people.")(command)


def filter_option(name: str, metavar: str, words: str) -> Callable[[Command], Command]:
    """`--name`, which may stand several times."""
    return click.option(f"--{name}", multiple=True, metavar=metavar, help=f"{words}; several with commas.")


@contextmanager
def opened(db: Path | None, *, read_only: bool = True) -> Iterator[Database]:
    """The database that the command is about, closed at the end. Raises DatabaseError, for what happens within too."""
    from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # the one that sqlite-utils opens files with

    from crawler.database import explained, open_database

    path = paths.database(db)
    with closing(open_database(path, read_only=read_only)) as database:
        try:
            yield database
        except sqlite3.DatabaseError as error:
            raise explained(path, error) from error


def one_page(where: str | None) -> str:
    """The FILE or URL of a command that can do without one only beside `--jsonl`."""
    if where is None:
        raise click.UsageError("give a FILE or a URL (- for stdin), or --jsonl for many")
    return where


def stream(module: str, where: str | None) -> None:
    """Answer JSON lines of stdin on stdout, in their order, each as soon as it can be: a program may wait for it.

    `module` has `answer_line` and `failed_line`. Workers do it: no page keeps the others from being answered.
    """
    from crawler.workers.pool import Pool

    if where not in (None, "-"):
        raise click.UsageError("--jsonl reads stdin; give no FILE or URL beside it")
    under_way: deque[Future[None]] = deque()
    with ThreadPoolExecutor(1) as printer, Pool() as pool:  # the pool ends first: nothing is waited for in vain
        for line in filter(str.strip, sys.stdin):
            answer = pool.submit(f"{module}:answer_line", line)
            under_way.append(printer.submit(_print_answer, pool, module, line, answer))
            while len(under_way) > _AHEAD or (under_way and under_way[0].done()):
                under_way.popleft().result()
        for printed in under_way:
            printed.result()


def _print_answer(pool: Pool, module: str, line: str, answer: Future[str]) -> None:
    from crawler.errors import NotRead

    try:
        said = answer.result()
    except NotRead as error:
        said = pool.submit(f"{module}:failed_line", line, str(error)).result()
    click.echo(said)  # flushes
