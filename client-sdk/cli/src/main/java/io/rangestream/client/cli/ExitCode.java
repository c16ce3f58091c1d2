package io.rangestream.client.cli;

/** The exit codes of the process. */
enum ExitCode {
    OK(0, "success"),
    FAILED(1, "another failure, such as an error writing a file"),
    USAGE(2, "invalid command line"),
    NOT_FOUND(3, "bucket, object, version or range not found"),
    NOT_ALLOWED(4, "not authenticated, or not allowed"),
    UNAVAILABLE(5, "the server can't be reached, is overloaded, or did not respond in time"),
    CHANGED(6, "the object changed while it was read"),
    CORRUPT(7, "received or stored bytes do not match a checksum"),
    NOT_VERIFIABLE(
            8, "get --verify: file written, but the store has no checksum of the whole object"),
    INTERRUPTED(130, "interrupted"),
    CLOSED_PIPE(141, "the reader of standard output closed it");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    int number() {
        return number;
    }

    String meaning() {
        return meaning;
    }
}
