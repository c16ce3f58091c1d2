package io.rangestream.store.directory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentTypesTest {
    @ParameterizedTest
    @CsvSource({
        "film.MP4, video/mp4",
        "a/b.TIF, image/tiff",
        "b.tiff, image/tiff",
        "b.WebP, image/webp",
        "b.avif, image/avif",
        "b.heic, image/heic",
        "b.jxl, image/jxl",
        "b.flac, audio/flac",
        "b.opus, audio/ogg",
        "b.oga, audio/ogg",
        "b.ogv, video/ogg",
        "b.m4a, audio/mp4",
        "b.m4s, video/iso.segment",
        "b.mpd, application/dash+xml",
        "b.m3u8, application/vnd.apple.mpegurl",
        "b.ts, video/mp2t",
        "b.vtt, text/vtt",
        "b.parquet, application/vnd.apache.parquet",
        "b.arrow, application/vnd.apache.arrow.file",
        "b.pmtiles, application/vnd.pmtiles",
        "b.geojson, application/geo+json",
        "b.tar.gz, application/gzip",
        "tar.gz, application/gzip",
        "b.zst, application/zstd",
        "b.7z, application/x-7z-compressed",
        "b.epub, application/epub+zip",
        "b.woff2, font/woff2",
        "b.deb, application/vnd.debian.binary-package",
        "b.iso, application/x-iso9660-image",
        "b.htm, text/html",
        "b.xhtml, application/xhtml+xml",
        "..txt, text/plain",
        "a b.txt, text/plain",
        "\u00fc.png, image/png"
    })
    void knowsExtensionInAnyCase(String key, String type) {
        assertThat(ContentTypes.of(key)).contains(type);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".",
                "..",
                "a.",
                "a..",
                ".hidden",
                ".html",
                "folder/.html",
                "folder.html/file",
                "film",
                "mp4",
                "a.unknown",
                "a.mp4 ",
                "a.p\u0131ng",
                "a.application/zip"
            })
    void otherNamesHaveNoType(String key) {
        assertThat(ContentTypes.of(key)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 200})
    void longExtensionHasNoType(int length) {
        assertThat(ContentTypes.of("a." + "x".repeat(length))).isEmpty();
    }
}
