/** Stub. Until the real one is merged. */
@NullMarked
package io.rangestream.engine.gate;

import org.jspecify.annotations.NullMarked;
