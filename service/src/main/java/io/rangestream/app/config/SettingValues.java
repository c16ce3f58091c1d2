package io.rangestream.app.config;

import io.rangestream.app.config.Given.Source;
import io.rangestream.app.config.YamlNode.Items;
import io.rangestream.app.config.YamlNode.Section;
import io.rangestream.app.config.YamlNode.Text;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The values of settings: either of those outside of buckets, or of those of one bucket. A value is
 * taken from the first of: the command line, a system property of the setting's name, an
 * environment variable, the file, the default. Immutable; system properties are read at each call.
 */
final class SettingValues {
    private static final Set<Setting<?>> OF_DIRECTORIES =
            Set.of(Settings.DIRECTORY, Settings.DIRECTORY_CACHE);

    private static final String BUCKETS = "buckets";

    private final String where;
    private final String bucket;
    private final Optional<Section> file;
    private final EnvironmentSettings environment;
    private final Map<Setting<?>, Given> given;

    private SettingValues(
            String where,
            String bucket,
            Optional<Section> file,
            EnvironmentSettings environment,
            Map<Setting<?>, Given> given) {
        this.where = where;
        this.bucket = bucket;
        this.file = file;
        this.environment = environment;
        this.given = Map.copyOf(given);
    }

    /**
     * The settings outside of buckets.
     *
     * @param where the file's name, for messages
     * @param file its content
     * @param given values of the command line
     */
    SettingValues(
            String where,
            Section file,
            EnvironmentSettings environment,
            Map<Setting<?>, Given> given) {
        this(where, "", Optional.of(file), environment, given);
    }

    /** The buckets that the file has. */
    Set<String> bucketNames() {
        return file.flatMap(root -> root.find(List.of(BUCKETS)))
                .map(node -> node instanceof Section section ? section : Section.EMPTY)
                .orElse(Section.EMPTY)
                .entries()
                .keySet();
    }

    /** The settings of a bucket that the file has. */
    SettingValues ofBucket(String name) {
        return new SettingValues(where, name, file, environment, Map.of());
    }

    /**
     * The settings of a bucket that is not in the file: only these, and defaults.
     *
     * @param from the option or the variable that names the bucket, for messages
     */
    SettingValues ofBucket(String name, String from, Map<Setting<?>, Given> values) {
        return new SettingValues(from, name, Optional.empty(), environment, values);
    }

    /**
     * The value, or the default.
     *
     * @throws ConfigException if the value is invalid, or the setting has neither
     */
    <T> T get(Setting<T> setting) {
        return find(setting)
                .or(() -> setting.byDefault().value().apply(this))
                .orElseThrow(() -> expected(setting, setting.type().expected()));
    }

    /**
     * The value, unless it is the default.
     *
     * @throws ConfigException if it is invalid
     */
    <T> Optional<T> find(Setting<T> setting) {
        return given(setting).map(found -> setting.type().parser().parse(found, this));
    }

    /** Whether the setting itself has a value, not only a variable that it falls back to. */
    boolean isConfigured(Setting<?> setting) {
        return configured(setting).isPresent();
    }

    /** Whether the file has the key, with or without a value. */
    boolean isInFile(Setting<?> setting) {
        return inFile(setting.path(bucket));
    }

    private boolean inFile(List<String> path) {
        return file.flatMap(root -> root.find(path)).isPresent();
    }

    /** The exception for a value that does not fit to others. */
    ConfigException expected(Setting<?> setting, String expected) {
        return configured(setting)
                .map(found -> found.expected(expected))
                .orElseGet(() -> ConfigException.expected(where(setting), expected, "nothing"));
    }

    /** The first of these environment variables that is set. */
    Optional<Given> variable(String... names) {
        return Stream.of(names)
                .flatMap(
                        name ->
                                environment
                                        .variable(name)
                                        .map(text -> Given.of(name, text, variableName(name)))
                                        .stream())
                .findFirst();
    }

    private static String variableName(String name) {
        return "environment variable " + name;
    }

    private Optional<Given> given(Setting<?> setting) {
        return configured(setting).or(() -> setting.byDefault().given().apply(this));
    }

    private Optional<Given> configured(Setting<?> setting) {
        return Optional.ofNullable(given.get(setting))
                .or(() -> file.flatMap(root -> configured(setting, root)));
    }

    private Optional<Given> configured(Setting<?> setting, Section root) {
        return byAnyKey(setting, key -> ofSystemProperty(setting, key))
                .or(() -> byAnyKey(setting, key -> ofVariable(setting, key)))
                .or(() -> root.find(setting.path(bucket)).flatMap(node -> given(setting, node)))
                .or(
                        () ->
                                FormerSettings.formerKey(setting)
                                        .flatMap(key -> root.find(List.of(key.split("\\."))))
                                        .flatMap(node -> given(setting, node)));
    }

