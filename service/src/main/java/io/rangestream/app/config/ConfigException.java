package io.rangestream.app.config;

/** The configuration can't be used. The message is one sentence for the operator. */
public final class ConfigException extends RuntimeException {
    ConfigException(String message) {
        super(message);
    }

    /** Names the place, the expected value, and the value that was found instead. */
    static ConfigException expected(String where, String expected, String found) {
        return new ConfigException(where + ": expected " + expected + ", but found " + found + ".");
    }

    /** A value as messages show it. */
    static String quoted(String value) {
        return '"' + value + '"';
    }
}
