package io.rangestream.app.clients;

import static io.rangestream.testkit.process.ToolRun.output;
import static io.rangestream.testkit.tool.ExternalTool.ARIA2C;
import static io.rangestream.testkit.tool.ExternalTool.CURL;
import static io.rangestream.testkit.tool.ExternalTool.WGET;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.app.RequestLines;
import io.rangestream.app.load.SparseFile;
import io.rangestream.app.wire.BodyParts;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.process.RangestreamProcess;
import io.rangestream.testkit.tool.RequiresTool;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * curl, wget and aria2 download an object of 5 GiB: the bytes beyond 4 GiB arrive at the right
 * positions.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
final class LargeObjectClientsIT {
    private static final long FOUR_GIB = 1L << 32;

    /**
     * The length of an interrupted download: within the last mark of the file, and not a round
     * number.
     */
    private static final long RESUME_AT = SparseFile.LENGTH - 765_432;

    private static final int PARTS = 8;

    private static final String KEY = "object.mp4";

    /** The same object under another key, so that its log lines are of one client only. */
    private static final String IN_PARTS = "in-parts.mp4";

    private RangestreamProcess server;
    @TempDir private Path folder;

    @BeforeAll
    void start(@TempDir Path objects) throws IOException {
        Path object = SparseFile.make(objects.resolve(KEY));
        Files.createLink(objects.resolve(IN_PARTS), object);
        server = RangestreamProcess.start("--directory", "big=" + objects);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    @RequiresTool(CURL)
    void curlResumes() throws Exception {
        Path copy = partialCopy("curl");
        output(CURL, "-sS", "--fail", "-C", "-", "-o", copy.toString(), url());
        SparseFile.assertIsCopiedFrom(RESUME_AT, copy);
    }

    @Test
    @RequiresTool(WGET)
    @Covers("resumed-downloads-lists-ranges")
    void wgetResumes() throws Exception {
        Path copy = partialCopy("wget");
        output(WGET, "-q", "-c", "-O", copy.toString(), url());
        SparseFile.assertIsCopiedFrom(RESUME_AT, copy);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2-prior-knowledge"})
    @RequiresTool(CURL)
    void curlReadsAcrossFourGibibytes(String version) throws Exception {
        Path part = folder.resolve("part");
        String range = (FOUR_GIB - 10) + "-" + (FOUR_GIB + 9);
        output(CURL, "-sS", "--fail", version, "-r", range, "-o", part.toString(), url());
        assertThat(part).hasBinaryContent(SparseFile.bytes(FOUR_GIB - 10, 20));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2-prior-knowledge"})
    @RequiresTool(CURL)
    void curlReadsTheLastBytes(String version) throws Exception {
        Path part = folder.resolve("part");
        output(CURL, "-sS", "--fail", version, "-r", "-10", "-o", part.toString(), url());
        assertThat(part).hasBinaryContent(SparseFile.bytes(SparseFile.LENGTH - 10, 10));
    }

    @Test
    @RequiresTool(CURL)
    void curlReadsSeveralRangesAtOnce() throws Exception {
        Path head = folder.resolve("head");
        Path body = folder.resolve("body");
        output(
                CURL,
                "-sS",
                "--fail",
                "-r",
                "0-4," + (FOUR_GIB - 2) + "-" + (FOUR_GIB + 1) + ",-5",
                "-D",
                head.toString(),
                "-o",
                body.toString(),
                url());
        assertThat(BodyParts.read(head, body))
                .containsExactly(part(0, 5), part(FOUR_GIB - 2, 4), part(SparseFile.LENGTH - 5, 5));
    }

    @Test
    @RequiresTool(ARIA2C)
    @Covers("resumed-downloads-lists-ranges")
    void aria2FetchesInEightParts() throws Exception {
        // The only client of this class that reads the whole object.
        output(
                ARIA2C,
                "-q",
                "-x" + PARTS,
                "-s" + PARTS,
                "-k1M",
                "--file-allocation=none",
                "--dir=" + folder,
                "--out=aria2",
                url(IN_PARTS));
        SparseFile.assertIsCopied(folder.resolve("aria2"));
        Awaitility.await("a line for each part")
                .until(() -> RequestLines.firstPositions(server, IN_PARTS).size() >= PARTS);
    }

    private static BodyParts.Part part(long firstPos, int length) {
        byte[] bytes = SparseFile.bytes(firstPos, length);
        return BodyParts.part("video/mp4", firstPos, bytes, SparseFile.LENGTH);
    }

    private Path partialCopy(String name) throws IOException {
        Path copy = Files.createFile(folder.resolve(name));
        try (RandomAccessFile file = new RandomAccessFile(copy.toFile(), "rw")) {
            file.setLength(RESUME_AT);
        }
        return copy;
    }

    private String url() {
        return url(KEY);
    }

    private String url(String key) {
        return server.uri() + "/objects/big/" + key;
    }
}
