package io.rangestream.app;

/** The configuration can't be used. The message is one sentence for whoever wrote it. */
final class ConfigException extends RuntimeException {
    ConfigException(String message) {
        super(message);
    }

    /** Where, what was expected there, and what was found. */
    static ConfigException expected(String where, String expected, String found) {
        return new ConfigException(where + ": expected " + expected + ", but found " + found + ".");
    }
}
