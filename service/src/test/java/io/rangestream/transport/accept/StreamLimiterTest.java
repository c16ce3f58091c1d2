package io.rangestream.transport.accept;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Tests the limits of streams, in total and per address. */
final class StreamLimiterTest {
    private static final ClientNetwork ONE =
            ClientNetwork.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 1));
    private static final ClientNetwork OTHER =
            ClientNetwork.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), 1));

    private static final long GIBIBYTE = 1L << 30;

    private final StreamLimiter places = new StreamLimiter();

    private int takenBy(ClientNetwork network) {
        int taken = 0;
        while (places.isFree(network)) {
            places.take(network);
            taken++;
            assertThat(taken).isLessThan(100_000);
        }
        return taken;
    }

    @Test
    @Covers("streams")
    void oneAddressCannotTakeAllStreams() {
        places.limit(new ConnectionLimits(4000, 3000), GIBIBYTE);
        assertThat(takenBy(ONE)).isEqualTo(3000);
        assertThat(takenBy(OTHER)).isEqualTo(1000);
        places.release(ONE);
        assertThat(takenBy(OTHER)).isEqualTo(1);
    }

    @Test
    void allowsStreamsOfOneConnectionWithLowLimits() {
        places.limit(new ConnectionLimits(2, 1), GIBIBYTE);
        assertThat(takenBy(ONE)).isGreaterThan(ConnectionLimits.MAX_HANDLED_STREAMS);
        assertThat(places.isFree(OTHER)).isTrue();
    }

    @Test
    @Covers("streams")
    void heapLimitsStreams() {
        places.limit(new ConnectionLimits(20_000, 15_000), GIBIBYTE / 4);
        assertThat(takenBy(ONE)).isEqualTo(3072);
        assertThat(takenBy(OTHER)).isEqualTo(1024);
    }
}
