package io.rangestream.app.config;

import static io.rangestream.app.config.SettingType.duration;
import static io.rangestream.app.config.SettingType.flag;
import static io.rangestream.app.config.SettingType.folder;
import static io.rangestream.app.config.SettingType.list;
import static io.rangestream.app.config.SettingType.path;
import static io.rangestream.app.config.SettingType.size;
import static io.rangestream.app.config.SettingType.text;
import static io.rangestream.app.config.SettingType.wholeNumber;

import io.rangestream.app.config.Setting.Default;
import io.rangestream.engine.EngineConfig;
import io.rangestream.engine.ReadAheadConfig;
import io.rangestream.engine.disk.DiskTier;
import io.rangestream.engine.limit.StoreLimits;
import io.rangestream.store.s3.S3StoreConfig;
import io.rangestream.transport.PauseLimits;
import io.rangestream.transport.accept.ConnectionLimits;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * All settings. A new setting is one declaration here and its use in {@link ConfigReader}; the
 * order is that of the table in operate.md and of {@code --print-config}. {@code SettingsTableTest}
 * prints that table when it has to be renewed.
 */
final class Settings {
    /** What the keys of a bucket in S3 begin with. */
    static final String S3 = "buckets." + Setting.BUCKET_NAME + ".s3.";

    // A shorter limit would take a reader on a slow line for a paused one.
    private static final Duration MIN_PAUSE = Duration.ofSeconds(1);
    private static final Duration MIN_WAIT = Duration.ofMillis(1);

    // All requests may go to one bucket, and must not wait for a connection. A quarter of them is
    // left for what needs no permit: lists and probes.
    private static final int MAX_STORE_REQUESTS = S3StoreConfig.MAX_CONNECTIONS * 3 / 4;

    private static final long DEFAULT_DISK_BYTES = 10L << 30;
    private static final Set<String> DEFAULT_PORTS = Set.of("http:80", "https:443");

    private static final List<Setting<?>> DECLARED = new ArrayList<>();

    /** In the order of their declaration. */
    static final List<Setting<?>> ALL = Collections.unmodifiableList(DECLARED);

    static final Setting<String> HOST =
            setting("server.host", text("an address"), "127.0.0.1", "the address to listen on");

    static final Setting<Integer> PORT =
            setting(
                    "server.port",
                    wholeNumber(0, _ -> ServerConfig.Listener.MAX_PORT),
                    8080,
                    "the port to listen on, 0 to 65535; 0 picks a free one");

    static final Setting<Duration> SHUTDOWN_GRACE =
            setting(
                    "server.shutdown-grace",
                    duration(Duration.ZERO),
                    ServerConfig.Listener.DEFAULT_SHUTDOWN_GRACE,
                    "how long open reads may continue after the signal to stop; then they are"
                            + " cut, over gRPC with UNAVAILABLE and reason DRAINING");

    static final Setting<Integer> MAX_CONNECTIONS =
            setting(
                    "server.max-connections",
                    wholeNumber(1, _ -> Math.clamp(OpenFileLimit.limit(), 1, Integer.MAX_VALUE)),
                    Default.of(
                            "half of that limit to three quarters, at most 20000",
                            _ -> ConnectionLimits.forDescriptors(OpenFileLimit.limit()).total()),
                    "client connections at once. Beyond it the connection that has been idle for"
                            + " longest is closed; if none is idle, the new one receives 503. At"
                            + " most the limit of open files (`ulimit -n`)");

    static final Setting<Integer> MAX_CONNECTIONS_PER_ADDRESS =
            setting(
                    "server.max-connections-per-address",
                    wholeNumber(1, values -> values.get(MAX_CONNECTIONS)),
                    Default.of(
                            "three quarters of `server.max-connections`",
                            values -> ConnectionLimits.perAddress(values.get(MAX_CONNECTIONS))),
                    "the same for one IPv4 address or one IPv6 /64 network; the status is 429."
                            + " Set it to `server.max-connections` behind a proxy");

    static final Setting<Duration> HTTP_PAUSE_LIMIT =
            setting(
                    "http.pause-limit",
                    duration(MIN_PAUSE),
                    PauseLimits.DEFAULT.http(),
                    "how long an HTTP client may take no byte of a response, as in `PT30S` or"
                            + " `PT1H`; then its connection is closed, or its HTTP/2 stream is"
                            + " reset");

