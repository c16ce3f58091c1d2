package io.rangestream.app.config;

import com.sun.management.UnixOperatingSystemMXBean;

import java.lang.management.ManagementFactory;

/** The limit of files and sockets that this process may have open. */
final class OpenFileLimit {
    // A common limit on Linux, for systems that do not report theirs.
    private static final long UNKNOWN = 4096;

    private OpenFileLimit() {}

    /** The current limit. The JVM raises the soft limit to the hard one at its start. */
    static long limit() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : UNKNOWN;
    }
}
