package io.rangestream.transport.accept;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * The address by which connections, streams and event listeners are counted: an IPv4 address, or
 * the first 64 bits of an IPv6 address, because one client may use all addresses of such a network.
 *
 * @param prefix the address or the first 64 bits; 0 for other kinds of addresses
 */
public record ClientNetwork(Family family, long prefix) {
    private static final ClientNetwork OTHER = new ClientNetwork(Family.OTHER, 0);

    /** The kind of address. */
    public enum Family {
        IPV4,
        IPV6,
        OTHER
    }

    /** Returns the network of a client's address. */
    public static ClientNetwork of(SocketAddress address) {
        if (!(address instanceof InetSocketAddress internet)) {
            return OTHER;
        }
        return switch (internet.getAddress()) {
            case Inet4Address v4 ->
                    new ClientNetwork(Family.IPV4, ByteBuffer.wrap(v4.getAddress()).getInt());
            case Inet6Address v6 ->
                    new ClientNetwork(Family.IPV6, ByteBuffer.wrap(v6.getAddress()).getLong());
            case null, default -> OTHER;
        };
    }
}
