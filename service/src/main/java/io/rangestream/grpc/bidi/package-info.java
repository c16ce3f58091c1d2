/** The call {@code BidiReadRange}: many ranges of one version over one stream. */
@NullMarked
package io.rangestream.grpc.bidi;

import org.jspecify.annotations.NullMarked;
