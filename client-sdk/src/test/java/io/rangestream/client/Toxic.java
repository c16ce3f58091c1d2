package io.rangestream.client;

import java.time.Duration;

/**
 * A fault of the network, for bytes from the server.
 *
 * @param latency how much later everything comes
 * @param bytesPerSecond the most that comes; 0: whatever there is
 * @param sliceBytes the most that comes in one write; 0: whatever there is
 * @param cutAfterBytes so many bytes come before the cut
 */
record Toxic(Duration latency, int bytesPerSecond, int sliceBytes, int cutAfterBytes, Cut cut) {
    static final Toxic NONE = new Toxic(Duration.ZERO, 0, 0, 0, Cut.NONE);

    /** What ends a connection. */
    enum Cut {
        NONE,
        /** By RST, to both ends. */
        RESET,
        /** By FIN to the client, who is still listened to. */
        HALF_CLOSE,
        /** Not at all: nothing comes any more, and nobody says so. */
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
