package io.rangestream.store;

import java.util.Optional;

/**
 * The representation's fields that were stored with it, as the store gives them and unchecked: a
 * face drops what it can't send.
 */
public record StoredFields(
        Optional<String> contentType,
        Optional<String> contentEncoding,
        Optional<String> contentLanguage,
        Optional<String> contentDisposition,
        Optional<String> cacheControl,
        Optional<String> expires) {

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
