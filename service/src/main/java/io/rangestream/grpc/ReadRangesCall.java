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
 * The answering half of a BidiReadRange stream. One thread opens the object, writes what is to be
 * said of ranges that are not read, and ends the call; up to {@link AskedRanges#MAX_READERS} others
 * read, each a group of ranges at a time. None of them is the one that takes in what the client
 * says ({@link ReadRangesInbox}), which so never waits for any of this.
 */
final class ReadRangesCall {
    private final RangeStreamService streams;
    private final MessageRoom room;
    private final GrpcAnswers answers;
    private final StreamObserver<BidiReadRangeResponse> observer;
    private final GrpcExchange exchange = GrpcExchange.current();
    private final Cancellation cancellation = exchange.cancellation();
    private final String viewer = GrpcAnswers.viewer();
    private final AskedRanges asked = new AskedRanges(exchange::awaitsPeer);
    private final Set<GroupRead> reading = ConcurrentHashMap.newKeySet();
    private final Map<OpenRead.Origin, Long> bytesByOrigin = new EnumMap<>(OpenRead.Origin.class);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile GrpcReadRequests.@Nullable ChunkedRead spec;
    private volatile @Nullable Source source;

    /** What all ranges are read from, and where to. */
    private record Source(PlannedRead object, RangesWriter writer) {}

    /** A call of this thread, to be {@linkplain #begin begun} at once. */
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

    /** Begins to answer; returns what is to be told what the client says. */
    StreamObserver<BidiReadRangeRequest> begin() {
        GrpcAnswers.onCancel(observer, this::cancelled);
        cancellation.onCancel(asked::endEarly);
        exchange.onDrain(asked::drain);
        Thread.startVirtualThread(this::answer);
        return new ReadRangesInbox(this, asked);
    }

    private void cancelled() {
        if (exchange.isInItsThread()) {
            // Not by the client: Helidon could not read what he said.
            asked.fail(exchange.fault());
        } else {
            exchange.end(Ending.PEER_GONE);
        }
    }

    /** From now on there is something to open. */
    void open(GrpcReadRequests.ChunkedRead opening) {
        spec = opening;
        asked.opening();
    }

    /** Has what waits read, by as many as may. */
    void startReaders() {
        for (Optional<AskedRanges.Work> work = asked.takeForNew();
                work.isPresent();
                work = asked.takeForNew()) {
            AskedRanges.Work first = work.get();
            Thread.startVirtualThread(() -> readOn(first));
        }
    }

    /** Has reads given up that are for nobody any more. */
    void stopUnwanted() {
        reading.forEach(GroupRead::cancelUnlessWanted);
    }

    /** Waits until the status is written. */
    void awaitEnd() {
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer() {
        try {
            answers.stream(exchange, observer, this::write);
        } finally {
            asked.endEarly();
            ended.countDown();
        }
    }

    private Optional<GrpcErrors.Mapped> write(
            GrpcExchange sameExchange, Map<OpenRead.Origin, Long> origins) {
        GrpcReadRequests.ChunkedRead opening = asked.awaitOpening() ? spec : null;
        if (opening == null) {
            return asked.outcome();
        }
        ObjectId id = opening.request().id();
        exchange.isAbout(id, Optional.empty());
        try (PlannedRead object = streams.open(opening.request().askedBy(viewer), cancellation);
                MessageRoom.Share share = room.enter(opening.maxChunkBytes())) {
            cancellation.onCancel(asked::endEarly);
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
                        throw new IllegalStateException("asked for no range yet");
            };
        } finally {
            exchange.isAbout(id, Optional.of(asked.count() + " ranges"));
            origins.putAll(bytesByOrigin);
        }
    }

    private Optional<GrpcErrors.Mapped> write(PlannedRead object, RangesWriter writer) {
        source = new Source(object, writer);
        try {
            writer.metadata(
                    Messages.metadata(object.request().id(), object.representation()).toBuilder()
                            .clearChecksum()
                            .build());
            asked.opened(object.representation().completeLength());
            startReaders();
            for (Optional<Verdicts.Verdict> verdict = asked.nextVerdict();
                    verdict.isPresent();
                    verdict = asked.nextVerdict()) {
                write(verdict.get(), writer);
            }
            return asked.outcome();
        } catch (RuntimeException e) {
            asked.endEarly();
            throw e;
        } finally {
            reading.forEach(GroupRead::cancel);
            asked.awaitReaders();
        }
    }

    private static void write(Verdicts.Verdict verdict, RangesWriter writer) {
        if (verdict.failure().isPresent()) {
            writer.error(verdict.readId(), verdict.failure().get());
        } else {
            writer.empty(verdict.readId());
        }
    }

    private void readOn(AskedRanges.Work first) {
        for (Optional<AskedRanges.Work> work = Optional.of(first);
                work.isPresent();
                work = asked.takeNext()) {
            try {
                read(work.get());
            } catch (Throwable e) {
                // Whoever waits for this reader to end would wait for ever.
                asked.fail(failed(new IllegalStateException("a reader failed", e)));
                FatalErrors.check(e);
            }
        }
    }

    private void read(AskedRanges.Work work) {
        Source from = Objects.requireNonNull(source);
        try (PlannedRead bytes = from.object().again(work.cover())) {
            GroupRead read = new GroupRead(bytes, work, from.writer(), asked);
            reading.add(read);
            try {
                if (asked.mustStop()) {
                    read.cancel();
                }
                read.cancelUnlessWanted();
                read.run();
            } catch (ReadCancelledException e) {
                // The call has ended, or nobody wants these ranges any more.
            } catch (Changed e) {
                asked.fail(failed(e));
            } catch (RuntimeException e) {
                asked.failed(read.stuck(), failed(e));
                if (isTheStores(e) && read.hasNotBegun()) {
                    // Each of the others would wait as long, to be told the same.
                    asked.failed(read.untouched(), failed(e));
                } else {
                    asked.again(read.untouched());
                }
            } finally {
                reading.remove(read);
                count(bytes);
            }
        }
    }

    private static boolean isTheStores(RuntimeException failure) {
        return failure instanceof Unavailable
                || failure instanceof Throttled
                || failure instanceof OverloadedException;
    }

    private synchronized GrpcErrors.Mapped failed(RuntimeException why) {
        return answers.failed(exchange, why);
    }

    private synchronized void count(PlannedRead bytes) {
        bytes.bytesByOrigin()
                .forEach((origin, count) -> bytesByOrigin.merge(origin, count, Long::sum));
    }
}
