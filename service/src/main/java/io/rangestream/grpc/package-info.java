/**
 * The gRPC endpoint: the services, parsing of requests, writing of responses, and the mapping of
 * failures to statuses. It runs on Helidon's HTTP/2, on the same port as the HTTP endpoint. The
 * planner in {@code stream} decides what a read returns.
 */
@NullMarked
package io.rangestream.grpc;

import org.jspecify.annotations.NullMarked;
