/**
 * The reads of ranges: by one call, resumed by several calls, as a channel, as a publisher, or
 * vectored. Uses {@code internal.channel} and {@code internal.wire}.
 *
 * <p>Not part of the API: the module does not export this package, and any release may change it.
 * Applications on the class path must not use it either.
 */
@NullMarked
package io.rangestream.client.internal.read;

import org.jspecify.annotations.NullMarked;
