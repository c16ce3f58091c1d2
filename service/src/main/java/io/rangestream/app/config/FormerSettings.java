package io.rangestream.app.config;

import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Settings that were renamed or removed: each is refused, so that none is silently ignored. */
final class FormerSettings {
    /** The key that took the place of each renamed one. */
    private static final Map<String, String> RENAMED =
            Map.of(
                    "http.first-byte-deadline", Settings.FIRST_BYTE_DEADLINE.key(),
                    "deny-as-403", Settings.DENY_AS_FORBIDDEN.key());

    /** Why each removed setting has no successor. */
    private static final Map<String, String> REMOVED =
            Map.of("store.hedge-after", "requests to the store are no longer hedged");

    private FormerSettings() {}

    /**
     * Refuses system properties and environment variables with a former name.
     *
     * @throws ConfigException with the new name
     */
    static void check(EnvironmentSettings environment) {
        for (Map<String, String> former : java.util.List.of(RENAMED, REMOVED)) {
            for (String key : former.keySet()) {
                if (!System.getProperty(key, "").isEmpty()) {
                    refuse(key, "system property " + key, UnaryOperator.identity());
                }
                if (environment.value(key).isPresent()) {
                    refuse(key, EnvironmentSettings.name(key), EnvironmentSettings::name);
                }
            }
        }
    }

    /**
     * Refuses a key of the file if it is a former name.
     *
     * @param where what the message begins with
     */
    static void refuse(String key, String where) {
        refuse(key, where, UnaryOperator.identity());
    }

    private static void refuse(String key, String where, UnaryOperator<String> spelling) {
        Optional.ofNullable(RENAMED.get(key))
                .ifPresent(
                        successor -> {
                            throw new ConfigException(
                                    "%s: was renamed; write %s instead."
                                            .formatted(where, spelling.apply(successor)));
                        });
        Optional.ofNullable(REMOVED.get(key))
                .ifPresent(
                        reason -> {
                            throw new ConfigException(
                                    where + ": was removed: " + reason + "; delete it.");
                        });
    }
}
