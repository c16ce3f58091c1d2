package io.rangestream.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The machine on which the tests run. */
public final class LocalMachine implements Machine {
    /** Debian's policy program for daemons. Container images have one that forbids every start. */
    private static final Path DAEMON_POLICY = Path.of("/usr/sbin/policy-rc.d");

    @Override
    public Optional<String> environment(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
    }

    @Override
    public boolean isSet(String property) {
        return Boolean.getBoolean(property);
    }

    @Override
    public Optional<Path> program(String name) {
        if (name.contains(File.separator)) {
            return Optional.of(Path.of(name)).filter(LocalMachine::isProgram);
        }
        return environment("PATH").stream()
                .flatMap(path -> Stream.of(path.split(File.pathSeparator)))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(LocalMachine::isProgram)
                .findFirst();
    }

    @Override
    public boolean installsByApt() {
        return System.getProperty("user.name").equals("root")
                && Files.exists(Path.of("/etc/debian_version"))
                && program("apt-get").isPresent();
    }

    @Override
    public boolean startsDaemons() {
        return !Files.isExecutable(DAEMON_POLICY);
    }

    @Override
    public Path cacheFolder() {
        return environment("XDG_CACHE_HOME")
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("rangestream");
    }

    @Override
    public boolean run(List<String> command, Map<String, String> environment, String logName) {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ChildProcess.logFile(logName).toFile());
        builder.environment().putAll(environment);
        try (ChildProcess child = ChildProcess.start(builder)) {
            return child.process().waitFor() == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void print(String line) {
        System.err.println("[testkit] " + line);
    }

    private static boolean isProgram(Path path) {
        return Files.isRegularFile(path) && Files.isExecutable(path);
    }
}
