package io.rangestream.app.clients;

import static io.rangestream.app.clients.BehindProxy.BIG;
import static io.rangestream.app.clients.BehindProxy.FILM;
import static io.rangestream.app.clients.ProxiedResponse.assertIsPart;
import static io.rangestream.app.clients.ProxiedResponse.assertIsPartOf;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.app.load.SparseFile;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.process.FrontProxy;
import io.rangestream.testkit.tool.ExternalTool;
import io.rangestream.testkit.tool.RequiresTool;
import io.rangestream.testkit.wire.WireResponse;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Varnish as a caching proxy that fetches whole objects and cuts ranges from its cache. */
@RequiresTool(ExternalTool.VARNISHD)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class VarnishInFrontIT {
    private static final long FOUR_GIB = 1L << 32;

    private byte[] film;
    private BehindProxy behind;
    private FrontProxy varnish;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        film = BehindProxy.film();
        behind = BehindProxy.start(folder);
        varnish =
                FrontProxy.varnish(behind.port(), Files.createDirectory(folder.resolve("varnish")));
    }

    @AfterAll
    void stop() {
        varnish.close();
        behind.close();
    }

    @ParameterizedTest
    @CsvSource({
        "0-1, 0, 1",
        "3000000-4500000, 3000000, 4500000",
        "5854400-9999999, 5854400, 5854410",
        "5854410-, 5854410, 5854410",
        "-10, 5854401, 5854410",
        "0-, 0, 5854410",
    })
    @Covers("nginx-slices-front-varnish")
    void rangesAreCutFromTheCachedObject(String range, int firstPos, int lastPos)
            throws IOException {
        // A separate cache key: the first request arrives while Varnish fetches, the second is a
        // hit.
        String target = FILM + "?range=" + range;
        String tag = behind.tagOf(FILM);
        assertIsPartOf(ask(target, "Range: bytes=" + range), tag, film, firstPos, lastPos);
        WireResponse again = ask(target, "Range: bytes=" + range);
        assertIsPartOf(again, tag, film, firstPos, lastPos);
        assertThat(again.field("X-Varnish").orElseThrow()).matches("\\d+ \\d+");
    }

    @Test
    void rangePastTheEndIsUnsatisfiable() throws IOException {
        assertThat(ask(FILM).body()).isEqualTo(film);
        WireResponse answer = ask(FILM, "Range: bytes=5854411-");
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
    void passedRangesBeyondFourGibibytesAreCorrect() throws IOException {
        long firstPos = FOUR_GIB - 10;
        byte[] part = SparseFile.bytes(firstPos, 20);
        WireResponse answer = ask(BIG, "Range: bytes=" + firstPos + "-" + (firstPos + 19));
        assertIsPart(answer, behind.tagOf(BIG), part, firstPos, SparseFile.LENGTH);
        WireResponse pastTheEnd = ask(BIG, "Range: bytes=" + SparseFile.LENGTH + "-");
        assertThat(pastTheEnd.status()).isEqualTo(416);
        assertThat(pastTheEnd.field("Content-Range")).hasValue("bytes */" + SparseFile.LENGTH);
    }

    private WireResponse ask(String target, String... fieldLines) throws IOException {
        return ProxiedResponse.ask(varnish.port(), "GET", target, fieldLines);
    }
}
