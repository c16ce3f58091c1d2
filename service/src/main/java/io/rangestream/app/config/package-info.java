/**
 * The configuration: the table of all settings, the places that their values come from, and the
 * checked result. {@link io.rangestream.app.config.Settings} declares each setting once; {@link
 * io.rangestream.app.config.ConfigReader} is the entry point.
 */
@NullMarked
package io.rangestream.app.config;

import org.jspecify.annotations.NullMarked;
