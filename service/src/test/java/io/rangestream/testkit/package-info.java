/**
 * What tests stand on: programs found or brought, a MinIO of their own, and stores that fail or
 * dawdle on command. Whatever can't be had is entered in a list that the end of the build shows.
 */
@NullMarked
package io.rangestream.testkit;

import org.jspecify.annotations.NullMarked;
