package io.rangestream.app;

import io.helidon.common.Size;
import io.helidon.config.Config;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One section of the configuration file, read strictly: a key that is none of those allowed stops
 * the start. A system property of the same name wins over an environment variable, and that over
 * the file; the names of buckets come from the file only.
 */
final class ConfigSection {
    // What is above these is a slip of the pen, and would be too much for sums of nanoseconds and
    // of bytes.
    private static final Duration LONGEST = Duration.ofDays(36_500);
    private static final long LARGEST_BYTES = 1L << 50;

    private final String file;
    private final String path;
    private final Config inFile;
    private final EnvironmentSettings environment;

    /**
     * The whole file.
     *
     * @param file the file's name, for messages
     * @param inFile what it says
     */
    ConfigSection(String file, Config inFile, EnvironmentSettings environment) {
        this(file, "", inFile, environment);
    }

    private ConfigSection(
            String file, String path, Config inFile, EnvironmentSettings environment) {
        this.file = file;
        this.path = path;
        this.inFile = inFile;
        this.environment = environment;
    }

    /** A section below this one; it may be missing in the file. */
    ConfigSection section(String key) {
        String escaped = Config.Key.escapeName(key);
        Config below = inFile.get(escaped);
        if (below.type() == Config.Type.LIST) {
            throw expected(key, "a section of keys and values", "a list");
        }
        if (below.exists() && below.isLeaf() && !below.asString().orElse("").isEmpty()) {
            throw expected(key, "a section of keys and values", quoted(below.asString().get()));
        }
        return new ConfigSection(file, keyPath(key), below, environment);
    }

    /** Whether the file has this key here. */
    boolean has(String key) {
        return inFile.get(key).exists();
    }

    /** The names of all keys here, as they are written in the file. */
    List<String> names() {
        if (!inFile.exists() || inFile.isLeaf()) {
            return List.of();
        }
        return inFile.asNodeList().orElse(List.of()).stream()
                .map(node -> Config.Key.unescapeName(node.name()))
                .toList();
    }

    Optional<String> text(String key) {
        return override(key).map(Overriding::value).or(() -> inFile(key));
    }

    private Optional<String> inFile(String key) {
        Config node = inFile.get(key);
        if (node.exists() && !node.isLeaf()) {
            String found = node.type() == Config.Type.LIST ? "a list" : "a section";
            throw expected(key, "a single value", found);
        }
        return node.asString()
                .asOptional()
                .map(value -> environment.expand(where(key), value))
                .filter(value -> !value.isEmpty());
    }

    /** A value from elsewhere than the file. */
    private record Overriding(String value, String source) {}

    private Optional<Overriding> override(String key) {
        String name = keyPath(key);
        // Asked in any case: the environment learns that there is such a setting.
        Optional<Overriding> variable =
                environment
                        .value(name)
                        .map(
                                value ->
                                        new Overriding(
                                                value,
                                                "the environment variable "
                                                        + EnvironmentSettings.name(name)));
        return Optional.ofNullable(System.getProperty(name))
                .filter(value -> !value.isEmpty())
                .map(value -> new Overriding(value, "the system property " + name))
                .or(() -> variable);
    }

    /** A list, or one value where the list would have but one; outside the file with commas. */
    List<String> texts(String key) {
        Optional<Overriding> override = override(key);
        if (override.isPresent()) {
            return Stream.of(override.get().value.split(","))
                    .map(String::strip)
                    .filter(member -> !member.isEmpty())
                    .toList();
        }
        Config node = inFile.get(key);
        if (node.type() != Config.Type.LIST) {
            return inFile(key).map(List::of).orElse(List.of());
        }
        List<Config> members = node.asNodeList().orElse(List.of());
        if (!members.stream().allMatch(Config::isLeaf)) {
            throw expected(key, "a list of single values", "a list of sections");
        }
        return members.stream()
                .map(member -> environment.expand(where(key), member.asString().orElse("")))
                .toList();
    }

    String requiredText(String key, String expected) {
        return text(key).orElseThrow(() -> expected(key, expected, "nothing"));
    }

    /** A whole number; both bounds are inclusive. */
    int wholeNumber(String key, int least, int most, int otherwise) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        String expected = "a whole number from " + least + " to " + most;
        try {
            int value = Integer.parseInt(text.get());
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, in our words.
        }
        throw expected(key, expected, found(key, text.get()));
    }

    /** A time as ISO 8601 writes it, PT30S for thirty seconds; not less than {@code least}. */
    Duration duration(String key, Duration least, Duration otherwise) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        String bound = least + " or longer";
        try {
            Duration value = Duration.parse(text.get());
            if (value.compareTo(LONGEST) > 0) {
                bound = "a hundred years or shorter";
            } else if (value.compareTo(least) >= 0) {
                return value;
            }
        } catch (DateTimeParseException e) {
            // Said below, in our words.
        }
        String expected = "a time as in PT30S or PT1H, " + bound;
        throw expected(key, expected, found(key, text.get()));
    }

    /** A length in bytes, as in 128 MiB; not less than {@code least}. */
    long size(String key, long least, long otherwise) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        String bound = "at least " + least + " bytes";
        try {
            long value = Size.parse(text.get()).toBytes();
            if (value > LARGEST_BYTES) {
                bound = "at most 1 PiB";
            } else if (value >= least) {
                return value;
            }
        } catch (IllegalArgumentException | ArithmeticException e) {
            // Said below, in our words.
        }
        throw expected(key, "a size as in 64 MiB or 2 GiB, " + bound, found(key, text.get()));
    }

    boolean flag(String key, boolean otherwise) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        return switch (text.get()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw expected(key, "true or false", found(key, text.get()));
        };
    }

    /** Stops at the first key in the file that is none of these. */
    void allowOnly(String... keys) {
        List<String> known = List.of(keys);
        for (String name : names()) {
            if (!known.contains(name)) {
                throw ConfigException.expected(
                        path.isEmpty() ? file : file + ": " + path,
                        "only " + String.join(", ", known),
                        quoted(name) + " (did you mean " + nearest(name, known) + "?)");
            }
        }
    }

    private static String nearest(String name, List<String> known) {
        return Collections.min(known, Comparator.comparingInt(key -> editDistance(name, key)));
    }

    ConfigException expected(String key, String expected, String found) {
        return ConfigException.expected(where(key), expected, found);
    }

    /** A value for messages; one that is not in the file would be sought there in vain. */
    String found(String key, String text) {
        return quoted(text) + override(key).map(from -> " in " + from.source).orElse("");
    }

    /** A key with its file, for messages. */
    String where(String key) {
        return file + ": " + keyPath(key);
    }

    static String quoted(String value) {
        return '"' + value + '"';
    }

    private String keyPath(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Levenshtein's distance. */
    static int editDistance(String left, String right) {
        int[] row = new int[right.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int substituted = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[right.length()];
    }
}
