/**
 * An S3 bucket, or one of a compatible store, as an object store. Each read is pinned by If-Match,
 * and each response is checked against the request. Only this package uses the AWS SDK.
 */
@NullMarked
package io.rangestream.store.s3;

import org.jspecify.annotations.NullMarked;
