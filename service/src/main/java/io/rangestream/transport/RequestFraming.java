package io.rangestream.transport;

import io.helidon.http.Status;
import io.rangestream.transport.StartLine.Version;

import java.util.ArrayList;
import java.util.List;

/**
 * Determines the length of a request's content (RFC 9112, section 6.3) from its Content-Length and
 * Transfer-Encoding fields. Refuses each combination that two servers could interpret differently.
 * For one request, used by {@link Http1HeadReader}.
 *
 * <p>Part of the workaround {@link Http1RequestReader}.
 */
final class RequestFraming {
    private static final String CHUNKED = "chunked";

    private final List<String> codings = new ArrayList<>();
    private boolean hasCodings;
    private boolean hasLength;
    private long length;

    /**
     * The content of a request.
     *
     * @param length bytes of content, {@link Long#MAX_VALUE} for all larger numbers; 0 if chunked
     */
    record Content(boolean isChunked, long length) {
        static final Content NONE = new Content(false, 0);

        boolean isNone() {
            return !isChunked && length == 0;
        }
    }

    /** Adds the value of a Content-Length field. */
    void contentLength(String value) {
        if (hasLength) {
            throw RefusedRequestException.badRequest("Content-Length is repeated");
        }
        hasLength = true;
        if (value.isEmpty()) {
            throw RefusedRequestException.badRequest("Content-Length is empty");
        }
        for (int i = 0; i < value.length(); i++) {
            int digit = value.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw RefusedRequestException.badRequest("Content-Length is not a number");
            }
            length = length > (Long.MAX_VALUE - 9) / 10 ? Long.MAX_VALUE : length * 10 + digit;
        }
    }

    /** Adds the value of a Transfer-Encoding field. */
    void transferEncoding(String value) {
        hasCodings = true;
        for (String coding : value.split(",", -1)) {
            codings.add(coding.strip());
        }
    }

    /** Returns the content, once all fields have been added. */
    Content decide(Version version) {
        if (!hasCodings) {
            return length == 0 ? Content.NONE : new Content(false, length);
        }
        if (hasLength) {
            throw RefusedRequestException.badRequest(
                    "Transfer-Encoding and Content-Length are both present");
        }
        if (version == Version.HTTP_1_0) {
            throw RefusedRequestException.badRequest("HTTP/1.0 has no Transfer-Encoding");
        }
        if (!codings.getLast().equalsIgnoreCase(CHUNKED)) {
            throw RefusedRequestException.badRequest("the last transfer coding is not chunked");
        }
        List<String> others = codings.subList(0, codings.size() - 1);
        if (others.stream().anyMatch(coding -> coding.isEmpty() || isChunked(coding))) {
            throw RefusedRequestException.badRequest(
                    "Transfer-Encoding is malformed or names chunked twice");
        }
        if (!others.isEmpty()) {
            throw new RefusedRequestException(
                    Status.NOT_IMPLEMENTED_501, "chunked is the only supported transfer coding");
        }
        return new Content(true, 0);
    }

    private static boolean isChunked(String coding) {
        return coding.equalsIgnoreCase(CHUNKED);
    }
}
