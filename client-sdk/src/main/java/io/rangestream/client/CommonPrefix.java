package io.rangestream.client;

/**
 * What the keys of several objects begin with, up to and with the delimiter.
 *
 * @param prefix with the delimiter at its end
 */
public record CommonPrefix(String prefix) implements ListEntry {
    @Override
    public String name() {
        return prefix;
    }
}
