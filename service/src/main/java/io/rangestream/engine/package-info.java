/**
 * The block engine: one download for all who read the same, in a memory that is bounded. {@link
 * io.rangestream.engine.BlockEngine} says how it goes; nothing here knows a face or a store.
 */
@NullMarked
package io.rangestream.engine;

import org.jspecify.annotations.NullMarked;
