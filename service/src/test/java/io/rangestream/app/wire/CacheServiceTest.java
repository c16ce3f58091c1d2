package io.rangestream.app.wire;

import static io.rangestream.app.ServedEndpoints.FILMS;
import static io.rangestream.app.ServedEndpoints.LARGE;
import static io.rangestream.app.ServedEndpoints.MIDDLING;
import static io.rangestream.app.ServedEndpoints.MIDDLING_BYTES;
import static io.rangestream.app.ServedEndpoints.TEXT;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.app.contract.HttpEndpointClients;
import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.WireResponse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code /observe/cache} of a server that receives no other requests. */
final class CacheServiceTest {
    private final ServedEndpoints served = new ServedEndpoints();
    private final WebServer server = start(served);
    private final Http1Wire wire;

    CacheServiceTest() throws IOException {
        this.wire = Http1Wire.connect(server.port());
    }

    private static WebServer start(ServedEndpoints served) {
        WebServerConfig.Builder builder = WebServer.builder().host("127.0.0.1").port(0);
        served.configure(builder);
        return builder.build().start();
    }

    @AfterEach
    void stop() throws IOException {
        wire.close();
        server.stop();
        served.close();
    }

    private JsonObject cache() throws IOException {
        WireResponse answer = wire.ask("GET", "/observe/cache");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.field("Content-Type")).hasValue("application/json");
        assertThat(answer.field("Cache-Control")).hasValue("no-store");
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        return JsonParser.parseString(text).getAsJsonObject();
    }

    private static List<JsonObject> objects(JsonObject cache) {
        return cache.getAsJsonArray("objects").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    /** Reads an object, or ranges of it, and waits until no read or fetch is open. */
    private void read(String bucket, String key, String... fields) throws IOException {
        String target = "/objects/" + bucket + "/" + HttpEndpointClients.encode(key);
        assertThat(wire.ask("GET", target, fields).status()).isIn(200, 206);
        await().until(
                        () ->
                                served.engineStats().openFetches() == 0
                                        && served.engineStats().openReads() == 0);
    }

    /** The memory of the smallest block; {@code cachedBytes} of an object counts only its bytes. */
    private static final long MIN_BLOCK_COST_BYTES = 4096;

    @Test
    void isEmptyAtFirst() throws IOException {
        assertThat(cache())
                .isEqualTo(
                        JsonParser.parseString(
                                """
                                {
                                  "memoryLimitBytes": 33554432,
                                  "memoryUsedBytes": 0,
                                  "cachedBytes": 0,
                                  "objectCount": 0,
                                  "objects": []
                                }
                                """));
    }

    @Test
    void listsObjectAfterRead() throws IOException {
        read(FILMS, "A");
        JsonObject expected =
                JsonParser.parseString(
                                """
                                {
                                  "memoryLimitBytes": 33554432,
                                  "memoryUsedBytes": 4096,
                                  "cachedBytes": 4096,
                                  "objectCount": 1,
                                  "objects": [{
                                    "bucket": "films",
                                    "key": "A",
                                    "versionId": "?",
                                    "etag": "?",
                                    "completeLength": 26,
                                    "cachedBytes": 26,
                                    "blocks": 1,
                                    "openReads": 0
                                  }]
                                }
                                """)
                        .getAsJsonObject();
        JsonObject object = objects(expected).getFirst();
        object.addProperty("versionId", served.a.versionId().orElseThrow());
        object.addProperty("etag", served.tag());
        assertThat(cache()).isEqualTo(expected);
    }

    @Test
    void countsOnlyCachedBlocks() throws IOException {
        read(LARGE, MIDDLING, "Range: bytes=100-199");
        read(LARGE, MIDDLING, "Range: bytes=1000000-1000299");
        JsonObject object = objects(cache()).getFirst();
        assertThat(object.get("completeLength").getAsLong()).isEqualTo(MIDDLING_BYTES);
        assertThat(object.get("cachedBytes").getAsLong()).isEqualTo(400);
        assertThat(object.get("blocks").getAsInt()).isEqualTo(2);
        assertThat(object.has("versionId")).as("this store has no versions").isFalse();
    }

    @Test
    void listsLargestObjectsFirst() throws IOException {
        read(FILMS, "O");
        read(LARGE, MIDDLING, "Range: bytes=0-999");
        read(FILMS, "A");
        JsonObject cache = cache();
        assertThat(objects(cache))
                .extracting(object -> object.get("key").getAsString())
                .containsExactly(MIDDLING, "A", "O");
        assertThat(cache.get("cachedBytes").getAsLong()).isEqualTo(3 * MIN_BLOCK_COST_BYTES);
    }

    @Test
    void countsOpenReads() throws IOException {
        String key = "held";
        served.memory.put(FILMS, key, new byte[1000], TEXT);
        CompletableFuture<Void> goOn = served.slow.holdAt(key, 10);
        try (Http1Wire first = Http1Wire.connect(server.port());
                Http1Wire second = Http1Wire.connect(server.port())) {
            first.send("GET", "/objects/films/held");
            second.send("GET", "/objects/films/held");
            await().until(() -> served.engineStats().openReads() == 2);
            JsonObject cache = cache();
            assertThat(objects(cache).getFirst().get("openReads").getAsInt()).isEqualTo(2);
            assertThat(cache.get("memoryUsedBytes").getAsLong())
                    .as("a block that is being fetched takes memory, but is not cached yet")
                    .isEqualTo(MIN_BLOCK_COST_BYTES);
            assertThat(cache.get("cachedBytes").getAsLong()).isZero();
            goOn.complete(null);
            first.readAnswer("GET");
            second.readAnswer("GET");
        }
        await().until(() -> served.engineStats().openReads() == 0);
        assertThat(objects(cache()).getFirst().get("openReads").getAsInt()).isZero();
    }

    @Test
    void escapesAnyKey() throws IOException {
        String key = "a \"quoted\" \\ key \u00FCber\u2028\uD83C\uDFAC</script>";
        served.memory.put(FILMS, key, new byte[10], TEXT);
        read(FILMS, key);
        assertThat(objects(cache()).getFirst().get("key").getAsString()).isEqualTo(key);
    }

    @Test
    void listsLargestThousandObjectsAndCountsAll() throws IOException {
        int most = 1000;
        for (int i = 1; i <= most + 3; i++) {
            served.memory.put(FILMS, "many-" + i, new byte[i], TEXT);
            assertThat(wire.ask("GET", "/objects/films/many-" + i).status()).isEqualTo(200);
        }
        await().until(() -> served.engineStats().openFetches() == 0);
        JsonObject cache = cache();
        assertThat(cache.get("objectCount").getAsInt()).isEqualTo(most + 3);
        assertThat(objects(cache)).hasSize(most);
        assertThat(objects(cache).getLast().get("key").getAsString()).isEqualTo("many-4");
    }
}
