/**
 * What stands before a store that is slow, asks to slow down, or is down: decorators, one for each
 * bucket's store. The only package that sees resilience4j.
 */
@NullMarked
package io.rangestream.store.guard;

import org.jspecify.annotations.NullMarked;
