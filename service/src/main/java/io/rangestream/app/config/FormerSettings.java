package io.rangestream.app.config;

import io.rangestream.app.config.YamlNode.Section;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Settings that were renamed or removed, so that none is silently ignored. A renamed setting is
 * still read by its former name, with a warning that has the new one; the new name wins within one
 * source. A removed setting is refused.
 */
final class FormerSettings {
    private static final Map<String, Setting<?>> RENAMED =
            new TreeMap<>(
                    Map.of(
                            "http.first-byte-deadline", Settings.FIRST_BYTE_DEADLINE,
                            "deny-as-403", Settings.DENY_AS_FORBIDDEN));

    /** By former key, why it was removed. */
    private static final Map<String, String> REMOVED =
            Map.of("store.hedge-after", "requests to the store are no longer hedged");

    private FormerSettings() {}

    /** The former key of a setting, if it was renamed. */
    static Optional<String> formerKey(Setting<?> setting) {
        return RENAMED.entrySet().stream()
                .filter(renamed -> renamed.getValue().equals(setting))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /**
     * Whether a key of the file is the former name of a setting.
     *
     * @param depth the number of sections around the key; a name with a dot in it is none
     */
    static boolean isRenamed(String key, int depth) {
        return RENAMED.containsKey(key) && key.split("\\.").length == depth + 1;
    }

    /** The former keys that environment variables use. */
    static List<String> usedKeys(EnvironmentSettings environment) {
        return RENAMED.keySet().stream().filter(key -> environment.value(key).isPresent()).toList();
    }

    /**
     * Refuses system properties and environment variables of removed settings.
     *
     * @throws ConfigException with the reason
     */
    static void check(EnvironmentSettings environment) {
        for (String key : REMOVED.keySet()) {
            if (!System.getProperty(key, "").isEmpty()) {
                refuseRemoved(key, "system property " + key);
            }
            if (environment.value(key).isPresent()) {
                refuseRemoved(key, EnvironmentSettings.name(key));
            }
        }
    }

    /**
     * Refuses a key of the file if its setting was removed.
     *
     * @param where the beginning of the message
     */
    static void refuseRemoved(String key, String where) {
        String reason = REMOVED.get(key);
        if (reason != null) {
            throw new ConfigException(where + ": was removed: " + reason + "; delete it.");
        }
    }

    /** A sentence for each use of a former name. */
    static List<String> warnings(String file, Section root, EnvironmentSettings environment) {
        List<String> warnings = new ArrayList<>();
        RENAMED.forEach(
                (former, setting) -> {
                    String key = setting.key();
                    if (root.find(List.of(former.split("\\."))).isPresent()) {
                        warnings.add(file + ": " + former + wasRenamed(key));
                    }
                    if (!System.getProperty(former, "").isEmpty()) {
                        warnings.add("system property " + former + wasRenamed(key));
                    }
                    if (environment.value(former).isPresent()) {
                        warnings.add(
                                EnvironmentSettings.name(former)
                                        + wasRenamed(EnvironmentSettings.name(key)));
                    }
                });
        return warnings;
    }

    private static String wasRenamed(String name) {
        return ": was renamed; write " + name + " instead.";
    }
}
