/**
 * The Java SDK. Compiled on its own and added to the jar when that is made, so that classes and
 * tests are compiled on the class path.
 *
 * <p>gRPC's and protobuf's modules are automatic, and an automatic module requires no other: a
 * module that they use and that has a descriptor of its own, as Guava does, is in the graph only if
 * it is required here. Guava requires failureaccess in turn.
 */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module io.rangestream.client {
    requires transitive io.grpc;
    requires io.grpc.netty.shaded;
    requires io.grpc.protobuf;
    requires io.grpc.stub;
    requires com.google.protobuf;
    requires io.rangestream.proto;
    requires proto.google.common.protos;

    // Of grpc-api, grpc-core and protobuf.
    requires com.google.common;
    requires com.google.gson;
    requires java.logging;
    // sun.misc.Unsafe, for protobuf and Netty.
    requires jdk.unsupported;

    // Used if they are there.
    requires static io.opentelemetry.api;
    requires static io.grpc.opentelemetry;
    requires static org.jspecify;

    exports io.rangestream.client;
}