    static final Setting<List<String>> ALLOWED_ORIGINS =
            setting(
                    "http.cors.allowed-origins",
                    list(
                            "'*', or origins as browsers write them: https://example.com,"
                                    + " without the scheme's own port",
                            origin -> origin.equals("*") || isOrigin(origin)),
                    Default.none(),
                    "allows pages of these origins to read objects: a list, as in"
                            + " `https://example.com`, or `*`");

    static final Setting<Long> MAX_RESPONSE_BYTES =
            setting(
                    "http.max-response-bytes",
                    size(_ -> 1),
                    Default.none(),
                    "the longest response to one range without an end, `bytes=N-`, as in `1"
                            + " MiB`. There is no limit by default, because AVPlayer, aria2,"
                            + " DuckDB and hls.js treat a shorter response as an error");

    static final Setting<Duration> GRPC_PAUSE_LIMIT =
            setting(
                    "grpc.pause-limit",
                    duration(MIN_PAUSE),
                    PauseLimits.DEFAULT.grpc(),
                    "how long a gRPC client may take no message; then its call ends with"
                            + " UNAVAILABLE and reason READER_PAUSED");

    static final Setting<Duration> FIRST_BYTE_DEADLINE =
            setting(
                    "first-byte-deadline",
                    duration(MIN_WAIT),
                    EngineConfig.DEFAULT_FIRST_BYTE_DEADLINE,
                    "how long a reader waits for bytes of a silent store, over HTTP and gRPC;"
                            + " then 504 or UNAVAILABLE, or the body is cut. No other wait on the"
                            + " way to the store is longer: the S3 client's time-outs, the waits"
                            + " for a permit and for memory, the pause of a throttled store");

    static final Setting<Boolean> DENY_AS_FORBIDDEN =
            setting(
                    "deny-as-forbidden",
                    flag(),
                    false,
                    "whether an object that the store denies is 403 and PERMISSION_DENIED,"
                            + " instead of 404 and NOT_FOUND");

    static final Setting<Long> MEMORY =
            setting(
                    "cache.memory",
                    size(_ -> Tuning.MIN_MEMORY_BYTES).check(Settings::checkMemory),
                    Default.of("a quarter of the heap", _ -> Tuning.defaultMemoryBytes()),
                    "the memory of all blocks: cached, being fetched, or held by a reader, as in"
                            + " `128 MiB`. If it is used up, fetches wait, and then their readers"
                            + " receive 503 or RESOURCE_EXHAUSTED. At most three quarters of the"
                            + " heap");

    static final Setting<Duration> METADATA_TTL =
            setting(
                    "cache.metadata-ttl",
                    duration(Duration.ZERO),
                    EngineConfig.DEFAULT_METADATA_TTL,
                    "how long an object's metadata is used before the store is asked again; an"
                            + " overwrite is seen after this time at the latest. `PT0S` asks at"
                            + " each open, with one request for concurrent opens. Negative"
                            + " results (404, 412, 416, a false If-Range) always come from the"
                            + " store");

    static final Setting<Duration> MEMORY_WAIT =
            setting(
                    "cache.memory-wait",
                    duration(Duration.ZERO),
                    EngineConfig.DEFAULT_MEMORY_WAIT,
                    "how long a fetch waits for memory before its readers are refused");

    static final Setting<Long> FIRST_FETCH =
            setting(
                    "cache.read-ahead.first-fetch",
                    size(_ -> 1),
                    ReadAheadConfig.DEFAULT.firstFetchBytes(),
                    "the length of a reader's first fetch; most seeks read no more");

    static final Setting<Long> LONGEST_FETCH =
            setting(
                    "cache.read-ahead.longest-fetch",
                    size(values -> values.get(FIRST_FETCH)),
                    Default.of(
                            shown(ReadAheadConfig.DEFAULT.longestFetchBytes()),
                            values ->
                                    Math.max(
                                            values.get(FIRST_FETCH),
                                            ReadAheadConfig.DEFAULT.longestFetchBytes())),
                    "the longest of the doubling fetches. A reader that has read this much in"
                            + " sequence gets one long GET, which costs half the CPU of many");

