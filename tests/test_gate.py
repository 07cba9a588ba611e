"""Whom we ask: every spelling of an inner address, what a name leads to, what a source's own file may name."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

import pytest
from scrapy import Request

from crawler import gate
from crawler.catalogue import Source, read_source
from crawler.errors import UsageError
from crawler.gate import Gate, Reach
from crawler.middlewares import Refused
from crawler.transport import GatedReactor

NOWHERE = Reach()
INNER = [
    "127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "0x7f.1", "0x7f000001", "0X7F.0.0.1", "2130706433", "017700000001",
    "0177.0.0.1", "0177.0.0x0.1", "127.0.0.01", "%31%32%37.0.0.1", "127%2E0.0.1", "１２７.0.0.1", "127。0。0。1",
    "①②⑦.⓪.⓪.①", "127.255.255.254", "localhost", "LOCALHOST", "localhost.", "ｌocalhost", "admin.localhost",
    "localhost.localdomain", "0.0.0.0", "0", "0x0", "0.1.2.3", "10.0.0.1", "10.1", "0xa.0.0.1", "172.16.0.1",
    "172.31.255.255", "192.168.0.1", "192.168.257", "3232235521", "100.64.0.1", "100.127.255.255", "169.254.169.254",
    "0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "198.18.0.1", "192.0.2.7", "203.0.113.9", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.0.0.8",
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:10.0.0.1]",
    "[::ffff:169.254.169.254]", "[::127.0.0.1]", "[::7f00:1]", "[::8.8.8.8]", "[64:ff9b::7f00:1]",
    "[64:ff9b::169.254.169.254]", "[64:ff9b:1::1]", "[2002:7f00:1::]", "[2002:a9fe:a9fe::1]", "[2002:a00:1::1]",
    "[2001::1]", "[2001:0:7f00:1::]", "[fe80::1]", "[fe80::1%25eth0]", "[fc00::1]", "[fd12:3456::1]", "[fec0::1]",
    "[ff02::1]", "[ff0e::1]", "[2001:db8::1]", "[3fff::1]", "[100::1]", "[4000::1]", "[5f00::1]",
]  # fmt: skip
PUBLIC = [
    "example.org", "www.example.org.", "bücher.example", "93.184.215.14", "8.8.8.8", "172.32.0.1", "100.128.0.1",
    "169.253.1.1", "[2606:2800:21f:cb07:6820:80da:af6b:8b2c]", "[::ffff:8.8.8.8]", "[64:ff9b::808:808]",
    "[2002:808:808::1]", "127.example.org", "localhost.example.org", "1.2.3.4.example.org", "256.256.256.256",
]  # fmt: skip


@pytest.mark.parametrize("host", INNER)
def test_no_spelling_of_an_inner_address_is_asked(host: str) -> None:
    for url in (f"http://{host}/", f"https://user:secret@{host}/a", f"http://example.org@{host}/"):
        reason = Gate().refuses(url, NOWHERE)
        assert reason is not None
        assert reason.endswith(gate.INSIDE) or "no address" in reason, reason
        assert "secret" not in reason


@pytest.mark.parametrize("host", PUBLIC)
def test_public_hosts_are_asked_at_the_ports_of_the_web(host: str) -> None:
    assert Gate().refuses(f"https://{host}/a", NOWHERE) is None
    assert Gate().refuses(f"http://{host}:80/a", NOWHERE) is None
    assert "port 6379" in (Gate().refuses(f"http://{host}:6379/", NOWHERE) or "")
    assert Gate().refuses(f"http://{host}:8443/", Reach(ports=frozenset({8443}))) is None


@pytest.mark.parametrize(
    "url",
    ["ftp://example.org/", "ftp://example.org:80/", "http://example.org:0/", "file:///etc/passwd",
     "data:text/html,x", "javascript:alert(1)", "gopher://example.org/",
     "//example.org/", "http:///a", "http://", "http://example.org:99999/", "http://[::1/"],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_not_asked(url: str) -> None:
    assert Gate().refuses(url, NOWHERE)


@pytest.mark.parametrize(
    ("address", "kind"),
    [("127.9.9.9", "loopback"), ("10.0.0.1", "private"), ("fd00::1", "private"), ("169.254.1.1", "link-local"),
     ("100.64.0.1", "shared by a provider"), ("224.0.0.1", "multicast"), ("0.0.0.0", "this network"),
     ("240.0.0.1", "reserved"), ("2001::1", "Teredo"), ("8.8.8.8", None), ("2606:4700::1111", None)],
)  # fmt: skip
def test_kinds_of_addresses(address: str, kind: str | None) -> None:
    assert gate.kind_of(ip_address(address)) == kind


def test_the_reason_names_what_an_odd_spelling_means() -> None:
    said = Gate().refuses("http://0x7f.1/", NOWHERE)
    assert said == "0x7f.1 is no public address (127.0.0.1, loopback): nothing inside is asked"
    said = Gate().refuses("http://127.0.0.1/", NOWHERE)
    assert said == "127.0.0.1 is no public address (loopback): nothing inside is asked"


@pytest.mark.parametrize("host", [host.strip("[]") for host in INNER if gate.literal(host) is not None])
def test_no_name_leads_inside(host: str) -> None:
    reason = Gate().refuses_address("news.example.org", str(gate.literal(host)), 443, NOWHERE)
    assert reason is not None
    assert reason.startswith("news.example.org leads to ")


def test_a_name_may_lead_anywhere_public() -> None:
    assert Gate().refuses_address("news.example.org", "93.184.215.14", 443, NOWHERE) is None
    assert Gate().refuses_address("news.example.org", "no address", 443, NOWHERE)


def test_listed_networks_count_as_public_and_no_others() -> None:
    judge = Gate(gate.public_networks("10.20.0.0/16 , fd00:20::/32 127.0.0.0/8"))
    for host in ("10.20.3.4", "[fd00:20::1]", "[::ffff:10.20.0.1]", "127.0.0.9", "localhost"):
        assert judge.refuses(f"http://{host}/", NOWHERE) is None, host
    for host in ("10.21.0.1", "192.168.0.1", "[fd00:21::1]", "[::1]"):
        assert judge.refuses(f"http://{host}/", NOWHERE), host
    assert judge.refuses("http://10.20.3.4:8080/", NOWHERE)  # the ports stay
    assert judge.refuses_address("intranet.example", "10.20.0.1", 80, NOWHERE) is None


def test_the_environment_counts_before_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(gate.SETTING, "10.0.0.0/8")
    assert gate.public_networks("192.168.0.0/16") == gate.public_networks("10.0.0.0/8")


@pytest.mark.parametrize("setting", ["intranet", "10.0.0.1/8", "10.0.0.0/33", "*", "::1::"])
def test_a_wrong_network_is_named_with_the_remedy(setting: str) -> None:
    with pytest.raises(UsageError, match=r"WORLDDESK_PUBLIC_NETWORKS.*is no network.*write networks"):
        gate.public_networks(setting)


def source(tmp_path: Path, home: str, listing: str, more: str = "") -> Source:
    file = tmp_path / "paper.toml"
    file.write_text(
        f'name = "Paper"\nhome = "{home}"\ncountry = "GB"\nlanguage = "en"\ntimezone = "Europe/London"\n{more}'
        f'[[listing]]\nurl = "{listing}"\nkind = "section"\n'
    )
    return read_source(file)


def test_a_source_reaches_on_this_machine_what_its_file_names_and_nothing_else(tmp_path: Path) -> None:
    own = gate.reach(source(tmp_path, "http://127.0.0.1:8000/", "http://localhost:8001/world"))
    judge = Gate()
    for url in ("http://127.0.0.1:8000/a", "http://localhost:8001/b"):
        assert judge.refuses(url, own) is None
    for url in (
        "http://127.0.0.1:8001/", "http://localhost:8000/", "http://127.0.0.1/", "http://127.0.0.2:8000/",
        "http://127.1:8000/", "http://[::1]:8000/", "http://2130706433:8000/", "http://127.0.0.1.:8000/",
        "http://paper.localhost:8001/", "http://10.0.0.1:8000/",
    ):  # fmt: skip
        assert judge.refuses(url, own), url
    assert judge.refuses("http://127.0.0.1:9000/", own) == (
        "port 9000 of 127.0.0.1 is none of this source's (loopback): nothing inside is asked"
    )


def test_a_name_is_no_way_to_what_the_file_names_by_its_address(tmp_path: Path) -> None:
    own = gate.reach(source(tmp_path, "http://127.0.0.1:8000/", "http://localhost:8001/world"))
    judge = Gate()
    assert judge.refuses_address("127.0.0.1", "127.0.0.1", 8000, own) is None
    assert judge.refuses_address("localhost", "::1", 8001, own) is None
    assert judge.refuses_address("localhost", "10.0.0.1", 8001, own)
    assert judge.refuses_address("127.0.0.1", "127.0.0.2", 8000, own)
    assert judge.refuses_address("evil.example.org", "127.0.0.1", 8000, own)


@pytest.mark.parametrize("home", ["http://10.0.0.1:8000/", "http://169.254.169.254/", "http://[fd00::1]/"])
def test_other_inner_addresses_need_the_setting_though_the_file_names_them(tmp_path: Path, home: str) -> None:
    own = gate.reach(source(tmp_path, home, f"{home}world"))
    assert Gate().refuses(home, own)
    assert Gate(gate.public_networks("10.0.0.0/8,169.254.0.0/16,fd00::/8")).refuses(home, own) is None


def test_a_public_paper_reaches_nobody_inside_but_its_own_port(tmp_path: Path) -> None:
    more = 'hosts = ["cdn.example.net"]\n'
    own = gate.reach(source(tmp_path, "https://example.org:8443/", "https://example.org:8443/world", more))
    assert Gate().refuses("https://cdn.example.net:8443/a", own) is None
    assert Gate().refuses("http://127.0.0.1:8443/", own)
    assert Gate().refuses("https://example.org:9200/", own)


def test_what_a_person_types_may_lie_here_at_that_port() -> None:
    typed = gate.reach(None, ["http://127.0.0.1:8000/world"])
    assert Gate().refuses("http://127.0.0.1:8000/feed", typed) is None
    assert Gate().refuses("http://127.0.0.1:9000/feed", typed)


def test_where_a_connection_is_made_the_address_itself_is_judged() -> None:
    made: list[str] = []

    class Reactor:
        seconds = 7

        def connectTCP(self, host: str, port: int, factory: object) -> str:  # noqa: N802
            made.append(host)
            return "connector"

    reactor = GatedReactor(Reactor(), lambda address, port: Gate().refuses_address("a.example", address, port, NOWHERE))
    assert reactor.connectTCP("93.184.215.14", 80, None) == "connector"
    for address in ("127.0.0.1", "10.0.0.1", "::1", "fe80::1%2", "::ffff:127.0.0.1"):
        with pytest.raises(Refused, match="nothing inside is asked"):
            reactor.connectTCP(address, 80, None)
    assert made == ["93.184.215.14"]
    assert reactor.seconds == 7


def test_a_request_for_nobody_s_source_reaches_no_loopback() -> None:
    from crawler.middlewares import reach_of

    assert reach_of(Request("http://127.0.0.1:8000/")) == NOWHERE