    /** By the key of the setting, or else by its former key. */
    private Optional<Given> byAnyKey(Setting<?> setting, Function<String, Optional<Given>> lookup) {
        return lookup.apply(key(setting))
                .or(() -> FormerSettings.formerKey(setting).flatMap(lookup));
    }

    private Optional<Given> ofSystemProperty(Setting<?> setting, String key) {
        return Optional.ofNullable(System.getProperty(key))
                .filter(text -> !text.isEmpty())
                .map(text -> override(setting, text, "system property " + key));
    }

    private Optional<Given> ofVariable(Setting<?> setting, String key) {
        String source = variableName(EnvironmentSettings.name(key));
        return environment.value(key).map(text -> override(setting, text, source));
    }

    private Given override(Setting<?> setting, String text, String source) {
        List<String> texts =
                setting.type().isList()
                        ? Stream.of(text.split(","))
                                .map(String::strip)
                                .filter(member -> !member.isEmpty())
                                .toList()
                        : List.of(text);
        return new Given(
                where(setting), texts, new Source(source, true), setting.type().isSecret());
    }

    private Optional<Given> given(Setting<?> setting, YamlNode node) {
        return switch (node) {
            case Text text ->
                    Optional.of(expanded(setting, text))
                            .filter(value -> !value.isEmpty())
                            .map(value -> ofFile(setting, List.of(value)));
            case Items(List<YamlNode> items) when setting.type().isList() ->
                    Optional.of(
                            ofFile(
                                    setting,
                                    items.stream().map(item -> member(setting, item)).toList()));
            case Items _ -> throw isNot(setting, "a single value", "a list");
            case Section _ -> throw isNot(setting, "a single value", "a section");
        };
    }

    private String member(Setting<?> setting, YamlNode item) {
        if (item instanceof Text text) {
            return expanded(setting, text);
        }
        throw isNot(setting, "a list of single values", "a list of sections");
    }

    private String expanded(Setting<?> setting, Text text) {
        return environment.expand(where(setting), text.text());
    }

    private Given ofFile(Setting<?> setting, List<String> texts) {
        return new Given(
                where(setting),
                texts,
                new Source("file " + where, false),
                setting.type().isSecret());
    }

    private ConfigException isNot(Setting<?> setting, String expected, String found) {
        return ConfigException.expected(where(setting), expected, found);
    }

    /** The setting as messages name it. */
    String where(Setting<?> setting) {
        return file.isPresent() ? where + ": " + key(setting) : where;
    }

    private String key(Setting<?> setting) {
        return String.join(".", setting.path(bucket));
    }

    /** The bucket as messages name it. */
    String whereBucket() {
        return where + ": " + BUCKETS + "." + bucket;
    }

    /** Whether this is a bucket in S3. */
    boolean isS3() {
        return given.containsKey(Settings.S3_BUCKET) || inFile(List.of(BUCKETS, bucket, "s3"));
    }

    /** The settings that apply: for a bucket only those of its kind. */
    private List<Setting<?>> settings() {
        boolean isS3 = isS3();
        return Settings.ALL.stream()
                .filter(setting -> setting.isOfBucket() != bucket.isEmpty())
                .filter(
                        setting ->
                                isS3
                                        ? !OF_DIRECTORIES.contains(setting)
                                        : !setting.key().startsWith(Settings.S3))
                .toList();
    }

    /** The keys that system properties and environment variables may set. */
    List<String> keys() {
        return settings().stream().map(this::key).toList();
    }

    /** A line of YAML for each setting, with its source as a comment. */
    List<String> lines() {
        return settings().stream().map(this::line).toList();
    }

    private <T> String line(Setting<T> setting) {
        String value =
                find(setting)
                        .or(() -> setting.byDefault().value().apply(this))
                        .map(found -> printed(setting.type(), found))
                        .orElse("\"\"");
        String source = given(setting).map(found -> found.source().name()).orElse("default");
        return YamlNode.scalar(key(setting)) + ": " + value + "  # " + source;
    }

    private static <T> String printed(SettingType<T> type, T value) {
        if (type.isSecret()) {
            return "\"***\"";
        }
        List<String> texts = type.format().apply(value).stream().map(YamlNode::scalar).toList();
        return type.isList() ? "[" + String.join(", ", texts) + "]" : texts.getFirst();
    }
}
