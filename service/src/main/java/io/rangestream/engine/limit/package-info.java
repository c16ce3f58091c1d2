/**
 * Limits how many store requests run at once, and shares the permits fairly between clients and
 * objects.
 */
@NullMarked
package io.rangestream.engine.limit;

import org.jspecify.annotations.NullMarked;
