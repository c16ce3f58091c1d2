/** Server-sent events about reads, for the page. */
@NullMarked
package io.rangestream.http.events;

import org.jspecify.annotations.NullMarked;
