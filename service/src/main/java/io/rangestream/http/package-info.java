/**
 * The HTTP endpoint: routes requests, parses them, writes responses and maps errors, one class for
 * each. It defines field syntax, body framing and problem details. {@code io.rangestream.stream}
 * decides what a response contains.
 */
@NullMarked
package io.rangestream.http;

import org.jspecify.annotations.NullMarked;
