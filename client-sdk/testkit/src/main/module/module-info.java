/**
 * A rangestream server in memory. Compiled on its own and added to the jar when that is made; why
 * Guava and Gson are required is said in the SDK's descriptor.
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
