/**
 * A bucket of S3, or of what speaks like it, as an object store: every read is pinned by If-Match
 * and checked to be what was asked. The only package that sees the AWS SDK.
 */
@NullMarked
package io.rangestream.store.s3;

import org.jspecify.annotations.NullMarked;
