package io.rangestream.grpc;

import io.grpc.stub.StreamObserver;
import io.rangestream.condition.EntityTag;
import io.rangestream.fault.FatalErrors;
import io.rangestream.message.Messages;
import io.rangestream.store.Cancellation;
import io.rangestream.store.ObjectId;
import io.rangestream.store.ObjectStoreException.Changed;
import io.rangestream.store.ObjectStoreException.Throttled;
import io.rangestream.store.ObjectStoreException.Unavailable;
import io.rangestream.store.OpenRead;
import io.rangestream.store.OverloadedException;
import io.rangestream.store.ReadCancelledException;
import io.rangestream.stream.PlannedRead;
import io.rangestream.stream.RangeStreamService;
import io.rangestream.stream.ReadPlan.Full;
import io.rangestream.stream.ReadPlan.Multipart;
import io.rangestream.stream.ReadPlan.NotModified;
import io.rangestream.stream.ReadPlan.Partial;
import io.rangestream.stream.ReadPlan.PreconditionFailed;
import io.rangestream.stream.ReadPlan.Unsatisfiable;
import io.rangestream.transport.Ending;
import io.rangestream.v1.BidiReadRangeRequest;
import io.rangestream.v1.BidiReadRangeResponse;

import org.jspecify.annotations.Nullable;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * The response side of one BidiReadRange call, in threads of its own, so that the thread that
 * receives messages ({@link ReadRangesInbox}) never waits for them.
 *
 * <ul>
 *   <li>The writer thread opens the object, writes the final messages of ranges that are not read,
 *       and ends the call.
 *   <li>Up to {@link AskedRanges#MAX_READERS} reader threads each read one group of near ranges at
 *       a time and write its messages.
 * </ul>
 */
public final class ReadRangesCall {
    private final RangeStreamService streams;
    private final MessageRoom room;
    private final GrpcAnswers answers;
    private final StreamObserver<BidiReadRangeResponse> observer;
    private final GrpcExchange exchange = GrpcExchange.current();
    private final Cancellation cancellation = exchange.cancellation();
    private final String client = GrpcAnswers.clientAddress();
    private final AskedRanges ranges = new AskedRanges(exchange::setAwaitsClient);
    private final Set<GroupRead> reading = ConcurrentHashMap.newKeySet();
    private final Map<OpenRead.Origin, Long> bytesByOrigin = new EnumMap<>(OpenRead.Origin.class);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile GrpcReadRequests.@Nullable ChunkedRead spec;
    private volatile @Nullable Source source;

    /** The opened object, and the writer of its ranges. */
    private record Source(PlannedRead object, RangesWriter writer) {}

    /** A call of the current thread, to be started by {@link #start}. */
    ReadRangesCall(
            RangeStreamService streams,
            MessageRoom room,
            GrpcAnswers answers,
            StreamObserver<BidiReadRangeResponse> observer) {
        this.streams = streams;
        this.room = room;
        this.answers = answers;
        this.observer = observer;
    }

    /**
     * Begins a call of the current thread.
     *
     * @param observer sends the messages of the response
     * @return receives the messages of the client
     */
    public static StreamObserver<BidiReadRangeRequest> begin(
            RangeStreamService streams,
            MessageRoom room,
            GrpcAnswers answers,
            StreamObserver<BidiReadRangeResponse> observer) {
        return new ReadRangesCall(streams, room, answers, observer).start();
    }

    /** Starts the writer thread. */
    ReadRangesInbox start() {
        GrpcAnswers.onCancel(observer, this::cancelled);
        cancellation.onCancel(ranges::endEarly);
        exchange.onDrain(ranges::drain);
        Thread.startVirtualThread(this::run);
        return new ReadRangesInbox(this, ranges);
    }

    private void cancelled() {
        if (exchange.isInItsThread()) {
            // Not by the client: Helidon could not parse a message.
            ranges.failStream(exchange.fault());
        } else {
            exchange.end(Ending.PEER_GONE);
        }
    }

    /** Has the writer thread open the object. */
    void open(GrpcReadRequests.ChunkedRead opening) {
        spec = opening;
        ranges.opening();
    }

    /** Starts reader threads for the queued ranges, up to the limit. */
    void startReaders() {
        for (Optional<AskedRanges.Work> work = ranges.takeForNewReader();
                work.isPresent();
                work = ranges.takeForNewReader()) {
            AskedRanges.Work first = work.get();
            Thread.startVirtualThread(() -> runReader(first));
        }
    }

    /** Cancels each read if all its ranges have ended. */
    void stopUnwanted() {
        reading.forEach(GroupRead::cancelUnlessWanted);
    }

    /**
     * Waits until the call has ended. An interrupt means that the client has left: it ends the
     * call, and the wait continues until the other threads have released its resources.
     */
    void awaitEnd() {
        boolean interrupted = false;
        for (boolean waiting = true; waiting; ) {
            try {
                ended.await();
                waiting = false;
            } catch (InterruptedException e) {
                // The flag is cleared here, or the next wait would return immediately.
                interrupted = true;
                exchange.end(Ending.PEER_GONE);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            answers.stream(exchange, observer, this::write);
        } finally {
            ranges.endEarly();
            ended.countDown();
        }
    }

    private Optional<GrpcError> write(
            GrpcExchange sameExchange, Map<OpenRead.Origin, Long> origins) {
        GrpcReadRequests.ChunkedRead opening = ranges.awaitOpening() ? spec : null;
        if (opening == null) {
            return ranges.status();
        }
        ObjectId id = opening.request().id();
        exchange.setObject(id, Optional.empty());
        try (PlannedRead object = streams.open(opening.request().askedBy(client), cancellation);
                MessageRoom.Share share = room.reserve(opening.maxChunkBytes())) {
            cancellation.onCancel(ranges::endEarly);
            return switch (object.plan()) {
                case Full _ ->
                        write(object, new RangesWriter(observer, exchange, share.chunkBytes()));
                case PreconditionFailed() ->
                        Optional.of(
                                GrpcErrors.etagMismatch(
                                        object.representation()
                                                .entityTag()
                                                .map(EntityTag::toString)));
                case Partial _, Multipart _, NotModified _, Unsatisfiable _ ->
                        throw new IllegalStateException(
                                "a plan of ranges for a request without one");
            };
        } finally {
            exchange.setObject(id, Optional.of(ranges.count() + " ranges"));
            origins.putAll(bytesByOrigin);
        }
    }

    private Optional<GrpcError> write(PlannedRead object, RangesWriter writer) {
        source = new Source(object, writer);
        try {
            writer.metadata(
                    Messages.metadata(object.request().id(), object.representation()).toBuilder()
                            .clearChecksum()
                            .build());
            ranges.opened(object.representation().completeLength());
            startReaders();
            for (Optional<Verdicts.Verdict> verdict = ranges.nextVerdict();
                    verdict.isPresent();
                    verdict = ranges.nextVerdict()) {
                write(verdict.get(), writer);
            }
            return ranges.status();
        } catch (RuntimeException e) {
            ranges.endEarly();
            throw e;
        } finally {
            reading.forEach(GroupRead::cancel);
            ranges.awaitReaders();
        }
    }

    private static void write(Verdicts.Verdict verdict, RangesWriter writer) {
        if (verdict.failure().isPresent()) {
            writer.error(verdict.readId(), verdict.failure().get());
        } else {
            writer.empty(verdict.readId());
        }
    }

    private void runReader(AskedRanges.Work first) {
        for (Optional<AskedRanges.Work> work = Optional.of(first);
                work.isPresent();
                work = ranges.takeNext()) {
            try {
                read(work.get());
            } catch (Throwable e) {
                // The writer thread waits until takeNext() ends this reader.
                ranges.failStream(error(new IllegalStateException("a reader failed", e)));
                FatalErrors.check(e);
            }
        }
    }

    private void read(AskedRanges.Work work) {
        Source from = Objects.requireNonNull(source);
        try (PlannedRead bytes = from.object().again(work.cover())) {
            GroupRead read = new GroupRead(bytes, work, from.writer(), ranges);
            reading.add(read);
            try {
                if (ranges.mustStop()) {
                    read.cancel();
                }
                read.cancelUnlessWanted();
                read.run();
            } catch (ReadCancelledException e) {
                // The call has ended, or all ranges of the group were cancelled.
                exchange.endIfInterrupted();
            } catch (Changed e) {
                ranges.failStream(error(e));
            } catch (RuntimeException e) {
                ranges.failRanges(read.begunRanges(), error(e));
                if (isStoreFailure(e) && read.hasNotBegun()) {
                    // Each later range would wait as long and fail with the same error.
                    ranges.failRanges(read.laterRanges(), error(e));
                } else {
                    ranges.requeue(read.laterRanges());
                }
            } finally {
                reading.remove(read);
                count(bytes);
            }
        }
    }

    private static boolean isStoreFailure(RuntimeException failure) {
        return failure instanceof Unavailable
                || failure instanceof Throttled
                || failure instanceof OverloadedException;
    }

    private synchronized GrpcError error(RuntimeException why) {
        return answers.error(exchange, why);
    }

    private synchronized void count(PlannedRead bytes) {
        bytes.bytesByOrigin()
                .forEach((origin, count) -> bytesByOrigin.merge(origin, count, Long::sum));
    }
}
