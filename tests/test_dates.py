from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract.dates import stamp, tells_change, written
from crawler.normalise import utc


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-05-06", "2024-05-06"),
        ("2024-05-06T07:08:09Z", "2024-05-06T07:08:09Z"),
        ("2024-05-06T07:08:09.123456789+0200", "2024-05-06T07:08:09+02:00"),
        ("2024-05-06 07:08 UTC", "2024-05-06T07:08Z"),
        ("2024-05-06 07:08:09 +02:00", "2024-05-06T07:08:09+02:00"),
        ("2024/05/06 7:08:09 CEST", "2024-05-06T07:08:09+02:00"),
        ("20240506T070809Z", "2024-05-06T07:08:09Z"),
        ("2024-05-06T07:08:09", "2024-05-06"),
        ("Mon, 06 May 2024 07:08:09 -0500", "2024-05-06T07:08:09-05:00"),
        ("Mon May 06 07:08:09 CEST 2024", "2024-05-06T07:08:09+02:00"),
        ("1714979289", "2024-05-06T07:08:09Z"),
        ("1714979289000", "2024-05-06T07:08:09Z"),
    ],
)
def test_stamp(text: str, iso: str) -> None:
    found = stamp(text)
    assert found is not None
    assert found.iso() == iso


@pytest.mark.parametrize(
    "text",
    [
        *("", "0000-00-00", "0001-01-01T00:00:00", "1970-01-01T00:00:00Z", "1989-12-31", "9999-12-31", "2024-02-30"),
        *("13/14/2026", "2024-05-06T25:00:00Z", "2024-05-06T07:08:09 BST", "2 hours ago", "99999999999", "2024"),
        *("2024-05-06T07:08:09+99:00", "Mon, 06 Foo 2024 07:08:09 GMT"),
    ],
)
def test_no_stamp(text: str) -> None:
    assert stamp(text) is None


def test_stamps_of_the_future_are_slips() -> None:
    now = datetime.now(UTC)
    assert stamp((now + timedelta(hours=35)).isoformat()) is not None
    assert stamp((now + timedelta(hours=37)).isoformat()) is None


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("Published 5 May 2024 3:15 pm", "2024-05-05T15:15:00"),
        ("11:34pm Apr 26, 2024", "2024-04-26T23:34:00"),
        ("Publié le 4 mars 2024 à 14h05", "2024-03-04T14:05:00"),
        ("1er août 2024", "2024-08-01T00:00:00"),
        ("Montag, 22.04.2024, 17:26 Uhr", "2024-04-22T17:26:00"),
        ("3. März 2024 um 8.05 Uhr", "2024-03-03T08:05:00"),
        ("2 de enero de 2024 09:00", "2024-01-02T09:00:00"),
        ("4 Febbraio 2025 - 14:41", "2025-02-04T14:41:00"),
        ("15 de março de 2024", "2024-03-15T00:00:00"),
        ("23 mei 2024 om 10:23", "2024-05-23T10:23:00"),
        ("7 października 2024", "2024-10-07T00:00:00"),
        ("14 мая 2025, 20:28", "2025-05-14T20:28:00"),
        ("9 березня 2024", "2024-03-09T00:00:00"),
        ("5 Mayıs 2024 - 12:30", "2024-05-05T12:30:00"),
        ("٢ يناير ٢٠٢٤", "2024-01-02T00:00:00"),
        ("2024年1月2日 15:05", "2024-01-02T15:05:00"),
        ("2024年1月2日 午後3時05分", "2024-01-02T15:05:00"),
        ("입력 2026.01.29 18:40", "2026-01-29T18:40:00"),
        ("2024년 1월 2일 오후 6:40", "2024-01-02T18:40:00"),
        ("25/4/2024 10:00", "2024-04-25T10:00:00"),
        ("May 5, 2024 12:15 AM EDT", "2024-05-05T00:15:00-04:00"),
        ("5 May 2024 10:00:30 GMT", "2024-05-05T10:00:30+00:00"),
    ],
)
def test_written(text: str, local: str) -> None:
    assert [found.local.isoformat() for found, _ in written(text)] == [local]


@pytest.mark.parametrize(
    "text", ["© 2024", "May 2024", "in 2024", "12.5.24", "31 February 2024", "5 Foo 2024", "3 May 1912"]
)
def test_nothing_written(text: str) -> None:
    assert written(text) == []


def test_slashes_are_read_as_the_source_means_them() -> None:
    assert [written("3/4/2024", month_first=first) == [] for first in (None, True, False)] == [True, False, False]
    assert written("3/4/2024", month_first=True)[0][0].local.month == 3
    assert written("3/4/2024", month_first=False)[0][0].local.month == 4


def test_changes_are_told_from_publication() -> None:
    line = "Published 4 May 2024 10:00 | Updated 5 May 2024 11:00"
    assert [(found.local.day, changed) for found, changed in written(line)] == [(4, False), (5, True)]
    assert tells_change("Mis à jour le")
    assert not tells_change("Publié le")


@settings(max_examples=300, deadline=None)
@given(st.from_regex(r"\d{1,4}[-/. ](\d{1,3}|mai|jun)[-/. ]\d{1,4}( |T)\d\d?:\d\d(:\d\d)?.{0,6}"))
def test_what_is_read_can_be_stored(text: str) -> None:
    found = [stamp(text), *(day for day, _ in written(text, month_first=False))]
    for day in found:
        assert day is None or (day.iso()[:10] >= "1990-01-01" and utc(day.iso()))
