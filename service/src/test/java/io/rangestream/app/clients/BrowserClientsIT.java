package io.rangestream.app.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;

import io.rangestream.app.RequestLines;
import io.rangestream.app.page.HeadlessChromium;
import io.rangestream.app.page.OtherOrigin;
import io.rangestream.app.page.PageReaders;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.process.RangestreamProcess;
import io.rangestream.testkit.store.PatternBytes;
import io.rangestream.testkit.tool.ExternalTool;
import io.rangestream.testkit.tool.RequiresTool;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Pages of another origin read by fetch, as hls.js and pdf.js do, in a real browser. */
@RequiresTool(ExternalTool.CHROMIUM)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
final class BrowserClientsIT {
    private static final String KEY = "document";
    private static final String RESTRICTED = "not-for-all";

    // More than the sockets between browser and server hold, so that the server notices an abort.
    private static final int LENGTH = 16 * 1024 * 1024 + 777;

    private static final byte[] BYTES = PatternBytes.of(0, LENGTH);

    private OtherOrigin allowedOrigin;
    private OtherOrigin disallowedOrigin;
    private RangestreamProcess server;
    private HeadlessChromium chromium;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        allowedOrigin = OtherOrigin.start();
        disallowedOrigin = OtherOrigin.start();
        Path objects = Files.createDirectory(folder.resolve("objects"));
        Files.write(objects.resolve(KEY), BYTES);
        Files.writeString(objects.resolve(RESTRICTED), "not for all");
        Path config =
                Files.writeString(
                        folder.resolve("rangestream.yaml"),
                        """
                        http:
                          cors:
                            allowed-origins: ["%s"]
                        buckets:
                          docs:
                            directory: "%s"
                        """
                                .formatted(allowedOrigin.origin(), objects));
        server = RangestreamProcess.start("--config", config.toString());
        chromium = HeadlessChromium.launch(ExternalTool.CHROMIUM.require());
    }

    @AfterAll
    void stop() {
        chromium.close();
        server.close();
        allowedOrigin.close();
        disallowedOrigin.close();
    }

    @Test
    @Covers("chromium-video-hls-js")
    void allowedOriginReadsExactRangesAndHeaders() throws Exception {
        List<String> ranges =
                List.of(
                        "bytes=0-0",
                        "bytes=0-375",
                        "bytes=376-1000000",
                        "bytes=900000-1200000",
                        "bytes=16000000-16000001");
        try (BrowserContext context = newContext()) {
            Object windows =
                    pageFrom(allowedOrigin, context)
                            .evaluate(PageReaders.READ_WINDOWS, List.of(url(KEY), ranges));
            assertThat(windows)
                    .isEqualTo(
                            List.of(
                                    window(0, 0),
                                    window(0, 375),
                                    window(376, 1_000_000),
                                    window(900_000, 1_200_000),
                                    window(16_000_000, 16_000_001)));
        }
    }

    @Test
    void suffixRangeIsReadAfterPreflight() throws Exception {
        try (BrowserContext context = newContext()) {
            Object windows =
                    pageFrom(allowedOrigin, context)
                            .evaluate(
                                    PageReaders.READ_WINDOWS,
                                    List.of(url(KEY), List.of("bytes=-70000")));
            assertThat(windows).isEqualTo(List.of(window(LENGTH - 70_000, LENGTH - 1)));
        }
        // The suffix range is the only request of this class that needs a preflight.
        Awaitility.await("the preflight's line")
                .until(() -> server.printed().contains("\"operation\":\"OPTIONS /objects\""));
    }

    @Test
    @Covers("chromium-video-hls-js")
    void abortedFullReadCanBeReadInParts() throws Exception {
        try (BrowserContext context = newContext()) {
            Object digest =
                    pageFrom(allowedOrigin, context)
                            .evaluate(PageReaders.ABORT_THEN_READ_PARTS, url(KEY));
            assertThat(digest).isEqualTo(sha256(BYTES));
            Awaitility.await("the full read is logged as aborted by the peer")
                    .until(
                            () ->
                                    RequestLines.of(server, KEY).stream()
                                            .anyMatch(
                                                    line ->
                                                            line.get("outcome")
                                                                    .getAsString()
                                                                    .equals("peer-gone")));
        }
    }

    @Test
    void disallowedOriginReadsNothing() {
        String read = "url => fetch(url).then(answer => answer.text(), e => e.name)";
        try (BrowserContext context = newContext()) {
            assertThat(pageFrom(allowedOrigin, context).evaluate(read, url(RESTRICTED)))
                    .isEqualTo("not for all");
        }
        try (BrowserContext context = newContext()) {
            assertThat(pageFrom(disallowedOrigin, context).evaluate(read, url(RESTRICTED)))
                    .isEqualTo("TypeError");
        }
    }

    private Map<String, Object> window(int firstPos, int lastPos)
            throws IOException, NoSuchAlgorithmException {
        int length = lastPos - firstPos + 1;
        return Map.of(
                "status",
                206,
                "contentRange",
                "bytes " + firstPos + "-" + lastPos + "/" + LENGTH,
                "contentLength",
                Integer.toString(length),
                "acceptRanges",
                "bytes",
                "entityTag",
                ProxiedResponse.ask(server.uri().getPort(), "HEAD", "/objects/docs/" + KEY)
                        .field("ETag")
                        .orElseThrow(),
                "bytes",
                length,
                "sha256",
                sha256(Arrays.copyOfRange(BYTES, firstPos, lastPos + 1)));
    }

    private String url(String key) {
        return server.uri() + "/objects/docs/" + key;
    }

    private BrowserContext newContext() {
        return chromium.newContext(new Browser.NewContextOptions());
    }

    private static Page pageFrom(OtherOrigin origin, BrowserContext context) {
        Page page = context.newPage();
        page.navigate(origin.origin() + "/");
        return page;
    }

    /** In the form that a page returns it: a number for each byte. */
    private static List<Integer> sha256(byte[] bytes) throws NoSuchAlgorithmException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
        return IntStream.range(0, digest.length).mapToObj(i -> digest[i] & 0xFF).toList();
    }
}
