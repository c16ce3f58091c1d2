/**
 * Hooks into Helidon's web server: its listener, connections, selectors and executor. Each class
 * names the fault of Helidon that it works around.
 */
@NullMarked
package io.rangestream.transport.helidon;

import org.jspecify.annotations.NullMarked;
