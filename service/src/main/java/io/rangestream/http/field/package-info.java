/** Header fields of responses: caching, security, names, dates and the representation. */
@NullMarked
package io.rangestream.http.field;

import org.jspecify.annotations.NullMarked;
