package io.rangestream.transport.http1;

/**
 * The largest sizes of the parts of an HTTP/1.x request. The request reader enforces them and
 * buffers no byte beyond a limit; the server's set-up derives Helidon's limits from them.
 */
public final class Http1Limits {
    /**
     * Bytes of a request line without its CRLF. RFC 9112, section 3, recommends at least 8,000; a
     * key of 1,024 bytes may have 3 KiB when percent-encoded.
     */
    public static final int REQUEST_LINE_BYTES = 16 * 1024;

    /** Bytes of all field lines of a request together; the same for its trailer lines. */
    public static final int FIELDS_BYTES = 32 * 1024;

    /** Bytes of content. No route uses content, so this bounds the bytes that are skipped. */
    public static final int CONTENT_BYTES = 64 * 1024;

    /** Field lines; the same for trailer lines. Browsers and proxies together send about 50. */
    static final int FIELD_LINES = 256;

    /** Empty lines before a request line; RFC 9112, section 2.2, requires to skip at least one. */
    static final int EMPTY_LINES = 8;

    /** Bytes of all chunk extensions of one request together (RFC 9112, section 7.1.1). */
    static final int CHUNK_EXTENSIONS_BYTES = 4 * 1024;

    /** Digits of a chunk size, which is below 2^63: more digits are leading zeros. */
    static final int CHUNK_SIZE_DIGITS = 16;

    private Http1Limits() {}
}
