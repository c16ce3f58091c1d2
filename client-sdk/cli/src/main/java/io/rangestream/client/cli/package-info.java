/**
 * The command line on the SDK: lists, looks at, prints and downloads objects of a rangestream
 * server. Nothing of it is for other code.
 */
@NullMarked
package io.rangestream.client.cli;

import org.jspecify.annotations.NullMarked;
