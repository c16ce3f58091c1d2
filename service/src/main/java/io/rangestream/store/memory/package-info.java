/**
 * An object store in memory, for tests and trials of the server. It follows the contract exactly
 * and takes its clock as a parameter.
 */
@NullMarked
package io.rangestream.store.memory;

import org.jspecify.annotations.NullMarked;
