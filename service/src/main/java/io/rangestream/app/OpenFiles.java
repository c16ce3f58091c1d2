package io.rangestream.app;

import com.sun.management.UnixOperatingSystemMXBean;

import java.lang.management.ManagementFactory;

/** How many files and sockets this process may have open. */
final class OpenFiles {
    // Where the system does not tell; a usual limit on Linux.
    private static final long UNKNOWN = 4096;

    private OpenFiles() {}

    /** The limit as of now. The JVM has raised the soft limit to the hard one at its start. */
    static long limit() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : UNKNOWN;
    }
}
