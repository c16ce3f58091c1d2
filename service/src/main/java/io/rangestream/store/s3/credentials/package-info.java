/** Credentials of a bucket: the default chain, profiles, roles, and how refusals are reported. */
@NullMarked
package io.rangestream.store.s3.credentials;

import org.jspecify.annotations.NullMarked;
