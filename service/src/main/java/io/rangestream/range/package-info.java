/**
 * Byte ranges as RFC 9110, section 14, has them: what a peer asks for, which bytes that is of an
 * object of known length, and how it is written back. Pure values; imports nothing but the JDK.
 */
@NullMarked
package io.rangestream.range;

import org.jspecify.annotations.NullMarked;
