package io.rangestream.app.clients;

import static io.rangestream.app.clients.BehindProxy.BIG;
import static io.rangestream.app.clients.BehindProxy.FILM;
import static io.rangestream.app.clients.ProxiedResponse.assertIsPart;
import static io.rangestream.app.clients.ProxiedResponse.assertIsPartOf;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.app.load.SparseFile;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.process.FrontProxy;
import io.rangestream.testkit.store.PatternBytes;
import io.rangestream.testkit.tool.ExternalTool;
import io.rangestream.testkit.tool.RequiresTool;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.WireResponse;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * nginx as a caching proxy that requests slices of 1 MiB and assembles responses from its cache.
 */
@RequiresTool(ExternalTool.NGINX)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class NginxInFrontIT {
    private static final int SLICE = 1024 * 1024;
    private static final long FOUR_GIB = 1L << 32;

    private byte[] film;
    private BehindProxy behind;
    private FrontProxy nginx;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        film = BehindProxy.film();
        behind = BehindProxy.start(folder);
        nginx = FrontProxy.nginx(behind.port(), Files.createDirectory(folder.resolve("nginx")));
    }

    @AfterAll
    void stop() {
        nginx.close();
        behind.close();
    }

    @ParameterizedTest
    @CsvSource({
        "0-1, 0, 1",
        "1048575-1048576, 1048575, 1048576",
        "1048576-2097151, 1048576, 2097151",
        "3000000-4500000, 3000000, 4500000",
        "5854400-9999999, 5854400, 5854410",
        "5854410-, 5854410, 5854410",
        "0-, 0, 5854410",
    })
    @Covers("nginx-slices-front-varnish")
    void rangesAreCorrectAndCached(String range, int firstPos, int lastPos) throws IOException {
        String tag = behind.tagOf(FILM);
        Awaitility.await("a response from the cache")
                .until(
                        () -> {
                            WireResponse answer = ask(FILM, "Range: bytes=" + range);
                            assertIsPartOf(answer, tag, film, firstPos, lastPos);
                            return isHit(answer);
                        });
    }

    @Test
    void fullResponseIsAssembledFromSlices() throws IOException {
        WireResponse answer = ask(FILM);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.field("ETag")).hasValue(behind.tagOf(FILM));
        assertThat(answer.complete()).isTrue();
        assertThat(answer.body()).isEqualTo(film);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5854411-", "99999999-"})
    void rangePastTheEndIsUnsatisfiable(String range) throws IOException {
        WireResponse answer = ask(FILM, "Range: bytes=" + range);
        assertThat(answer.status()).isEqualTo(416);
        assertThat(answer.field("Content-Range")).hasValue("bytes */" + film.length);
    }

    @Test
    void matchingEntityTagGetsNotModified() throws IOException {
        WireResponse answer = ask(FILM, "If-None-Match: " + behind.tagOf(FILM));
        assertThat(answer.status()).isEqualTo(304);
        assertThat(answer.field("ETag")).hasValue(behind.tagOf(FILM));
    }

    @Test
    void rangeAcrossFourGibibytesIsCorrect() throws IOException {
        long firstPos = FOUR_GIB - 10;
        byte[] part = SparseFile.bytes(firstPos, 20);
        WireResponse answer = ask(BIG, "Range: bytes=" + firstPos + "-" + (firstPos + 19));
        assertIsPart(answer, behind.tagOf(BIG), part, firstPos, SparseFile.LENGTH);
    }

    @Test
    @Covers("nginx-slices-front-varnish")
    void replacedObjectIsNeverMixedInACompleteResponse() throws IOException {
        byte[] before = PatternBytes.of(0, 3 * SLICE);
        byte[] after = PatternBytes.of(FOUR_GIB, 3 * SLICE);
        Path object = behind.films().resolve("replaced");
        String target = "/objects/films/replaced";
        Files.write(object, before);
        String oldTag = behind.tagOf(target);
        String firstSlice = "Range: bytes=0-" + (SLICE - 1);
        assertIsPartOf(ask(target, firstSlice), oldTag, before, 0, SLICE - 1);
        Awaitility.await("the first slice is cached").until(() -> isHit(ask(target, firstSlice)));

        Path other = Files.write(behind.films().resolve("other"), after);
        Files.move(other, object, StandardCopyOption.ATOMIC_MOVE);
        Awaitility.await("the new tag").until(() -> !behind.tagOf(target).equals(oldTag));
        String newTag = behind.tagOf(target);

        // nginx has the old version of the first slice in its cache and gets the new version of the
        // others.
        assertIsCut(target, "Accept: */*", before);
        assertIsCut(target, "Range: bytes=0-", before);
        byte[] across = Arrays.copyOfRange(before, SLICE - 500, SLICE + 500);
        assertIsCut(target, "Range: bytes=" + (SLICE - 500) + "-" + (SLICE + 499), across);
        assertIsPartOf(ask(target, firstSlice), oldTag, before, 0, SLICE - 1);
        WireResponse second = ask(target, "Range: bytes=" + SLICE + "-" + (2 * SLICE - 1));
        assertIsPartOf(second, newTag, after, SLICE, 2 * SLICE - 1);
    }

    /** Asserts that the response has fewer than the requested bytes, or not even a head. */
    private void assertIsCut(String target, String fieldLine, byte[] requested) throws IOException {
        try (Http1Wire wire = Http1Wire.connect(nginx.port())) {
            wire.send("GET", target, fieldLine, "Connection: close");
            byte[] answer = wire.readUpTo(requested.length + SLICE);
            int head = new String(answer, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n");
            byte[] body = head < 0 ? answer : Arrays.copyOfRange(answer, head + 4, answer.length);
            assertThat(body).hasSizeLessThan(requested.length);
            assertThat(body).isEqualTo(Arrays.copyOf(requested, body.length));
        }
    }

    private WireResponse ask(String target, String... fieldLines) throws IOException {
        return ProxiedResponse.ask(nginx.port(), "GET", target, fieldLines);
    }

    private static boolean isHit(WireResponse answer) {
        return answer.field("X-Cache-Status").equals(Optional.of("HIT"));
    }
}
