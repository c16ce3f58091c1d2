package io.rangestream.app.config;

import java.util.List;

/**
 * The value of a setting as it was written, before it is parsed.
 *
 * @param where what messages name: the file and the key, an option, or a variable
 * @param texts one text, or the members of a list
 * @param source the place that the value was taken from
 * @param isSecret whether messages must not show it
 */
record Given(String where, List<String> texts, Source source, boolean isSecret) {
    /**
     * A place that values are taken from.
     *
     * @param name as {@code --print-config} shows it
     * @param isNamedByMessages whether messages have to name it, because {@code where} does not
     */
    record Source(String name, boolean isNamedByMessages) {}

    Given {
        texts = List.copyOf(texts);
    }

    /** A value with a {@code where} that already tells the source. */
    static Given of(String where, String text, String source) {
        return new Given(where, List.of(text), new Source(source, false), false);
    }

    /** A value of the command line; {@code option} is named by messages. */
    static Given ofCommandLine(String option, String text) {
        return of(option, text, "command line");
    }

    /** The value of a setting that is not a list. */
    String text() {
        return texts.getFirst();
    }

    ConfigException expected(String expected) {
        return expected(expected, text());
    }

    /** The same for a member of the list, or for a value of which only a part may be shown. */
    ConfigException expected(String expected, String shown) {
        return refused(expected, shown, "");
    }

    /** The same with the reason for which the value was refused. */
    ConfigException refused(String expected, String shown, String reason) {
        String in = source.isNamedByMessages() ? " in the " + source.name() : "";
        return ConfigException.expected(
                where, expected, ConfigException.quoted(isSecret ? "***" : shown) + in + reason);
    }
}
