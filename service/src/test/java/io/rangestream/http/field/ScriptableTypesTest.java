package io.rangestream.http.field;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Optional;

class ScriptableTypesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html",
                "TEXT/HTML",
                "text/html; charset=utf-8",
                "  text/html\t;x=y",
                "application/xhtml+xml",
                "image/svg+xml",
                "Image/SVG+XML; charset=us-ascii",
                "image/svg",
                "text/xml",
                "application/xml",
                "text/xsl",
                "application/xslt+xml",
                "application/mathml+xml",
                "application/atom+xml",
                "model/x3d+xml",
                "image/x-xml",
                "video/x+xml",
                "application/dash+xml",
                "multipart/x-mixed-replace; boundary=x",
                "multipart/related",
                "message/rfc822",
                "application/x-mimearchive",
                "application/x-shockwave-flash",
                "text/javascript",
                "text/cache-manifest",
                "unknown/unknown",
                "application/unknown",
                "application/x-made-up",
                "*/*",
                "text",
                "text/",
                "/html",
                "/",
                "",
                " ",
                ";",
                "text/plain, text/html",
                "text/pl ain",
                "text/plain/html",
                "text/plain\u0000",
                "\"text/plain\"",
                "image/png html"
            })
    @Covers("objects-may-run-script")
    void sandboxesScriptableType(String type) {
        assertThat(ScriptableTypes.mayRunScript(Optional.of(type))).as(type).isTrue();
    }

    @Test
    void sandboxesMissingType() {
        assertThat(ScriptableTypes.mayRunScript(Optional.empty())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/pdf",
                " APPLICATION/PDF ; x=\"text/html\"",
                "video/mp4",
                "video/mp2t",
                "audio/ogg; codecs=opus",
                "image/png",
                "image/avif",
                "font/woff2",
                "text/plain",
                "text/plain;charset=utf-8",
                "text/vtt",
                "text/csv",
                "text/css",
                "application/json",
                "application/geo+json",
                "application/epub+zip",
                "application/octet-stream",
                "binary/octet-stream",
                "application/zip",
                "application/wasm",
                "application/vnd.apple.mpegurl",
                "application/vnd.apache.parquet"
            })
    void leavesSafeTypeUnsandboxed(String type) {
        assertThat(ScriptableTypes.mayRunScript(Optional.of(type))).as(type).isFalse();
    }
}
