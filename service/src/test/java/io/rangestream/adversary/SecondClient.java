package io.rangestream.adversary;

import io.rangestream.testkit.Http1Wire;
import io.rangestream.testkit.WireAnswer;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A client with nothing to do with the attack: it reads a few cached bytes and asks for the health,
 * on one connection and on new ones in turn, and measures how long each response takes. A {@link
 * ControlClient} runs beside it, so that a machine that is slow is not taken for a slow server.
 */
final class SecondClient implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(15);

    private final ControlClient control;
    private final Target target;
    private final String object;
    private final List<Sample> samples = new ArrayList<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Thread thread;

    /**
     * A request that was answered.
     *
     * @param what its target and how it was sent
     * @param status the response's; 0 if there was none
     * @param took until its last byte
     * @param control the longest request of the control client in that time
     */
    record Sample(String what, int status, Duration took, Duration control) {}

    /**
     * Starts to ask for an object of a few bytes.
     *
     * @param controlPort of a server that has the object too, and is not attacked
     */
    SecondClient(Target target, String object, int controlPort) {
        this.target = target;
        this.object = object;
        this.control = new ControlClient(controlPort, object);
        this.thread = Thread.ofPlatform().name("second-client").start(this::run);
    }

    private void run() {
        int count = 0;
        Http1Wire kept = null;
        try {
            while (!stopped.get()) {
                LockSupport.parkNanos(PAUSE.toNanos());
                control.restart();
                long begun = System.nanoTime();
                String path = count % 4 == 3 ? "/observe/health/live" : object;
                boolean keeps = count % 2 == 0;
                int status = 0;
                try {
                    if (keeps) {
                        kept = kept == null ? Http1Wire.connect(target.port()) : kept;
                        status = ask(kept, path);
                    } else {
                        try (Http1Wire once = Http1Wire.connect(target.port())) {
                            status = ask(once, path);
                        }
                    }
                } catch (IOException | AssertionError e) {
                    if (keeps && kept != null) {
                        kept.close();
                        kept = null;
                    }
                }
                Duration took = Duration.ofNanos(System.nanoTime() - begun);
                add(
                        new Sample(
                                path + (keeps ? ", kept" : ", new"),
                                status,
                                took,
                                control.longest()));
                count++;
            }
        } catch (IOException e) {
            add(new Sample("close: " + e, 0, Duration.ZERO, Duration.ZERO));
        }
    }

    private static int ask(Http1Wire wire, String path) throws IOException {
        wire.send("GET", path);
        WireAnswer head = wire.readHead();
        if (head.field("Transfer-Encoding").isPresent()) {
            while (wire.readChunk().length > 0) {
                // Helidon writes the health in chunks.
            }
            return head.status();
        }
        int length = Integer.parseInt(head.field("Content-Length").orElseThrow());
        return wire.readUpTo(length).length == length ? head.status() : 0;
    }

    private synchronized void add(Sample sample) {
        samples.add(sample);
    }

    /** What was measured so far. */
    synchronized List<Sample> samples() {
        return List.copyOf(samples);
    }

    @Override
    public void close() {
        stopped.set(true);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            control.close();
        }
    }
}
