/**
 * The responses that are being sent and the connections that they are sent on. Detects a client
 * that has left or has paused for too long, and ends a response if its write is blocked. Helidon
 * reports none of this to a handler.
 */
@NullMarked
package io.rangestream.transport;

import org.jspecify.annotations.NullMarked;
