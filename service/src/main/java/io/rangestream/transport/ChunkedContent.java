package io.rangestream.transport;

import io.helidon.http.Status;

import java.util.concurrent.TimeoutException;

/**
 * Skips content in the chunked coding (RFC 9112, section 7.1). Checks chunk sizes, extensions,
 * trailers and the CRLF after each chunk, bounds all of them, and discards them. For one request,
 * used by {@link Http1RequestReader}.
 *
 * <p>Workaround for Helidon 4.5.0: a chunk with an extension fails, and its content is read as the
 * next request (not reported).
 */
final class ChunkedContent {
    private static final int CRLF_BYTES = 2;
    private static final int MAX_LINE_BYTES =
            Http1Limits.CHUNK_SIZE_DIGITS + Http1Limits.CHUNK_EXTENSIONS_BYTES;

    private final UnreadBytes in;
    private long bytes;
    private int extensionBytes;

    ChunkedContent(UnreadBytes in) {
        this.in = in;
    }

    /**
     * Skips all chunks and the trailer section.
     *
     * @return false if the connection ends first
     */
    boolean skip() throws TimeoutException {
        while (true) {
            int length = in.line(0, MAX_LINE_BYTES, Status.BAD_REQUEST_400, "a chunk's line");
            if (length < 0) {
                return false;
            }
            long size = size(length);
            in.skip(length + CRLF_BYTES);
            if (size == 0) {
                return skipTrailers();
            }
            if (size > Http1Limits.CONTENT_BYTES - bytes) {
                throw new RefusedRequestException(
                        Status.REQUEST_ENTITY_TOO_LARGE_413, "content is over the limit");
            }
            bytes += size;
            if (!skip(in, size) || !skipLineEnd()) {
                return false;
            }
        }
    }

    /** Skips bytes; returns false if the connection ends first. */
    static boolean skip(UnreadBytes in, long count) throws TimeoutException {
        long left = count;
        while (true) {
            int skipped = (int) Math.min(left, in.length());
            in.skip(skipped);
            left -= skipped;
            if (left == 0) {
                return true;
            }
            if (!in.more()) {
                return false;
            }
        }
    }

    private long size(int length) {
        long size = 0;
        int digits = 0;
        while (digits < length && Character.digit(in.at(digits), 16) >= 0) {
            if (digits == Http1Limits.CHUNK_SIZE_DIGITS) {
                throw RefusedRequestException.badRequest("a chunk size has too many digits");
            }
            size = size << 4 | Character.digit(in.at(digits), 16);
            digits++;
        }
        if (digits == 0 || size < 0) {
            throw RefusedRequestException.badRequest(
                    "a chunk size is not a hexadecimal number below 2^63");
        }
        extensionBytes += length - digits;
        if (extensionBytes > Http1Limits.CHUNK_EXTENSIONS_BYTES) {
            throw RefusedRequestException.badRequest("the chunk extensions are too long");
        }
        requireExtensions(digits, length);
        return size;
    }

    /**
     * Checks chunk extensions: none, or a text that begins with a semicolon. Quoted strings must be
     * complete, because another server on the path may take a CRLF in one for part of the value.
     */
    private void requireExtensions(int from, int to) {
        int at = from;
        while (at < to && FieldSyntax.isBlank(in.at(at))) {
            at++;
        }
        if (from == to) {
            return;
        }
        if (at == to || in.at(at) != ';') {
            throw RefusedRequestException.badRequest(
                    "a chunk size is not followed by a CRLF or an extension");
        }
        boolean isQuoted = false;
        boolean isEscaped = false;
        for (; at < to; at++) {
            byte b = in.at(at);
            if (!FieldSyntax.isValue(b)) {
                throw RefusedRequestException.badRequest(
                        "a chunk extension has a control character");
            }
            if (isEscaped) {
                isEscaped = false;
            } else if (isQuoted && b == '\\') {
                isEscaped = true;
            } else if (b == '"') {
                isQuoted = !isQuoted;
            }
        }
        if (isQuoted) {
            throw RefusedRequestException.badRequest(
                    "a chunk extension has an unterminated quoted string");
        }
    }

    private boolean skipLineEnd() throws TimeoutException {
        while (in.length() < CRLF_BYTES) {
            if (in.length() == 1 && in.at(0) != UnreadBytes.CR) {
                break;
            }
            if (!in.more()) {
                return false;
            }
        }
        if (in.at(0) != UnreadBytes.CR || in.at(1) != UnreadBytes.LF) {
            throw RefusedRequestException.badRequest("a chunk's data is not followed by a CRLF");
        }
        in.skip(CRLF_BYTES);
        return true;
    }

    private boolean skipTrailers() throws TimeoutException {
        int left = Http1Limits.FIELDS_BYTES;
        int lines = 0;
        while (true) {
            int length =
                    in.line(
                            0,
                            Math.max(0, left),
                            RefusedRequestException.FIELDS_TOO_LARGE,
                            "the trailer section");
            if (length < 0) {
                return false;
            }
            if (length > 0) {
                FieldSyntax.nameEnd(in, 0, length);
                if (++lines > Http1Limits.FIELD_LINES) {
                    throw new RefusedRequestException(
                            RefusedRequestException.FIELDS_TOO_LARGE,
                            "there are too many trailer fields");
                }
            }
            in.skip(length + CRLF_BYTES);
            left -= length + CRLF_BYTES;
            if (length == 0) {
                return true;
            }
        }
    }
}
