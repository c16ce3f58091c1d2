package io.rangestream.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports for programs that can't choose one themselves. */
final class LoopbackPort {
    private LoopbackPort() {}

    /** A port that was free a moment ago, and may be taken since. */
    static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
