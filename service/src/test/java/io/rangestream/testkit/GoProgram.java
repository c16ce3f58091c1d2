package io.rangestream.testkit;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program that {@code go install} builds once for a user.
 *
 * @param packagePath the package of its main function
 * @param version the version of its module
 * @param module a folder with a go.mod that pins the dependencies, if the program's own module does
 *     not
 */
public record GoProgram(String packagePath, String version, Optional<Path> module) {
    /** A program with a module that pins its dependencies. */
    public GoProgram(String packagePath, String version) {
        this(packagePath, version, Optional.empty());
    }

    public String name() {
        return packagePath.substring(packagePath.lastIndexOf('/') + 1);
    }

    /** The command by which a person builds it. */
    public String command() {
        return String.join(" ", command("go"));
    }

    private List<String> command(String go) {
        return module.map(folder -> List.of(go, "-C", folder.toString(), "install", packagePath))
                .orElseGet(() -> List.of(go, "install", packagePath + "@" + version));
    }

    /** The program in the cache folder, if an earlier build left it there. */
    public Optional<Path> inCache(Machine machine) {
        return machine.program(folder(machine).path().resolve(name()).toString());
    }

    /** Builds the program; empty if Go is missing or the build fails. */
    public Optional<Path> install(Machine machine) {
        Optional<Path> go = machine.program("go");
        if (go.isEmpty()) {
            return Optional.empty();
        }
        machine.print("building " + name() + " once, by '" + command() + "'; may take minutes");
        boolean built = folder(machine).build(building -> build(machine, go.get(), building));
        return built ? inCache(machine) : Optional.empty();
    }

    private boolean build(Machine machine, Path go, Path building) {
        String log = "go-install-" + name();
        if (!machine.run(command(go.toString()), Map.of("GOBIN", building.toString()), log)) {
            machine.print("'" + command() + "' failed: see target/testkit/" + log + ".log");
            return false;
        }
        return true;
    }

    private BuiltFolder folder(Machine machine) {
        return new BuiltFolder(machine.cacheFolder(), name() + "-" + version);
    }
}
