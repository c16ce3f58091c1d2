package io.rangestream.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.rangestream.store.Representation;
import io.rangestream.store.StoredFields;

import java.time.Instant;
import java.util.Optional;

/** The representation's fields, the same on 200, 206 and the answer to HEAD. */
final class RepresentationFields {
    private static final HeaderName VERSION_ID = HeaderNames.create("X-Version-Id");

    /** Kept and asked for again: an overwrite is seen, and a viewer need not fetch twice. */
    static final String DEFAULT_CACHE_CONTROL = "no-cache";

    private RepresentationFields() {}

    /**
     * All of them.
     *
     * @param now when this answer is made
     * @param cacheControl for an object that is stored without one
     */
    static void set(
            ServerResponseHeaders headers,
            Representation representation,
            Instant now,
            String cacheControl) {
        StoredFields fields = representation.fields();
        setCaching(headers, representation, now, cacheControl);
        headers.set(HeaderValues.ACCEPT_RANGES_BYTES);
        setLastModified(headers, representation, now);
        setIfSendable(headers, HeaderNames.CONTENT_TYPE, fields.contentType());
        setIfSendable(headers, HeaderNames.CONTENT_ENCODING, fields.contentEncoding());
        setIfSendable(headers, HeaderNames.CONTENT_LANGUAGE, fields.contentLanguage());
        fields.contentDisposition()
                .flatMap(StoredDisposition::sendable)
                .ifPresent(value -> headers.set(HeaderNames.CONTENT_DISPOSITION, value));
        setIfSendable(headers, VERSION_ID, representation.versionId());
    }

    /** A 304's: what the 200 would have had for caches, and nothing of the content. */
    static void setNotModified(
            ServerResponseHeaders headers,
            Representation representation,
            Instant now,
            String cacheControl) {
        setCaching(headers, representation, now, cacheControl);
        if (representation.entityTag().isEmpty()) {
            setLastModified(headers, representation, now);
        }
    }

    // Never later than the answer's own Date (RFC 9110, section 8.8.2.1).
    private static void setLastModified(
            ServerResponseHeaders headers, Representation representation, Instant now) {
        representation
                .validators()
                .lastModified()
                .map(date -> date.isAfter(now) ? now : date)
                .ifPresent(date -> headers.set(HeaderNames.LAST_MODIFIED, HttpDates.format(date)));
    }

    private static void setCaching(
            ServerResponseHeaders headers,
            Representation representation,
            Instant now,
            String cacheControl) {
        representation.entityTag().ifPresent(tag -> headers.set(HeaderNames.ETAG, tag.toString()));
        StoredFields fields = representation.fields();
        headers.set(HeaderNames.CACHE_CONTROL, cacheControl);
        setIfSendable(headers, HeaderNames.CACHE_CONTROL, fields.cacheControl());
        Optional<String> expires =
                fields.expires().filter(date -> HttpDates.parse(date, now).isPresent());
        setIfSendable(headers, HeaderNames.EXPIRES, expires);
    }

    /** Whoever stored a value may have stored anything; what could break the head is dropped. */
    private static void setIfSendable(
            ServerResponseHeaders headers, HeaderName name, Optional<String> value) {
        value.filter(RepresentationFields::isSendable).ifPresent(text -> headers.set(name, text));
    }

    static boolean isSendable(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < 0x20 || value.charAt(i) > 0x7E) {
                return false;
            }
        }
        return !value.isBlank();
    }
}
