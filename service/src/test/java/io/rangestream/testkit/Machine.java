package io.rangestream.testkit;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the search for programs sees of the machine; its tests bring a machine of their own. */
interface Machine {

    /** An environment variable; empty where it is unset or blank. */
    Optional<String> environment(String name);

    /** A program by its name on PATH, or by an absolute path. */
    Optional<Path> program(String name);

    /** Whether packages can be installed by apt-get: as root on Debian or a descendant of it. */
    boolean installsByApt();

    /** Whether a daemon is started by the installation of its package, as Debian's are. */
    boolean startsDaemons();

    /** Where this project keeps programs that it built for the user. */
    Path cacheFolder();

    /** Runs a command to its end, its output to a file; whether it succeeded. */
    boolean run(List<String> command, Map<String, String> environment, String logName);

    /** One line for whoever watches the build. */
    void say(String line);
}
