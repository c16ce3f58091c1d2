package io.rangestream.http;

import io.helidon.webserver.http.ServerRequest;
import io.rangestream.transport.accept.Network;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Passes reports of reads to the pages that listen for them. A page puts a random viewer id into
 * its media URLs, because a script can't see the requests of a media element; reads with that id
 * are reported to the page's event stream. Reports for a viewer without a listener are dropped. The
 * number of listeners is bounded, in all and for each address, and so is the queue of each. Safe
 * for many threads.
 */
public final class ReadEvents {
    static final String VIEWER_PARAMETER = "viewer";
    private static final String TAG_PARAMETER = "viewer-tag";

    static final int MAX_LISTENERS = 1000;

    /**
     * A tenth, so that one client can't take all places. The tabs of a household behind one address
     * fit.
     */
    static final int MAX_LISTENERS_PER_ADDRESS = 100;

    // The longest queue of a listener, in reports. A full queue drops its oldest reports.
    private static final int QUEUE_REPORTS = 256;

    // The longest queue in characters. A report has a key of up to 1024 bytes; most reports have
    // less than 500 characters.
    private static final int QUEUE_CHARACTERS = 128 * 1024;
    private static final int MAX_VIEWER_CHARACTERS = 64;

    private final Map<String, List<Subscription>> subscriptions = new ConcurrentHashMap<>();
    private final ListenerPlaces places =
            new ListenerPlaces(MAX_LISTENERS, MAX_LISTENERS_PER_ADDRESS);

    /** The viewer id of a request; empty if it is missing or malformed. */
    public static Optional<String> viewer(ServerRequest request) {
        return parameter(request, VIEWER_PARAMETER);
    }

    /**
     * The tag of a request, which its reports repeat, so that pages that share a viewer id and a
     * stream can tell their reads apart. It has the form of a viewer id; empty if it is missing or
     * malformed.
     */
    public static Optional<String> tag(ServerRequest request) {
        return parameter(request, TAG_PARAMETER);
    }

    private static Optional<String> parameter(ServerRequest request, String name) {
        String rawQuery = request.prologue().query().rawValue();
        return QueryParameters.all(rawQuery, name).stream()
                .findFirst()
                .filter(ReadEvents::isViewer);
    }

    private static boolean isViewer(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_VIEWER_CHARACTERS
                && text.chars().allMatch(ReadEvents::isViewerCharacter);
    }

    private static boolean isViewerCharacter(int c) {
        return c >= '0' && c <= '9'
                || c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c == '-'
                || c == '_';
    }

    /** Whether this viewer has a listener. */
    public boolean hasListener(String viewer) {
        return subscriptions.containsKey(viewer);
    }

    /**
     * Queues a report for each listener of a viewer; never blocks. {@code report} is called only if
     * the viewer has a listener.
     */
    public void publish(String viewer, Supplier<String> report) {
        List<Subscription> listeners = subscriptions.get(viewer);
        if (listeners != null) {
            String json = report.get();
            listeners.forEach(listener -> listener.offer(json));
        }
    }

    /** The result of {@link #subscribe}. */
    public sealed interface Admission {
        record Admitted(Subscription subscription) implements Admission {}

        /** The client's network has the maximum number of listeners. */
        record AddressFull() implements Admission {}

        /** The server has the maximum number of listeners. */
        record AllFull() implements Admission {}
    }

    /**
     * Subscribes to the reads of a viewer.
     *
     * @param network the client's network, to which the listener is counted
     */
    public Admission subscribe(String viewer, Network network) {
        return switch (places.take(network)) {
            case ADDRESS_FULL -> new Admission.AddressFull();
            case ALL_FULL -> new Admission.AllFull();
            case TAKEN -> {
                Subscription subscription = new Subscription(viewer, network);
                subscriptions.compute(
                        viewer,
                        (_, listeners) -> {
                            List<Subscription> all =
                                    listeners == null ? new CopyOnWriteArrayList<>() : listeners;
                            all.add(subscription);
                            return all;
                        });
                yield new Admission.Admitted(subscription);
            }
        };
    }

    /**
     * The queue of one listener. The thread that subscribed takes reports from it and closes it;
     * any thread may add reports or end it.
     */
    public final class Subscription implements AutoCloseable {
        private final String viewer;
        private final Network network;
        private final Deque<String> reports = new ArrayDeque<>();
        private int queuedCharacters;
        private boolean ended;
        private boolean closed;

        private Subscription(String viewer, Network network) {
            this.viewer = viewer;
            this.network = network;
        }

        private synchronized void offer(String report) {
            if (report.length() > QUEUE_CHARACTERS) {
                return;
            }
            while (reports.size() >= QUEUE_REPORTS
                    || queuedCharacters + report.length() > QUEUE_CHARACTERS) {
                queuedCharacters -= reports.removeFirst().length();
            }
            reports.addLast(report);
            queuedCharacters += report.length();
            notifyAll();
        }

        /**
         * Takes the next report; blocks until one arrives.
         *
         * @param atMost the longest wait
         * @return null if none arrived in time, or if the subscription was ended
         */
        public synchronized @Nullable String next(Duration atMost) throws InterruptedException {
            long deadline = System.nanoTime() + atMost.toNanos();
            while (reports.isEmpty() && !ended) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return null;
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            String next = ended ? null : reports.pollFirst();
            queuedCharacters -= next == null ? 0 : next.length();
            return next;
        }

        /** The queued reports. */
        synchronized List<String> reports() {
            return List.copyOf(reports);
        }

        /** Ends the subscription; {@link #next} returns at once. Idempotent, from any thread. */
        public synchronized void end() {
            ended = true;
            notifyAll();
        }

        public synchronized boolean isEnded() {
            return ended;
        }

        @Override
        public void close() {
            synchronized (this) {
                if (closed) {
                    return;
                }
                closed = true;
                reports.clear();
                queuedCharacters = 0;
            }
            try {
                subscriptions.computeIfPresent(
                        viewer,
                        (_, listeners) -> {
                            listeners.remove(this);
                            return listeners.isEmpty() ? null : listeners;
                        });
            } finally {
                places.leave(network);
            }
        }
    }
}
