/**
 * The HTTP client below the S3 client, with bounds on what a store may send: connections,
 * time-outs, proxies, certificates, XML.
 */
@NullMarked
package io.rangestream.store.s3.http;

import org.jspecify.annotations.NullMarked;
