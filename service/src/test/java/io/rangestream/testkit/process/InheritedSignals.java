package io.rangestream.testkit.process;

import io.rangestream.testkit.tool.LocalMachine;
import io.rangestream.testkit.tool.MissingTools;

import org.opentest4j.TestAbortedException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts programs with no signal ignored, as a terminal does. A build that runs in the background
 * of a script, or under {@code nohup}, inherits ignored signals. All processes that it starts
 * ignore them too, and a JVM then installs no handler for them. A shell can't undo that.
 */
final class InheritedSignals {
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
    private static final List<String> WRAPPER = wrapper();

    private InheritedSignals() {}

    /** The command to put before another; empty if this machine has none that resets signals. */
    static List<String> reset() {
        return WRAPPER;
    }

    /** Aborts the test if the programs that it starts may ignore signals. */
    static void requireReset() {
        if (WRAPPER.isEmpty()) {
            throw new TestAbortedException(
                    MissingTools.ofThisBuild(new LocalMachine())
                            .add(
                                    "env-default-signal",
                                    "ending the program by a signal did not run",
                                    "apt-get install -y --no-install-recommends coreutils   (8.31"
                                            + " or later)"));
        }
    }

    private static List<String> wrapper() {
        return works(BY_ENV) ? BY_ENV : works(BY_PYTHON) ? BY_PYTHON : List.of();
    }

    private static boolean works(List<String> wrapper) {
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
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
