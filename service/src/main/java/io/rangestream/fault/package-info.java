/**
 * What is done about errors that no code expects: which of them end the process, and how a task
 * that runs for ever outlives the others.
 */
@NullMarked
package io.rangestream.fault;

import org.jspecify.annotations.NullMarked;
