/** Framing of gRPC messages over HTTP/2 streams. */
@NullMarked
package io.rangestream.transport.grpc;

import org.jspecify.annotations.NullMarked;
