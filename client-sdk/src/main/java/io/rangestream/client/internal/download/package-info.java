/**
 * Downloads of a whole object to a file: the parts, the partial file and its state file. Uses
 * {@code internal.read} and {@code internal.wire}.
 *
 * <p>Not part of the API: the module does not export this package, and any release may change it.
 * Applications on the class path must not use it either.
 */
@NullMarked
package io.rangestream.client.internal.download;

import org.jspecify.annotations.NullMarked;
