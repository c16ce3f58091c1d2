/** Memory of blocks: the budget, the pool of arrays, and which bytes were lent. */
@NullMarked
package io.rangestream.engine.memory;

import org.jspecify.annotations.NullMarked;
