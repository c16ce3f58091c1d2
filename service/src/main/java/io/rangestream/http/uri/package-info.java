/** Raw request targets: matching, percent-decoding, and query parameters. */
@NullMarked
package io.rangestream.http.uri;

import org.jspecify.annotations.NullMarked;
