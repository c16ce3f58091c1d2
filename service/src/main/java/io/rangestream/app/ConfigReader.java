package io.rangestream.app;

import io.helidon.config.Config;
import io.helidon.config.ConfigSources;
import io.rangestream.app.ServerConfig.Bucket;
import io.rangestream.app.ServerConfig.Listener;
import io.rangestream.store.s3.S3StoreConfig;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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

    private final Map<String, String> environment;

    /** Reads {@code S3_BUCKET} and its companions from {@code environment}. */
    ConfigReader(Map<String, String> environment) {
        this.environment = environment;
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
                        throw ConfigException.expected(
                                where, "a name that is not taken", "a second bucket of that name");
                    }
                    buckets.put(name, directory(where, name, path));
                });
        if (buckets.isEmpty()) {
            throw new ConfigException(NOTHING_TO_SERVE);
        }
        Listener listener = base.listener();
        return new ServerConfig(
                new Listener(listener.host(), port.orElse(listener.port())), buckets);
    }

    private ServerConfig readFile(Path file) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw ConfigException.expected("--config " + file, "a readable file", "none there");
        }
        Config inFile;
        Config effective;
        try {
            inFile = Config.just(ConfigSources.file(file));
            effective = Config.builder().sources(ConfigSources.file(file)).build();
        } catch (RuntimeException e) {
            throw ConfigException.expected(
                    file.toString(), "YAML", "something else (" + firstLine(e) + ")");
        }
        ConfigSection root = new ConfigSection(file.toString(), "", inFile, effective);
        ServerConfig config =
                new ServerConfig(listener(root.section("server")), buckets(file, root));
        root.rejectUnknown();
        return config;
    }

    private static Listener listener(ConfigSection server) {
        Listener listener =
                new Listener(
                        server.text("host").orElse(Listener.DEFAULT_HOST),
                        server.wholeNumber("port", 0, Listener.MAX_PORT, Listener.DEFAULT_PORT));
        server.rejectUnknown();
        return listener;
    }

    private static SortedMap<String, Bucket> buckets(Path file, ConfigSection root) {
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

    private static Bucket bucket(ConfigSection buckets, String name, ConfigSection section) {
        boolean isDirectory = section.has("directory");
        boolean isS3 = section.has("s3");
        section.rejectUnknown();
        if (isDirectory == isS3) {
            throw buckets.expected(
                    name, "either 'directory' or 's3'", isDirectory ? "both" : "neither");
        }
        if (isS3) {
            return new Bucket.S3(s3(section.section("s3")));
        }
        String path = section.requiredText("directory", "the path of a folder");
        String where = section.where("directory");
        try {
            return directory(where, name, Path.of(path));
        } catch (InvalidPathException e) {
            throw ConfigException.expected(
                    where, "the path of a folder", ConfigSection.quoted(path));
        }
    }

    private static Bucket directory(String where, String name, Path path) {
        if (name.isEmpty()
                || name.contains("/")
                || name.chars().anyMatch(Character::isISOControl)) {
            throw ConfigException.expected(
                    where, "a bucket name without '/'", ConfigSection.quoted(name));
        }
        if (!Files.isDirectory(path) || !Files.isReadable(path)) {
            throw ConfigException.expected(
                    where, "a folder that can be read", ConfigSection.quoted(path.toString()));
        }
        return new Bucket.Directory(path);
    }

    private static S3StoreConfig s3(ConfigSection section) {
        String bucket = section.requiredText("bucket", "the bucket's name in S3");
        Optional<URI> endpoint = Optional.empty();
        Optional<String> endpointText = section.text("endpoint");
        if (endpointText.isPresent()) {
            endpoint = Optional.of(endpoint(section.where("endpoint"), endpointText.get()));
        }
        Optional<String> accessKeyId = section.text("access-key-id");
        Optional<String> secretAccessKey = section.text("secret-access-key");
        if (accessKeyId.isPresent() != secretAccessKey.isPresent()) {
            throw section.expected(
                    accessKeyId.isPresent() ? "secret-access-key" : "access-key-id",
                    "a value, as the other half of the credentials has one",
                    "nothing");
        }
        S3StoreConfig config =
                new S3StoreConfig(
                        bucket,
                        section.text("prefix").orElse(""),
                        endpoint,
                        section.text("region"),
                        section.flag("path-style-access", endpoint.isPresent()),
                        accessKeyId,
                        secretAccessKey);
        section.rejectUnknown();
        return config;
    }

    /** One bucket from the environment, under its own name; credentials by AWS's default chain. */
    private ServerConfig fromEnvironment() {
        Listener listener = new Listener(Listener.DEFAULT_HOST, Listener.DEFAULT_PORT);
        SortedMap<String, Bucket> buckets = new TreeMap<>();
        Optional<String> bucket = variable("S3_BUCKET");
        if (bucket.isPresent()) {
            Optional<URI> endpoint =
                    variable("S3_ENDPOINT").map(text -> endpoint("S3_ENDPOINT", text));
            buckets.put(
                    bucket.get(),
                    new Bucket.S3(
                            new S3StoreConfig(
                                    bucket.get(),
                                    "",
                                    endpoint,
                                    variable("AWS_REGION"),
                                    endpoint.isPresent(),
                                    Optional.empty(),
                                    Optional.empty())));
        }
        return new ServerConfig(listener, buckets);
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    private static URI endpoint(String where, String text) {
        try {
            URI uri = new URI(text);
            boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (isHttp && uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Said below, in our words.
        }
        throw ConfigException.expected(
                where, "a URL as in http://HOST:PORT", ConfigSection.quoted(text));
    }

    private static String firstLine(RuntimeException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("unreadable");
    }
}