    static final Setting<Long> LEAST_AHEAD =
            setting(
                    "cache.read-ahead.least",
                    size(_ -> 1),
                    ReadAheadConfig.DEFAULT.leastAheadBytes(),
                    "the shortest read-ahead. A fetch runs ahead of its reader by an eighth of"
                            + " the bytes read in sequence, but by no less than this; if the"
                            + " reader leaves, these bytes were fetched for nothing");

    static final Setting<Long> MOST_AHEAD =
            setting(
                    "cache.read-ahead.most",
                    size(values -> values.get(LEAST_AHEAD)),
                    Default.of(
                            shown(ReadAheadConfig.DEFAULT.mostAheadBytes()),
                            values ->
                                    Math.max(
                                            values.get(LEAST_AHEAD),
                                            ReadAheadConfig.DEFAULT.mostAheadBytes())),
                    "the longest read-ahead");

    static final Setting<Path> DISK_PATH =
            setting(
                    "cache.disk.path",
                    path("a folder for the blocks"),
                    Default.none(),
                    "a folder for cached blocks of S3 objects, which are used again after a"
                            + " restart. A disk that fails or hangs turns the disk cache off with"
                            + " a warning; it is retried after one second at first, and at least"
                            + " every five minutes");

    static final Setting<Long> DISK_SIZE =
            setting(
                    "cache.disk.size",
                    size(_ -> DiskTier.MIN_SIZE_BYTES),
                    DEFAULT_DISK_BYTES,
                    "the bytes that the files in that folder may take");

    static final Setting<Integer> MAX_REQUESTS =
            setting(
                    "store.max-requests",
                    wholeNumber(1, _ -> MAX_STORE_REQUESTS),
                    StoreLimits.DEFAULT.maxRequests(),
                    "requests to all stores at once, including lists, shared fairly between"
                            + " client addresses and objects; health probes are not counted. 1 to"
                            + " 192, three quarters of the 256 connections that a bucket may have");

    static final Setting<Duration> REQUEST_WAIT =
            setting(
                    "store.request-wait",
                    duration(MIN_WAIT),
                    StoreLimits.DEFAULT.longestWait(),
                    "how long a request waits for its turn at the store; then 503 or"
                            + " RESOURCE_EXHAUSTED");

    static final Setting<Duration> IDLE_FETCH =
            setting(
                    "store.idle-fetch",
                    duration(MIN_WAIT),
                    EngineConfig.DEFAULT_IDLE_FETCH,
                    "how long a store's response is kept open for readers that do not read");

    static final Setting<Boolean> LOG_REQUESTS =
            setting(
                    "log.requests",
                    flag(),
                    true,
                    "whether each request is logged as a line on standard output");

    static final Setting<Path> DIRECTORY =
            setting(
                    "buckets.NAME.directory",
                    folder(),
                    Default.none(),
                    "the folder with the bucket's objects; relative to the working directory");

    static final Setting<Boolean> DIRECTORY_CACHE =
            setting(
                    "buckets.NAME.cache",
                    flag(),
                    false,
                    "whether blocks of the folder's files are cached in memory");

    static final Setting<String> S3_BUCKET =
            setting(
                    S3 + "bucket",
                    text("the bucket's name in S3"),
                    Default.described("required"),
                    "the bucket's name in S3");

    static final Setting<String> S3_PREFIX =
            setting(
                    S3 + "prefix",
                    text("a prefix"),
                    Default.none(),
                    "stands before every key; clients do not see it");

    static final Setting<URI> S3_ENDPOINT =
            setting(
                    S3 + "endpoint",
                    S3Endpoint.TYPE,
                    Default.from(
                            "`AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`, else AWS",
                            S3Reader::endpoint),
                    "a URL `http://HOST:PORT` or `https://…`, for stores other than AWS; it may"
                            + " have a path, but no query, fragment, user name or password");

    static final Setting<String> S3_REGION =
            setting(
                    S3 + "region",
                    text("a region"),
                    Default.from(
                            "with a configured endpoint `us-east-1`, else `AWS_REGION`,"
                                    + " `AWS_DEFAULT_REGION`, or AWS's default chain",
                            S3Reader::region),
                    "the bucket's region");

    static final Setting<Boolean> S3_PATH_STYLE_ACCESS =
            setting(
                    S3 + "path-style-access",
                    flag(),
                    Default.of(
                            "`true` with an endpoint, else `false`",
                            bucket -> bucket.find(S3_ENDPOINT).isPresent()),
                    "whether the bucket's name is in the path of requests, instead of in the"
                            + " host name");

