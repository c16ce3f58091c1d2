/**
 * The two ports: {@link io.rangestream.store.ObjectStore}, what a backend gives, and {@link
 * io.rangestream.store.ObjectReads}, what a face is given. Both lend arrays, neither copies.
 */
@NullMarked
package io.rangestream.store;

import org.jspecify.annotations.NullMarked;
