"""docs/api.md says what proto/ and the server say."""

import difflib
import subprocess
import sys

from descriptors import ROOT, compile_tree


def test_api_md_is_up_to_date():
    document = (ROOT / "docs" / "api.md").read_text()
    generated = subprocess.run([sys.executable, str(ROOT / "docs" / "generate_api_md.py"), "--stdout"], check=True,
                               capture_output=True, text=True).stdout
    difference = "\n".join(difflib.unified_diff(document.splitlines(), generated.splitlines(), "docs/api.md",
                                                "generated", lineterm=""))
    assert not difference, f"docs/api.md is out of date; renew it with docs/generate_api_md.py\n{difference}"


def test_api_md_has_every_method_and_its_http_mapping():
    document = (ROOT / "docs" / "api.md").read_text()
    service = next(file for file in compile_tree().file if file.service and file.package == "orders.v1").service[0]
    for method in service.method:
        row = next(line for line in document.splitlines() if line.startswith(f"| [`{method.name}`]"))
        assert "/v1/" in row.split("|")[2], row


def test_every_element_of_the_contract_is_commented():
    empty = [line for line in (ROOT / "docs" / "api.md").read_text().splitlines() if line.endswith(" |  |")]
    assert empty == []
