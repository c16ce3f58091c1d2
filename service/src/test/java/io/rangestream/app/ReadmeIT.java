package io.rangestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.testkit.process.RangestreamProcess;
import io.rangestream.testkit.tool.ExternalTool;
import io.rangestream.testkit.tool.RequiresTool;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Runs the commands of README.md and grpc.md in a shell against a server of the demo film. */
@RequiresTool({ExternalTool.CURL, ExternalTool.GRPCURL})
final class ReadmeIT {
    private static final String AUTHORITY = "127.0.0.1:8080";

    @Test
    void readmeCommandsWork() throws Exception {
        List<String> lines = Readme.samples("sh");
        assertThat(lines).hasSize(2);
        try (RangestreamProcess server = serveDemo()) {
            assertThat(paste(lines.getFirst(), server))
                    .contains("206 Partial Content", "bytes 4-7/", "ftyp");
            assertThat(paste(lines.getLast(), server)).contains("\"ZnR5cA==\"", "\"end\"");
        }
    }

    @Test
    void grpcPageCommandsWork() throws Exception {
        List<String> lines = Readme.pageSamples("grpc.md", "sh");
        assertThat(lines).hasSize(4);
        try (RangestreamProcess server = serveDemo()) {
            assertThat(paste(lines.getFirst(), server))
                    .contains("\"end\"", "\"total_bytes\": \"8\"");
            assertThat(paste(lines.get(1), server)).contains("\"complete_length\"");
            assertThat(paste(lines.get(2), server)).contains("\"objects\"", "timecode.mp4");
            assertThat(paste(lines.getLast(), server))
                    .contains(
                            "\"metadata\"", "\"read_id\": \"1\"", "\"read_id\": \"2\"", "\"end\"");
        }
    }

    private static RangestreamProcess serveDemo() {
        return RangestreamProcess.start("--directory", "demo=" + Path.of("demo", "films"));
    }

    private static String paste(String line, RangestreamProcess server)
            throws IOException, InterruptedException {
        // Go builds it into the cache folder, which may not be on PATH.
        Path grpcurl = ExternalTool.GRPCURL.require().resolveSibling("");
        return Shell.paste(
                line.replace(AUTHORITY, server.authority()), Path.of("."), List.of(grpcurl));
    }
}
