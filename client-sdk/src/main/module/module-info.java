/**
 * The Java SDK. This descriptor is compiled separately and added to the jar, so that classes and
 * tests are compiled on the class path.
 *
 * <p>The modules of gRPC and protobuf are automatic, and automatic modules require no others. Named
 * modules that they use, such as Guava, are therefore required here. Guava requires failureaccess.
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

    // Used by grpc-api, grpc-core and protobuf.
    requires com.google.common;
    requires com.google.gson;
    requires java.logging;
    // sun.misc.Unsafe, used by protobuf and Netty.
    requires jdk.unsupported;

    // Optional. Not transitive, because javac would then require it of each application.
    requires static io.opentelemetry.api;
    requires static io.grpc.opentelemetry;
    requires static org.jspecify;

    exports io.rangestream.client;
    exports io.rangestream.client.telemetry;
}
