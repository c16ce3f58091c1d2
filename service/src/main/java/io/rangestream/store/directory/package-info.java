/**
 * A folder as an object store: each regular file is an object, and its path below the folder is the
 * key. No file outside the folder is served, and a file that is modified while it is read is
 * noticed.
 */
@NullMarked
package io.rangestream.store.directory;

import org.jspecify.annotations.NullMarked;
