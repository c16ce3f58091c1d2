/**
 * The resources that all calls of a client share: the connection and its settings, TLS,
 * credentials, retries, the executor of asynchronous reads and the read-ahead budget. Unary calls,
 * such as lists, are made here too. Uses {@code internal.wire}.
 *
 * <p>Not part of the API: the module does not export this package, and any release may change it.
 * Applications on the class path must not use it either.
 */
@NullMarked
package io.rangestream.client.internal.channel;

import org.jspecify.annotations.NullMarked;
