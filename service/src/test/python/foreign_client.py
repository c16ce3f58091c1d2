"""A client of the contract in Python, on stubs that protoc made of the proto alone.

Takes one call a line from standard input, as JSON, and answers with one line of JSON that says what
came of it: the status with all its details, the initial metadata and the messages. Of bytes it says
whether they are what their checksums say.

    python foreign_client.py HOST:PORT
"""

import base64
import json
import sys

import grpc
from google.bytestream import bytestream_pb2
from google.protobuf import json_format
from google.rpc import error_details_pb2  # noqa: F401 (its types are looked up by name)
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2
from grpc_status import rpc_status
from rangestream.v1 import range_stream_service_pb2 as messages
from rangestream.v1 import range_stream_service_pb2_grpc as stubs

# The polynomial of CRC-32C, bits reversed (RFC 3720, section 12.1).
CASTAGNOLI = 0x82F63B78


def crc32c_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (CASTAGNOLI if value & 1 else 0)
        table.append(value)
    return table


TABLE = crc32c_table()


def crc32c(data, before=0):
    crc = before ^ 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def as_json(message):
    return json_format.MessageToDict(message, preserving_proto_field_name=True)


class Received:
    """The messages of one call and the bytes in them."""

    def __init__(self, call):
        self.call = call
        self.parts = []
        self.data = {}
        self.sums = {}

    def take(self, message):
        if isinstance(message, (messages.ReadRangeResponse, messages.BidiReadRangeResponse)):
            self.take_part(message)
        elif isinstance(message, bytestream_pb2.ReadResponse):
            self.data[0] = self.data.get(0, b"") + message.data
        else:
            self.parts.append(as_json(message))

    def take_part(self, message):
        part = as_json(message)
        kind = message.WhichOneof("part")
        content = getattr(message, kind)
        read_id = getattr(content, "read_id", 0)
        if kind == "chunk":
            del part["chunk"]["data"]
            part["chunk"]["length"] = len(content.data)
            part["chunk"]["crc32c_is_right"] = crc32c(content.data) == content.crc32c
            self.data[read_id] = self.data.get(read_id, b"") + content.data
            self.sums[read_id] = crc32c(content.data, self.sums.get(read_id, 0))
        elif kind == "end":
            part["end"]["crc32c_is_right"] = self.sums.get(read_id, 0) == content.crc32c
        self.parts.append(part)

    def result(self):
        status = rpc_status.from_call(self.call)
        return {
            "code": self.call.code().name,
            "message": self.call.details() or "",
            "initial": texts(self.call.initial_metadata()),
            "trailing": texts(self.call.trailing_metadata()),
            "details": [as_json(detail) for detail in status.details] if status else [],
            "parts": self.parts,
            "data": {
                str(read_id): base64.b64encode(data).decode("ascii")
                for read_id, data in self.data.items()
            },
        }


def texts(metadata):
    return {key: value for key, value in metadata or () if isinstance(value, str)}


def range_stream(channel):
    """The stub's methods, with the messages that they take."""
    stub = stubs.RangeStreamServiceStub(channel)
    return {
        "ReadRange": (messages.ReadRangeRequest, stub.ReadRange),
        "StatObject": (messages.StatObjectRequest, stub.StatObject),
        "ListObjects": (messages.ListObjectsRequest, stub.ListObjects),
        "ListBuckets": (messages.ListBucketsRequest, stub.ListBuckets),
        "BidiReadRange": (messages.BidiReadRangeRequest, stub.BidiReadRange),
    }


def others(channel):
    """Methods of standard services, by their full names."""

    def method(make, name, request, response):
        return request, make(
            name,
            request_serializer=request.SerializeToString,
            response_deserializer=response.FromString,
        )

    health = (health_pb2.HealthCheckRequest, health_pb2.HealthCheckResponse)
    # The two versions of reflection differ only in their names.
    reflection = (
        reflection_pb2.ServerReflectionRequest,
        reflection_pb2.ServerReflectionResponse,
    )
    read = (bytestream_pb2.ReadRequest, bytestream_pb2.ReadResponse)
    write = (bytestream_pb2.WriteRequest, bytestream_pb2.WriteResponse)
    unary, streaming = channel.unary_unary, channel.stream_stream
    service = "/rangestream.v1.RangeStreamService/"
    names = {
        "Check": (unary, "/grpc.health.v1.Health/Check", *health),
        "Watch": (channel.unary_stream, "/grpc.health.v1.Health/Watch", *health),
        "Reflect": (
            streaming,
            "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
            *reflection,
        ),
        "ReflectAlpha": (
            streaming,
            "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
            *reflection,
        ),
        "Read": (channel.unary_stream, "/google.bytestream.ByteStream/Read", *read),
        "Write": (
            channel.stream_unary,
            "/google.bytestream.ByteStream/Write",
            *write,
        ),
        "NoSuchMethod": (unary, service + "NoSuchMethod", *health),
        "NoSuchService": (unary, "/nobody.Nothing/Nowhere", *health),
    }
    return {key: method(*value) for key, value in names.items()}


def run(methods, asked, lines):
    request_type, method = methods[asked["method"]]
    requests = [
        json_format.ParseDict(request, request_type()) for request in asked["requests"]
    ]
    takes_many = isinstance(
        method, (grpc.StreamStreamMultiCallable, grpc.StreamUnaryMultiCallable)
    )
    argument = iter(requests) if takes_many else requests[0]
    timeout = asked.get("timeout", 20)
    if isinstance(method, (grpc.UnaryUnaryMultiCallable, grpc.StreamUnaryMultiCallable)):
        call = method.future(argument, timeout=timeout)
        received = Received(call)
        if call.exception() is None:
            received.take(call.result())
        return received.result()
    metadata = tuple(asked.get("metadata", {}).items())
    call = method(argument, timeout=timeout, metadata=metadata)
    received = Received(call)
    try:
        for message in call:
            received.take(message)
            if len(received.parts) == asked.get("pause_after"):
                # Until the next message is requested, gRPC accepts at most its window.
                print(json.dumps({"paused": True}), flush=True)
                next(lines)
            if len(received.parts) == asked.get("enough"):
                call.cancel()
    except grpc.RpcError:
        # The status is part of the result.
        pass
    return received.result()


def main():
    lines = iter(sys.stdin.readline, "")
    with grpc.insecure_channel(sys.argv[1]) as channel:
        methods = {**range_stream(channel), **others(channel)}
        for line in lines:
            print(json.dumps(run(methods, json.loads(line), lines)), flush=True)


if __name__ == "__main__":
    main()
