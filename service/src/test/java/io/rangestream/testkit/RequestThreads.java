package io.rangestream.testkit;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The threads of this process that are at a request: virtual ones, which only a dump shows. */
public final class RequestThreads {
    private static final List<String> AT_A_REQUEST =
            List.of("Http2ServerStream.run(", "io.rangestream.http.HttpRangeService");

    private RequestThreads() {}

    /** How many there are just now. */
    public static long count() {
        try {
            Path folder = Files.createTempDirectory("threads");
            Path dump = folder.resolve("dump.json");
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpThreads(dump.toString(), ThreadDumpFormat.JSON);
            String[] threads = Files.readString(dump).split("\"tid\"", -1);
            Files.delete(dump);
            Files.delete(folder);
            return Arrays.stream(threads)
                    .filter(stack -> AT_A_REQUEST.stream().anyMatch(stack::contains))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
