/**
 * The use cases that HTTP and gRPC share. A request is planned as a pure function of the request
 * and the object's representation; then the bytes of the plan are read through {@link
 * io.rangestream.store.ObjectReads}. Independent of HTTP fields and gRPC messages.
 */
@NullMarked
package io.rangestream.stream;

import org.jspecify.annotations.NullMarked;
