package io.rangestream.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.range.RangeSpec;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.AccessDenied;
import io.rangestream.testkit.ScriptedServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Optional;

/** The requests as a store receives them. */
class S3RequestTest {
    private final ScriptedStore scripted = new ScriptedStore();

    @AfterEach
    void close() {
        scripted.close();
    }

    @ParameterizedTest
    @CsvSource({
        "a/b, /bucket/a/b",
        "a//b, /bucket/a/%2Fb",
        "/a, /bucket/%2Fa",
        "a/, /bucket/a/",
        "//, /bucket/%2F/",
        "a b+c, /bucket/a%20b%2Bc",
        "100%25, /bucket/100%2525",
        "a?b#c, /bucket/a%3Fb%23c",
        "\u00fc, /bucket/%C3%BC"
    })
    void sendsKeysUnchanged(String key, String target) {
        scripted.server.then("", "HTTP/1.1 200 OK", "Content-Length: 0");
        scripted.store.open(ObjectId.of("films", key), Optional.empty(), RangeSpec.from(0)).close();
        assertThat(scripted.server.requests().getFirst().line())
                .isEqualTo("GET " + target + " HTTP/1.1");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, bytes=0-0",
        "5, -1, bytes=5-",
        "5, 9223372036854775807, bytes=5-",
        "4294967296, 4294967305, bytes=4294967296-4294967305"
    })
    void sendsRangesUnchanged(long firstPos, long lastPos, String expected) {
        open(lastPos < 0 ? RangeSpec.from(firstPos) : RangeSpec.of(firstPos, lastPos));
        assertThat(onlyRequest().field("Range")).contains(expected);
    }

    @Test
    void sendsSuffixesAndOmitsRangeForTheWholeObject() {
        open(RangeSpec.suffix(Long.MAX_VALUE));
        assertThat(onlyRequest().field("Range")).contains("bytes=-9223372036854775807");
        open(RangeSpec.from(0));
        assertThat(scripted.server.requests().getLast().field("Range")).isEmpty();
    }

    private ScriptedServer.Request onlyRequest() {
        assertThat(scripted.server.requests()).hasSize(1);
        return scripted.server.requests().getFirst();
    }

    // The response does not matter.
    private void open(RangeSpec wanted) {
        scripted.thenError(403, "AccessDenied");
        try {
            scripted.store.open(ObjectId.of("films", "a"), Optional.empty(), wanted).close();
        } catch (AccessDenied e) {
            assertThat(e).hasMessageContaining("denied");
        }
    }
}
