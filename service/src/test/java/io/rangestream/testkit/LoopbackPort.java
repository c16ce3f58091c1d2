package io.rangestream.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Finds ports for programs that can't choose a free port themselves. */
public final class LoopbackPort {
    private LoopbackPort() {}

    /**
     * A port that was free when this method looked; another process may take it before the caller
     * does.
     */
    public static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
