"""Callers that create and confirm orders until told to stop, and remember what was acknowledged."""

import threading
import uuid

import grpc

from client import Client, Refusal, create_request, pb

EXPECTED_UNDER_FAULTS = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED,
                         grpc.StatusCode.DEADLINE_EXCEEDED}


class Load:
    """`acknowledged`: request id -> order name. `versions`: order name -> the highest version that was answered."""

    def __init__(self, address: str, callers: int = 16, timeout_s: float = 5):
        self._timeout_s = timeout_s
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._clients = [Client(address) for _ in range(4)]
        self.acknowledged: dict = {}
        self.versions: dict = {}
        self.refusals: list = []
        self._threads = [threading.Thread(target=self._run, args=(index,), daemon=True) for index in range(callers)]
        for thread in self._threads:
            thread.start()

    def _run(self, index: int) -> None:
        client = self._clients[index % len(self._clients)]
        while not self._stop.is_set():
            request = create_request(customer_id=f"load-{index}", request_id=str(uuid.uuid4()))
            order = self._retry(lambda request=request: client.CreateOrder(request, timeout=self._timeout_s))
            if order is None:
                continue
            with self._lock:
                self.acknowledged[request.request_id] = order.name
                self.versions[order.name] = order.version
            confirm = pb.ConfirmOrderRequest(name=order.name, request_id=str(uuid.uuid4()))
            order = self._retry(lambda confirm=confirm: client.ConfirmOrder(confirm, timeout=self._timeout_s))
            if order is not None:
                with self._lock:
                    self.versions[order.name] = order.version

    def _retry(self, call):
        """The answer, asking again with the same request id until there is one or the load stops."""
        while True:
            try:
                return call()
            except grpc.RpcError as error:
                refusal = Refusal(error)
                with self._lock:
                    self.refusals.append(refusal)
                if refusal.code not in EXPECTED_UNDER_FAULTS or self._stop.wait(0.05):
                    return None

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        for client in self._clients:
            client.close()

    def check(self, database) -> None:
        """Every acknowledged order is there once, no earlier than at the version that was answered."""
        unexpected = [refusal for refusal in self.refusals if refusal.code not in EXPECTED_UNDER_FAULTS]
        assert not unexpected, unexpected[:5]
        rows = database.sql("SELECT 'orders/' || order_id, version FROM orders")
        stored = {name: int(version) for name, version in (row.split("|") for row in rows.splitlines())}
        missing = [name for name in self.acknowledged.values() if name not in stored]
        assert not missing, f"{len(missing)} acknowledged orders are lost: {missing[:5]}"
        assert len(set(self.acknowledged.values())) == len(self.acknowledged)
        behind = [name for name, version in self.versions.items() if stored[name] < version]
        assert not behind, f"acknowledged changes are lost: {behind[:5]}"
        created = database.sql("SELECT proto_text(payload, 8), count(*) FROM order_event WHERE order_version = 1 "
                               "GROUP BY 1 HAVING count(*) > 1")
        assert created == "", f"created twice: {created[:200]}"
