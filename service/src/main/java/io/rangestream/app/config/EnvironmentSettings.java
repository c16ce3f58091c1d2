package io.rangestream.app.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The environment variables. A setting's variable is {@code RANGESTREAM_} and the key in capitals,
 * with an underscore for each character that is neither a letter nor a digit. Variables without the
 * prefix are not settings, because Kubernetes sets {@code SERVER_PORT} and the like for each
 * service of a namespace. For a service that is named {@code rangestream} or {@code
 * rangestream-server} it sets variables with the prefix too; they are recognized by their form and
 * ignored. Immutable.
 */
final class EnvironmentSettings {
    static final String PREFIX = "RANGESTREAM_";

    // https://kubernetes.io/docs/concepts/services-networking/service, "Environment variables"
    private static final Pattern KUBERNETES_NAME =
            Pattern.compile(
                    ".*_SERVICE_HOST|.*_SERVICE_PORT(_.*)?"
                            + "|.*_PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?");

    private static final Pattern KUBERNETES_VALUE = Pattern.compile("(tcp|udp|sctp)://.*");

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

    private final Map<String, String> all;
    private final Map<String, String> variables = new TreeMap<>();

    EnvironmentSettings(Map<String, String> environment) {
        all = Map.copyOf(environment);
        environment.forEach(
                (name, value) -> {
                    if (name.startsWith(PREFIX)
                            && !value.isEmpty()
                            && !isSetByKubernetes(name, value)) {
                        variables.put(name, value);
                    }
                });
    }

    private static boolean isSetByKubernetes(String name, String value) {
        return KUBERNETES_NAME.matcher(name).matches()
                || name.endsWith("_PORT") && KUBERNETES_VALUE.matcher(value).matches();
    }

    /** The value of a setting. */
    Optional<String> value(String key) {
        return Optional.ofNullable(variables.get(name(key)));
    }

    /** The value of a variable of any name, unless it is empty. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(all.get(name)).filter(value -> !value.isEmpty());
    }

    /**
     * Replaces each <code>${NAME}</code> in a value of the file by the variable NAME.
     *
     * @param where the value's key, for messages
     * @throws ConfigException if no variable has that name
     */
    String expand(String where, String text) {
        return REFERENCE
                .matcher(text)
                .replaceAll(
                        reference -> {
                            String name = reference.group(1);
                            String value = all.get(name);
                            if (value == null) {
                                throw ConfigException.expected(
                                        where, "an environment variable " + name, "none");
                            }
                            return Matcher.quoteReplacement(value);
                        });
    }

    static String name(String key) {
        return PREFIX + key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    /**
     * Compares the variables with the settings. A variable may stand for two settings if the names
     * of two buckets differ only in a character that becomes an underscore.
     *
     * @param keys of all settings
     * @return a sentence for each variable with the prefix that belongs to no setting
     * @throws ConfigException if a variable stands for two settings
     */
    List<String> check(List<String> keys) {
        Map<String, String> known = new TreeMap<>();
        for (String key : keys) {
            String name = name(key);
            String other = known.put(name, key);
            if (other != null && variables.containsKey(name)) {
                throw ConfigException.expected(
                        name, "a variable of one setting", other + " and " + key);
            }
        }
        return variables.keySet().stream()
                .filter(name -> !known.containsKey(name))
                .map(
                        name ->
                                name
                                        + ": no setting has this name, so it is ignored (did you"
                                        + " mean "
                                        + KeyCheck.nearest(name, known.keySet())
                                        + "?)")
                .toList();
    }
}
