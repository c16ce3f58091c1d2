package io.rangestream.app.config;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** A part of the configuration file. Immutable. */
sealed interface YamlNode {
    /** A value, as it was written; empty if there is a key alone. */
    record Text(String text) implements YamlNode {}

    record Items(List<YamlNode> items) implements YamlNode {}

    /** Keys and their values, in the order of the file. */
    record Section(Map<String, YamlNode> entries) implements YamlNode {
        static final Section EMPTY = new Section(Map.of());

        /** The node at the end of the path, if the file has it. */
        Optional<YamlNode> find(List<String> path) {
            YamlNode node = this;
            for (String name : path) {
                if (!(node instanceof Section section) || !section.entries.containsKey(name)) {
                    return Optional.empty();
                }
                node = section.entries.get(name);
            }
            return Optional.of(node);
        }
    }

    /** Text that YAML reads as itself without quotes: also within a list of {@code [...]}. */
    Pattern PLAIN =
            Pattern.compile("[\\p{L}\\p{N}/._](?:[\\p{L}\\p{N}/._@+=-]|:(?=\\S)| (?=\\w))*");

    /** A text as YAML, in quotes if necessary. */
    static String scalar(String text) {
        if (PLAIN.matcher(text).matches()) {
            return text;
        }
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (Character.isISOControl(c)) {
                quoted.append("\\u").append(HexFormat.of().toHexDigits(c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
