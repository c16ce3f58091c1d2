/**
 * One way through for both faces: a request is planned against a representation, purely, and the
 * plan is read from the port. Knows neither HTTP fields nor gRPC messages.
 */
@NullMarked
package io.rangestream.stream;

import org.jspecify.annotations.NullMarked;
