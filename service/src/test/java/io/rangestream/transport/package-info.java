/** Tests of connections and of the responses that are sent on them. */
@NullMarked
package io.rangestream.transport;

import org.jspecify.annotations.NullMarked;
