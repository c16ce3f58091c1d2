/**
 * Handling of failures, for all other packages: which errors end the process, how a permanent task
 * continues after an error, rate-limited warnings, and the back-off of retries.
 */
@NullMarked
package io.rangestream.fault;

import org.jspecify.annotations.NullMarked;
