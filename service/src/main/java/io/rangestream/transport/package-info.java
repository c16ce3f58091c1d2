/**
 * Peers as their connections know them: who has left, who has paused for too long, and how an
 * answer that is stuck in a write is ended. What Helidon does not tell a handler is learnt here.
 */
@NullMarked
package io.rangestream.transport;

import org.jspecify.annotations.NullMarked;
