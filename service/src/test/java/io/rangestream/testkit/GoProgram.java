package io.rangestream.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program that {@code go install} builds once per user, in a folder that is named only when it is
 * complete.
 *
 * @param packagePath the package of its main function
 * @param version of the module, pinned
 * @param module the folder whose go.mod says what it is built from, where its own module does not
 */
record GoProgram(String packagePath, String version, Optional<Path> module) {
    /** Of a module that pins what it needs. */
    GoProgram(String packagePath, String version) {
        this(packagePath, version, Optional.empty());
    }

    String name() {
        return packagePath.substring(packagePath.lastIndexOf('/') + 1);
    }

    /** What a person would type. */
    String command() {
        return String.join(" ", command("go"));
    }

    private List<String> command(String go) {
        return module.map(folder -> List.of(go, "-C", folder.toString(), "install", packagePath))
                .orElseGet(() -> List.of(go, "install", packagePath + "@" + version));
    }

    /** Where it was built earlier. */
    Optional<Path> inCache(Machine machine) {
        return machine.program(folder(machine).resolve(name()).toString());
    }

    /** Builds it; empty where there is no Go or the build fails. */
    Optional<Path> install(Machine machine) {
        Optional<Path> go = machine.program("go");
        if (go.isEmpty()) {
            return Optional.empty();
        }
        machine.say("building " + name() + " once, by '" + command() + "'; may take minutes");
        try {
            Files.createDirectories(machine.cacheFolder());
            Path building = Files.createTempDirectory(machine.cacheFolder(), ".building-");
            Thread atExit = new Thread(() -> Trees.delete(building), "delete-unfinished-build");
            Runtime.getRuntime().addShutdownHook(atExit);
            try {
                return build(machine, go.get(), building) ? inCache(machine) : Optional.empty();
            } finally {
                Trees.delete(building);
                Runtime.getRuntime().removeShutdownHook(atExit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean build(Machine machine, Path go, Path building) throws IOException {
        String log = "go-install-" + name();
        if (!machine.run(command(go.toString()), Map.of("GOBIN", building.toString()), log)) {
            machine.say("'" + command() + "' failed: see target/testkit/" + log + ".log");
            return false;
        }
        try {
            Files.move(building, folder(machine), StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            // Another build got there first: theirs is as good.
            return inCache(machine).isPresent();
        }
        return true;
    }

    private Path folder(Machine machine) {
        return machine.cacheFolder().resolve(name() + "-" + version);
    }
}
