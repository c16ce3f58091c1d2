package io.rangestream.testkit.wire;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Sends a few bytes every 50 ms, until it is closed or the server closes the connection. */
public final class Trickle implements AutoCloseable {
    private static final long EVERY_MILLIS = 50;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

    /** Sends a few bytes. */
    @FunctionalInterface
    public interface Drop {
        void send() throws IOException;
    }

    private Trickle() {}

    /** Starts to send. */
    public static Trickle begin(Drop drop) {
        Trickle trickle = new Trickle();
        var _ =
                trickle.thread.scheduleAtFixedRate(
                        () -> trickle.send(drop), 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
        return trickle;
    }

    private void send(Drop drop) {
        try {
            drop.send();
        } catch (IOException e) {
            // The server has closed the connection, as the test expects.
            thread.shutdown();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
