/** Problems (RFC 9457): the mapping from failures, and how they are written. */
@NullMarked
package io.rangestream.http.problem;

import org.jspecify.annotations.NullMarked;
