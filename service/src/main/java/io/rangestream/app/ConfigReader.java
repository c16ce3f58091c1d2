package io.rangestream.app;

import io.helidon.config.Config;
import io.helidon.config.ConfigSources;
import io.helidon.config.spi.ConfigSource;
import io.rangestream.app.ServerConfig.Bucket;
import io.rangestream.app.ServerConfig.Listener;
import io.rangestream.transport.PauseLimits;
import io.rangestream.transport.accept.ConnectionLimits;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads the configuration: a file where there is one, else the environment's one S3 bucket, and
 * what the command line adds.
 */
final class ConfigReader {
    private static final String NOTHING_TO_SERVE =
            "Nothing to serve: give a configuration with --config FILE, a folder with"
                    + " --directory NAME=PATH, or a bucket in the environment variable S3_BUCKET.";

    private static final String PAUSE_LIMIT = "pause-limit";
    private static final String MAX_CONNECTIONS = "max-connections";
    private static final String MAX_PER_ADDRESS = "max-connections-per-address";

    // Below this every reader on a slow line would seem to pause.
    private static final Duration LEAST_PAUSE = Duration.ofSeconds(1);

    private final EnvironmentSettings settings;
    private final S3Reader s3;

    /**
     * Reads {@code S3_BUCKET} and its companions from {@code environment}, AWS's variables, and
     * settings in variables of our own prefix.
     */
    ConfigReader(Map<String, String> environment) {
        settings = new EnvironmentSettings(environment);
        s3 = new S3Reader(environment);
    }

    /** What {@link #read} met that does not stop the start, a sentence each. */
    List<String> warnings() {
        return settings.warnings();
    }

    /**
     * The configuration, checked.
     *
     * @param directories buckets that the command line adds, by name
     * @param port the command line's, which wins
     * @throws ConfigException in one sentence, naming file, key and what was expected
     */
    ServerConfig read(
            Optional<Path> file, SortedMap<String, Path> directories, Optional<Integer> port) {
        ServerConfig base = file.isPresent() ? readFile(file.get()) : fromEnvironment();
        SortedMap<String, Bucket> buckets = new TreeMap<>(base.buckets());
        directories.forEach(
                (name, path) -> {
                    String where = "--directory " + name;
                    if (buckets.containsKey(name)) {
                        throw taken(name);
                    }
                    checkName(where, name);
                    buckets.put(name, directory(where, path, false));
                });
        if (buckets.isEmpty()) {
            throw new ConfigException(NOTHING_TO_SERVE);
        }
        Listener listener = base.listener();
        return new ServerConfig(
                new Listener(
                        listener.host(),
                        port.orElse(listener.port()),
                        listener.shutdownGrace(),
                        listener.connections()),
                base.pauses(),
                base.answers(),
                base.tuning(),
                buckets);
    }

    /**
     * What the command line's {@code NAME=PATH} say.
     *
     * @throws ConfigException where one is something else, or a name comes twice
     */
    static SortedMap<String, Path> byName(List<String> directories) {
        SortedMap<String, Path> byName = new TreeMap<>();
        for (String option : directories) {
            int equals = option.indexOf('=');
            if (equals < 0 || equals == option.length() - 1) {
                throw ConfigException.expected(
                        "--directory", "NAME=PATH", ConfigSection.quoted(option));
            }
            String name = option.substring(0, equals);
            Path path = path("--directory " + name, option.substring(equals + 1));
            if (byName.putIfAbsent(name, path) != null) {
                throw taken(name);
            }
        }
        return byName;
    }

    private static ConfigException taken(String name) {
        return ConfigException.expected(
                "--directory " + name, "a name that is not taken", "a second bucket of that name");
    }

