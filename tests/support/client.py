"""A gRPC client of the contract, generated from proto/ when the tests run."""

import pathlib
import subprocess
import sys
import tempfile
import threading
import uuid

import grpc

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOOGLEAPIS = "/usr/share/gocode/src/github.com/gogo/googleapis"


def _generate() -> None:
    out = tempfile.mkdtemp(prefix="orders-protos-")
    files = [*(str(path.relative_to(ROOT / "proto")) for path in (ROOT / "proto/orders").rglob("*.proto")),
             "google/rpc/status.proto", "google/rpc/error_details.proto", "google/type/money.proto",
             "google/api/annotations.proto", "google/api/http.proto", "google/api/client.proto"]
    subprocess.run(["protoc", f"-I{ROOT / 'proto'}", f"-I{GOOGLEAPIS}", f"--python_out={out}", *files], check=True)
    sys.path.insert(0, out)
    import google  # pylint: disable=import-outside-toplevel
    google.__path__.append(out + "/google")


_generate()

# pylint: disable=wrong-import-position,import-error
from google.rpc import error_details_pb2, status_pb2
from orders.v1 import order_event_pb2, order_pb2, order_service_pb2 as pb

OrderEvent = order_event_pb2.OrderEvent
Order = order_pb2.Order
SERVICE = pb.DESCRIPTOR.services_by_name["OrderService"]


class Client:
    """One method per RPC: client.CreateOrder(request, timeout=..., metadata=...)."""

    def __init__(self, address: str):
        self.channel = grpc.insecure_channel(address, options=[("grpc.enable_retries", 0),
                                                               ("grpc.use_local_subchannel_pool", 1),
                                                               ("grpc.min_reconnect_backoff_ms", 50),
                                                               ("grpc.max_reconnect_backoff_ms", 200)])
        for method in SERVICE.methods:
            path = f"/{SERVICE.full_name}/{method.name}"
            kind = self.channel.unary_stream if method.name == "WatchOrderEvents" else self.channel.unary_unary
            setattr(self, method.name, kind(path, request_serializer=lambda message: message.SerializeToString(),
                                            response_deserializer=_response_class(method).FromString))

    def raw(self, method: str, body: bytes):
        return self.channel.unary_unary(f"/{SERVICE.full_name}/{method}")(body, timeout=20)

    def health(self, service: str = "") -> str:
        request = b"" if not service else b"\x0a" + bytes([len(service)]) + service.encode()
        answer = self.channel.unary_unary("/grpc.health.v1.Health/Check")(request, timeout=5)
        return {b"\x08\x01": "SERVING", b"\x08\x02": "NOT_SERVING"}[answer]

    def reflect(self, request: bytes) -> bytes:
        """The answer to a grpc.reflection.v1alpha.ServerReflectionRequest, both encoded."""
        call = self.channel.stream_stream("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
        return next(call(iter([request]), timeout=5))

    def close(self) -> None:
        self.channel.close()


def _response_class(method):
    from google.protobuf import message_factory  # pylint: disable=import-outside-toplevel
    return message_factory.MessageFactory(pool=pb.DESCRIPTOR.pool).GetPrototype(method.output_type)


def create_request(customer_id: str = "c1", request_id: str | None = None, **fields) -> "pb.CreateOrderRequest":
    """A valid order of two lines worth 30.48 EUR."""
    request = pb.CreateOrderRequest(request_id=str(uuid.uuid4()) if request_id is None else request_id)
    order = request.order
    order.customer_id, order.currency_code = customer_id, "EUR"
    line = order.lines.add(product_id="ESPRESSO", quantity=2)
    line.unit_price.units, line.unit_price.nanos = 12, 990_000_000
    line = order.lines.add(product_id="FILTER", quantity=3, description="100 pieces")
    line.unit_price.units, line.unit_price.nanos = 1, 500_000_000
    for name, value in fields.items():
        setattr(order, name, value)
    return request


class Refusal:
    """An error as its caller sees it."""

    def __init__(self, error: grpc.RpcError):
        self.code, self.message = error.code(), error.details()
        self.reason, self.metadata, self.violations, self.retry_after_s = "", {}, {}, None
        status = status_pb2.Status()
        for key, value in error.trailing_metadata() or ():
            if key == "grpc-status-details-bin":
                status.ParseFromString(value)
        for detail in status.details:
            info, bad, retry = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest(), error_details_pb2.RetryInfo()
            if detail.Unpack(info):
                self.reason, self.metadata, self.domain = info.reason, dict(info.metadata), info.domain
            if detail.Unpack(bad):
                self.violations = {entry.field: entry.description for entry in bad.field_violations}
            if detail.Unpack(retry):
                self.retry_after_s = retry.retry_delay.seconds + retry.retry_delay.nanos / 1e9

    def __repr__(self):
        return f"{self.code} {self.reason}: {self.message}"


def refusal_of(call, request, **options) -> Refusal:
    """The error that `call` must end with."""
    try:
        answer = call(request, **{"timeout": 20, **options})
    except grpc.RpcError as error:
        return Refusal(error)
    raise AssertionError(f"was not refused: {answer}")


def race(count: int, call) -> list:
    """Runs call(0) ... call(count - 1) at once; each result is what it returned or the Refusal it met."""
    results = [None] * count
    barrier = threading.Barrier(count)

    def run(index: int) -> None:
        barrier.wait()
        try:
            results[index] = call(index)
        except grpc.RpcError as error:
            results[index] = Refusal(error)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
