package io.rangestream.app.clients;

import static io.rangestream.testkit.process.ToolRun.output;
import static io.rangestream.testkit.tool.ExternalTool.ARIA2C;
import static io.rangestream.testkit.tool.ExternalTool.CURL;
import static io.rangestream.testkit.tool.ExternalTool.GRPCURL;
import static io.rangestream.testkit.tool.ExternalTool.WGET;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.app.wire.BodyParts;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.process.RangestreamProcess;
import io.rangestream.testkit.tool.RequiresTool;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** curl, wget, aria2 and grpcurl read the demo film from a folder; each gets the file's bytes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
final class RealClientsIT {
    private static final Path FILM = Path.of("demo", "films", "timecode.mp4");

    // The length of an interrupted download; not a round number of any unit.
    private static final int RESUME_AT = 2_345_678;

    private RangestreamProcess server;
    @TempDir private Path folder;

    @BeforeAll
    void start() {
        server = RangestreamProcess.start("--directory", "demo=" + FILM.getParent());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    @RequiresTool(CURL)
    @Covers("resumed-downloads-lists-ranges")
    void curlResumes() throws Exception {
        Path copy = partialCopy("curl.mp4");
        output(CURL, "-sS", "--fail", "-C", "-", "-o", copy.toString(), url());
        assertThat(copy).hasSameBinaryContentAs(FILM);
    }

    @Test
    @RequiresTool(CURL)
    void curlReadsOverHttp2() throws Exception {
        Path copy = folder.resolve("curl-http2.mp4");
        output(CURL, "-sS", "--fail", "--http2-prior-knowledge", "-o", copy.toString(), url());
        assertThat(copy).hasSameBinaryContentAs(FILM);
    }

    @Test
    @RequiresTool(CURL)
    @Covers("resumed-downloads-lists-ranges")
    void curlReadsSeveralRangesAtOnce() throws Exception {
        Path head = folder.resolve("head");
        Path body = folder.resolve("body");
        output(
                CURL,
                "-sS",
                "--fail",
                "-r",
                "0-4,10-14,-5",
                "-D",
                head.toString(),
                "-o",
                body.toString(),
                url());
        byte[] film = Files.readAllBytes(FILM);
        assertThat(head).content().startsWith("HTTP/1.1 206 ");
        assertThat(BodyParts.read(head, body))
                .containsExactly(
                        part(film, 0, 5),
                        part(film, 10, 15),
                        part(film, film.length - 5, film.length));
    }

    @Test
    @RequiresTool(WGET)
    void wgetResumes() throws Exception {
        Path copy = partialCopy("wget.mp4");
        output(WGET, "-q", "-c", "-O", copy.toString(), url());
        assertThat(copy).hasSameBinaryContentAs(FILM);
    }

    @Test
    @RequiresTool(ARIA2C)
    void aria2FetchesInParts() throws Exception {
        output(
                ARIA2C,
                "-q",
                "-x8",
                "-s8",
                "--min-split-size=1M",
                "--dir=" + folder,
                "--out=aria2.mp4",
                url());
        assertThat(folder.resolve("aria2.mp4")).hasSameBinaryContentAs(FILM);
    }

    @Test
    @RequiresTool(GRPCURL)
    void grpcurlListsAndReads() throws Exception {
        String service = "rangestream.v1.RangeStreamService/";
        assertThat(output(GRPCURL, "-plaintext", server.authority(), "list"))
                .contains("rangestream.v1.RangeStreamService", "grpc.health.v1.Health");
        assertThat(
                        output(
                                GRPCURL,
                                "-plaintext",
                                "-d",
                                "{\"bucket\":\"demo\"}",
                                server.authority(),
                                service + "ListObjects"))
                .contains("\"timecode.mp4\"");
        assertThat(
                        output(
                                GRPCURL,
                                "-plaintext",
                                "-d",
                                "{\"bucket\":\"demo\",\"key\":\"timecode.mp4\","
                                        + "\"int_range\":{\"first_pos\":4,\"last_pos\":7}}",
                                server.authority(),
                                service + "ReadRange"))
                // "ftyp", at the position that is the same in every MP4 file.
                .contains("\"data\": \"ZnR5cA==\"", "\"end\"");
    }

    private static BodyParts.Part part(byte[] film, int from, int to) {
        return BodyParts.part("video/mp4", from, Arrays.copyOfRange(film, from, to), film.length);
    }

    private Path partialCopy(String name) throws IOException {
        Path copy = Files.copy(FILM, folder.resolve(name));
        try (RandomAccessFile file = new RandomAccessFile(copy.toFile(), "rw")) {
            file.setLength(RESUME_AT);
        }
        return copy;
    }

    private String url() {
        return server.uri() + "/objects/demo/timecode.mp4";
    }
}
