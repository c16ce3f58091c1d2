package io.rangestream.testkit.tool;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A machine with the variables and programs that a test gives it. It records the commands that are
 * run.
 */
final class FakeMachine implements Machine {
    final Map<String, String> environment = new HashMap<>();
    final Set<String> properties = new HashSet<>();
    final Map<String, Path> programs = new HashMap<>();
    final List<String> commands = new ArrayList<>();
    final List<String> messages = new ArrayList<>();
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

    @Override
    public boolean isSet(String property) {
        return properties.contains(property);
    }

    // Built programs exist on the real machine.
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
    public void print(String line) {
        messages.add(line);
    }
}
