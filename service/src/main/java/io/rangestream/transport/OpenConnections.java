package io.rangestream.transport;

/**
 * The open connections of a server, as {@link ActiveResponses} manages them. Safe for many threads.
 */
public interface OpenConnections {
    /** Does periodic work; called by the watchdog thread ten times a second. */
    void check();

    /** Tells each HTTP/2 client to open no more streams (GOAWAY). Does not block. */
    void goAway();

    /** Ends the periodic work. The server has been stopped. */
    void close();

    /** No connections: for a registry without a server, as in a unit test. */
    enum None implements OpenConnections {
        INSTANCE;

        @Override
        public void check() {}

        @Override
        public void goAway() {}

        @Override
        public void close() {}
    }
}
