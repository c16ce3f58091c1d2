package io.rangestream.store.s3;

import java.util.Optional;

/**
 * The source of the credentials that sign a bucket's requests. Its text form never contains a
 * secret.
 */
public sealed interface S3Credentials {
    /** AWS's default chain: system properties, environment, profile, container, instance. */
    record DefaultChain() implements S3Credentials {}

    /** No credentials: requests are not signed, for public buckets. */
    record Anonymous() implements S3Credentials {}

    /** Fixed keys, with a session token if they are temporary. */
    record Keys(String accessKeyId, String secretAccessKey, Optional<String> sessionToken)
            implements S3Credentials {
        @Override
        public String toString() {
            return "Keys[accessKeyId="
                    + accessKeyId
                    + ", secretAccessKey=***, sessionToken="
                    + sessionToken.map(_ -> "***").orElse("none")
                    + "]";
        }
    }

    /** A profile of AWS's shared configuration and credentials files, of any kind. */
    record Profile(String name) implements S3Credentials {}

    /**
     * A role that STS assumes with other credentials.
     *
     * @param externalId the id that the role's trust policy may require
     */
    record Role(S3Credentials source, String arn, Optional<String> externalId)
            implements S3Credentials {}
}
