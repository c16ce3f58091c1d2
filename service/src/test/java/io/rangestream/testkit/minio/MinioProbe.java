package io.rangestream.testkit.minio;

import io.rangestream.testkit.tool.Machine;

import org.testcontainers.DockerClientFactory;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** Looks on this machine for ways to run a MinIO. */
final class MinioProbe implements MinioSource.Probe {
    private final Machine machine;

    MinioProbe(Machine machine) {
        this.machine = machine;
    }

    @Override
    public boolean isSkipped() {
        return machine.isSet("skip.s3");
    }

    @Override
    public Optional<String> environment(String name) {
        return machine.environment(name);
    }

    @Override
    public boolean hasDocker() {
        return withoutLogs(
                () -> DockerClientFactory.instance().isDockerAvailable(),
                "org.testcontainers",
                "com.github.dockerjava");
    }

    // Without Docker, both libraries log long warnings.
    private static boolean withoutLogs(BooleanSupplier question, String... loggerNames) {
        // Held in a list: the log manager itself holds loggers weakly.
        List<Logger> loggers = Stream.of(loggerNames).map(Logger::getLogger).toList();
        loggers.forEach(logger -> logger.setLevel(Level.OFF));
        try {
            return question.getAsBoolean();
        } finally {
            loggers.forEach(logger -> logger.setLevel(null));
        }
    }

    @Override
    public Optional<Path> onPath() {
        return machine.program(MinioSource.PROGRAM.name());
    }

    @Override
    public Optional<Path> inCache() {
        return MinioSource.PROGRAM.inCache(machine);
    }

    @Override
    public boolean hasGo() {
        return machine.program("go").isPresent();
    }
}
