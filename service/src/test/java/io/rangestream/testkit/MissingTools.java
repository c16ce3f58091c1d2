package io.rangestream.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The list of tests that did not run because a tool is missing: one file for each tool, in a folder
 * that the build names. Its first line says which tests did not run, the second has the command
 * that installs the tool. {@code .ci/Missing.java} prints the list at the end of the build.
 */
public final class MissingTools {
    private final Optional<Path> folder;
    private final Machine machine;

    MissingTools(Optional<Path> folder, Machine machine) {
        this.folder = folder;
        this.machine = machine;
    }

    /** The list of this build. Without a build, as in an editor, entries are only printed. */
    public static MissingTools ofThisBuild(Machine machine) {
        return new MissingTools(
                Optional.ofNullable(System.getProperty("rangestream.missing-tools")).map(Path::of),
                machine);
    }

    /**
     * Adds an entry to the list; a tool has one entry at most.
     *
     * @return the entry in one line, as the reason why a test is skipped
     */
    public String add(String tool, String skipped, String command) {
        String reason = skipped + "; to install it: " + command;
        machine.print("MISSING " + tool + ": " + reason);
        folder.ifPresent(path -> write(path.resolve(tool), skipped + "\n" + command + "\n"));
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
