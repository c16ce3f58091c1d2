package io.rangestream.transport.accept;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.transport.accept.ConnectionCounters.Limit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

@Timeout(60)
class AcceptedConnectionsTest {
    private static final ConnectionLimits FOUR_AND_THREE = new ConnectionLimits(4, 3);
    private static final String A = "127.0.0.1";
    private static final String B = "127.0.0.2";

    private final AtomicLong now = new AtomicLong();
    private final AcceptedConnections connections = new AcceptedConnections(now::get);
    private final List<SocketChannel> clients = new ArrayList<>();
    private ServerSocketChannel server;

    @BeforeEach
    void open() throws IOException {
        server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        for (SocketChannel client : clients) {
            client.close();
        }
    }

    private SocketChannel accept(String from) throws IOException {
        SocketChannel client = SocketChannel.open();
        clients.add(client);
        client.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
        client.connect(server.getLocalAddress());
        SocketChannel accepted = server.accept();
        clients.add(accepted);
        return accepted;
    }

    private AcceptedConnection admitted(String from) throws IOException {
        SocketChannel accepted = accept(from);
        assertThat(connections.admit(accepted, FOUR_AND_THREE)).isEmpty();
        passed(1);
        return connections.find(accepted.getRemoteAddress(), accepted.getLocalAddress());
    }

    private Optional<Limit> refused(String from) throws IOException {
        return connections.admit(accept(from), FOUR_AND_THREE);
    }

    private void passed(long seconds) {
        now.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    @Test
    void evictsLongestIdleOfSameAddress() throws Exception {
        AcceptedConnection other = admitted(B);
        AcceptedConnection first = admitted(A);
        AcceptedConnection second = admitted(A);
        AcceptedConnection third = admitted(A);
        // The first has had a request since, so the second is idle for longest.
        first.hasBytes();
        first.awaitsBytes();
        passed(1);
        AcceptedConnection fourth = admitted(A);
        assertThat(List.of(other, first, third, fourth)).noneMatch(AcceptedConnection::isClosed);
        assertThat(second.isClosed()).isTrue();
        assertThat(connections.count()).isEqualTo(4);
        assertThat(connections.counters().evictedFor(Limit.ADDRESS)).isEqualTo(1);
    }

    @Test
    void evictsFromAddressWithMostConnections() throws Exception {
        AcceptedConnection ofB = admitted(B);
        AcceptedConnection first = admitted(A);
        admitted(A);
        admitted(A);
        AcceptedConnection second = admitted(B);
        assertThat(ofB.isClosed()).isFalse();
        assertThat(second.isClosed()).isFalse();
        assertThat(first.isClosed()).isTrue();
        assertThat(connections.counters().evictedFor(Limit.TOTAL)).isEqualTo(1);
    }

    @Test
    void evictsFromAnyAddressIfOthersAreBusy() throws Exception {
        AcceptedConnection ofB = admitted(B);
        for (int i = 0; i < 3; i++) {
            admitted(A).begin();
        }
        admitted("127.0.0.3");
        assertThat(ofB.isClosed()).isTrue();
    }

    @Test
    void refusesIfAllAreBusy() throws Exception {
        AcceptedConnection first = admitted(A);
        AcceptedConnection second = admitted(A);
        AcceptedConnection third = admitted(A);
        first.hasBytes();
        second.begin();
        second.begin();
        second.end();
        third.begin();
        passed(3600);
        assertThat(refused(A)).contains(Limit.ADDRESS);
        AcceptedConnection ofB = admitted(B);
        ofB.begin();
        assertThat(refused(B)).contains(Limit.TOTAL);
        assertThat(List.of(first, second, third, ofB)).noneMatch(AcceptedConnection::isClosed);
        assertThat(connections.counters().refusedFor(Limit.ADDRESS)).isEqualTo(1);
        assertThat(connections.counters().refusedFor(Limit.TOTAL)).isEqualTo(1);
        third.end();
        passed(1);
        assertThat(refused(A)).isEmpty();
        assertThat(third.isClosed()).isTrue();
    }

    @Test
    void givesNewConnectionTimeForFirstBytes() throws Exception {
        admitted(A).begin();
        admitted(A).begin();
        AcceptedConnection last = admitted(A);
        last.awaitsBytes();
        now.addAndGet(Duration.ofMillis(49).toNanos());
        assertThat(refused(A)).contains(Limit.ADDRESS);
        now.addAndGet(Duration.ofMillis(1).toNanos());
        assertThat(refused(A)).isEmpty();
        assertThat(last.isClosed()).isTrue();
    }

    @Test
    void forgetsEndedConnections() throws Exception {
        AcceptedConnection told = admitted(A);
        AcceptedConnection untold = admitted(A);
        connections.ended(told);
        connections.ended(told);
        untold.close();
        assertThat(connections.count()).isEqualTo(1);
        connections.forgetClosed();
        assertThat(connections.count()).isZero();
        connections.ended(untold);
        for (int i = 0; i < 3; i++) {
            admitted(A);
        }
        assertThat(connections.counters().evictedFor(Limit.ADDRESS)).isZero();
    }

    @Test
    void closedConnectionsMakeRoomWithoutAnEviction() throws Exception {
        admitted(A).close();
        admitted(A).begin();
        admitted(A).begin();
        assertThat(refused(A)).isEmpty();
        assertThat(connections.counters().evictedFor(Limit.ADDRESS)).isZero();
    }

    @Test
    void doesNotCountConnectionOfAnotherListener() throws Exception {
        SocketChannel accepted = accept(A);
        AcceptedConnection unknown =
                connections.find(accepted.getRemoteAddress(), accepted.getLocalAddress());
        unknown.begin();
        unknown.end();
        connections.ended(unknown);
        assertThat(connections.count()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "2001:db8:1:2::1, 2001:db8:1:2:ffff:ffff:ffff:ffff, true",
        "2001:db8:1:2::1, 2001:db8:1:3::1, false",
        "::ffff:192.0.2.1, 192.0.2.1, true",
        "0:0:c000:201::, 192.0.2.1, false",
    })
    void countsAnIpv6NetworkAsOneAddress(String one, String other, boolean same)
            throws IOException {
        assertThat(network(one).equals(network(other))).isEqualTo(same);
    }

    private static Network network(String address) throws IOException {
        return Network.of(new InetSocketAddress(InetAddress.getByName(address), 1));
    }

    @ParameterizedTest
    @CsvSource({
        "256, 128, 96",
        "1024, 512, 384",
        "2048, 1536, 1152",
        "4096, 3072, 2304",
        "20000, 15000, 11250",
        "1048576, 20000, 15000",
        "1, 1, 1",
    })
    void derivesDefaultsFromLimitOfOpenFiles(long descriptors, int total, int perAddress) {
        assertThat(ConnectionLimits.forDescriptors(descriptors))
                .isEqualTo(new ConnectionLimits(total, perAddress));
    }
}
