/**
 * Limits the number of concurrent store requests, and shares the permits fairly between viewers
 * and, for each viewer, between objects. {@link io.rangestream.engine.gate.StoreGate} is the entry
 * point.
 */
@NullMarked
package io.rangestream.engine.gate;

import org.jspecify.annotations.NullMarked;
