/** Peers as their connections know them. */
@NullMarked
package io.rangestream.transport;

import org.jspecify.annotations.NullMarked;
