package io.rangestream.store;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The header fields that are stored with an object, as the store sends them and without validation:
 * the HTTP and gRPC endpoints drop values that they can't send. Only the content coding is changed:
 * {@code aws-chunked} and {@code identity} are removed, because they do not describe the stored
 * bytes.
 */
public record StoredFields(
        Optional<String> contentType,
        Optional<String> contentEncoding,
        Optional<String> contentLanguage,
        Optional<String> contentDisposition,
        Optional<String> cacheControl,
        Optional<String> expires) {
    public StoredFields {
        contentEncoding = contentEncoding.map(StoredFields::codings).filter(c -> !c.isEmpty());
    }

    private static String codings(String contentEncoding) {
        return Arrays.stream(contentEncoding.split(","))
                .map(String::strip)
                .filter(coding -> !coding.isEmpty())
                .filter(coding -> !coding.equalsIgnoreCase("aws-chunked"))
                .filter(coding -> !coding.equalsIgnoreCase("identity"))
                .collect(Collectors.joining(", "));
    }

    /** No fields. */
    public static final StoredFields NONE = ofContentType(Optional.empty());

    /** Only a media type. */
    public static StoredFields ofContentType(Optional<String> contentType) {
        return new StoredFields(
                contentType,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
