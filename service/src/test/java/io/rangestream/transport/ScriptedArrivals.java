package io.rangestream.transport;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeoutException;

/** Bytes that arrive in given segments; after them the connection ends, or stays silent. */
final class ScriptedArrivals implements Arrivals {
    private final ArrayDeque<byte[]> segments;
    private final boolean ends;
    private boolean timed;

    ScriptedArrivals(Collection<byte[]> segments, boolean ends) {
        this.segments = new ArrayDeque<>(segments);
        this.ends = ends;
    }

    /** Splits bytes into segments of one byte. */
    static List<byte[]> single(byte[] bytes) {
        List<byte[]> segments = new ArrayList<>();
        for (byte b : bytes) {
            segments.add(new byte[] {b});
        }
        return segments;
    }

    /** Splits bytes into segments of random lengths. */
    static List<byte[]> random(byte[] bytes, SplittableRandom random) {
        List<byte[]> segments = new ArrayList<>();
        int most = random.nextInt(1, bytes.length + 2);
        for (int at = 0; at < bytes.length; ) {
            int to = Math.min(bytes.length, at + random.nextInt(1, most + 1));
            segments.add(Arrays.copyOfRange(bytes, at, to));
            at = to;
        }
        return segments;
    }

    /** Returns whether a time limit is running. */
    boolean isTimed() {
        return timed;
    }

    @Override
    public void start() {
        timed = true;
    }

    @Override
    public void stop() {
        timed = false;
    }

    @Override
    public byte @Nullable [] next() throws TimeoutException {
        byte[] next = segments.poll();
        if (next == null && !ends) {
            if (!timed) {
                throw new IllegalStateException("waits without a limit");
            }
            throw new TimeoutException();
        }
        return next;
    }

    @Override
    public byte @Nullable [] next(Duration atMost) throws TimeoutException {
        return next();
    }
}
