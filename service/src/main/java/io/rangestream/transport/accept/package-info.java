/**
 * How connections are accepted: a server socket that outlives failures, limits on how many there
 * are, and which idle one is closed to make room for another.
 */
@NullMarked
package io.rangestream.transport.accept;

import org.jspecify.annotations.NullMarked;
