/**
 * The command line of the SDK: lists, describes, prints and downloads objects of a rangestream
 * server. It has no API for other code.
 */
@NullMarked
package io.rangestream.client.cli;

import org.jspecify.annotations.NullMarked;
