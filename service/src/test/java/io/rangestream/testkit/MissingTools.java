package io.rangestream.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What could not run for want of a tool: one file per tool in the folder that the build names,
 * whose first line says what did not run, the second what would bring it. {@code .ci/Missing.java}
 * shows them at the end.
 */
final class MissingTools {
    private final Optional<Path> folder;
    private final Machine machine;

    MissingTools(Optional<Path> folder, Machine machine) {
        this.folder = folder;
        this.machine = machine;
    }

    /** The list of this build; outside of one, as in an editor, entries are only said. */
    static MissingTools ofThisBuild(Machine machine) {
        return new MissingTools(
                Optional.ofNullable(System.getProperty("rangestream.missing-tools")).map(Path::of),
                machine);
    }

    /**
     * Adds to the list; a tool is there once, whatever needs it.
     *
     * @return the entry in one line, as the reason why a test does not run
     */
    String enter(String tool, String whatDoesNotRun, String command) {
        String reason = whatDoesNotRun + "; to have it: " + command;
        machine.say("MISSING " + tool + ": " + reason);
        folder.ifPresent(path -> write(path.resolve(tool), whatDoesNotRun + "\n" + command + "\n"));
        return reason;
    }

    private static void write(Path file, String entry) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, entry);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
