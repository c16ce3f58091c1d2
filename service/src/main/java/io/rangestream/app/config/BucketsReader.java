package io.rangestream.app.config;

import static io.rangestream.app.config.ConfigException.quoted;

import io.rangestream.app.config.ServerConfig.Bucket;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads the buckets of the file, of the environment and of the command line. */
final class BucketsReader {
    private final SettingValues values;
    private final EnvironmentSettings environment;
    private final SortedMap<String, SettingValues> byBucket = new TreeMap<>();

    BucketsReader(SettingValues values, EnvironmentSettings environment) {
        this.values = values;
        this.environment = environment;
        values.bucketNames().forEach(name -> byBucket.put(name, values.ofBucket(name)));
    }

    /** The keys of all settings of the file's buckets. Before {@link #read}. */
    Stream<String> keys() {
        return byBucket.values().stream().flatMap(bucket -> bucket.keys().stream());
    }

    /** The configured Cache-Control of the file's buckets. */
    Map<String, String> cacheControl() {
        Map<String, String> cacheControl = new TreeMap<>();
        byBucket.forEach(
                (name, bucket) ->
                        bucket.find(Settings.CACHE_CONTROL)
                                .ifPresent(value -> cacheControl.put(name, value)));
        return cacheControl;
    }

    /** The settings of all buckets, as {@code --print-config} prints them. After {@link #read}. */
    Stream<String> lines() {
        return byBucket.values().stream().flatMap(bucket -> bucket.lines().stream());
    }

    static ConfigException taken(String name) {
        return ConfigException.expected(
                "--directory " + name, "a name that is not taken", "a second bucket of that name");
    }

    /**
     * Reads all buckets.
     *
     * @param file the file, which must have a bucket if it is present
     * @param directories the buckets of the command line
     * @throws ConfigException for the first mistake
     */
    SortedMap<String, Bucket> read(Optional<Path> file, SortedMap<String, Path> directories) {
        SortedMap<String, Bucket> buckets = new TreeMap<>();
        byBucket.forEach((name, bucket) -> buckets.put(name, ofFile(name, bucket)));
        if (file.isEmpty()) {
            environment
                    .variable("S3_BUCKET")
                    .ifPresent(name -> buckets.put(name, ofEnvironment(name)));
        } else if (buckets.isEmpty()) {
            throw ConfigException.expected(
                    file.get() + ": buckets", "at least one bucket with its name", "none");
        }
        directories.forEach(
                (name, path) -> {
                    if (buckets.containsKey(name)) {
                        throw taken(name);
                    }
                    buckets.put(name, ofCommandLine(name, path));
                });
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
    private Bucket ofEnvironment(String name) {
        checkName("S3_BUCKET", name);
        Map<Setting<?>, Given> given = new HashMap<>();
        putVariable(given, Settings.S3_BUCKET, "S3_BUCKET");
        putVariable(given, Settings.S3_ENDPOINT, "S3_ENDPOINT");
        putVariable(given, Settings.S3_REGION, "AWS_REGION", "AWS_DEFAULT_REGION");
        SettingValues bucket = values.ofBucket(name, "S3_BUCKET", given);
        byBucket.put(name, bucket);
        return new Bucket.S3(S3Reader.read(bucket));
    }

    private void putVariable(Map<Setting<?>, Given> given, Setting<?> setting, String... names) {
        values.variable(names).ifPresent(found -> given.put(setting, found));
    }

    private Bucket ofCommandLine(String name, Path path) {
        String where = "--directory " + name;
        checkName(where, name);
        Given given = Given.ofCommandLine(where, path.toString());
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
