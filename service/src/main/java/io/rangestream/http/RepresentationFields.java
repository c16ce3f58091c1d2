package io.rangestream.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.rangestream.store.Representation;
import io.rangestream.store.StoredFields;

import java.time.Instant;
import java.util.Optional;

/**
 * The fields of a representation, the same on 200, 206 and the response to HEAD, and their subset
 * for a 304. Used by the response writer.
 */
public final class RepresentationFields {
    private static final HeaderName VERSION_ID = HeaderNames.create("X-Version-Id");

    /**
     * A cache may store the object and must revalidate it: clients see an overwrite, and an
     * unchanged object is not sent twice.
     */
    public static final String DEFAULT_CACHE_CONTROL = "no-cache";

    private RepresentationFields() {}

    /**
     * Sets the fields of a 200 or 206.
     *
     * @param now the time of the response
     * @param cacheControl the value for an object that is stored without one
     */
    public static void set(
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

    /** Sets the fields of a 304: the caching fields of the 200, and no field about the content. */
    public static void setNotModified(
            ServerResponseHeaders headers,
            Representation representation,
            Instant now,
            String cacheControl) {
        setCaching(headers, representation, now, cacheControl);
        if (representation.entityTag().isEmpty()) {
            setLastModified(headers, representation, now);
        }
    }

    // Last-Modified must not be later than Date (RFC 9110, section 8.8.2.1).
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

    /**
     * Sets a stored value. It comes from any writer of the store, so a value that could break the
     * header section is dropped.
     */
    private static void setIfSendable(
            ServerResponseHeaders headers, HeaderName name, Optional<String> value) {
        value.filter(RepresentationFields::isSendable).ifPresent(text -> headers.set(name, text));
    }

    /** Whether a stored value consists of printable ASCII and is not blank. */
    public static boolean isSendable(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < 0x20 || value.charAt(i) > 0x7E) {
                return false;
            }
        }
        return !value.isBlank();
    }
}
