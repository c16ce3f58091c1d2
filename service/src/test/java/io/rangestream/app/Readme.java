package io.rangestream.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The project's README, and the samples in it. */
final class Readme {
    static final Path ROOT = Path.of(System.getProperty("rangestream.root"));

    private Readme() {}

    static String text() {
        return read(ROOT.resolve("README.md"));
    }

    /** What stands in the fenced blocks of one language, in order, each without its fences. */
    static List<String> samples(String language) {
        Pattern fenced = Pattern.compile("(?s)```" + language + "\n(.*?)```");
        return fenced.matcher(text()).results().map(block -> block.group(1)).toList();
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
