package io.rangestream.http;

import io.helidon.webserver.http.ServerRequest;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.function.Supplier;

/**
 * Passes reports of reads to the pages that listen for them, by the random viewer id that a page
 * puts into its media URLs: a script can't see a media element's requests. Nothing is kept for a
 * viewer that nobody listens for. Safe for many threads.
 */
final class ReadEvents {
    static final String VIEWER_PARAMETER = "viewer";
    private static final String TAG_PARAMETER = "viewer-tag";

    // A page that does not read is behind by this many reports at the most; then it loses the
    // oldest.
    private static final int QUEUE_REPORTS = 256;
    private static final int MAX_SUBSCRIPTIONS = 1000;
    private static final int MAX_VIEWER_CHARACTERS = 64;

    private final Map<String, List<Subscription>> subscriptions = new ConcurrentHashMap<>();

    /** The viewer id of a request; empty where there is none, or none that we take. */
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

    /** Whether anybody listens for this viewer. */
    boolean isHeard(String viewer) {
        return subscriptions.containsKey(viewer);
    }

    /** Passes on a report; never waits. It is made only where somebody listens. */
    void publish(String viewer, Supplier<String> report) {
        List<Subscription> listeners = subscriptions.get(viewer);
        if (listeners != null) {
            String json = report.get();
            listeners.forEach(listener -> listener.offer(json));
        }
    }

    /** Listens for a viewer's reads; empty where too many listen already. */
    Optional<Subscription> subscribe(String viewer) {
        if (subscriptions.values().stream().mapToInt(List::size).sum() >= MAX_SUBSCRIPTIONS) {
            return Optional.empty();
        }
        Subscription subscription = new Subscription(viewer);
        subscriptions.compute(
                viewer,
                (_, listeners) -> {
                    List<Subscription> all =
                            listeners == null ? new CopyOnWriteArrayList<>() : listeners;
                    all.add(subscription);
                    return all;
                });
        return Optional.of(subscription);
    }

    /** Reports on their way to one page; closed by whoever subscribed. */
    final class Subscription implements AutoCloseable {
        private final String viewer;
        private final LinkedBlockingDeque<String> reports =
                new LinkedBlockingDeque<>(QUEUE_REPORTS);

        private Subscription(String viewer) {
            this.viewer = viewer;
        }

        private void offer(String report) {
            while (!reports.offer(report)) {
                reports.poll();
            }
        }

        LinkedBlockingDeque<String> reports() {
            return reports;
        }

        @Override
        public void close() {
            subscriptions.computeIfPresent(
                    viewer,
                    (_, listeners) -> {
                        listeners.remove(this);
                        return listeners.isEmpty() ? null : listeners;
                    });
        }
    }
}
