/**
 * How many store requests there are at once, and whose turn it is. Fair between viewers, and for
 * each viewer between objects.
 */
@NullMarked
package io.rangestream.engine.gate;

import org.jspecify.annotations.NullMarked;