    static final Setting<String> S3_ACCESS_KEY_ID =
            setting(
                    S3 + "access-key-id",
                    text("a key"),
                    Default.described("AWS's default chain"),
                    "the identifier of a key; with `secret-access-key`");

    static final Setting<String> S3_SECRET_ACCESS_KEY =
            setting(
                    S3 + "secret-access-key",
                    text("a key").secret(),
                    Default.described("AWS's default chain"),
                    "the secret of that key");

    static final Setting<String> S3_SESSION_TOKEN =
            setting(
                    S3 + "session-token",
                    text("a token").secret(),
                    Default.none(),
                    "the token of a temporary key, with the two above");

    static final Setting<String> S3_PROFILE =
            setting(
                    S3 + "profile",
                    text("a profile"),
                    Default.described("`AWS_PROFILE`, else `default`"),
                    "a profile of `~/.aws/config` or `~/.aws/credentials`, of any kind; not with"
                            + " a key");

    static final Setting<String> S3_ROLE_ARN =
            setting(
                    S3 + "role-arn",
                    text(
                            "a role's ARN as in arn:aws:iam::123456789012:role/NAME",
                            arn -> arn.matches("arn:[^:\\s]*:[^:\\s]*:[^:\\s]*:[^:\\s]*:\\S+")),
                    Default.none(),
                    "a role that STS assumes with the key, the profile or the default chain");

    static final Setting<String> S3_EXTERNAL_ID =
            setting(
                    S3 + "external-id",
                    text("an identifier"),
                    Default.none(),
                    "the external ID that the role's trust policy requires; with `role-arn`");

    static final Setting<Boolean> S3_ANONYMOUS =
            setting(
                    S3 + "anonymous",
                    flag(),
                    false,
                    "`true` sends requests without a signature, for public buckets; not with a"
                            + " key, a profile, a role or `request-payer`");

    static final Setting<String> S3_REQUEST_PAYER =
            setting(
                    S3 + "request-payer",
                    text("requester", "requester"::equals),
                    Default.none(),
                    "`requester` accepts the charge for requests and transfer");

    static final Setting<Path> S3_CA_CERTIFICATES =
            setting(
                    S3 + "ca-certificates",
                    path(S3Reader.PEM_FILE).check(S3Reader::checkPem),
                    Default.from(
                            "`AWS_CA_BUNDLE`, else `ca_bundle` of the profile, else the JDK's",
                            S3Reader::caBundle),
                    "a PEM file of the authorities that the endpoint's certificate is checked"
                            + " against, instead of the JDK's; read again when it is replaced");

    static final Setting<String> CACHE_CONTROL =
            setting(
                    "buckets.NAME.cache-control",
                    text("a Cache-Control value in ASCII", Settings::isFieldValue),
                    "no-cache",
                    "Cache-Control of objects that are stored without one");

    private Settings() {}

    private static <T> Setting<T> setting(
            String key, SettingType<T> type, T byDefault, String text) {
        return setting(key, type, Default.constant(type, byDefault), text);
    }

    private static <T> Setting<T> setting(
            String key, SettingType<T> type, Default<T> byDefault, String text) {
        Setting<T> setting = new Setting<>(key, type, byDefault, text);
        DECLARED.add(setting);
        return setting;
    }

    private static String shown(long bytes) {
        return "`" + SettingType.inLargestUnit(bytes) + "`";
    }

    private static void checkMemory(Given given, long bytes) {
        long heapBytes = Runtime.getRuntime().maxMemory();
        if (bytes > heapBytes / 4 * 3) {
            throw given.expected(
                    "at most three quarters of the heap, which has " + heapBytes + " bytes (-Xmx)");
        }
    }

    /** As a browser writes it: scheme, host, and a port that is not the scheme's default. */
    private static boolean isOrigin(String text) {
        try {
            URI uri = new URI(text);
            String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
            return uri.getHost() != null
                    && !DEFAULT_PORTS.contains(uri.getScheme() + port)
                    && text.equals(uri.getScheme() + "://" + uri.getHost() + port)
                    && text.chars().noneMatch(Character::isUpperCase);
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isFieldValue(String value) {
        return value.chars().allMatch(c -> c >= 0x20 && c <= 0x7E) && !value.isBlank();
    }
}
