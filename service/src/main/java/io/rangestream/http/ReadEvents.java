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
 * Passes reports of reads to the pages that listen for them, by the random viewer id that a page
 * puts into its media URLs: a script can't see a media element's requests. Nothing is kept for a
 * viewer without a listener. The number of listeners is bounded, in all and for each address, and
 * so is what is queued for each. Safe for many threads.
 */
final class ReadEvents {
    static final String VIEWER_PARAMETER = "viewer";
    private static final String TAG_PARAMETER = "viewer-tag";

    static final int MAX_LISTENERS = 1000;

    /** A tenth: one client can't take all places, and a household's tabs behind one address fit. */
    static final int MAX_LISTENERS_PER_ADDRESS = 100;

    // A page that does not read is behind by this many reports at the most; then it loses the
    // oldest.
    private static final int QUEUE_REPORTS = 256;

    // The same in characters. A report has a key of up to 1024 bytes, most have less than 500.
    private static final int QUEUE_CHARACTERS = 128 * 1024;
    private static final int MAX_VIEWER_CHARACTERS = 64;

    private final Map<String, List<Subscription>> subscriptions = new ConcurrentHashMap<>();
    private final ListenerPlaces places =
            new ListenerPlaces(MAX_LISTENERS, MAX_LISTENERS_PER_ADDRESS);

    /** The viewer id of a request; empty if there is none, or none that is well-formed. */
    static Optional<String> viewer(ServerRequest request) {
        return parameter(request, VIEWER_PARAMETER);
    }

    /**
     * The tag that the reports of a request's read carry, so that pages that share a viewer id, and
     * one stream, tell their reads apart. Of the same form as a viewer id.
     */
    static Optional<String> tag(ServerRequest request) {
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
    boolean isHeard(String viewer) {
        return subscriptions.containsKey(viewer);
    }

    /** Passes on a report; never waits. It is made only if there is a listener. */
    void publish(String viewer, Supplier<String> report) {
        List<Subscription> listeners = subscriptions.get(viewer);
        if (listeners != null) {
            String json = report.get();
            listeners.forEach(listener -> listener.offer(json));
        }
    }

    /** What comes of a wish to listen. */
    sealed interface Admission {
        record Admitted(Subscription subscription) implements Admission {}

        /** This address has as many listeners as one may have. */
        record AddressFull() implements Admission {}

        /** There are as many listeners as there may be. */
        record AllFull() implements Admission {}
    }

    /**
     * Listens for a viewer's reads.
     *
     * @param network the client's, by which its listeners are counted
     */
    Admission subscribe(String viewer, Network network) {
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

    /** Reports on their way to one page; closed by the thread that subscribed. */
    final class Subscription implements AutoCloseable {
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
         * Takes the next report, waiting for it.
         *
         * @return null if none came in time, or the listening was ended
         */
        synchronized @Nullable String next(Duration atMost) throws InterruptedException {
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

        /** What is queued. */
        synchronized List<String> reports() {
            return List.copyOf(reports);
        }

        /** Ends the listening from any thread; {@link #next} returns at once. Idempotent. */
        synchronized void end() {
            ended = true;
            notifyAll();
        }

        synchronized boolean isEnded() {
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
