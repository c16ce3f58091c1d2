package io.rangestream.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads the project's READMEs and documentation pages, and extracts the code samples in them, for
 * tests.
 */
public final class Readme {
    static final Path ROOT = Path.of(System.getProperty("rangestream.root"));
    private static final Path SDK = ROOT.resolve("client-sdk").resolve("README.md");

    private Readme() {}

    static String text() {
        return read(ROOT.resolve("README.md"));
    }

    /** The text of a page in service/docs. */
    static String page(String name) {
        return read(ROOT.resolve("service/docs").resolve(name));
    }

    /** The fenced blocks of one language in README.md, in order, without their fences. */
    static List<String> samples(String language) {
        return samples(text(), language);
    }

    /** The fenced blocks of one language on a page in service/docs, in order. */
    public static List<String> pageSamples(String name, String language) {
        return samples(page(name), language);
    }

    /** The fenced blocks of one language in a section of the SDK's README, in order. */
    public static List<String> sdkSamples(String section, String language) {
        String fromSection = read(SDK).split("\n### " + section + "\n", 2)[1];
        return samples(fromSection.split("\n##", 2)[0], language);
    }

    private static List<String> samples(String markdown, String language) {
        Pattern fenced = Pattern.compile("(?s)```" + language + "\n(.*?)```");
        return fenced.matcher(markdown).results().map(block -> block.group(1)).toList();
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
