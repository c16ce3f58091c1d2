package io.rangestream.client;

import java.time.Duration;

/**
 * A fault of the network, for bytes from the server.
 *
 * @param latency the delay of all bytes
 * @param bytesPerSecond the maximum rate; 0 for no limit
 * @param sliceBytes the maximum size of a write; 0 for no limit
 * @param cutAfterBytes the number of bytes before the cut
 * @param cut the way in which the connection is cut
 */
record Toxic(Duration latency, int bytesPerSecond, int sliceBytes, int cutAfterBytes, Cut cut) {
    static final Toxic NONE = new Toxic(Duration.ZERO, 0, 0, 0, Cut.NONE);

    /** The ways in which a connection is cut. */
    enum Cut {
        NONE,
        /** RST to both ends. */
        RESET,
        /** FIN to the client; the client's bytes are still read. */
        HALF_CLOSE,
        /** No more bytes are forwarded, and the connection stays open. */
        BLACK_HOLE
    }

    static Toxic latency(Duration latency) {
        return new Toxic(latency, 0, 0, 0, Cut.NONE);
    }

    static Toxic rate(int bytesPerSecond) {
        return new Toxic(Duration.ZERO, bytesPerSecond, 0, 0, Cut.NONE);
    }

    static Toxic slices(int sliceBytes) {
        return new Toxic(Duration.ZERO, 0, sliceBytes, 0, Cut.NONE);
    }

    static Toxic cut(Cut cut, int afterBytes) {
        return new Toxic(Duration.ZERO, 0, 0, afterBytes, cut);
    }
}
