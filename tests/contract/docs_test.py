"""What the documents point at is there."""

import re

import pytest
from descriptors import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
# Code is no link, but a link's text may be code.
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
TEST_FILE = re.compile(r"`(tests/[\w./-]+)`")


def anchors(text):
    """The anchors that a reader's browser finds: headings in lower case, punctuation dropped, blanks as dashes."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document):
    broken = []
    for path, anchor in LINK.findall(CODE.sub("code", document.read_text())):
        target = document.parent / path if path else document
        if not target.exists() or anchor and anchor not in anchors(target.read_text()):
            broken.append(f"{path}#{anchor}" if anchor else path)
    assert broken == []


def test_every_promise_names_tests_that_exist():
    rows = [row for row in (ROOT / "docs" / "guarantees.md").read_text().splitlines() if row.startswith("| **")]
    assert rows
    for row in rows:
        files = TEST_FILE.findall(row)
        assert files, f"no test proves: {row}"
        assert [file for file in files if not (ROOT / file).is_file()] == [], row
