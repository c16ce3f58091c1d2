/**
 * Validators and the five conditions of RFC 9110, sections 8.8 and 13, evaluated in the order of
 * section 13.2.2. Immutable values; independent of the protocols and of the stores.
 */
@NullMarked
package io.rangestream.condition;

import org.jspecify.annotations.NullMarked;
