/** Attacks on the packaged program, and a second client measured while they run. */
@NullMarked
package io.rangestream.adversary;

import org.jspecify.annotations.NullMarked;
