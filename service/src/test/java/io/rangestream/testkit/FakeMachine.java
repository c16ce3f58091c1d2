package io.rangestream.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** A machine that has what it is told, and remembers what was run on it. */
final class FakeMachine implements Machine {
    final Map<String, String> environment = new HashMap<>();
    final Map<String, Path> programs = new HashMap<>();
    final List<String> commands = new ArrayList<>();
    final List<String> said = new ArrayList<>();
    final Path cacheFolder;
    boolean installsByApt;
    boolean startsDaemons;
    Predicate<Map<String, String>> onRun = variables -> true;

    FakeMachine(Path cacheFolder) {
        this.cacheFolder = cacheFolder;
    }

    @Override
    public Optional<String> environment(String name) {
        return Optional.ofNullable(environment.get(name));
    }

    // What is built is really there.
    @Override
    public Optional<Path> program(String name) {
        return name.startsWith(cacheFolder.toString())
                ? new LocalMachine().program(name)
                : Optional.ofNullable(programs.get(name));
    }

    @Override
    public boolean installsByApt() {
        return installsByApt;
    }

    @Override
    public boolean startsDaemons() {
        return startsDaemons;
    }

    @Override
    public Path cacheFolder() {
        return cacheFolder;
    }

    @Override
    public boolean run(List<String> command, Map<String, String> variables, String logName) {
        commands.add(String.join(" ", command));
        return onRun.test(variables);
    }

    @Override
    public void say(String line) {
        said.add(line);
    }
}
