package io.rangestream.transport;

/** How large the parts of an HTTP/1.x request may be. Bytes beyond a limit are not buffered. */
public final class Http1Limits {
    /**
     * A request line without its CRLF. RFC 9112, section 3, asks for 8,000; a key of 1,024 bytes
     * may be 3 KiB when percent-encoded.
     */
    public static final int REQUEST_LINE_BYTES = 16 * 1024;

    /** All field lines of a request together, and once more all its trailer lines. */
    public static final int FIELDS_BYTES = 32 * 1024;

    /** Content of a request. No route uses any, so this is only what is skipped. */
    public static final int CONTENT_BYTES = 64 * 1024;

    /** Field lines, and once more trailer lines: browsers and proxies together send about 50. */
    static final int FIELD_LINES = 256;

    /** Empty lines before a request line; RFC 9112, section 2.2, asks to skip at least one. */
    static final int EMPTY_LINES = 8;

    /** Chunk extensions of one request together (RFC 9112, section 7.1.1). */
    static final int CHUNK_EXTENSIONS_BYTES = 4 * 1024;

    /** A chunk size is below 2^63, so more digits than these are only leading zeros. */
    static final int CHUNK_SIZE_DIGITS = 16;

    private Http1Limits() {}
}
