/**
 * Byte ranges of RFC 9110, section 14: parsing of requested ranges, their resolution against the
 * length of an object, and the formatting of Content-Range. Immutable values; depends on the JDK
 * only.
 */
@NullMarked
package io.rangestream.range;

import org.jspecify.annotations.NullMarked;
