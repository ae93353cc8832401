"""What in a new version of the contract would break callers of the old one, on the wire or in JSON."""

from google.protobuf import descriptor_pb2

FieldProto = descriptor_pb2.FieldDescriptorProto


def incompatibilities(old: descriptor_pb2.FileDescriptorSet, new: descriptor_pb2.FileDescriptorSet,
                      package_prefix: str = "orders.") -> list[str]:
    """One sentence for each broken promise of `old`, in the packages that begin with `package_prefix`."""
    before, after = _Contract(old, package_prefix), _Contract(new, package_prefix)
    return [
        *_compare("message", before.messages, after.messages, _message_breaks),
        *_compare("enum", before.enums, after.enums, _enum_breaks),
        *_compare("service", before.services, after.services, _service_breaks),
    ]


class _Contract:
    """Messages, enums and services by their full names, nested ones included."""

    def __init__(self, files, package_prefix):
        self.messages, self.enums, self.services = {}, {}, {}
        for file in files.file:
            if file.package.startswith(package_prefix):
                self._add(file.package, file.message_type, file.enum_type)
                self.services.update({f"{file.package}.{service.name}": service for service in file.service})

    def _add(self, scope, messages, enums):
        self.enums.update({f"{scope}.{enum.name}": enum for enum in enums})
        for message in messages:
            name = f"{scope}.{message.name}"
            self.messages[name] = message
            self._add(name, message.nested_type, message.enum_type)


def _compare(kind, before, after, breaks):
    for name, old in before.items():
        if name not in after:
            yield f"{kind} {name} was removed"
        else:
            yield from breaks(name, old, after[name])


def _message_breaks(name, old, new):
    fields = {field.number: field for field in new.field}
    numbers = {field.name: field.number for field in new.field}
    for field in old.field:
        what = f"field {name}.{field.name}"
        if numbers.get(field.name, field.number) != field.number:
            yield f"{what} was renumbered from {field.number} to {numbers[field.name]}"
        elif field.number not in fields:
            yield f"{what} was removed"
        else:
            yield from _field_breaks(what, old, field, new, fields[field.number])


def _field_breaks(what, old_message, old, new_message, new):
    if new.name != old.name or new.json_name != old.json_name:
        yield f"{what} was renamed to {new.name} (JSON {new.json_name})"
    if _type(old) != _type(new):
        yield f"{what} was changed from {_type(old)} to {_type(new)}"
    if _oneof(old_message, old) != _oneof(new_message, new):
        yield f"{what} was moved from {_oneof(old_message, old)} to {_oneof(new_message, new)}"


def _type(field):
    label = "repeated " if field.label == FieldProto.LABEL_REPEATED else ""
    return label + (field.type_name.lstrip(".") or FieldProto.Type.Name(field.type).removeprefix("TYPE_").lower())


def _oneof(message, field):
    if field.proto3_optional:
        return "an optional field"
    return f"oneof {message.oneof_decl[field.oneof_index].name}" if field.HasField("oneof_index") else "no oneof"


def _enum_breaks(name, old, new):
    numbers = {value.name: value.number for value in new.value}
    for value in old.value:
        if value.name not in numbers:
            yield f"value {value.name} of enum {name} was removed"
        elif numbers[value.name] != value.number:
            yield f"value {value.name} of enum {name} was renumbered from {value.number} to {numbers[value.name]}"


def _service_breaks(name, old, new):
    methods = {method.name: method for method in new.method}
    for method in old.method:
        if method.name not in methods:
            yield f"RPC {name}.{method.name} was removed"
        elif _signature(method) != _signature(methods[method.name]):
            yield f"RPC {name}.{method.name} was changed from {_signature(method)} to {_signature(methods[method.name])}"


def _signature(method):
    stream = {True: "stream ", False: ""}
    return (f"({stream[method.client_streaming]}{method.input_type.lstrip('.')}) returns "
            f"({stream[method.server_streaming]}{method.output_type.lstrip('.')})")
