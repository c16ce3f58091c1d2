package io.rangestream.app.config;

import static io.rangestream.app.config.ConfigException.quoted;

import io.rangestream.app.config.Given.Source;
import io.rangestream.app.config.ServerConfig.Bucket;
import io.rangestream.app.config.ServerConfig.Listener;
import io.rangestream.app.config.YamlNode.Section;
import io.rangestream.engine.EngineConfig;
import io.rangestream.engine.ReadAheadConfig;
import io.rangestream.engine.gate.StoreLimits;
import io.rangestream.http.AllowedOrigins;
import io.rangestream.http.HttpOptions;
import io.rangestream.transport.PauseLimits;
import io.rangestream.transport.accept.ConnectionLimits;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
    private final SortedMap<String, SettingValues> byBucket = new TreeMap<>();
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
     * @throws ConfigException in one sentence, with the file, the key and what was expected
     */
    public ServerConfig read(
            Optional<Path> file, SortedMap<String, Path> directories, Optional<Integer> port) {
        FormerSettings.check(environment);
        SettingValues values =
                new SettingValues(
                        file.map(Path::toString).orElse("without a file"),
                        file.map(ConfigReader::content).orElse(Section.EMPTY),
                        environment,
                        commandLine(port));
        if (file.isPresent()) {
            values.bucketNames().forEach(name -> byBucket.put(name, values.ofBucket(name)));
        }
        warnings = environment.check(keys(values));
        Listener listener = listener(values);
        PauseLimits pauses =
                new PauseLimits(
                        values.get(Settings.HTTP_PAUSE_LIMIT),
                        values.get(Settings.GRPC_PAUSE_LIMIT));
        HttpOptions answers = answers(values);
        Tuning tuning = tuning(values);
        SortedMap<String, Bucket> buckets = buckets(values, file, directories);
        effective =
                Stream.concat(Stream.of(values), byBucket.values().stream())
                        .flatMap(part -> part.lines().stream())
                        .toList();
        return new ServerConfig(listener, pauses, answers, tuning, buckets);
    }

    private List<String> keys(SettingValues values) {
        List<String> keys = new ArrayList<>(values.keys());
        byBucket.values().forEach(bucket -> keys.addAll(bucket.keys()));
        return keys;
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
                    throw taken(name);
                }
            } catch (InvalidPathException e) {
                throw ConfigException.expected(
                        "--directory " + name, Settings.DIRECTORY.type().expected(), quoted(path));
            }
        }
        return byName;
    }

    private static ConfigException taken(String name) {
        return ConfigException.expected(
                "--directory " + name, "a name that is not taken", "a second bucket of that name");
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
                        given.put(
                                Settings.PORT,
                                new Given(
                                        "--port",
                                        List.of(number.toString()),
                                        Source.COMMAND_LINE)));
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

    private HttpOptions answers(SettingValues values) {
        Map<String, String> cacheControl = new TreeMap<>();
        byBucket.forEach(
                (name, bucket) ->
                        bucket.find(Settings.CACHE_CONTROL)
                                .ifPresent(value -> cacheControl.put(name, value)));
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

    private SortedMap<String, Bucket> buckets(
            SettingValues values, Optional<Path> file, SortedMap<String, Path> directories) {
        SortedMap<String, Bucket> buckets = new TreeMap<>();
        byBucket.forEach((name, bucket) -> buckets.put(name, ofFile(name, bucket)));
        if (file.isEmpty()) {
            environment
                    .variable("S3_BUCKET")
                    .ifPresent(name -> buckets.put(name, ofEnvironment(name, values)));
        } else if (buckets.isEmpty()) {
            throw ConfigException.expected(
                    file.get() + ": buckets", "at least one bucket with its name", "none");
        }
        directories.forEach(
                (name, path) -> {
                    if (buckets.containsKey(name)) {
                        throw taken(name);
                    }
                    buckets.put(name, ofCommandLine(name, path, values));
                });
        if (buckets.isEmpty()) {
            throw new ConfigException(NO_BUCKET);
        }
        return buckets;
    }

    private static Bucket ofFile(String name, SettingValues bucket) {
        checkName(bucket.whereBucket(), name);
        boolean isDirectory = bucket.isInFile(Settings.DIRECTORY);
        if (isDirectory == bucket.isS3()) {
            throw ConfigException.expected(
                    bucket.whereBucket(),
                    "either 'directory' or 's3'",
                    isDirectory ? "both" : "neither");
        }
        if (isDirectory) {
            return directory(bucket);
        }
        if (bucket.isInFile(Settings.DIRECTORY_CACHE)) {
            throw ConfigException.expected(
                    bucket.where(Settings.DIRECTORY_CACHE),
                    "nothing, as blocks of S3 objects are always cached",
                    "a value");
        }
        return new Bucket.S3(S3Reader.read(bucket));
    }

    /** A bucket under its name in S3, with AWS's default credentials. */
    private Bucket ofEnvironment(String name, SettingValues values) {
        checkName("S3_BUCKET", name);
        Map<Setting<?>, Given> given = new HashMap<>();
        putVariable(given, Settings.S3_BUCKET, values, "S3_BUCKET");
        putVariable(given, Settings.S3_ENDPOINT, values, "S3_ENDPOINT");
        putVariable(given, Settings.S3_REGION, values, "AWS_REGION", "AWS_DEFAULT_REGION");
        SettingValues bucket = values.ofBucket(name, "S3_BUCKET", given);
        byBucket.put(name, bucket);
        return new Bucket.S3(S3Reader.read(bucket));
    }

    private static void putVariable(
            Map<Setting<?>, Given> given,
            Setting<?> setting,
            SettingValues values,
            String... names) {
        values.variable(names).ifPresent(found -> given.put(setting, found));
    }

    private Bucket ofCommandLine(String name, Path path, SettingValues values) {
        String where = "--directory " + name;
        checkName(where, name);
        Given given = new Given(where, List.of(path.toString()), Source.COMMAND_LINE);
        SettingValues bucket = values.ofBucket(name, where, Map.of(Settings.DIRECTORY, given));
        byBucket.put(name, bucket);
        return directory(bucket);
    }

    private static Bucket directory(SettingValues bucket) {
        return new Bucket.Directory(
                bucket.get(Settings.DIRECTORY), bucket.get(Settings.DIRECTORY_CACHE));
    }

    private static void checkName(String where, String name) {
        if (name.isEmpty()
                || name.contains("/")
                || name.chars().anyMatch(Character::isISOControl)) {
            throw ConfigException.expected(where, "a bucket name without '/'", quoted(name));
        }
    }
}
