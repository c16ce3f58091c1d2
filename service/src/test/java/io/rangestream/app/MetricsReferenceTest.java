package io.rangestream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rangestream.app.config.ConfigReader;
import io.rangestream.app.config.ServerConfig;
import io.rangestream.testkit.wire.Http1Wire;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Compares the metrics reference in operate.md with the metrics of a running server. */
@Timeout(60)
final class MetricsReferenceTest {
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `(rangestream_\\w+)` \\| (\\w+)[^|]*\\| ([^|]*) \\|");
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (rangestream_\\w+) (\\w+)$");
    private static final Pattern SERIES = Pattern.compile("(?m)^(rangestream_\\w+)\\{(.*)}");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"[^\"]*\"");
    private static final Pattern CODE = Pattern.compile("`(\\w+)`");

    /** Labels that every series has, and the label of a summary's quantiles. */
    private static final Set<String> COMMON_LABELS = Set.of("scope", "quantile");

    /** This series exists only after a store has refused the credentials. */
    private static final String CREDENTIALS_REFUSED = "rangestream_store_credentials_refused_total";

    @TempDir private Path folder;

    @Test
    void referenceListsEachMetricOfARunningServer() throws Exception {
        SortedMap<String, String> types = new TreeMap<>();
        SortedMap<String, SortedSet<String>> tags = new TreeMap<>();
        for (MatchResult row : ROW.matcher(Readme.page("operate.md")).results().toList()) {
            types.put(row.group(1), row.group(2));
            // The values of a tag are in parentheses.
            tags.put(row.group(1), names(CODE, row.group(3).replaceAll("\\([^)]*\\)", "")));
        }
        assertThat(types.remove(CREDENTIALS_REFUSED)).isEqualTo("counter");
        assertThat(tags.remove(CREDENTIALS_REFUSED)).containsExactly("bucket", "code");

        try (RunningServer server = start()) {
            int port = URI.create("http://" + server.authority()).getPort();
            try (Http1Wire wire = Http1Wire.connect(port)) {
                assertThat(wire.ask("GET", "/objects/films/film").status()).isEqualTo(200);
                // Some meters are registered concurrently with the start of the server.
                await().untilAsserted(() -> assertThat(types(metrics(wire))).isEqualTo(types));
                assertThat(tags(metrics(wire))).isEqualTo(tags);
            }
        }
    }

    private RunningServer start() throws IOException, InterruptedException {
        Path films = Files.createDirectory(folder.resolve("films"));
        Files.writeString(films.resolve("film"), "bytes");
        Path file =
                Files.writeString(
                        folder.resolve("config.yaml"),
                        """
                        server: {port: 0}
                        cache: {disk: {path: "%s", size: 64 MiB}}
                        buckets: {films: {directory: "%s", cache: true}}
                        """
                                .formatted(folder.resolve("disk"), films));
        ServerConfig config =
                new ConfigReader(Map.of())
                        .read(Optional.of(file), new TreeMap<>(), Optional.empty());
        return RunningServer.start(
                config, new PrintStream(OutputStream.nullOutputStream()), Clock.systemUTC());
    }

    private static String metrics(Http1Wire wire) throws IOException {
        return new String(wire.ask("GET", "/observe/metrics").body(), StandardCharsets.UTF_8);
    }

    private static SortedMap<String, String> types(String metrics) {
        SortedMap<String, String> types = new TreeMap<>();
        TYPE.matcher(metrics).results().forEach(type -> types.put(type.group(1), type.group(2)));
        types.remove(CREDENTIALS_REFUSED); // may be left by another test in this JVM
        return types;
    }

    private static SortedMap<String, SortedSet<String>> tags(String metrics) {
        SortedMap<String, SortedSet<String>> tags = new TreeMap<>();
        for (MatchResult series : SERIES.matcher(metrics).results().toList()) {
            String name = series.group(1).replaceAll("_seconds_(count|sum)$", "_seconds");
            tags.computeIfAbsent(name, _ -> new TreeSet<>()).addAll(names(LABEL, series.group(2)));
        }
        tags.remove(CREDENTIALS_REFUSED);
        tags.values().forEach(each -> each.removeAll(COMMON_LABELS));
        return tags;
    }

    private static SortedSet<String> names(Pattern pattern, String text) {
        SortedSet<String> names = new TreeSet<>();
        pattern.matcher(text).results().forEach(found -> names.add(found.group(1)));
        return names;
    }
}
