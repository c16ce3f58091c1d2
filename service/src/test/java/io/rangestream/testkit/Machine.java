package io.rangestream.testkit;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The view of the machine that {@link ToolFinder} and its helpers have. Tests replace it by {@link
 * FakeMachine}.
 */
public interface Machine {

    /** An environment variable; empty if it is unset or blank. */
    Optional<String> environment(String name);

    /** Whether a system property of the build is {@code true}. */
    boolean isSet(String property);

    /** A program by its name on PATH, or by an absolute path. */
    Optional<Path> program(String name);

    /** Whether packages can be installed by apt-get: as root on Debian or a descendant of it. */
    boolean installsByApt();

    /** Whether the installation of a package starts its daemons, which is Debian's default. */
    boolean startsDaemons();

    /** The folder in which this project keeps programs that it has built for the user. */
    Path cacheFolder();

    /**
     * Runs a command until it ends, with its output in a log file.
     *
     * @return whether it succeeded
     */
    boolean run(List<String> command, Map<String, String> environment, String logName);

    /** Prints a line for the reader of the build's output. */
    void print(String line);
}
