package io.rangestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.app.config.ConfigReader;
import io.rangestream.app.config.ServerConfig;
import io.rangestream.app.config.ServerConfig.Bucket;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Checks README.md and the pages in service/docs against the code. */
final class ReadmeTest {
    private static final String SDK_SAMPLE =
            "client-sdk/src/test/java/io/rangestream/client/ReadmeSample.java";

    private static final Pattern PROBLEM_TYPE =
            Pattern.compile("Problem\\.of\\(\\s*\\w+,\\s*\"([a-z-]+)\"");

    @TempDir private Path folder;

    @Test
    void javaSampleEqualsTheTestedSdkSample() {
        String source = Readme.read(Readme.ROOT.resolve(SDK_SAMPLE));
        String sample =
                source.substring(
                        source.indexOf("// sample:start\n") + "// sample:start\n".length(),
                        source.indexOf("\n        // sample:end"));
        assertThat(Readme.samples("java")).containsExactly(sample.stripIndent() + "\n");
    }

    @Test
    void describesEachProblemType() throws IOException {
        Path sources = Readme.ROOT.resolve("service/src/main/java/io/rangestream/http");
        Set<String> types = new TreeSet<>();
        try (Stream<Path> files = Files.walk(sources)) {
            files.filter(Files::isRegularFile)
                    .map(Readme::read)
                    .flatMap(source -> PROBLEM_TYPE.matcher(source).results())
                    .forEach(type -> types.add(type.group(1)));
        }
        assertThat(types).hasSizeGreaterThan(20).contains("too-many-listeners", "not-found");
        String page = Readme.page("http.md");
        assertThat(types).allSatisfy(type -> assertThat(page).contains("`" + type + "`"));
    }

    @Test
    void configurationSampleIsValid() throws IOException {
        String yaml =
                Readme.pageSamples("operate.md", "yaml")
                        .getFirst()
                        .replace("./films", folder.toString());
        Path file = Files.writeString(folder.resolve("config.yaml"), yaml);
        ServerConfig config =
                new ConfigReader(Map.of())
                        .read(Optional.of(file), new TreeMap<>(), Optional.empty());
        assertThat(config.buckets()).containsOnlyKeys("demo", "films");
        assertThat(config.buckets().get("demo")).isInstanceOf(Bucket.Directory.class);
        assertThat(config.buckets().get("films")).isInstanceOf(Bucket.S3.class);
    }
}
