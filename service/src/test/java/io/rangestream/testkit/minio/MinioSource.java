package io.rangestream.testkit.minio;

import io.rangestream.testkit.tool.GoProgram;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The source of the tests' MinIO. It is chosen by the findings of a {@link Probe} alone, so that
 * tests can fake them.
 */
sealed interface MinioSource {

    /** A commit of February 2026, the last that the MinIO project has published. */
    GoProgram PROGRAM =
            new GoProgram("github.com/minio/minio", "v0.0.0-20260212201848-7aac2a2c5b7c");

    /** An S3 store that the environment names. */
    record Given(URI endpoint, String accessKeyId, String secretAccessKey, String region)
            implements MinioSource {}

    /** A container; Docker is available. */
    record Container() implements MinioSource {}

    /** An installed program. */
    record Installed(Path program) implements MinioSource {}

    /** A program that Go can build. */
    record ToBuild() implements MinioSource {}

    /** The build was started with {@code -Dskip.s3}. */
    record Skipped() implements MinioSource {}

    /** No source is available. */
    record None() implements MinioSource {}

    /** The findings, queried in this order and only as far as needed. */
    interface Probe {
        boolean isSkipped();

        Optional<String> environment(String name);

        boolean hasDocker();

        Optional<Path> onPath();

        Optional<Path> inCache();

        boolean hasGo();
    }

    /** The source for tests that only use the store. */
    static MinioSource choose(Probe probe) {
        if (probe.isSkipped()) {
            return new Skipped();
        }
        return probe.environment("RANGESTREAM_TEST_S3_ENDPOINT")
                .<MinioSource>map(
                        endpoint ->
                                new Given(
                                        URI.create(endpoint),
                                        orDefault(probe, "AWS_ACCESS_KEY_ID", "minioadmin"),
                                        orDefault(probe, "AWS_SECRET_ACCESS_KEY", "minioadmin"),
                                        orDefault(probe, "AWS_REGION", "us-east-1")))
                .orElseGet(() -> chooseOwn(probe));
    }

    /** The source for tests that end or freeze the store; never a given one. */
    static MinioSource chooseOwn(Probe probe) {
        if (probe.isSkipped()) {
            return new Skipped();
        }
        if (probe.hasDocker()) {
            return new Container();
        }
        Optional<Path> program = probe.onPath().or(probe::inCache);
        if (program.isPresent()) {
            return new Installed(program.get());
        }
        return probe.hasGo() ? new ToBuild() : new None();
    }

    private static String orDefault(Probe probe, String name, String value) {
        return probe.environment(name).orElse(value);
    }
}
