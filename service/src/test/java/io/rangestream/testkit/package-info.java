/**
 * Support for tests: external programs, which are found or installed; a MinIO server; stores that
 * fail or delay on command; HTTP clients that work on bytes and frames. A tool that can't be
 * installed is recorded in a list that the build shows at its end.
 */
@NullMarked
package io.rangestream.testkit;

import org.jspecify.annotations.NullMarked;
