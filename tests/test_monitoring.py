"""Prometheus, a watchdog, mail and chats: real receivers on loopback, and what must not leak or fail."""

from __future__ import annotations

import json
import logging
import socket
import socketserver
import sys
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from prometheus_client.parser import text_string_to_metric_families
from stories import FEED, SECTION, Shelf

from crawler import store
from crawler.errors import UsageError
from crawler.health import notify, ping, tell, transitions
from crawler.normalise import now
from crawler.report import prom
from crawler.schedule import hours_before

SECRET = "0a1b2c3d-not-to-be-told"


class Receiver(ThreadingHTTPServer):
    """Keeps what is posted to it; answers with the next of `answers`, else 200."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.posts: list[tuple[str, str]] = []
        self.answers: list[int] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.server.posts.append((self.path, body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class Mailbox(socketserver.ThreadingTCPServer):
    """An SMTP server that takes every message."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Smtp)
        self.mails: list[bytes] = []


class _Smtp(socketserver.StreamRequestHandler):
    server: Mailbox

    def handle(self) -> None:
        self.say("220 ready")
        while line := self.rfile.readline():
            verb = line.split()[0].upper().decode() if line.split() else ""
            if verb == "DATA":
                self.say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.mails.append(b"".join(lines))
            self.say("221 bye" if verb == "QUIT" else "250 ok")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def shelf(tmp_path):
    shelf = Shelf(tmp_path / "news.db")
    yield shelf
    shelf.close()


@pytest.fixture
def ill(shelf):
    """The Gazette failed, with a reason that wants to be a header and a command of the terminal."""
    for hours in (30, 29, 28):
        shelf.begin()
        shelf.db.execute("UPDATE runs SET started_at = ? WHERE run_id = ?", [hours_before(now(), hours), shelf.run_id])
        for listing in (FEED, SECTION):
            reason = 'HTTP 503 "x\\y"\r\nBcc: all@example.org\r\n\r\n<script>alert(1)</script>\x1b[31m'
            shelf.announce(outcome="error", reason=reason, status_code=503, listing=listing)
        store.finish_run(shelf.db, shelf.run_id)
    return shelf


# --- Prometheus


def samples(text):
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_gauges_are_read_by_prometheus_own_parser(ill, tmp_path):
    ill.db.execute("UPDATE sources SET source_id = source_id")  # a write, so that there is a log beside the file
    told = prom.facts(ill.db, tmp_path / "news.db")
    text = prom.text(told)
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert {family.type for family in families.values()} == {"gauge"}
    assert all(name.startswith("worlddesk_") and family.documentation for name, family in families.items())
    said = samples(text)
    gazette = (("source", "gazette"),)
    assert said["worlddesk_last_run_exit_code", ()] == 1
    assert said["worlddesk_network_up", ()] == 1
    assert said["worlddesk_quarantine_pages", ()] == 0
    assert said["worlddesk_database_bytes", ()] > 100_000
    assert said["worlddesk_disk_free_bytes", ()] > 0
    assert said["worlddesk_source_up", gazette] == 0
    assert said["worlddesk_source_up", (("source", "tribune"),)] == 1
    assert said["worlddesk_source_status", (("source", "gazette"), ("status", "failed"))] == 1
    states = [
        value for (name, labels), value in said.items() if name == "worlddesk_source_status" and gazette[0] in labels
    ]
    assert sum(states) == 1
    assert ("worlddesk_source_last_new_article_timestamp_seconds", gazette) not in said  # unknown is absent, not 0
    assert told["sources"][0]["problem"] == "failed"


def test_before_the_first_run_there_are_gauges_too(shelf, tmp_path):
    shelf.db.execute("DELETE FROM runs")
    said = samples(prom.text(prom.facts(shelf.db, tmp_path / "news.db")))
    assert said["worlddesk_articles", ()] == 0
    assert ("worlddesk_last_run_exit_code", ()) not in said


