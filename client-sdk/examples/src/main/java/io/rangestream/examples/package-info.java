/** Small programs that use the SDK. The tests of this module run them against the fake server. */
@NullMarked
package io.rangestream.examples;

import org.jspecify.annotations.NullMarked;
