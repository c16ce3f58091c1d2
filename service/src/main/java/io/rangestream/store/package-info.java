/**
 * The two interfaces between the layers. {@link io.rangestream.store.ObjectStore} is implemented by
 * each storage backend. {@link io.rangestream.store.ObjectReads} is implemented by the engine and
 * used by the HTTP and gRPC endpoints. Both lend arrays instead of copying bytes.
 */
@NullMarked
package io.rangestream.store;

import org.jspecify.annotations.NullMarked;