def test_labels_are_escaped():
    gauge = prom.Gauge("x", "a\\b\nc", [({"source": 'a"b\\c\nd'}, 1.5)])
    lines = f"# HELP x {prom._escaped(gauge.help)}\n# TYPE x gauge\nx{prom._labels(gauge.values[0][0])} 1.5\n"
    (family,) = text_string_to_metric_families(lines)
    assert family.documentation == "a\\b\nc"
    assert family.samples[0].labels == {"source": 'a"b\\c\nd'}


def test_the_file_is_replaced_at_once_and_readable_for_others(tmp_path):
    file = tmp_path / "worlddesk.prom"
    file.write_text("old")
    with file.open() as reader:
        prom.write(file, "new\n")
        assert reader.read() == "old"
    assert file.read_text() == "new\n"
    assert file.stat().st_mode & 0o777 == 0o644
    assert [path.name for path in tmp_path.iterdir()] == ["worlddesk.prom"]
    with pytest.raises(UsageError, match="cannot be written"):
        prom.write(tmp_path / "nowhere" / "x.prom", "new")


# --- a watchdog


def test_a_ping_says_start_and_end_and_no_secret(receiver, monkeypatch, caplog):
    monkeypatch.setenv(ping.SETTING, f"{receiver.url}/{SECRET}/")
    receiver.answers = [200, 500, 200]
    watchdog = ping.Ping()
    watchdog.start()
    watchdog.end(3, ["worlddesk: run 1 partial", "worlddesk: lemonde failed: HTTP 503"])
    begun, failed, again = receiver.posts
    assert begun == (f"/{SECRET}/start", "")
    assert failed == again == (f"/{SECRET}/3", "worlddesk: run 1 partial\nworlddesk: lemonde failed: HTTP 503")
    watchdog.end(0)
    assert receiver.posts[-1] == (f"/{SECRET}", "")
    assert caplog.text == ""


def test_a_watchdog_that_is_out_of_reach_fails_nothing(monkeypatch, caplog):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}/{SECRET}", f"file:///{SECRET}", f"http://[{SECRET}", f"http://x y/{SECRET}"):
        monkeypatch.setenv(ping.SETTING, url)
        with caplog.at_level(logging.DEBUG):
            watchdog = ping.Ping()
            watchdog.start()
            watchdog.end(0)
    assert caplog.text.count("was not reached") == 8
    assert SECRET not in caplog.text


def test_without_the_setting_and_for_history_nothing_is_sent(receiver, monkeypatch):
    monkeypatch.delenv(ping.SETTING, raising=False)
    ping.Ping().end(0)
    monkeypatch.setenv(ping.SETTING, receiver.url)
    ping.Ping(is_crawl=False).end(0)
    assert receiver.posts == []


def test_what_ends_a_run_is_sent_and_raised(receiver, monkeypatch):
    monkeypatch.setenv(ping.SETTING, receiver.url)
    with pytest.raises(UsageError), ping.Ping().watch():
        raise UsageError("the disk is full")
    with pytest.raises(SystemExit), ping.Ping().watch():
        raise SystemExit(143)
    assert receiver.posts == [("/2", "the disk is full"), ("/143", "")]


@pytest.mark.parametrize(
    ("exit_code", "statuses", "planned", "seen"),
    [
        (0, ["ok"], 1, 0),
        (3, ["ok", "failed"], 2, 0),
        (1, ["failed"], 1, 1),
        (1, ["failed", "skipped"], 2, 0),  # the other one was not due
        (1, ["failed", "blocked"], 2, 1),
        (1, ["failed", "degraded"], 5, 1),  # it broke off
        (75, ["skipped"], 1, 75),
        (143, ["failed"], 5, 143),
    ],
)
def test_a_watchdog_watches_the_crawl_and_not_the_papers(exit_code, statuses, planned, seen):
    sources = {str(number): {"status": status} for number, status in enumerate(statuses)}
    assert ping.as_seen({"exit_code": exit_code, "sources": sources}, planned) == seen


# --- mail and chats


