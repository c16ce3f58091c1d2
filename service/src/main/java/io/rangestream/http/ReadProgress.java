package io.rangestream.http;

import io.rangestream.http.events.ReadEvents;
import io.rangestream.http.events.ReadReport;
import io.rangestream.range.ContentRange;
import io.rangestream.stream.PlannedRead;
import io.rangestream.stream.ReadPlan.Full;
import io.rangestream.stream.ReadPlan.Multipart;
import io.rangestream.stream.ReadPlan.NotModified;
import io.rangestream.stream.ReadPlan.Partial;
import io.rangestream.stream.ReadPlan.PreconditionFailed;
import io.rangestream.stream.ReadPlan.Unsatisfiable;

import java.time.Duration;
import java.util.Optional;

/**
 * Counts the bytes that a response has sent and reports them to the viewer's page: at the first
 * bytes, then at most twice a second, and at the end. For the thread of the request alone.
 */
final class ReadProgress implements BodyWriter.Progress {
    private static final long REPORT_EVERY_NANOS = Duration.ofMillis(500).toNanos();

    private final Exchange exchange;
    private final PlannedRead read;
    private final ReadEvents events;
    private long lastReportNanos;
    private boolean reported;

    ReadProgress(Exchange exchange, PlannedRead read, ReadEvents events) {
        this.exchange = exchange;
        this.read = read;
        this.events = events;
    }

    @Override
    public void sent(int length) {
        exchange.sent(length);
        if (exchange.viewer().isPresent()) {
            long now = System.nanoTime();
            if (!reported || now - lastReportNanos >= REPORT_EVERY_NANOS) {
                reported = true;
                lastReportNanos = now;
                report(ReadReport.State.OPEN);
            }
        }
    }

    void ended(boolean complete) {
        report(complete ? ReadReport.State.COMPLETE : ReadReport.State.CUT);
    }

    private void report(ReadReport.State state) {
        exchange.viewer()
                .ifPresent(
                        viewer ->
                                events.publish(
                                        viewer,
                                        () ->
                                                exchange.toReport(
                                                                positions(),
                                                                state,
                                                                read.bytesByOrigin())
                                                        .toJson()));
    }

    /** The positions that the response covers; empty if they are not contiguous. */
    private Optional<ContentRange> positions() {
        return switch (read.plan()) {
            case Full(long completeLength) ->
                    completeLength == 0
                            ? Optional.empty()
                            : Optional.of(
                                    ContentRange.of(
                                            read.plan().ranges().getFirst(), completeLength));
            case Partial(ContentRange contentRange) -> Optional.of(contentRange);
            case Unsatisfiable(long completeLength) ->
                    Optional.of(ContentRange.unsatisfied(completeLength));
            case Multipart _ -> Optional.empty();
            case NotModified(), PreconditionFailed() -> Optional.empty();
        };
    }
}
