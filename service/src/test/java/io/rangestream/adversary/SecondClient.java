package io.rangestream.adversary;

import io.rangestream.testkit.wire.Http1Wire;
import io.rangestream.testkit.wire.WireResponse;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A client without a part in the attack. It requests a small cached object and the health endpoint,
 * by turns on one kept connection and on new ones, and measures the duration of each response. A
 * {@link ControlClient} runs beside it, so that a slow machine is not taken for a slow server. Its
 * thread measures; any thread may read the samples.
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
     * A measured request.
     *
     * @param what its path and the kind of its connection
     * @param status the status code; 0 if the response failed
     * @param took the time until the last byte of the response
     * @param control the longest request of the control client in that time
     */
    record Sample(String what, int status, Duration took, Duration control) {}

    /**
     * Starts to send requests.
     *
     * @param object the path of an object of a few bytes
     * @param controlPort the port of a server that has the object too and is not attacked
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
                long started = System.nanoTime();
                String path = count % 4 == 3 ? "/observe/health/live" : object;
                boolean usesKept = count % 2 == 0;
                int status = 0;
                try {
                    if (usesKept) {
                        kept = kept == null ? Http1Wire.connect(target.port()) : kept;
                        status = request(kept, path);
                    } else {
                        try (Http1Wire once = Http1Wire.connect(target.port())) {
                            status = request(once, path);
                        }
                    }
                } catch (IOException | AssertionError e) {
                    if (usesKept && kept != null) {
                        kept.close();
                        kept = null;
                    }
                }
                Duration took = Duration.ofNanos(System.nanoTime() - started);
                add(
                        new Sample(
                                path + (usesKept ? ", kept" : ", new"),
                                status,
                                took,
                                control.longest()));
                count++;
            }
        } catch (IOException e) {
            add(new Sample("close: " + e, 0, Duration.ZERO, Duration.ZERO));
        }
    }

    private static int request(Http1Wire wire, String path) throws IOException {
        wire.send("GET", path);
        WireResponse head = wire.readHead();
        if (head.field("Transfer-Encoding").isPresent()) {
            while (wire.readChunk().length > 0) {
                // Helidon sends the health in chunks.
            }
            return head.status();
        }
        int length = Integer.parseInt(head.field("Content-Length").orElseThrow());
        return wire.readUpTo(length).length == length ? head.status() : 0;
    }

    private synchronized void add(Sample sample) {
        samples.add(sample);
    }

    /** The samples so far. */
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
