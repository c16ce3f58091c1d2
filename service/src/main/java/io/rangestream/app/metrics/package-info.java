/**
 * What operators can observe: meters for Prometheus, and the content of the cache as JSON. Nothing
 * here influences how requests are served.
 */
@NullMarked
package io.rangestream.app.metrics;

import org.jspecify.annotations.NullMarked;
