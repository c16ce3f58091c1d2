/**
 * The messages of the gRPC contract made from the engine's values, for both faces: gRPC sends them
 * as they are, HTTP as proto3 JSON. Imports generated messages, but no transport.
 */
@NullMarked
package io.rangestream.message;

import org.jspecify.annotations.NullMarked;
