/**
 * Converts the engine's values to the messages of the gRPC contract, for both protocols: gRPC sends
 * the messages, HTTP sends them as proto3 JSON. Depends on the generated messages, but on no
 * transport.
 */
@NullMarked
package io.rangestream.message;

import org.jspecify.annotations.NullMarked;
