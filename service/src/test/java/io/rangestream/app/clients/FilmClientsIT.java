package io.rangestream.app.clients;

import static io.rangestream.testkit.process.ToolRun.output;
import static io.rangestream.testkit.tool.ExternalTool.FFMPEG;
import static io.rangestream.testkit.tool.ExternalTool.FFPROBE;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.app.RequestLines;
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

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** ffprobe and ffmpeg get the same results from a film's URL as from the file. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
@RequiresTool({FFMPEG, FFPROBE})
final class FilmClientsIT {
    private static final Path FILM = Path.of("demo", "films", "timecode.mp4");

    /** The framemd5 format has one line for each frame, which ends with the frame's hash. */
    private static final String ONE_FRAME = "(?m)^0,.*, [0-9a-f]{32}$";

    private RangestreamProcess server;
    private Path films;
    private Path indexLast;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        films = Files.createDirectory(folder.resolve("films"));
        indexLast = folder.resolve("index-last.mp4");
        output(
                FFMPEG,
                "-nostdin",
                "-v",
                "error",
                "-i",
                FILM.toString(),
                "-c",
                "copy",
                indexLast.toString());
        server = RangestreamProcess.start("--directory", "films=" + films);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void ffprobeReadsTheDuration() throws Exception {
        assertThat(Double.parseDouble(seconds(FILM.toString()))).isBetween(59.0, 61.0);
        assertThat(seconds(url(served(FILM, "probed.mp4")))).isEqualTo(seconds(FILM.toString()));
    }

    @Test
    @Covers("ffmpeg-ffprobe-url")
    void ffprobeFindsAnIndexAtTheEnd() throws Exception {
        assertThat(boxes(FILM)).containsSubsequence("moov", "mdat");
        assertThat(boxes(indexLast)).contains("mdat").endsWith("moov");
        String key = served(indexLast, "probed-index-last.mp4");
        assertThat(seconds(url(key))).isEqualTo(seconds(indexLast.toString()));
        awaitRangeFrom(key, Files.size(indexLast) / 2);
    }

    @Test
    @Covers("ffmpeg-ffprobe-url")
    void ffmpegSeeks() throws Exception {
        String key = served(FILM, "sought.mp4");
        assertThat(frame(url(key))).containsPattern(ONE_FRAME).isEqualTo(frame(FILM.toString()));
        awaitRangeFrom(key, Files.size(FILM) / 3);
    }

    @Test
    void ffmpegSeeksWithAnIndexAtTheEnd() throws Exception {
        String key = served(indexLast, "sought-index-last.mp4");
        assertThat(frame(url(key))).containsPattern(ONE_FRAME).isEqualTo(frame(FILM.toString()));
    }

    /** Serves a film under a separate key, so that the log lines of each test can be told apart. */
    private String served(Path film, String key) throws IOException {
        Files.copy(film, films.resolve(key));
        return key;
    }

    private static String seconds(String input) throws Exception {
        return output(
                FFPROBE,
                "-v",
                "error",
                "-show_entries",
                "format=duration",
                "-of",
                "default=noprint_wrappers=1:nokey=1",
                input);
    }

    /** The hash of the decoded picture at 30 s, the middle of the film. */
    private static String frame(String input) throws Exception {
        return output(
                FFMPEG,
                "-nostdin",
                "-v",
                "error",
                "-ss",
                "30",
                "-i",
                input,
                "-map",
                "0:v",
                "-frames:v",
                "1",
                "-f",
                "framemd5",
                "-");
    }

    private void awaitRangeFrom(String key, long least) {
        Awaitility.await("a range from " + least + " on")
                .until(
                        () ->
                                RequestLines.firstPositions(server, key).stream()
                                        .anyMatch(firstPos -> firstPos >= least));
    }

    /** The types of a film's top-level boxes (ISO 14496-12), in order. */
    private static List<String> boxes(Path film) throws IOException {
        List<String> types = new ArrayList<>();
        byte[] type = new byte[4];
        try (RandomAccessFile file = new RandomAccessFile(film.toFile(), "r")) {
            for (long at = 0; at < file.length(); ) {
                file.seek(at);
                long length = Integer.toUnsignedLong(file.readInt());
                assertThat(length).as("a box with a 32-bit length").isGreaterThanOrEqualTo(8);
                at += length;
                file.readFully(type);
                types.add(new String(type, StandardCharsets.ISO_8859_1));
            }
        }
        return types;
    }

    private String url(String key) {
        return server.uri() + "/objects/films/" + key;
    }
}
