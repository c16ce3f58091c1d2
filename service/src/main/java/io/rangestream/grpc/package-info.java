/**
 * The gRPC face: parses messages, writes messages, maps errors, and routes, one class each. It runs
 * on Helidon's HTTP/2, on the port that HTTP has too; decisions are the planner's.
 */
@NullMarked
package io.rangestream.grpc;

import org.jspecify.annotations.NullMarked;
