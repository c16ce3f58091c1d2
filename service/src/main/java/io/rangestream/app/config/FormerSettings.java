package io.rangestream.app.config;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Settings that were renamed or removed: each is refused, so that none is silently ignored. */
final class FormerSettings {
    /** By former key; a function from the spelling of keys to what messages say. */
    private static final Map<String, Function<UnaryOperator<String>, String>> FORMER =
            Map.of(
                    "http.first-byte-deadline", renamed(Settings.FIRST_BYTE_DEADLINE),
                    "deny-as-403", renamed(Settings.DENY_AS_FORBIDDEN),
                    "store.hedge-after", removed("requests to the store are no longer hedged"));

    private FormerSettings() {}

    private static Function<UnaryOperator<String>, String> renamed(Setting<?> successor) {
        return spelling -> "was renamed; write " + spelling.apply(successor.key()) + " instead.";
    }

    private static Function<UnaryOperator<String>, String> removed(String reason) {
        return _ -> "was removed: " + reason + "; delete it.";
    }

    /**
     * Refuses system properties and environment variables with a former name.
     *
     * @throws ConfigException with the new name, if there is one
     */
    static void check(EnvironmentSettings environment) {
        for (String key : FORMER.keySet()) {
            if (!System.getProperty(key, "").isEmpty()) {
                refuse(key, "system property " + key, UnaryOperator.identity());
            }
            if (environment.value(key).isPresent()) {
                refuse(key, EnvironmentSettings.name(key), EnvironmentSettings::name);
            }
        }
    }

    /**
     * Refuses a key of the file if it is a former name.
     *
     * @param where the beginning of the message
     */
    static void refuse(String key, String where) {
        refuse(key, where, UnaryOperator.identity());
    }

    private static void refuse(String key, String where, UnaryOperator<String> spelling) {
        Optional.ofNullable(FORMER.get(key))
                .ifPresent(
                        message -> {
                            throw new ConfigException(where + ": " + message.apply(spelling));
                        });
    }
}
