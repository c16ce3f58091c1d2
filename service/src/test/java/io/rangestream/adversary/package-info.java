/** Attacks on the packaged program, and measurements of a second client while they run. */
@NullMarked
package io.rangestream.adversary;

import org.jspecify.annotations.NullMarked;