def test_mail_is_plain_text_without_foreign_headers(ill, mailbox, monkeypatch, tmp_path):
    port = mailbox.server_address[1]
    address = f"mailto://127.0.0.1:{port}/?from=desk@example.org&to=team@example.org&name=Desk"
    monkeypatch.setenv(notify.SETTING, address)
    changes = transitions.untold(ill.db)
    assert tell.was_told(tmp_path / "news.db", changes) == []
    (raw,) = mailbox.mails
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail["To"] == "team@example.org"
    assert mail["Subject"] == f"Worlddesk on {socket.gethostname()}: 1 change"
    assert mail["Bcc"] is None
    assert mail.get_content_type() == "text/plain"
    (line,) = mail.get_content().splitlines()
    assert line.startswith("gazette failed since 20")
    assert line.isprintable()
    assert tell.was_told(tmp_path / "news.db", transitions.untold(ill.db)) == []
    assert len(mailbox.mails) == 1


def test_what_could_not_be_sent_is_sent_after_the_next_run(ill, receiver, monkeypatch, tmp_path):
    database = tmp_path / "news.db"
    monkeypatch.setenv(notify.SETTING, f"json://user:{SECRET}@127.0.0.1:{receiver.server_port}/{SECRET}")
    receiver.answers = [500]
    (complaint,) = tell.was_told(database, transitions.untold(ill.db))
    assert complaint.startswith("WORLDDESK_NOTIFY: not sent to address 1 (json)")
    assert SECRET not in complaint
    receiver.answers = [500]
    assert tell.was_told(database, []) == []  # no news: no second complaint
    assert tell.was_told(database, []) == []
    assert tell.was_told(database, []) == []
    assert len(receiver.posts) == 3
    told = json.loads(receiver.posts[-1][1])
    assert told["message"].startswith("gazette failed since 20")
    assert "\x1b" not in told["message"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (f"nonsense-{SECRET}", "address 1 \\(no ://\\) is no address"),
        (f"json://127.0.0.1:1/ nobody://{SECRET}", "address 2 \\(nobody\\) is no address"),
        ("", "WORLDDESK_NOTIFY is not set"),
    ],
)
def test_a_wrong_address_is_named_without_its_secrets(monkeypatch, value, words, caplog):
    monkeypatch.setenv(notify.SETTING, value)
    with pytest.raises(UsageError, match=words) as caught:
        tell.send_test()
    assert SECRET not in f"{caught.value}{caplog.text}"


def test_without_the_extra_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setenv(notify.SETTING, "json://127.0.0.1:1/")
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(UsageError, match=r"pip install 'worlddesk\[notify\]'"):
        tell.send_test()


def test_a_crawl_pings_and_sends_and_keeps_the_secrets(desk, stand, receiver, monkeypatch):
    monkeypatch.setenv(ping.SETTING, f"{receiver.url}/ping/{SECRET}")
    monkeypatch.setenv(notify.SETTING, f"json://127.0.0.1:{receiver.server_port}/notify/{SECRET}")
    assert desk.run("crawl", "--quiet").returncode == 0
    assert [path for path, _ in receiver.posts] == [f"/ping/{SECRET}/start", f"/ping/{SECRET}"]
    assert receiver.posts[1][1].startswith("worlddesk: run 1 ok: 2 sources")
    assert desk.run("notify").stdout == "worlddesk: 0 changes sent\n"
    assert desk.run("notify", "--test", "--json").stdout == '{"sent": 1}\n'
    assert json.loads(receiver.posts[-1][1])["message"].startswith("This is a test")
    for path in desk.folder.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes()
    gauges = desk.folder / "worlddesk.prom"
    assert desk.run("status", "--prom", str(gauges)).returncode == 0
    assert samples(gauges.read_text())["worlddesk_last_run_exit_code", ()] == 0
    facts = json.loads(desk.run("status", "--prom", "--json").stdout)
    assert facts["run"]["exit_code"] == 0
    assert desk.run("status", "--prom", "--problems").returncode == 2
