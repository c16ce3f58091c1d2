/** HTTP/1.x connections: reading requests strictly (RFC 9112), and writing bodies. */
@NullMarked
package io.rangestream.transport.http1;

import org.jspecify.annotations.NullMarked;
