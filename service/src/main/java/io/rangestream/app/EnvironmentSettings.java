package io.rangestream.app;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Settings in environment variables: {@code RANGESTREAM_} and the setting's key in capitals, with
 * an underscore for each character that is neither a letter nor a digit. Variables without the
 * prefix are not settings, as Kubernetes adds {@code SERVER_PORT} and the like for each service in
 * a namespace. It adds variables with the prefix too if a service is named {@code rangestream} or
 * {@code rangestream-server}: these are left out by their form.
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

    /** The keys that were asked for, by the variable's name. */
    private final Map<String, String> asked = new TreeMap<>();

    EnvironmentSettings(Map<String, String> environment) {
        all = Map.copyOf(environment);
        environment.forEach(
                (name, value) -> {
                    if (name.startsWith(PREFIX)
                            && !value.isEmpty()
                            && !isOfKubernetes(name, value)) {
                        variables.put(name, value);
                    }
                });
    }

    private static boolean isOfKubernetes(String name, String value) {
        return KUBERNETES_NAME.matcher(name).matches()
                || name.endsWith("_PORT") && KUBERNETES_VALUE.matcher(value).matches();
    }

    /**
     * The value of a setting.
     *
     * @throws ConfigException if the variable's name stands for another setting too, which can only
     *     be where two buckets have names that are alike
     */
    Optional<String> value(String key) {
        String name = name(key);
        String before = asked.putIfAbsent(name, key);
        Optional<String> value = Optional.ofNullable(variables.get(name));
        if (value.isPresent() && before != null && !before.equals(key)) {
            throw ConfigException.expected(
                    name, "a variable of one setting", before + " and " + key);
        }
        return value;
    }

    /**
     * A value of the file, with the environment's value for each <code>${NAME}</code> in it.
     *
     * @param where the value's key, for messages
     * @throws ConfigException if there is no variable of that name
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

    /** A sentence for each variable with the prefix that is no setting's. */
    List<String> warnings() {
        return variables.keySet().stream()
                .filter(name -> !asked.containsKey(name))
                .map(
                        name ->
                                name
                                        + ": no setting has this name, so it is ignored (did you"
                                        + " mean "
                                        + nearest(name)
                                        + "?)")
                .toList();
    }

    private String nearest(String name) {
        return asked.keySet().stream()
                .min(Comparator.comparingInt(known -> ConfigSection.editDistance(name, known)))
                .orElse(PREFIX);
    }
}
