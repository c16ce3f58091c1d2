package io.rangestream.app.config;

import static io.rangestream.app.config.ConfigException.quoted;

import io.rangestream.app.config.YamlNode.Section;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** Refuses keys of the configuration file that no setting has, and values in place of sections. */
final class KeyCheck {
    private final String file;

    private KeyCheck(String file) {
        this.file = file;
    }

    /**
     * Compares all keys with the declared settings.
     *
     * @throws ConfigException for the first unknown key, with the nearest known one
     */
    static void check(String file, Section root) {
        new KeyCheck(file).check("", root, 0, Settings.ALL.stream().map(Setting::path).toList());
    }

    /**
     * Compares the keys of one section.
     *
     * @param depth the number of sections around it, which is the index of its keys in a path
     * @param paths of the settings in this section
     */
    private void check(String path, Section section, int depth, List<List<String>> paths) {
        List<String> known = paths.stream().map(parts -> parts.get(depth)).distinct().toList();
        boolean isAnyNameKnown = known.contains(Setting.BUCKET_NAME);
        section.entries()
                .forEach(
                        (name, node) -> {
                            String key = path.isEmpty() ? name : path + "." + name;
                            FormerSettings.refuseRemoved(key, file + ": " + key);
                            if (FormerSettings.isRenamed(key, depth)) {
                                return;
                            }
                            String declared = isAnyNameKnown ? Setting.BUCKET_NAME : name;
                            if (!known.contains(declared)) {
                                throw unknown(path, name, known);
                            }
                            List<List<String>> below =
                                    paths.stream()
                                            .filter(parts -> parts.get(depth).equals(declared))
                                            .filter(parts -> parts.size() > depth + 1)
                                            .toList();
                            if (!below.isEmpty()) {
                                check(key, asSection(key, node), depth + 1, below);
                            }
                        });
    }

    private Section asSection(String key, YamlNode node) {
        String expected = "a section of keys and values";
        return switch (node) {
            case Section section -> section;
            case YamlNode.Text(String text) when text.isEmpty() -> Section.EMPTY;
            case YamlNode.Text(String text) ->
                    throw ConfigException.expected(file + ": " + key, expected, quoted(text));
            case YamlNode.Items _ ->
                    throw ConfigException.expected(file + ": " + key, expected, "a list");
        };
    }

    private ConfigException unknown(String path, String name, List<String> known) {
        return ConfigException.expected(
                path.isEmpty() ? file : file + ": " + path,
                "only " + String.join(", ", known),
                quoted(name) + " (did you mean " + nearest(name, known) + "?)");
    }

    /** The known name that needs the fewest edits. */
    static String nearest(String name, Collection<String> known) {
        return Collections.min(known, Comparator.comparingInt(other -> editDistance(name, other)));
    }

    /** Levenshtein's distance. */
    private static int editDistance(String left, String right) {
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
