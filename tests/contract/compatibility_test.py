"""The contract of this tree serves every caller of the last release. Needs nothing but Debian's protobuf."""

import copy

import pytest
from compatibility import incompatibilities
from descriptors import compile_tree, load_released

FIELD_INT64 = 3


@pytest.fixture(scope="module")
def released():
    return load_released()


def file_of(files, name):
    return next(file for file in files.file if file.name == name)


def named(items, name):
    return next(item for item in items if item.name == name)


def test_tree_is_compatible_with_the_last_release(released):
    assert incompatibilities(released, compile_tree()) == []


def test_released_contract_has_the_service(released):
    assert named(file_of(released, "orders/v1/order_service.proto").service, "OrderService").method


def order(files):
    return named(file_of(files, "orders/v1/order.proto").message_type, "Order")


def order_state(files):
    return named(file_of(files, "orders/v1/order.proto").enum_type, "OrderState")


def service(files):
    return file_of(files, "orders/v1/order_service.proto").service[0]


def remove_field(files):
    order(files).field.remove(named(order(files).field, "note"))


def renumber_field(files):
    named(order(files).field, "note").number = 99


def retype_field(files):
    named(order(files).field, "note").type = FIELD_INT64


def rename_field(files):
    named(order(files).field, "note").name = "remark"


def make_repeated_singular(files):
    named(order(files).field, "lines").label = 1


def move_out_of_oneof(files):
    result = named(file_of(files, "orders/v1/order_service.proto").message_type, "BatchCreateOrdersResult")
    named(result.field, "error").ClearField("oneof_index")


def remove_message(files):
    messages = file_of(files, "orders/v1/order.proto").message_type
    messages.remove(named(messages, "Address"))


def remove_enum_value(files):
    values = order_state(files).value
    values.remove(named(values, "ORDER_STATE_SHIPPED"))


def renumber_enum_value(files):
    named(order_state(files).value, "ORDER_STATE_SHIPPED").number = 40


def remove_rpc(files):
    service(files).method.remove(named(service(files).method, "RefundOrder"))


def change_rpc_response(files):
    named(service(files).method, "GetOrder").output_type = ".orders.v1.OrderEvent"


def stop_streaming(files):
    named(service(files).method, "WatchOrderEvents").server_streaming = False


def remove_file(files):
    files.file.remove(file_of(files, "orders/v1/order_event.proto"))


@pytest.mark.parametrize("mutate, expected", [
    (remove_field, "field orders.v1.Order.note was removed"),
    (renumber_field, "field orders.v1.Order.note was renumbered from 17 to 99"),
    (retype_field, "field orders.v1.Order.note was changed from string to int64"),
    (rename_field, "field orders.v1.Order.note was renamed to remark (JSON note)"),
    (make_repeated_singular,
     "field orders.v1.Order.lines was changed from repeated orders.v1.OrderLine to orders.v1.OrderLine"),
    (move_out_of_oneof, "field orders.v1.BatchCreateOrdersResult.error was moved from oneof result to no oneof"),
    (remove_message, "message orders.v1.Address was removed"),
    (remove_enum_value, "value ORDER_STATE_SHIPPED of enum orders.v1.OrderState was removed"),
    (renumber_enum_value, "value ORDER_STATE_SHIPPED of enum orders.v1.OrderState was renumbered from 4 to 40"),
    (remove_rpc, "RPC orders.v1.OrderService.RefundOrder was removed"),
    (change_rpc_response, "RPC orders.v1.OrderService.GetOrder was changed from (orders.v1.GetOrderRequest) returns "
                          "(orders.v1.Order) to (orders.v1.GetOrderRequest) returns (orders.v1.OrderEvent)"),
    (stop_streaming, "RPC orders.v1.OrderService.WatchOrderEvents was changed from (orders.v1.WatchOrderEventsRequest) "
                     "returns (stream orders.v1.WatchOrderEventsResponse) to (orders.v1.WatchOrderEventsRequest) returns "
                     "(orders.v1.WatchOrderEventsResponse)"),
    (remove_file, "message orders.v1.OrderEvent was removed"),
])
def test_breaking_change_is_found(released, mutate, expected):
    changed = copy.deepcopy(released)
    mutate(changed)
    assert incompatibilities(released, changed) == [expected]


def test_additions_break_nothing(released):
    grown = copy.deepcopy(released)
    order(grown).field.add(name="gift_wrap", json_name="giftWrap", number=1000, type=FIELD_INT64, label=1)
    order_state(grown).value.add(name="ORDER_STATE_LOST", number=1000)
    service(grown).method.add(name="LoseOrder", input_type=".orders.v1.GetOrderRequest", output_type=".orders.v1.Order")
    assert incompatibilities(released, grown) == []
