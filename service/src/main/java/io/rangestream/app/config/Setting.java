package io.rangestream.app.config;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The declaration of one setting. {@link Settings} has all of them. Parsing, the check for unknown
 * keys, {@code --print-config} and the table in operate.md are derived from it. Immutable.
 *
 * @param key its sections and its name, separated by dots; {@link #BUCKET_NAME} stands for the name
 *     of any bucket
 * @param type how its text is parsed and printed
 * @param byDefault the value if it is not configured
 * @param text its meaning, for operate.md
 */
record Setting<T>(String key, SettingType<T> type, Default<T> byDefault, String text) {
    static final String BUCKET_NAME = "NAME";

    /**
     * The value of a setting that is not configured.
     *
     * @param text for operate.md
     * @param given a value that comes from another place, such as a variable of AWS
     * @param value the value if there is none there either; empty if the setting has no default
     */
    record Default<T>(
            String text,
            Function<SettingValues, Optional<Given>> given,
            Function<SettingValues, Optional<T>> value) {

        static <T> Default<T> none() {
            return described("none");
        }

        /** For a required setting, or a default that the AWS SDK chooses. */
        static <T> Default<T> described(String text) {
            return from(text, _ -> Optional.empty());
        }

        static <T> Default<T> from(String text, Function<SettingValues, Optional<Given>> given) {
            return new Default<>(text, given, _ -> Optional.empty());
        }

        static <T> Default<T> constant(SettingType<T> type, T value) {
            return of("`" + String.join(", ", type.format().apply(value)) + "`", _ -> value);
        }

        /** A default that depends on other settings or on the machine. */
        static <T> Default<T> of(String text, Function<SettingValues, T> value) {
            return new Default<>(
                    text, _ -> Optional.empty(), values -> Optional.of(value.apply(values)));
        }
    }

    /** The sections from the outermost to the innermost, and the name. */
    List<String> path() {
        return List.of(key.split("\\."));
    }

    /** The same with the name of a bucket, which may have dots. */
    List<String> path(String bucket) {
        return path().stream().map(part -> part.equals(BUCKET_NAME) ? bucket : part).toList();
    }

    boolean isOfBucket() {
        return path().contains(BUCKET_NAME);
    }
}
