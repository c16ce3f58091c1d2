package io.rangestream.testkit.tool;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds or installs the programs that tests need, each once for a JVM. Safe for many threads. */
final class ToolFinder {
    static final ToolFinder LOCAL = ofThisBuild(new LocalMachine());

    private static final Map<String, String> APT_ENVIRONMENT =
            Map.of("DEBIAN_FRONTEND", "noninteractive");

    private final Machine machine;
    private final MissingTools missing;
    private final Map<ExternalTool, Result> results = new EnumMap<>(ExternalTool.class);
    private boolean packageListsAreFresh;

    ToolFinder(Machine machine, MissingTools missing) {
        this.machine = machine;
        this.missing = missing;
    }

    private static ToolFinder ofThisBuild(Machine machine) {
        return new ToolFinder(machine, MissingTools.ofThisBuild(machine));
    }

    sealed interface Result {}

    record Found(Path program) implements Result {}

    /** No program; the list of missing tools has an entry already. */
    record Missing(String reason) implements Result {}

    synchronized Result find(ExternalTool tool) {
        Result known = results.get(tool);
        if (known != null) {
            return known;
        }
        Result result = search(tool);
        results.put(tool, result);
        return result;
    }

    private Result search(ExternalTool tool) {
        Optional<String> skip = tool.skipProperty().filter(machine::isSet);
        if (skip.isPresent()) {
            return missing(
                    tool,
                    " was left out by -D" + skip.get(),
                    "mvn verify   (without -D" + skip.get() + ")");
        }
        Optional<String> named = tool.variable().flatMap(machine::environment);
        if (named.isPresent()) {
            return named.flatMap(machine::program)
                    .<Result>map(Found::new)
                    .orElseGet(() -> missing(tool, ": no program " + named.get(), command(tool)));
        }
        return onPath(tool)
                .or(() -> install(tool))
                .<Result>map(Found::new)
                .orElseGet(() -> missing(tool, " did not run", command(tool)));
    }

    private Optional<Path> onPath(ExternalTool tool) {
        return tool.programs().stream().flatMap(name -> machine.program(name).stream()).findFirst();
    }

    private Optional<Path> install(ExternalTool tool) {
        return switch (tool.origin()) {
            case ExternalTool.Origin.Apt(List<String> packageNames) -> {
                installByApt(packageNames);
                yield onPath(tool);
            }
            case ExternalTool.Origin.AptDaemon(String packageName) -> {
                if (!machine.startsDaemons()) {
                    installByApt(List.of(packageName));
                }
                yield onPath(tool);
            }
            case ExternalTool.Origin.Go(GoProgram program) ->
                    program.inCache(machine).or(() -> program.install(machine));
            case ExternalTool.Origin.Python(PythonVenv venv) ->
                    venv.inCache(machine)
                            .or(
                                    () ->
                                            venv.install(
                                                    machine,
                                                    () -> installByApt(List.of("python3-venv"))));
        };
    }

    private void installByApt(List<String> packageNames) {
        if (!machine.installsByApt()) {
            return;
        }
        String names = String.join(" ", packageNames);
        machine.print("installing by apt-get, as root: " + names);
        if (!packageListsAreFresh) {
            packageListsAreFresh =
                    machine.run(List.of("apt-get", "update"), APT_ENVIRONMENT, "apt-update");
        }
        List<String> install =
                new ArrayList<>(List.of("apt-get", "install", "-y", "--no-install-recommends"));
        install.addAll(packageNames);
        machine.run(install, APT_ENVIRONMENT, "apt-install-" + names.replace(' ', '-'));
    }

    private static String command(ExternalTool tool) {
        String install = String.join(" && ", tool.commands());
        return tool.variable()
                .map(variable -> install + "   (or " + variable + "=its path)")
                .orElse(install);
    }

    private Missing missing(ExternalTool tool, String why, String command) {
        return new Missing(missing.add(tool.toolName(), tool.purpose() + why, command));
    }
}
