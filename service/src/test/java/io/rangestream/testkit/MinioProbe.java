package io.rangestream.testkit;

import org.testcontainers.DockerClientFactory;

import java.nio.file.Path;
import java.util.Optional;

/** Looks at this machine for what could give a MinIO. */
final class MinioProbe implements MinioSource.Probe {
    private final Machine machine;

    MinioProbe(Machine machine) {
        this.machine = machine;
    }

    @Override
    public boolean isSkipped() {
        return Boolean.getBoolean("skip.s3");
    }

    @Override
    public Optional<String> environment(String name) {
        return machine.environment(name);
    }

    @Override
    public boolean dockerAnswers() {
        return QuietLogs.during(
                () -> DockerClientFactory.instance().isDockerAvailable(),
                "org.testcontainers",
                "com.github.dockerjava");
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
    public boolean goIsThere() {
        return machine.program("go").isPresent();
    }
}
