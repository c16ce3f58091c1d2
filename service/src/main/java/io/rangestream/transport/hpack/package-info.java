/**
 * A bounded HPACK decoder (RFC 7541) and a stateless encoder. The decoder replaces Helidon's and is
 * the only one on a connection that has a dynamic table.
 *
 * <p>Workaround for Helidon 4.5.0: names of pseudo-header fields that are spelled out are refused,
 * and a malformed header section ends the connection (not reported).
 */
@NullMarked
package io.rangestream.transport.hpack;

import org.jspecify.annotations.NullMarked;
