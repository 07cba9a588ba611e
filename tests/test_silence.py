"""When a run decides that there is no network: many hosts, some time, and not one answer."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError, DownloadTimeoutError
from scrapy.http import Response

from crawler.middlewares import Silence

URL = "https://paper{}.example/world"


@pytest.fixture
def desk() -> SimpleNamespace:
    desk = SimpleNamespace(is_silent=False)
    desk.fall_silent = lambda: setattr(desk, "is_silent", True)
    return desk


@pytest.fixture
def silence(desk: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Silence:
    monkeypatch.setattr(Silence, "SECONDS", 0.0)
    return Silence(SimpleNamespace(spider=SimpleNamespace(desk=desk)))  # type: ignore[arg-type]  # all that it asks of a crawler


def ask(silence: Silence, count: int, error: Exception, first: int = 0) -> None:
    for number in range(first, first + count):
        silence.process_exception(Request(URL.format(number)), error)


@pytest.mark.parametrize("error", [CannotResolveHostError("no such name"), DownloadTimeoutError("20 s")])
def test_a_dozen_hosts_without_an_answer_are_enough(silence: Silence, desk: SimpleNamespace, error: Exception) -> None:
    ask(silence, Silence.HOSTS - 1, error)
    assert not desk.is_silent
    ask(silence, 1, error, first=Silence.HOSTS)
    assert desk.is_silent


def test_one_host_asked_often_is_not_many(silence: Silence, desk: SimpleNamespace) -> None:
    for _ in range(40):
        ask(silence, 1, CannotResolveHostError("no such name"))
    assert not desk.is_silent


def test_one_answer_and_the_run_goes_on(silence: Silence, desk: SimpleNamespace) -> None:
    ask(silence, 5, CannotResolveHostError("no such name"))
    request = Request(URL.format("alive"))
    silence.process_response(request, Response(request.url, status=503))
    ask(silence, 40, CannotResolveHostError("no such name"), first=5)
    assert not desk.is_silent


def test_who_refuses_is_there(silence: Silence, desk: SimpleNamespace) -> None:
    ask(silence, 1, DownloadConnectionRefusedError("refused"))
    ask(silence, 40, CannotResolveHostError("no such name"), first=1)
    assert not desk.is_silent


def test_the_quick_dead_do_not_speak_for_the_slow(
    silence: Silence, desk: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Silence, "SECONDS", 3600.0)
    ask(silence, 40, CannotResolveHostError("no such name"))
    assert not desk.is_silent
