/**
 * A folder as an object store: its regular files are objects, their paths below it the keys.
 * Nothing outside of the folder is ever served, and a file that changes as it is read is noticed.
 */
@NullMarked
package io.rangestream.store.directory;

import org.jspecify.annotations.NullMarked;
