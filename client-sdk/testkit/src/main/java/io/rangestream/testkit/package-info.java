/**
 * A fake rangestream server for tests. {@link io.rangestream.testkit.FakeRangeStream} serves
 * objects from memory by the contract, on a local port. Tests script its failures by {@link
 * io.rangestream.testkit.FakeFailure}.
 */
@NullMarked
package io.rangestream.testkit;

import org.jspecify.annotations.NullMarked;
