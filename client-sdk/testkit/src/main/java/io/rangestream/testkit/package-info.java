/**
 * A rangestream server for tests: {@link io.rangestream.testkit.FakeRangeStream} keeps objects in
 * memory and answers by the contract, on a port of this machine. It fails where it is told to, by a
 * {@link io.rangestream.testkit.FakeFailure}.
 */
@NullMarked
package io.rangestream.testkit;

import org.jspecify.annotations.NullMarked;
