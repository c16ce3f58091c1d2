package io.rangestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.testkit.process.RangestreamProcess;
import io.rangestream.testkit.tool.ExternalTool;
import io.rangestream.testkit.tool.RequiresTool;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The README's lines, pasted into a shell while the demo's film is served. */
@RequiresTool({ExternalTool.CURL, ExternalTool.GRPCURL})
final class ReadmeIT {
    private static final String AUTHORITY = "127.0.0.1:8080";

    @Test
    void itsLinesWork() throws Exception {
        List<String> lines = Readme.samples("sh");
        assertThat(lines).hasSize(2);
        try (RangestreamProcess server =
                RangestreamProcess.start("--directory", "demo=" + Path.of("demo", "films"))) {
            assertThat(paste(lines.getFirst(), server))
                    .contains("206 Partial Content", "bytes 4-7/", "ftyp");
            assertThat(paste(lines.getLast(), server)).contains("\"ZnR5cA==\"", "\"end\"");
        }
    }

    private static String paste(String line, RangestreamProcess server)
            throws IOException, InterruptedException {
        // Built by Go into the cache folder, it need not be on PATH.
        Path grpcurl = ExternalTool.GRPCURL.require().resolveSibling("");
        return Shell.paste(
                line.replace(AUTHORITY, server.authority()), Path.of("."), List.of(grpcurl));
    }
}
