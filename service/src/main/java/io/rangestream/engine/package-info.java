/**
 * What stands between stores and faces. Today each read has a fetch of its own; the block engine
 * will take this place without the faces noticing.
 */
@NullMarked
package io.rangestream.engine;

import org.jspecify.annotations.NullMarked;
