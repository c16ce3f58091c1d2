package io.rangestream.client.cli;

import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts programs with no signal ignored, as a terminal does. A build that runs in the background
 * of a script, or under {@code nohup}, inherits ignored signals. All processes that it starts
 * ignore them too, and a JVM then installs no handler. A shell can't undo that.
 */
final class DefaultSignals {
    private static final List<String> BY_ENV = List.of("env", "--default-signal=INT,TERM,HUP");
    private static final List<String> BY_PYTHON =
            List.of(
                    "python3",
                    "-c",
                    """
                    import os, signal, sys
                    for each in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
                        signal.signal(each, signal.SIG_DFL)
                    os.execvp(sys.argv[1], sys.argv[1:])
                    """);

    private DefaultSignals() {}

    /**
     * A command that starts another with the default signals. If the system has none, the test is
     * aborted and listed in the summary of skipped tests that the build prints.
     */
    static List<String> reset() throws IOException, InterruptedException {
        for (List<String> wrapper : List.of(BY_ENV, BY_PYTHON)) {
            if (works(wrapper)) {
                return wrapper;
            }
        }
        String what = "the end of the command line by a signal did not run";
        String command = "apt-get install -y --no-install-recommends coreutils   (8.31 or later)";
        String folder = System.getProperty("rangestream.missing-tools");
        if (folder != null) {
            Path entry = Files.createDirectories(Path.of(folder)).resolve("env-default-signal");
            Files.writeString(entry, what + "\n" + command + "\n");
        }
        return Assumptions.abort(what + "; to have it: " + command);
    }

    private static boolean works(List<String> wrapper) throws InterruptedException {
        List<String> command = new ArrayList<>(wrapper);
        command.add("true");
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false; // no such program
        }
    }
}
