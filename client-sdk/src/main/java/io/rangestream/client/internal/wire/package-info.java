/**
 * Converts between the contract's messages and the classes of the API: statuses to exceptions,
 * metadata, ranges and versions, and verifies the messages of a read. Makes no calls.
 *
 * <p>Not part of the API: the module does not export this package, and any release may change it.
 * Applications on the class path must not use it either.
 */
@NullMarked
package io.rangestream.client.internal.wire;

import org.jspecify.annotations.NullMarked;
