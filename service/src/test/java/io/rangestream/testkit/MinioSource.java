package io.rangestream.testkit;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Where the tests' MinIO comes from, chosen from what a {@link Probe} finds, and nothing else. */
sealed interface MinioSource {

    /** A commit of February 2026, the last that its project published. */
    GoProgram PROGRAM =
            new GoProgram("github.com/minio/minio", "v0.0.0-20260212201848-7aac2a2c5b7c");

    /** Somebody runs an S3 store for us. */
    record Given(URI endpoint, String accessKeyId, String secretAccessKey, String region)
            implements MinioSource {}

    /** A Docker engine answers. */
    record Container() implements MinioSource {}

    /** A program that is there. */
    record Installed(Path program) implements MinioSource {}

    /** A program that Go can build. */
    record ToBuild() implements MinioSource {}

    /** Left out by whoever started the build. */
    record Skipped() implements MinioSource {}

    /** Nothing that could bring one. */
    record None() implements MinioSource {}

    /** What is looked at, in this order, and no further than needed. */
    interface Probe {
        boolean isSkipped();

        Optional<String> environment(String name);

        boolean dockerAnswers();

        Optional<Path> onPath();

        Optional<Path> inCache();

        boolean goIsThere();
    }

    /** For tests that only use it. */
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

    /** For tests that end or freeze it: never one that is somebody else's. */
    static MinioSource chooseOwn(Probe probe) {
        if (probe.isSkipped()) {
            return new Skipped();
        }
        if (probe.dockerAnswers()) {
            return new Container();
        }
        Optional<Path> program = probe.onPath().or(probe::inCache);
        if (program.isPresent()) {
            return new Installed(program.get());
        }
        return probe.goIsThere() ? new ToBuild() : new None();
    }

    private static String orDefault(Probe probe, String name, String value) {
        return probe.environment(name).orElse(value);
    }
}
