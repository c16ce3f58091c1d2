/**
 * The HTTP face: parses requests, writes answers, maps errors, and routes, one class each. Field
 * syntax, framing and problem details live here; decisions are the planner's.
 */
@NullMarked
package io.rangestream.http;

import org.jspecify.annotations.NullMarked;
