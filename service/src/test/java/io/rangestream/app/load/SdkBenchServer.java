package io.rangestream.app.load;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.rangestream.app.BucketHealth;
import io.rangestream.app.HelidonServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.app.Wiring;
import io.rangestream.engine.EngineConfig;
import io.rangestream.http.HttpOptions;
import io.rangestream.store.ObjectStore;
import io.rangestream.testkit.store.FarObjectStore;
import io.rangestream.testkit.store.PatternObjectStore;
import io.rangestream.transport.PauseLimits;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The server that {@link SdkBench} reads from, in a separate process. It stops when its standard
 * input ends.
 */
final class SdkBenchServer {
    static final String BUCKET = "bench";

    /** The key of an object that is read repeatedly and so is in the cache. */
    static final String WARM = "warm";

    static final long LENGTH = 1L << 30;
    static final int COLD_OBJECTS = 200;

    /** Enough for {@link #WARM} and some more. */
    private static final long MEMORY_BYTES = 1536L << 20;

    private SdkBenchServer() {}

    /** The key of an object that is read at most once. */
    static String cold(int index) {
        return "cold-" + index;
    }

    /**
     * Serves until standard input ends; the first line of output is the port.
     *
     * @param args the length of a block in bytes, and the store's latency in ms
     */
    public static void main(String[] args) throws IOException {
        Map<String, Long> lengths = new HashMap<>(Map.of(WARM, LENGTH));
        for (int i = 0; i < COLD_OBJECTS; i++) {
            lengths.put(cold(i), LENGTH);
        }
        ObjectStore store =
                new FarObjectStore(
                        new PatternObjectStore(lengths),
                        Duration.ofMillis(Integer.parseInt(args[1])));
        EngineConfig defaults = EngineConfig.ofMemory(MEMORY_BYTES);
        EngineConfig engine =
                new EngineConfig(
                        MEMORY_BYTES,
                        Integer.parseInt(args[0]),
                        defaults.readAhead(),
                        defaults.metadataTtl(),
                        defaults.idleFetch(),
                        defaults.firstByteDeadline(),
                        defaults.memoryWait());
        Map<String, ObjectStore> stores = Map.of(BUCKET, store);
        try (Wiring wiring =
                        new Wiring(
                                stores,
                                ServedEndpoints.tuning(engine),
                                PauseLimits.DEFAULT,
                                HttpOptions.DEFAULT,
                                line -> {},
                                Clock.systemUTC());
                BucketHealth health = new BucketHealth(stores, wiring.grpc()::serving)) {
            WebServerConfig.Builder config = WebServer.builder().host("127.0.0.1").port(0);
            HelidonServer.configure(config, wiring, health);
            WebServer server = config.build().start();
            System.out.println(server.port());
            System.in.transferTo(System.err);
            server.stop();
        }
    }
}
