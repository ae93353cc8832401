#!/usr/bin/python3
"""Makes the contract of this tree the released one. Run once a release; commit proto/released/ with it."""

import sys

from compatibility import incompatibilities
from descriptors import RELEASED, compile_tree, load_released


def main() -> int:
    contract = compile_tree()
    if RELEASED.exists():
        broken = incompatibilities(load_released(), contract)
        if broken:
            print("\n".join(broken), file=sys.stderr)
            print("These break callers of the last release: put them into a new package version instead.", file=sys.stderr)
            return 1
    RELEASED.parent.mkdir(exist_ok=True)
    RELEASED.write_bytes(contract.SerializeToString(deterministic=True))
    print(f"wrote {RELEASED}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
