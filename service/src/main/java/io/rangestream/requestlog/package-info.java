/**
 * One structured line for each request of either face, written by one thread behind a bounded
 * queue. Knows neither face: they hand it values.
 */
@NullMarked
package io.rangestream.requestlog;

import org.jspecify.annotations.NullMarked;
