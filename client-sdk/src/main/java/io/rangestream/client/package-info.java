/**
 * Reads ranges of objects from a rangestream server. {@link
 * io.rangestream.client.RangeStreamClient} opens an {@link io.rangestream.client.ObjectReader},
 * which reads one version of one object. A read delivers all bytes of its range, each verified by a
 * checksum, or throws a {@link io.rangestream.client.RangeStreamException}; it never ends early
 * without an exception.
 */
@NullMarked
package io.rangestream.client;

import org.jspecify.annotations.NullMarked;
