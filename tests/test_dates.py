from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract.dates import Customs, stamp, written
from crawler.extract.datewords import tells_change
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
        ("20240506070809", "2024-05-06"),
        ("1965-05-06", "1965-05-06"),
        ("2024-05-06T07:08:09 BST", "2024-05-06"),
        ("2024-05-06 07:08 GMT+2", "2024-05-06T07:08+02:00"),
    ],
)
def test_stamp(text: str, iso: str) -> None:
    found = stamp(text)
    assert found is not None
    assert found.iso() == iso


@pytest.mark.parametrize(
    "text",
    [
        *("", "0000-00-00", "0001-01-01T00:00:00", "1970-01-01T00:00:00Z", "1900-01-01", "9999-12-31", "2024-02-30"),
        *("13/14/2026", "2024-05-06T25:00:00Z", "2024-05-06T07:08:09 XYZT", "2 hours ago", "99999999999", "2024"),
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
    read = [written("3/4/2024", Customs(month_first=first)) for first in (None, True, False)]
    assert [[found.local.month for found, _ in dates] for dates in read] == [[], [3], [4]]


NEW_YORK, LONDON, DELHI = (ZoneInfo(name) for name in ("America/New_York", "Europe/London", "Asia/Kolkata"))


@pytest.mark.parametrize(
    ("text", "customs", "iso"),
    [
        ("5 July 2024 10:00 BST", Customs(country="gb"), "2024-07-05T10:00+01:00"),
        ("5 July 2024 10:00 BST", Customs(country="bd"), "2024-07-05T10:00+06:00"),
        ("5 July 2024 10:00 BST", Customs(), "2024-07-05"),
        ("5 July 2024 10:00 BST", Customs(zone=LONDON), "2024-07-05T10:00+01:00"),
        ("5 July 2024 10:00 IST", Customs(country="ie"), "2024-07-05T10:00+01:00"),
        ("5 July 2024 10:00 IST", Customs(zone=DELHI), "2024-07-05T10:00+05:30"),
        ("5 July 2024 10:00 ET", Customs(), "2024-07-05T10:00-04:00"),
        ("5 Jan. 2024 10:00 ET", Customs(), "2024-01-05T10:00-05:00"),
        ("5 July 2024 10:00 EST", Customs(zone=NEW_YORK), "2024-07-05T10:00-04:00"),
        ("5 July 2024 10:00 EST", Customs(), "2024-07-05T10:00-05:00"),
        ("5 JUILLET 2024 10:00 ET", Customs(language="fr"), "2024-07-05"),
        ("5 July 2024 10:00 GMT", Customs(zone=NEW_YORK), "2024-07-05T10:00Z"),
        ("5 July 2024 10:00 UTC+5:30", Customs(), "2024-07-05T10:00+05:30"),
        ("5 July 2024 10:00 JST", Customs(), "2024-07-05T10:00+09:00"),
        ("5 July 2024 10:00", Customs(zone=LONDON), "2024-07-05T10:00+01:00"),
    ],
)
def test_names_of_zones_mean_what_the_publisher_means(text: str, customs: Customs, iso: str) -> None:
    assert [found.iso() for found, _ in written(text, customs)] == [iso]


def test_a_machine_says_a_zone_by_its_name() -> None:
    found = stamp("2024-07-05T10:00:00 IST")
    assert found is not None
    assert found.settled(Customs(zone=DELHI)).iso() == "2024-07-05T10:00:00+05:30"
    assert found.settled(Customs(country="il")).iso() == "2024-07-05T10:00:00+03:00"


def test_changes_are_told_from_publication() -> None:
    line = "Published 4 May 2024 10:00 | Updated 5 May 2024 11:00"
    assert [(found.local.day, changed) for found, changed in written(line)] == [(4, False), (5, True)]
    assert tells_change("Mis à jour le")
    assert not tells_change("Publié le")


@settings(max_examples=300, deadline=None)
@given(st.from_regex(r"\d{1,4}[-/. ](\d{1,3}|mai|jun)[-/. ]\d{1,4}( |T)\d\d?:\d\d(:\d\d)?.{0,6}"))
def test_what_is_read_can_be_stored(text: str) -> None:
    found = [stamp(text), *(day for day, _ in written(text, Customs(month_first=False)))]
    for day in found:
        assert day is None or (day.iso()[:4] >= "1700" and utc(day.iso()))
