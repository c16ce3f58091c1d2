/**
 * Logs one structured line for each HTTP and gRPC request. One thread writes the lines from a
 * bounded queue. Independent of both protocols.
 */
@NullMarked
package io.rangestream.requestlog;

import org.jspecify.annotations.NullMarked;
