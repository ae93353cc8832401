"""What gRPC tools ask of any server: health and reflection."""

import grpc
import pytest

from client import SERVICE


@pytest.mark.parametrize("service", ["", SERVICE.full_name])
def test_a_server_with_its_database_is_serving(client, service):
    assert client.health(service) == "SERVING"


def test_health_of_an_unknown_service_is_not_found(client):
    with pytest.raises(grpc.RpcError) as caught:
        client.health("orders.v1.Unknown")
    assert caught.value.code() == grpc.StatusCode.NOT_FOUND


def test_reflection_lists_and_describes_the_service(client):
    list_services = b"\x3a\x01*"
    assert SERVICE.full_name.encode() in client.reflect(list_services)
    file_containing_symbol = b"\x22" + bytes([len(SERVICE.full_name)]) + SERVICE.full_name.encode()
    description = client.reflect(file_containing_symbol)
    assert not [method.name for method in SERVICE.methods if method.name.encode() not in description]


def test_readiness_and_liveness_over_http(server):
    assert server.http("/livez") == (200, "ok\n")
    assert server.http("/readyz") == (200, "ok\n")
    assert server.http("/nothing")[0] == 404
