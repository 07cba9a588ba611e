"""Several pages in one process, through the real engine on loopback: polite, and nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPT = """
import asyncio, json, sys
from crawler.visit import visit

async def work(visitor):
    robots = await visitor.robots(sys.argv[1])
    pages = await asyncio.gather(*map(visitor.fetch, sys.argv[1:]))
    if "raise" in sys.argv:
        raise ValueError("of the errand")
    return robots, pages

robots, pages = visit(["127.0.0.1"], work, typed=sys.argv[1:])
told = {page.asked: [page.outcome, page.status, page.reason, page.url, len(page.body), page.charset] for page in pages}
print(json.dumps({"robots": robots.status, "sitemaps": robots.text.count("Sitemap:"), "pages": told}))
"""


def started(folder: Path, *addresses: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name != "WORLDDESK_CONTACT"}
    command = [sys.executable, "-c", SCRIPT, *addresses]
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=-1, stderr=-1, text=True)


def test_pages_of_several_hosts_each_with_what_came_of_it(stand, tmp_path):
    paths = ("/world/", "/nope", "/lettre-des-abonnes/x", "/documents/comptes-du-port-autonome",
             "/partenaires/harbour-post", "/archives/none")  # fmt: skip
    stand.fail("/archives/none", 451)
    own = [stand.url + path for path in paths]
    others = [stand.second_url + "/", "http://127.0.0.1:1/", "https://www.example.org/", "ftp://127.0.0.1/"]
    with started(tmp_path, *own, *others) as process:
        stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (0, "")
    told = json.loads(stdout)
    assert told["robots"] == 200
    assert told["sitemaps"] >= 1
    outcomes = {url: answer[0] for url, answer in told["pages"].items()}
    assert list(outcomes.values()) == [
        "read", "gone", "robots", "not_article", "skipped", "blocked", "read", "skipped", "skipped", "skipped",
    ]  # fmt: skip
    reasons = [answer[2] for answer in told["pages"].values()]
    assert reasons[0] is None
    assert all(reasons[1:6])
    assert "is not a host of this source" in reasons[4]
    assert "robots.txt is out of reach" in reasons[7]
    assert "WORLDDESK_CONTACT" in reasons[8]
    assert told["pages"][own[0]][4] > 1000
    asked = [request.path for request in stand.requests if request.host == stand.url.removeprefix("http://")]
    assert asked.count("/robots.txt") == 1
    assert "/lettre-des-abonnes/x" not in asked
    assert all(request.headers["user-agent"].startswith("Worlddesk/") for request in stand.requests)
    assert list(tmp_path.iterdir()) == []


def test_what_the_errand_raises_reaches_the_caller(stand, tmp_path):
    with started(tmp_path, stand.url + "/", "raise") as process:
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "ValueError: of the errand" in stderr


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it(stand, tmp_path, number, code):
    stand.stall("/world/", 60)
    with started(tmp_path, stand.url + "/world/") as process:
        while not any(request.path == "/robots.txt" for request in stand.requests):
            time.sleep(0.05)
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=30)
    assert (process.returncode, stdout, stderr) == (code, "", "")
