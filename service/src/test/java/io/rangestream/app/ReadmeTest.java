package io.rangestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.app.ServerConfig.Bucket;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the README shows is what there is. */
final class ReadmeTest {
    private static final String SDK_SAMPLE =
            "client-sdk/src/test/java/io/rangestream/client/ReadmeSample.java";

    @TempDir private Path folder;

    @Test
    void itsJavaIsTheSampleThatTheSdkRuns() {
        String source = Readme.read(Readme.ROOT.resolve(SDK_SAMPLE));
        String sample =
                source.substring(
                        source.indexOf("// sample:start\n") + "// sample:start\n".length(),
                        source.indexOf("\n        // sample:end"));
        assertThat(Readme.samples("java")).containsExactly(sample.stripIndent() + "\n");
    }

    @Test
    void itsConfigurationCanBeRead() throws IOException {
        String yaml = Readme.samples("yaml").getFirst().replace("./films", folder.toString());
        Path file = Files.writeString(folder.resolve("config.yaml"), yaml);
        ServerConfig config =
                new ConfigReader(Map.of())
                        .read(Optional.of(file), new TreeMap<>(), Optional.empty());
        assertThat(config.buckets()).containsOnlyKeys("demo", "films");
        assertThat(config.buckets().get("demo")).isInstanceOf(Bucket.Directory.class);
        assertThat(config.buckets().get("films")).isInstanceOf(Bucket.S3.class);
    }
}
