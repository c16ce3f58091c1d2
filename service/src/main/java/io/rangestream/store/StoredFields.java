package io.rangestream.store;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The representation's fields that were stored with it, as the store gives them and unchecked: a
 * face drops what it can't send. Only the content coding is cleaned of {@code aws-chunked} and
 * {@code identity}, which say nothing of the stored bytes.
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

    /** Nothing was stored. */
    public static final StoredFields NONE = ofContentType(Optional.empty());

    /** Only a media type was stored. */
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
