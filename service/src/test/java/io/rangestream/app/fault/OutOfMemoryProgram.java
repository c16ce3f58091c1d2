package io.rangestream.app.fault;

import io.helidon.logging.common.LogConfig;
import io.helidon.webserver.WebServer;
import io.rangestream.app.HelidonServer;
import io.rangestream.app.ServedEndpoints;
import io.rangestream.app.Wiring;
import io.rangestream.app.config.ServerConfig;
import io.rangestream.engine.EngineConfig;
import io.rangestream.fault.FatalErrors;
import io.rangestream.http.HttpOptions;
import io.rangestream.transport.PauseLimits;

import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A server set up as by the program, over a store that allocates more memory than the heap has for
 * each request. {@link OutOfMemoryTest} runs it in a separate process.
 */
final class OutOfMemoryProgram {
    static final String READY = "ready on ";

    private OutOfMemoryProgram() {}

    public static void main(String[] args) throws InterruptedException {
        LogConfig.configureRuntime();
        FatalErrors.install(System.err);
        Wiring wiring =
                new Wiring(
                        Map.of(ErrorStore.BUCKET, new ErrorStore(OutOfMemoryProgram::error)),
                        ServedEndpoints.tuning(EngineConfig.ofMemory(8 * 1024 * 1024)),
                        PauseLimits.DEFAULT,
                        HttpOptions.DEFAULT,
                        _ -> {},
                        Clock.systemUTC());
        WebServer server =
                HelidonServer.start(new ServerConfig.Listener("127.0.0.1", 0), wiring, () -> null);
        System.out.println(READY + server.port());
        new CountDownLatch(1).await();
    }

    /** Makes the JVM itself throw the OutOfMemoryError. */
    private static Error error() {
        byte[] tooLarge = new byte[Integer.MAX_VALUE - 16];
        return new AssertionError("there were " + tooLarge.length + " bytes");
    }
}
