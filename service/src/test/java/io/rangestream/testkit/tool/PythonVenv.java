package io.rangestream.testkit.tool;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A virtual environment of Python with packages, made once for a user. It is moved to its place
 * when it is complete. Its interpreter works after that; the scripts beside it do not, because they
 * contain the former path.
 *
 * @param packages each with its version, as pip takes them
 */
record PythonVenv(List<String> packages) {
    private static final String LOG = "python-venv";

    PythonVenv {
        packages = List.copyOf(packages);
    }

    /** The commands by which a person makes one in any folder. */
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

    /** Its interpreter in the cache folder, if an earlier build left it there. */
    Optional<Path> inCache(Machine machine) {
        return machine.program(interpreter(folder(machine).path()).toString());
    }

    /**
     * Makes the environment; empty if that fails.
     *
     * @param venvModule installs Python's venv module, which Debian packages separately
     */
    Optional<Path> install(Machine machine, Runnable venvModule) {
        machine.print("making a virtual environment of Python once, with " + packages);
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
        machine.print("no virtual environment of Python: see target/testkit/" + LOG + ".log");
        return false;
    }

    /** The folder's name depends on the packages. */
    private BuiltFolder folder(Machine machine) {
        return new BuiltFolder(
                machine.cacheFolder(), "python-" + Integer.toHexString(packages.hashCode()));
    }
}
