/**
 * The composition root: the command line, the wiring of all parts, the server's start and stop,
 * health and the log. Only this package creates concrete stores and reads the clock and the
 * environment; other packages receive them as parameters.
 */
@NullMarked
package io.rangestream.app;

import org.jspecify.annotations.NullMarked;
