/**
 * The block engine: concurrent readers of an object share its blocks and the store requests that
 * fill them, within one memory budget. {@link io.rangestream.engine.BlockEngine} describes the
 * concept. Nothing here depends on HTTP, gRPC or a kind of store.
 */
@NullMarked
package io.rangestream.engine;

import org.jspecify.annotations.NullMarked;
