package io.rangestream.app.config;

import static io.rangestream.app.config.ConfigException.quoted;

import io.rangestream.app.config.ServerConfig.Bucket;
import io.rangestream.app.config.ServerConfig.Listener;
import io.rangestream.app.config.YamlNode.Section;
import io.rangestream.engine.EngineConfig;
import io.rangestream.engine.ReadAheadConfig;
import io.rangestream.engine.limit.StoreLimits;
import io.rangestream.http.HttpOptions;
import io.rangestream.http.field.AllowedOrigins;
import io.rangestream.transport.PauseLimits;
import io.rangestream.transport.accept.ConnectionLimits;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Reads and checks the configuration: the file if there is one, else one bucket of the environment;
 * and the options of the command line. Used once, by the main thread.
 */
public final class ConfigReader {
    private static final String NO_BUCKET =
            "Nothing to serve: give a configuration with --config FILE, a folder with"
                    + " --directory NAME=PATH, or a bucket in the environment variable S3_BUCKET.";

    private final EnvironmentSettings environment;
    private List<String> warnings = List.of();
    private List<String> effective = List.of();

    /** Settings, {@code S3_BUCKET} and the variables of AWS are taken from {@code environment}. */
    public ConfigReader(Map<String, String> environment) {
        this.environment = new EnvironmentSettings(environment);
    }

    /** Sentences about mistakes that do not stop the start, after {@link #read}. */
    public List<String> warnings() {
        return warnings;
    }

    /**
     * The settings in force, after {@link #read}: a line of YAML each, {@code key: value # source}.
     * Secrets are masked.
     */
    public List<String> effectiveSettings() {
        return effective;
    }

    /**
     * Reads the configuration.
     *
     * @param directories buckets that the command line adds, by name
     * @param port the command line's, which wins
     * @throws ConfigException in one sentence, with the file, the key and the expected value
     */
    public ServerConfig read(
            Optional<Path> file, SortedMap<String, Path> directories, Optional<Integer> port) {
        FormerSettings.check(environment);
        String where = file.map(Path::toString).orElse("without a file");
        Section root = file.map(ConfigReader::content).orElse(Section.EMPTY);
        SettingValues values = new SettingValues(where, root, environment, commandLine(port));
        BucketsReader bucketsReader = new BucketsReader(values, environment);
        List<String> unknownVariables =
                environment.check(
                        Stream.of(
                                        values.keys().stream(),
                                        bucketsReader.keys(),
                                        FormerSettings.usedKeys(environment).stream())
                                .flatMap(keys -> keys)
                                .toList());
        warnings =
                Stream.concat(
                                FormerSettings.warnings(where, root, environment).stream(),
                                unknownVariables.stream())
                        .toList();
        Listener listener = listener(values);
        PauseLimits pauses =
                new PauseLimits(
                        values.get(Settings.HTTP_PAUSE_LIMIT),
                        values.get(Settings.GRPC_PAUSE_LIMIT));
        HttpOptions responses = responses(values, bucketsReader.cacheControl());
        Tuning tuning = tuning(values);
        SortedMap<String, Bucket> buckets = bucketsReader.read(file, directories);
        if (buckets.isEmpty()) {
            throw new ConfigException(NO_BUCKET);
        }
        effective = Stream.concat(values.lines().stream(), bucketsReader.lines()).toList();
        return new ServerConfig(listener, pauses, responses, tuning, buckets);
    }

    /**
     * Parses the {@code NAME=PATH} of the command line.
     *
     * @throws ConfigException if one is malformed, or a name occurs twice
     */
    public static SortedMap<String, Path> byName(List<String> directories) {
        SortedMap<String, Path> byName = new TreeMap<>();
        for (String option : directories) {
            int equals = option.indexOf('=');
            if (equals < 0 || equals == option.length() - 1) {
                throw ConfigException.expected("--directory", "NAME=PATH", quoted(option));
            }
            String name = option.substring(0, equals);
            String path = option.substring(equals + 1);
            try {
                if (byName.putIfAbsent(name, Path.of(path)) != null) {
                    throw BucketsReader.taken(name);
                }
            } catch (InvalidPathException e) {
                throw ConfigException.expected(
                        "--directory " + name, Settings.DIRECTORY.type().expected(), quoted(path));
            }
        }
        return byName;
    }

    private static Section content(Path file) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw ConfigException.expected(
                    "--config", "a file that can be read", quoted(file.toString()));
        }
        Section root = YamlFile.read(file);
        KeyCheck.check(file.toString(), root);
        return root;
    }

    private static Map<Setting<?>, Given> commandLine(Optional<Integer> port) {
        Map<Setting<?>, Given> given = new HashMap<>();
        port.ifPresent(
                number ->
                        given.put(Settings.PORT, Given.ofCommandLine("--port", number.toString())));
        return given;
    }

    private static Listener listener(SettingValues values) {
        return new Listener(
                values.get(Settings.HOST),
                values.get(Settings.PORT),
                values.get(Settings.SHUTDOWN_GRACE),
                new ConnectionLimits(
                        values.get(Settings.MAX_CONNECTIONS),
                        values.get(Settings.MAX_CONNECTIONS_PER_ADDRESS)));
    }

    private static HttpOptions responses(SettingValues values, Map<String, String> cacheControl) {
        return new HttpOptions(
                AllowedOrigins.of(
                        new LinkedHashSet<>(
                                values.find(Settings.ALLOWED_ORIGINS).orElse(List.of()))),
                cacheControl,
                values.get(Settings.DENY_AS_FORBIDDEN),
                values.find(Settings.MAX_RESPONSE_BYTES)
                        .map(OptionalLong::of)
                        .orElseGet(OptionalLong::empty));
    }

    private static Tuning tuning(SettingValues values) {
        Duration deadline = values.get(Settings.FIRST_BYTE_DEADLINE);
        StoreLimits stores =
                new StoreLimits(
                        values.get(Settings.MAX_REQUESTS), values.get(Settings.REQUEST_WAIT));
        EngineConfig engine =
                new EngineConfig(
                        values.get(Settings.MEMORY),
                        EngineConfig.DEFAULT_BLOCK_BYTES,
                        new ReadAheadConfig(
                                values.get(Settings.FIRST_FETCH),
                                values.get(Settings.LONGEST_FETCH),
                                values.get(Settings.LEAST_AHEAD),
                                values.get(Settings.MOST_AHEAD)),
                        values.get(Settings.METADATA_TTL),
                        values.get(Settings.IDLE_FETCH),
                        deadline,
                        WaitLimits.of(
                                        deadline,
                                        stores.longestWait(),
                                        values.get(Settings.MEMORY_WAIT))
                                .memory());
        return new Tuning(engine, stores, disk(values), values.get(Settings.LOG_REQUESTS));
    }

    private static Optional<Tuning.Disk> disk(SettingValues values) {
        long sizeBytes = values.get(Settings.DISK_SIZE);
        Optional<Path> path = values.find(Settings.DISK_PATH);
        if (path.isEmpty() && values.isInFile(Settings.DISK_SIZE)) {
            throw values.expected(Settings.DISK_PATH, Settings.DISK_PATH.type().expected());
        }
        return path.map(folder -> new Tuning.Disk(folder, sizeBytes));
    }
}
