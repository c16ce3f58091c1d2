package io.rangestream.testkit;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Sends a little again and again, until it is closed or nobody takes it. */
public final class Trickle implements AutoCloseable {
    private static final long EVERY_MILLIS = 50;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

    /** What is sent each time. */
    @FunctionalInterface
    public interface Drop {
        void send() throws IOException;
    }

    private Trickle() {}

    /** Begins to send. */
    public static Trickle begin(Drop drop) {
        Trickle trickle = new Trickle();
        var _ =
                trickle.thread.scheduleAtFixedRate(
                        () -> trickle.fall(drop), 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
        return trickle;
    }

    private void fall(Drop drop) {
        try {
            drop.send();
        } catch (IOException e) {
            // The server has closed: that is what the test is about.
            thread.shutdown();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
