"""Where the contract is, and what it says as descriptors: that of this tree and that of the last release."""

import os
import pathlib
import subprocess
import tempfile

from google.protobuf import descriptor_pb2

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROTO = ROOT / "proto"
ORDER_SERVER = os.environ.get("ORDER_SERVER_BIN", str(ROOT / "build" / "release" / "bin" / "order-server"))
RELEASED = PROTO / "released" / "orders_v1.binpb"
# Debian's golang-github-gogo-googleapis-dev.
GOOGLEAPIS = pathlib.Path("/usr/share/gocode/src/github.com/gogo/googleapis")


def proto_files() -> list[str]:
    return sorted(str(path.relative_to(PROTO)) for path in PROTO.rglob("*.proto"))


def compile_tree(source_info: bool = False) -> descriptor_pb2.FileDescriptorSet:
    """Compiles proto/ with everything it imports."""
    with tempfile.NamedTemporaryFile(suffix=".binpb") as output:
        subprocess.run(["protoc", f"-I{PROTO}", f"-I{GOOGLEAPIS}", "--include_imports",
                        *(["--include_source_info"] if source_info else []),
                        f"--descriptor_set_out={output.name}", *proto_files()], check=True)
        return descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(output.name).read_bytes())


def load_released() -> descriptor_pb2.FileDescriptorSet:
    return descriptor_pb2.FileDescriptorSet.FromString(RELEASED.read_bytes())
