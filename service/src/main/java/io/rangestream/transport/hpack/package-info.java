/**
 * A bounded HPACK decoder (RFC 7541) and a stateless encoder. The decoder is the only one on a
 * connection that keeps a dynamic table.
 */
@NullMarked
package io.rangestream.transport.hpack;

import org.jspecify.annotations.NullMarked;
