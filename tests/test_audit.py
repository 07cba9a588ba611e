"""The check of the pins can fail: it is no ornament of CI."""

from __future__ import annotations

import importlib.util
import sys

import pytest


@pytest.fixture
def audit(root):
    spec = importlib.util.spec_from_file_location("audit", root / ".ci" / "audit.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["audit"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules["audit"]


def project(*yanked, **status):
    files = [
        {"filename": name, "yanked": why}
        for name, why in zip(("harbour-1.0-py3-none-any.whl", "harbour-1.0.tar.gz"), yanked, strict=False)
    ]
    return {"files": files, **({"project-status": status} if status else {})}


@pytest.mark.parametrize(
    ("said", "version", "wrong"),
    [
        (project(False, False), "1.0", []),
        (project(True, False), "1.0", []),
        (project("breaks on Python 3.14", True), "1.0", ["it was yanked: breaks on Python 3.14"]),
        (project(True), "1.0", ["it was yanked: no reason given"]),
        (project(False), "2.0", ["the registry no longer has this version"]),
        (project(False, status="quarantined"), "1.0", ["the project is quarantined"]),
    ],
)
def test_a_pin_that_the_registry_does_not_stand_by(audit, said, version, wrong):
    assert audit.suspicious(said, version) == wrong


def test_a_known_hole_is_named_and_a_withdrawn_one_is_not(audit):
    hole = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fixed_in": ["1.1"], "withdrawn": None}
    assert audit.advisories({"vulnerabilities": [hole]}) == ["PYSEC-1, CVE-1, fixed in 1.1"]
    assert audit.advisories({"vulnerabilities": [hole | {"withdrawn": "2026-01-01"}]}) == []
    assert audit.advisories({}) == []


def test_what_is_installed_is_pinned_and_a_missing_pin_is_seen(audit):
    pinned = audit.pins()
    known = set(audit.not_pinned(pinned))  # nothing after `make test`
    (wrong,) = set(audit.not_pinned({name: pin for name, pin in pinned.items() if name != "lxml"})) - known
    assert wrong.startswith("lxml ")
    (wrong,) = set(audit.not_pinned(pinned | {"twisted": "9.9"})) - known
    assert "9.9" in wrong


def test_a_wrong_pin_ends_with_1_and_a_silent_registry_does_not(audit, capsys):
    assert audit.tell([audit.Looked("harbour==1.0")], []) == 0
    assert "not known" in capsys.readouterr().out
    assert audit.tell([audit.Looked("harbour==1.0", ["it was yanked"])], []) == 1
    assert "wrong: harbour==1.0: it was yanked" in capsys.readouterr().out
    assert audit.tell([], ["lxml 1 is installed"]) == 1


def test_a_registry_that_does_not_answer_is_no_failure(audit):
    assert audit.ask("http://127.0.0.1:9/", audit.SIMPLE) is None
