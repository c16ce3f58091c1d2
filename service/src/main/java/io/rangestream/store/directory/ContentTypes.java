package io.rangestream.store.directory;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Media types by a file name's extension: a table of our own, as what the platform would say
 * depends on the machine.
 */
final class ContentTypes {
    private static final Map<String, String> BY_EXTENSION =
            Map.ofEntries(
                    Map.entry("mp4", "video/mp4"),
                    Map.entry("m4v", "video/mp4"),
                    Map.entry("m4s", "video/iso.segment"),
                    Map.entry("mov", "video/quicktime"),
                    Map.entry("webm", "video/webm"),
                    Map.entry("mkv", "video/matroska"),
                    Map.entry("ogv", "video/ogg"),
                    Map.entry("ts", "video/mp2t"),
                    Map.entry("mpd", "application/dash+xml"),
                    Map.entry("m3u8", "application/vnd.apple.mpegurl"),
                    Map.entry("vtt", "text/vtt"),
                    Map.entry("mp3", "audio/mpeg"),
                    Map.entry("m4a", "audio/mp4"),
                    Map.entry("aac", "audio/aac"),
                    Map.entry("ogg", "audio/ogg"),
                    Map.entry("opus", "audio/ogg"),
                    Map.entry("wav", "audio/wav"),
                    Map.entry("flac", "audio/flac"),
                    Map.entry("jpg", "image/jpeg"),
                    Map.entry("jpeg", "image/jpeg"),
                    Map.entry("png", "image/png"),
                    Map.entry("gif", "image/gif"),
                    Map.entry("webp", "image/webp"),
                    Map.entry("avif", "image/avif"),
                    Map.entry("svg", "image/svg+xml"),
                    Map.entry("txt", "text/plain"),
                    Map.entry("md", "text/markdown"),
                    Map.entry("csv", "text/csv"),
                    Map.entry("html", "text/html"),
                    Map.entry("css", "text/css"),
                    Map.entry("js", "text/javascript"),
                    Map.entry("json", "application/json"),
                    Map.entry("xml", "application/xml"),
                    Map.entry("pdf", "application/pdf"),
                    Map.entry("zip", "application/zip"),
                    Map.entry("gz", "application/gzip"),
                    Map.entry("wasm", "application/wasm"),
                    Map.entry("parquet", "application/vnd.apache.parquet"),
                    Map.entry("pmtiles", "application/vnd.pmtiles"));

    private ContentTypes() {}

    /** The media type of a key's last segment; empty where its extension is none of the table. */
    static Optional<String> of(String key) {
        int dot = key.lastIndexOf('.');
        if (dot <= key.lastIndexOf('/')) {
            return Optional.empty();
        }
        String extension = key.substring(dot + 1).toLowerCase(Locale.ROOT);
        return Optional.ofNullable(BY_EXTENSION.get(extension));
    }
}
