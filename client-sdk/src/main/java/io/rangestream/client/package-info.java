/**
 * Reads ranges of objects from a rangestream server: {@link
 * io.rangestream.client.RangeStreamClient} opens an {@link io.rangestream.client.ObjectReader},
 * which reads one version of one object. What is read is whole and checked, or an {@link
 * io.rangestream.client.RangeStreamException} says what it is not; it is never merely shorter.
 */
@NullMarked
package io.rangestream.client;

import org.jspecify.annotations.NullMarked;
