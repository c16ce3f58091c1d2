/**
 * Decorators for the store of each S3 bucket: a throttle for a store that asks to slow down, and a
 * circuit breaker for a store that is down. Only this package uses resilience4j.
 */
@NullMarked
package io.rangestream.store.guard;

import org.jspecify.annotations.NullMarked;
