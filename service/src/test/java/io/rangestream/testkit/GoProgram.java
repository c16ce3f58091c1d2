package io.rangestream.testkit;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program that {@code go install} builds once per user.
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
        return machine.program(folder(machine).path().resolve(name()).toString());
    }

    /** Builds it; empty where there is no Go or the build fails. */
    Optional<Path> install(Machine machine) {
        Optional<Path> go = machine.program("go");
        if (go.isEmpty()) {
            return Optional.empty();
        }
        machine.say("building " + name() + " once, by '" + command() + "'; may take minutes");
        boolean built = folder(machine).build(building -> build(machine, go.get(), building));
        return built ? inCache(machine) : Optional.empty();
    }

    private boolean build(Machine machine, Path go, Path building) {
        String log = "go-install-" + name();
        if (!machine.run(command(go.toString()), Map.of("GOBIN", building.toString()), log)) {
            machine.say("'" + command() + "' failed: see target/testkit/" + log + ".log");
            return false;
        }
        return true;
    }

    private BuiltFolder folder(Machine machine) {
        return new BuiltFolder(machine.cacheFolder(), name() + "-" + version);
    }
}
