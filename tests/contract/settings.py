"""The flags of order-server as server/settings.cc declares them."""

import dataclasses
import re

from descriptors import ROOT

DECLARATION = re.compile(r"ABSL_FLAG\((?P<type>[\w:]+), (?P<name>\w+), (?P<default>.+?),\s*\"", re.DOTALL)


@dataclasses.dataclass(frozen=True)
class Flag:
    name: str
    default: str  # As --help and docs/operating.md show it.

    @property
    def variable(self) -> str:
        return "ORDERS_" + self.name.upper()


def server_flags() -> dict[str, Flag]:
    source = (ROOT / "server" / "settings.cc").read_text()
    flags = {match["name"]: Flag(match["name"], _plain(match["default"])) for match in DECLARATION.finditer(source)}
    assert len(flags) == source.count("ABSL_FLAG("), "an ABSL_FLAG of server/settings.cc was not understood"
    return flags


def _plain(expression: str) -> str:
    """A C++ default as an operator writes it: absl::Seconds(30) as 30s, 4 * 1024 as 4096."""
    if duration := re.fullmatch(r"absl::(Milliseconds|Seconds|Minutes|Hours)\((\d+)\)", expression):
        return duration[2] + {"Milliseconds": "ms", "Seconds": "s", "Minutes": "m", "Hours": "h"}[duration[1]]
    if re.fullmatch(r"[\d'. *]+", expression):
        product = 1
        for factor in expression.replace("'", "").split("*"):
            product *= float(factor) if "." in factor else int(factor)
        return str(product)
    return expression.strip('"')
