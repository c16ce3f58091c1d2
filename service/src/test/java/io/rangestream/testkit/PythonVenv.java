package io.rangestream.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Packages of Python in a virtual environment, made once per user. It is moved when it is complete,
 * so that only its interpreter works, and not the programs beside that, which name their place.
 *
 * @param packages each with its version, as pip takes them
 */
record PythonVenv(List<String> packages) {
    private static final String LOG = "python-venv";

    PythonVenv {
        packages = List.copyOf(packages);
    }

    /** What a person would type, in any folder of his. */
    List<String> commands() {
        return List.of(
                String.join(" ", makeEmpty(Path.of("python3"), Path.of("venv"))),
                String.join(" ", fill(Path.of("venv"))));
    }

    private static List<String> makeEmpty(Path python, Path folder) {
        return List.of(python.toString(), "-m", "venv", folder.toString());
    }

    private List<String> fill(Path folder) {
        List<String> command = new ArrayList<>();
        command.addAll(List.of(interpreter(folder).toString(), "-m", "pip", "install"));
        command.addAll(packages);
        return command;
    }

    private static Path interpreter(Path folder) {
        return folder.resolve("bin").resolve("python");
    }

    /** Its interpreter, where it was made earlier. */
    Optional<Path> inCache(Machine machine) {
        return machine.program(interpreter(folder(machine).path()).toString());
    }

    /**
     * Makes it; empty where that fails.
     *
     * @param venvModule brings what makes it, which Debian has in a package of its own
     */
    Optional<Path> install(Machine machine, Runnable venvModule) {
        machine.say("making a virtual environment of Python once, with " + packages);
        boolean made =
                folder(machine)
                        .build(
                                building -> {
                                    if (!makeEmpty(machine, building)) {
                                        venvModule.run();
                                        if (!makeEmpty(machine, building)) {
                                            return failed(machine);
                                        }
                                    }
                                    return machine.run(fill(building), Map.of(), LOG)
                                            || failed(machine);
                                });
        return made ? inCache(machine) : Optional.empty();
    }

    private static boolean makeEmpty(Machine machine, Path folder) {
        return machine.program("python3")
                .filter(python -> machine.run(makeEmpty(python, folder), Map.of(), LOG))
                .isPresent();
    }

    private static boolean failed(Machine machine) {
        machine.say("no virtual environment of Python: see target/testkit/" + LOG + ".log");
        return false;
    }

    /** Other packages have another folder. */
    private BuiltFolder folder(Machine machine) {
        return new BuiltFolder(
                machine.cacheFolder(), "python-" + Integer.toHexString(packages.hashCode()));
    }
}
