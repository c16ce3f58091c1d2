package io.rangestream.http.field;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Decides which media types could run script when a browser opens the object as a document. Objects
 * come from many sources and are served from the origin of the page, so such a document must be
 * sandboxed. Used by {@link SecurityFields}.
 *
 * <p>The list names the safe types. Every other type counts as scriptable, also a missing or
 * malformed one. A PDF is safe: Chromium's viewer runs its script outside the origin, and does not
 * open a sandboxed PDF.
 */
final class ScriptableTypes {
    private static final Set<String> SAFE_FAMILIES =
            Set.of("audio", "font", "image", "model", "video");

    private static final Set<String> SAFE =
            Set.of(
                    "text/plain",
                    "text/css",
                    "text/csv",
                    "text/markdown",
                    "text/tab-separated-values",
                    "text/vtt",
                    "application/pdf",
                    "application/json",
                    "application/jsonl",
                    "application/x-ndjson",
                    "application/octet-stream",
                    "binary/octet-stream",
                    "application/vnd.apple.mpegurl",
                    "application/x-mpegurl",
                    "application/x-subrip",
                    "application/ogg",
                    "application/mp4",
                    "application/wasm",
                    "application/vnd.apache.parquet",
                    "application/vnd.apache.arrow.file",
                    "application/vnd.apache.arrow.stream",
                    "application/vnd.pmtiles",
                    "application/vnd.sqlite3",
                    "application/zip",
                    "application/gzip",
                    "application/x-gzip",
                    "application/zstd",
                    "application/x-xz",
                    "application/x-bzip2",
                    "application/x-7z-compressed",
                    "application/x-tar",
                    "application/vnd.debian.binary-package",
                    "application/x-iso9660-image");

    // Structured syntax suffixes (RFC 6839) of formats that no browser renders as a document.
    // "+xml" is never safe: XML may contain XHTML or SVG, and so script.
    private static final Set<String> SAFE_SUFFIXES = Set.of("json", "zip", "gzip", "zstd");

    private static final String TOKEN_PUNCTUATION = "!#$%&'*+-.^_`|~";

    private ScriptableTypes() {}

    /** Whether an object of this Content-Type must be sandboxed; empty means that it has none. */
    static boolean mayRunScript(Optional<String> contentType) {
        return contentType.isEmpty() || !isSafe(essence(contentType.get()));
    }

    /**
     * The type without parameters, in lower case; "" if it is malformed (RFC 9110, section 8.3.1).
     */
    private static String essence(String contentType) {
        // A comma would make it a list of types, of which a browser takes the last (Fetch, section
        // 3.6).
        if (contentType.indexOf(',') >= 0) {
            return "";
        }
        int semicolon = contentType.indexOf(';');
        String essence =
                (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
                        .strip()
                        .toLowerCase(Locale.ROOT);
        int slash = essence.indexOf('/');
        return isToken(essence, 0, slash) && isToken(essence, slash + 1, essence.length())
                ? essence
                : "";
    }

    private static boolean isToken(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            boolean isTokenChar =
                    c >= 'a' && c <= 'z'
                            || c >= '0' && c <= '9'
                            || TOKEN_PUNCTUATION.indexOf(c) >= 0;
            if (!isTokenChar) {
                return false;
            }
        }
        return start < end;
    }

    private static boolean isSafe(String essence) {
        if (SAFE.contains(essence)) {
            return true;
        }
        int slash = essence.indexOf('/');
        if (slash < 0) {
            return false;
        }
        String subtype = essence.substring(slash + 1);
        int plus = subtype.lastIndexOf('+');
        if (plus >= 0) {
            return SAFE_SUFFIXES.contains(subtype.substring(plus + 1));
        }
        boolean isMarkup =
                subtype.contains("xml") || subtype.contains("svg") || subtype.contains("html");
        return !isMarkup && SAFE_FAMILIES.contains(essence.substring(0, slash));
    }
}
