/**
 * Validators and the five conditions of RFC 9110, sections 8.8 and 13, evaluated as a value in the
 * order of section 13.2.2. Pure; knows neither field syntax nor stores.
 */
@NullMarked
package io.rangestream.condition;

import org.jspecify.annotations.NullMarked;