    private ServerConfig readFile(Path file) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw ConfigException.expected(
                    "--config", "a file that can be read", ConfigSection.quoted(file.toString()));
        }
        ConfigSource source = ConfigSources.create(YamlFile.read(file));
        ConfigSection root = new ConfigSection(file.toString(), Config.just(source), settings);
        root.allowOnly("server", "http", "grpc", "cache", "store", "log", "deny-as-403", "buckets");
        return new ServerConfig(
                listener(root.section("server")),
                pauses(root),
                AnswersReader.read(root),
                TuningReader.read(root, root.section("http")),
                buckets(file, root));
    }

    private static Listener listener(ConfigSection server) {
        server.allowOnly("host", "port", "shutdown-grace", MAX_CONNECTIONS, MAX_PER_ADDRESS);
        return new Listener(
                server.text("host").orElse(Listener.DEFAULT_HOST),
                server.wholeNumber("port", 0, Listener.MAX_PORT, Listener.DEFAULT_PORT),
                server.duration("shutdown-grace", Duration.ZERO, Listener.DEFAULT_SHUTDOWN_GRACE),
                connections(server));
    }

    private static ConnectionLimits connections(ConfigSection server) {
        long openFiles = OpenFiles.limit();
        int most = (int) Math.min(openFiles, Integer.MAX_VALUE);
        ConnectionLimits usual = ConnectionLimits.forDescriptors(openFiles);
        int total = server.wholeNumber(MAX_CONNECTIONS, 1, most, usual.total());
        return new ConnectionLimits(
                total,
                server.wholeNumber(MAX_PER_ADDRESS, 1, total, ConnectionLimits.perAddress(total)));
    }

    private static PauseLimits pauses(ConfigSection root) {
        ConfigSection http = root.section("http");
        http.allowOnly(PAUSE_LIMIT, "first-byte-deadline", "cors", "max-response-bytes");
        ConfigSection grpc = root.section("grpc");
        grpc.allowOnly(PAUSE_LIMIT);
        return new PauseLimits(
                http.duration(PAUSE_LIMIT, LEAST_PAUSE, PauseLimits.DEFAULT.http()),
                grpc.duration(PAUSE_LIMIT, LEAST_PAUSE, PauseLimits.DEFAULT.grpc()));
    }

    private SortedMap<String, Bucket> buckets(Path file, ConfigSection root) {
        ConfigSection section = root.section("buckets");
        SortedMap<String, Bucket> buckets = new TreeMap<>();
        for (String name : section.names()) {
            buckets.put(name, bucket(section, name, section.section(name)));
        }
        if (buckets.isEmpty()) {
            throw ConfigException.expected(
                    file + ": buckets", "at least one bucket with its name", "none");
        }
        return buckets;
    }

    private Bucket bucket(ConfigSection buckets, String name, ConfigSection section) {
        checkName(buckets.where(name), name);
        section.allowOnly("directory", "cache", "s3", AnswersReader.CACHE_CONTROL);
        boolean isDirectory = section.has("directory");
        boolean isS3 = section.has("s3");
        if (isDirectory == isS3) {
            throw buckets.expected(
                    name, "either 'directory' or 's3'", isDirectory ? "both" : "neither");
        }
        if (isS3) {
            if (section.has("cache")) {
                throw section.expected("cache", "nothing: blocks of S3 are always kept", "a value");
            }
            return new Bucket.S3(s3.read(section.section("s3")));
        }
        String path = section.requiredText("directory", "the path of a folder");
        String where = section.where("directory");
        return directory(where, path(where, path), section.flag("cache", false));
    }

    private static Path path(String where, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw ConfigException.expected(
                    where, "the path of a folder", ConfigSection.quoted(text));
        }
    }

    private static void checkName(String where, String name) {
        if (name.isEmpty()
                || name.contains("/")
                || name.chars().anyMatch(Character::isISOControl)) {
            throw ConfigException.expected(
                    where, "a bucket name without '/'", ConfigSection.quoted(name));
        }
    }

    private static Bucket directory(String where, Path path, boolean cache) {
        if (!Files.isDirectory(path) || !Files.isReadable(path)) {
            throw ConfigException.expected(
                    where, "a folder that can be read", ConfigSection.quoted(path.toString()));
        }
        return new Bucket.Directory(path, cache);
    }

    /** One bucket from the environment, under its own name; credentials by AWS's default chain. */
    private ServerConfig fromEnvironment() {
        ConfigSection root = new ConfigSection("without a file", Config.empty(), settings);
        Listener listener = listener(root.section("server"));
        SortedMap<String, Bucket> buckets = new TreeMap<>();
        s3.fromEnvironment()
                .ifPresent(
                        store -> {
                            checkName("S3_BUCKET", store.bucket());
                            buckets.put(store.bucket(), new Bucket.S3(store));
                        });
        return new ServerConfig(
                listener,
                pauses(root),
                AnswersReader.read(root),
                TuningReader.read(root, root.section("http")),
                buckets);
    }
}
