package io.rangestream.client.cli;

/** What the process ends with, for scripts. */
enum ExitCode {
    OK(0, "all was done"),
    FAILED(1, "something else failed, such as writing a file"),
    USAGE(2, "the command line can't be understood"),
    NOT_FOUND(3, "no such bucket, object, version or range"),
    NOT_ALLOWED(4, "the server does not know or not allow who asks"),
    UNAVAILABLE(5, "the server can't be reached, is overloaded, or did not answer in time"),
    CHANGED(6, "the object was changed while it was read"),
    CORRUPT(7, "what came, or was stored, is not what a checksum says"),
    NOT_VERIFIABLE(8, "get --verify: the file is there, but no checksum of all of it is stored"),
    INTERRUPTED(130, "interrupted"),
    CLOSED_PIPE(141, "who reads our output went away");

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
