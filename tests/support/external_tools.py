"""Tools from other registries than Debian's, for the suites that use them where they are to be had."""

import os
import pathlib
import shutil
import subprocess

import pytest

TOOLS = pathlib.Path(__file__).resolve().parents[2] / "build" / "tools"
INSTALL_TIMEOUT_S = 300

BUF_PACKAGE = "@bufbuild/buf@1.75.0"
GRPCURL_MODULE = "github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.3"


def buf() -> str:
    """The path of buf, installed from npm at first use; skips the test where that is not possible."""
    prefix = TOOLS / BUF_PACKAGE.lstrip("@").replace("/", "-")
    return _installed("buf", prefix / "node_modules" / ".bin" / "buf", "npm",
                      ["install", "--prefix", str(prefix), "--no-audit", "--no-fund", "--no-save", BUF_PACKAGE])


def grpcurl() -> str:
    """The path of grpcurl, built from its Go module at first use; skips the test where that is not possible."""
    folder = TOOLS / GRPCURL_MODULE.rpartition("/")[2]
    return _installed("grpcurl", folder / "grpcurl", "go", ["install", GRPCURL_MODULE], {"GOBIN": str(folder)})


def from_path(tool: str) -> str:
    """The path of a tool that only the machine can provide; skips the test where it is missing."""
    path = shutil.which(tool)
    if path is None:
        pytest.skip(f"skipped: needs {tool}")
    return path


def _installed(tool, binary, installer, arguments, environment=None) -> str:
    if binary.exists():
        return str(binary)
    command = shutil.which(installer)
    if command is None:
        pytest.skip(f"skipped: needs {tool} (there is no {installer} to install it with)")
    binary.parent.mkdir(parents=True, exist_ok=True)
    try:
        subprocess.run([command, *arguments], env={**os.environ, **(environment or {})}, check=True,
                       capture_output=True, text=True, timeout=INSTALL_TIMEOUT_S)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"skipped: needs {tool} ({installer} could not install it: {error})")
    return str(binary)
