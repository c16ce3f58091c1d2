package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;
import static io.rangestream.client.ScriptedObject.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.rangestream.client.ScriptedServer.Answer;
import io.rangestream.client.internal.channel.AsyncReads;
import io.rangestream.client.internal.read.RangeSubscription;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;

/** The behaviour of publishers beyond the rules that {@link PublisherTckTest} tests. */
final class PublisherTest {
    private static final int LENGTH = 1_000_000;
    private static final ScriptedObject OBJECT = ScriptedObject.ofLength(LENGTH);

    private ScriptedServer server;
    private RangeStreamClient client;
    private ObjectReader reader;

    @BeforeEach
    void open() throws IOException {
        server = new ScriptedServer(OBJECT);
        client = RangeStreamClient.builder(server.target()).plaintext().retryBudget(2).build();
        reader = client.open(BUCKET, KEY);
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    /** Collects the published bytes and requests buffers on demand of the test. */
    private static final class Subscriber implements Flow.Subscriber<ByteBuffer> {
        private final long first;
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        volatile @Nullable Throwable error;
        volatile boolean complete;
        final AtomicInteger signals = new AtomicInteger();

        Subscriber(long first) {
            this.first = first;
        }

        @Override
        public void onSubscribe(Flow.Subscription newSubscription) {
            subscription.complete(newSubscription);
            if (first > 0) {
                newSubscription.request(first);
            }
        }

        @Override
        public void onNext(ByteBuffer item) {
            assertThat(item.isReadOnly()).isTrue();
            byte[] copy = new byte[item.remaining()];
            item.get(copy);
            received.writeBytes(copy);
            signals.incrementAndGet();
        }

        @Override
        public void onError(Throwable throwable) {
            error = throwable;
        }

        @Override
        public void onComplete() {
            complete = true;
        }

        Subscriber awaitEnd() {
            await().pollDelay(Duration.ZERO).until(() -> complete || error != null);
            return this;
        }
    }

    private Subscriber subscribe(ByteRange range, long first) {
        Subscriber subscriber = new Subscriber(first);
        reader.publisher(range).subscribe(subscriber);
        return subscriber;
    }

    private static long readThreads() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> entry.getKey().getName().startsWith("rangestream-read-"))
                .flatMap(entry -> List.of(entry.getValue()).stream())
                .filter(frame -> frame.getClassName().equals(RangeSubscription.class.getName()))
                .count();
    }

    @Test
    void publishesTheRangeAndCompletes() {
        Subscriber all = subscribe(ByteRange.of(10, 500_009), Long.MAX_VALUE).awaitEnd();
        assertThat(all.error).isNull();
        assertThat(all.received.toByteArray()).isEqualTo(bytes(10, 500_000));
    }

    @Test
    void eachSubscriberHasASeparateRead() {
        Flow.Publisher<ByteBuffer> publisher = reader.publisher(ByteRange.suffix(3000));
        assertThat(server.reads).isEmpty();
        List<Subscriber> subscribers = List.of(new Subscriber(9), new Subscriber(9));
        subscribers.forEach(publisher::subscribe);
        for (Subscriber each : subscribers) {
            assertThat(each.awaitEnd().received.toByteArray())
                    .isEqualTo(bytes(LENGTH - 3000, 3000));
        }
        assertThat(server.reads).hasSize(2);
    }

    @Test
    void missingDemandPausesTheServerAndHoldsNoThread() {
        Subscriber slow = new Subscriber(2);
        server.read = request -> Answer.complete(ScriptedObject.ofLength(1L << 40).answer(request));
        server.stat =
                request ->
                        io.rangestream.v1.StatObjectResponse.newBuilder()
                                .setMetadata(ScriptedObject.ofLength(1L << 40).metadata())
                                .build();
        try (ObjectReader huge = client.open(BUCKET, KEY)) {
            huge.publisher(ByteRange.whole()).subscribe(slow);
            await().until(() -> slow.signals.get() == 2);
            await().untilAsserted(() -> assertThat(readThreads()).isZero());
            // The window and a few messages of 1,000 bytes; the object has 1,000,000,000 bytes.
            await().during(Duration.ofMillis(300)).until(() -> server.messagesSent.get() < 20_000);
            assertThat(slow.signals).hasValue(2);
            slow.subscription.join().request(1);
            await().until(() -> slow.signals.get() == 3);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertThat(slow.awaitEnd().error).isInstanceOf(IOException.class);
    }

    @Test
    void startsNoReadBeforeTheFirstRequest() {
        Subscriber idle = subscribe(ByteRange.whole(), 0);
        await().untilAsserted(() -> assertThat(readThreads()).isZero());
        assertThat(server.reads).isEmpty();
        idle.subscription.join().request(Long.MAX_VALUE);
        assertThat(idle.awaitEnd().received.size()).isEqualTo(LENGTH);
    }

    @Test
    void cancelEndsTheCallAndAllSignals() {
        server.read = request -> Answer.hanging(OBJECT.parts(request).subList(0, 3));
        Subscriber waiting = subscribe(ByteRange.whole(), Long.MAX_VALUE);
        await().until(() -> waiting.signals.get() == 2);
        waiting.subscription.join().cancel();
        await().atMost(Duration.ofSeconds(1)).until(() -> server.readsCancelled.get() == 1);
        await().atMost(Duration.ofSeconds(1)).until(() -> readThreads() == 0);
        assertThat(waiting.error).isNull();
        assertThat(waiting.complete).isFalse();
    }

    @Test
    void invalidRequestIsAnErrorAndEndsTheCall() {
        server.read = request -> Answer.hanging(OBJECT.parts(request).subList(0, 3));
        for (long n : new long[] {0, -1, Long.MIN_VALUE}) {
            Subscriber bad = subscribe(ByteRange.whole(), 2);
            await().until(() -> bad.signals.get() == 2);
            bad.subscription.join().request(n);
            assertThat(bad.awaitEnd().error)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("3.9");
        }
        await().until(() -> server.readsCancelled.get() == 3);
    }

    @Test
    void resumesAfterFailure() {
        server.read =
                request ->
                        server.reads.size() == 1
                                ? Answer.failing(
                                        OBJECT.parts(request).subList(0, 4),
                                        Status.UNAVAILABLE.asRuntimeException())
                                : Answer.complete(OBJECT.answer(request));
        Subscriber all = subscribe(ByteRange.whole(), Long.MAX_VALUE).awaitEnd();
        assertThat(all.received.toByteArray()).isEqualTo(bytes(0, LENGTH));
        assertThat(server.reads.get(1).getIntRange().getFirstPos()).isEqualTo(3000);
    }

    @Test
    void lastingFailureIsSignalledAfterTheReceivedBytes() {
        server.read =
                request ->
                        Answer.failing(
                                OBJECT.parts(request).subList(0, 4),
                                ScriptedServer.failure(Status.Code.ABORTED, "OBJECT_CHANGED"));
        Subscriber failed = subscribe(ByteRange.whole(), Long.MAX_VALUE).awaitEnd();
        assertThat(failed.error).isInstanceOf(ObjectChangedException.class);
        assertThat(failed.received.toByteArray()).isEqualTo(bytes(0, 3000));
    }

    @Test
    void unsatisfiableRangeIsAnErrorWithoutDemand() {
        assertThat(subscribe(ByteRange.from(LENGTH), 0).awaitEnd().error)
                .isInstanceOf(RangeNotSatisfiableException.class);
    }

    @Test
    void closedReaderIsAnErrorWithoutDemand() {
        Subscriber idle = subscribe(ByteRange.whole(), 1);
        await().until(() -> idle.signals.get() == 1);
        reader.close();
        assertThat(idle.awaitEnd().error).isInstanceOf(IOException.class);
        assertThat(subscribe(ByteRange.whole(), 0).awaitEnd().error)
                .isInstanceOf(IOException.class);
    }

    @Test
    void closedClientIsAnErrorOnRequest() {
        Subscriber idle = subscribe(ByteRange.whole(), 1);
        await().until(() -> idle.signals.get() == 1);
        client.close();
        idle.subscription.join().request(1);
        assertThat(idle.awaitEnd().error).isInstanceOf(IOException.class);
        assertThat(subscribe(ByteRange.whole(), 1).awaitEnd().error)
                .hasMessage("the client is closed");
    }

    @Test
    void moreSubscribersThanThreadsAllProgress() {
        List<Subscriber> subscribers = new ArrayList<>();
        for (int i = 0; i < 3 * AsyncReads.AT_ONCE; i++) {
            subscribers.add(subscribe(ByteRange.of(0, 99_999), 1));
        }
        await().until(() -> subscribers.stream().allMatch(each -> each.signals.get() == 1));
        subscribers.forEach(each -> each.subscription.join().request(Long.MAX_VALUE));
        for (Subscriber each : subscribers) {
            assertThat(each.awaitEnd().received.toByteArray()).isEqualTo(bytes(0, 100_000));
        }
    }

    @Test
    void rejectsNullSubscriber() {
        assertThatThrownBy(() -> reader.publisher(ByteRange.whole()).subscribe(null))
                .isInstanceOf(NullPointerException.class);
    }
}
