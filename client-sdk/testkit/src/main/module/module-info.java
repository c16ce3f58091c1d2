/**
 * The fake server for tests. This descriptor is compiled separately and added to the jar. The SDK's
 * descriptor explains why Guava and Gson are required.
 */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module io.rangestream.testkit {
    requires transitive io.grpc;
    requires io.grpc.netty.shaded;
    requires io.grpc.protobuf;
    requires io.grpc.stub;
    requires com.google.protobuf;
    requires io.rangestream.proto;
    requires proto.google.common.protos;
    requires com.google.common;
    requires com.google.gson;
    requires java.logging;
    requires jdk.unsupported;
    requires static org.jspecify;

    exports io.rangestream.testkit;
}
