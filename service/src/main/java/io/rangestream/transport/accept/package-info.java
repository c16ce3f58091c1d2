/**
 * Accepting connections: a server socket that survives failed accepts, the limits of connections
 * and streams, and the eviction of idle connections to make room for new ones.
 */
@NullMarked
package io.rangestream.transport.accept;

import org.jspecify.annotations.NullMarked;
