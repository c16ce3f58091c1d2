package io.rangestream.app.clients;

import static io.rangestream.app.ServedFaces.LARGE;
import static io.rangestream.app.ServedFaces.MIDDLING;
import static io.rangestream.testkit.tool.ExternalTool.GO;
import static io.rangestream.testkit.tool.ExternalTool.PROTOC_GEN_GO;
import static io.rangestream.testkit.tool.ExternalTool.PROTOC_GEN_GO_GRPC;
import static io.rangestream.testkit.tool.ExternalTool.PYTHON;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.testing.junit5.ServerTest;
import io.helidon.webserver.testing.junit5.SetUpServer;
import io.rangestream.app.Readme;
import io.rangestream.app.ServedFaces;
import io.rangestream.app.Shell;
import io.rangestream.testkit.process.ToolRun;
import io.rangestream.testkit.store.PatternBytes;
import io.rangestream.testkit.tool.RequiresTool;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A client in Go, on stubs that the README's own lines have made. */
@ServerTest
@RequiresTool({GO, PROTOC_GEN_GO, PROTOC_GEN_GO_GRPC, PYTHON})
final class GoClientIT {
    private static final ServedFaces SERVED = new ServedFaces();

    @TempDir private static Path folder;
    private final String authority;

    GoClientIT(WebServer server) {
        this.authority = "127.0.0.1:" + server.port();
    }

    @SetUpServer
    static void serve(WebServerConfig.Builder server) {
        SERVED.configure(server);
    }

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        Shell.pasteFromSdkReadme(
                Readme.sdkSamples("Go", "sh").getLast(),
                folder,
                List.of(
                        PROTOC_GEN_GO.require().resolveSibling(""),
                        PROTOC_GEN_GO_GRPC.require().resolveSibling("")));
        Path module = folder.resolve("films");
        try (Stream<Path> files = Files.list(Path.of("src", "test", "go"))) {
            for (Path file : files.toList()) {
                Files.copy(file, module.resolve(file.getFileName()));
            }
        }
        var _ = ToolRun.output(GO, "-C", module.toString(), "build", "-o", "client", ".");
    }

    @AfterAll
    static void close() {
        SERVED.close();
    }

    private void read(String key, long firstPos, long lastPos)
            throws IOException, InterruptedException {
        String words =
                String.join(
                        " ",
                        authority,
                        LARGE,
                        key,
                        Long.toString(firstPos),
                        "" + lastPos,
                        ">range");
        var _ = Shell.paste("films/client " + words, folder, List.of());
    }

    @Test
    void aRangeIsReadAndChecked() throws IOException, InterruptedException {
        read(MIDDLING, 17, 2_000_000);
        assertThat(folder.resolve("range")).hasBinaryContent(PatternBytes.of(17, 2_000_000 - 16));
    }

    @Test
    void positionsBeyondFourGigabytesAreRight() throws IOException, InterruptedException {
        long firstPos = 5_000_000_000L;
        read(ServedFaces.HUGE, firstPos, firstPos + 99);
        assertThat(folder.resolve("range")).hasBinaryContent(PatternBytes.of(firstPos, 100));
    }

    @Test
    void theReadmesPluginsAreThoseOfThisTest() {
        assertThat(Readme.sdkSamples("Go", "sh").getFirst().lines())
                .containsExactlyElementsOf(
                        Stream.of(PROTOC_GEN_GO, PROTOC_GEN_GO_GRPC)
                                .flatMap(tool -> tool.commands().stream())
                                .toList());
    }
}
