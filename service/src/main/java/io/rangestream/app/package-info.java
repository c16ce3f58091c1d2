/**
 * The composition root: configuration, wiring, the command line and the server's life. The only
 * place that sees concrete stores, and that reads the clock or the environment for others.
 */
@NullMarked
package io.rangestream.app;

import org.jspecify.annotations.NullMarked;
