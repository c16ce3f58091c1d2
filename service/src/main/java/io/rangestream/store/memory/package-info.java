/**
 * An object store in memory: what a store does when nothing goes wrong. Small, exact and with a
 * clock that is given, for tests and trials.
 */
@NullMarked
package io.rangestream.store.memory;

import org.jspecify.annotations.NullMarked;
