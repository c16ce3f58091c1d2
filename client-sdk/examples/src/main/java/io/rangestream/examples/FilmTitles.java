package io.rangestream.examples;

import io.rangestream.client.ByteRange;
import io.rangestream.client.ObjectChangedException;
import io.rangestream.client.RangeInputStream;
import io.rangestream.client.RangeStreamClient;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads the title in the first bytes of a film. {@code FilmTitlesTest} shows how to test it. */
final class FilmTitles {
    private static final int TITLE_BYTES = 16;

    private final RangeStreamClient client;

    FilmTitles(RangeStreamClient client) {
        this.client = client;
    }

    /** Reads a title. If the film is replaced while it is read, reads the new one. */
    String title(String key) throws IOException {
        try {
            return read(key);
        } catch (ObjectChangedException e) {
            return read(key);
        }
    }

    private String read(String key) throws IOException {
        try (RangeInputStream title = client.read("films", key, ByteRange.at(0, TITLE_BYTES))) {
            return new String(title.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }
}
