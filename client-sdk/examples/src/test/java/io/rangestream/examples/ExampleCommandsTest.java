package io.rangestream.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.client.ObjectReader;
import io.rangestream.client.RangeStreamClient;
import io.rangestream.testkit.FakeRangeStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Runs the examples against the fake server. */
final class ExampleCommandsTest {
    private static final int LENGTH = 9_000_000;

    private final byte[] film = new byte[LENGTH];
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream standardOutput = System.out;
    @TempDir private Path directory;
    private FakeRangeStream server;

    @BeforeEach
    void start() {
        new Random(7).nextBytes(film);
        server = FakeRangeStream.start();
        server.put("films", "film.mp4", film);
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void stop() {
        System.setOut(standardOutput);
        server.close();
    }

    private List<String> lines() {
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void playFilmCopiesFromThePosition() throws IOException {
        PlayFilm.main(new String[] {server.target(), "films", "film.mp4", "4000000"});
        assertThat(printed.toByteArray()).isEqualTo(Arrays.copyOfRange(film, 4_000_000, LENGTH));
    }

    @Test
    void playFilmWritesToAnyChannel() throws IOException {
        ByteArrayOutputStream player = new ByteArrayOutputStream();
        try (RangeStreamClient client =
                        RangeStreamClient.builder(server.target()).plaintext().build();
                ObjectReader reader = client.open("films", "film.mp4")) {
            PlayFilm.play(reader, LENGTH, Channels.newChannel(player));
            assertThat(player.toByteArray()).isEmpty();
            PlayFilm.play(reader, 0, Channels.newChannel(player));
        }
        assertThat(player.toByteArray()).isEqualTo(film);
    }

    @Test
    void listZipReadsOnlyTheDirectory() throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(archive)) {
            for (String name : List.of("a.mp4", "b/c.mp4")) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(film);
            }
        }
        server.put("films", "films.zip", archive.toByteArray());
        ListZip.main(new String[] {server.target(), "films", "films.zip"});
        assertThat(lines()).containsExactly("a.mp4", "b/c.mp4");
        assertThat(server.calls()).hasSizeLessThan(5);
    }

    @Test
    void parallelDownloadWritesTheFile() throws IOException {
        Path file = directory.resolve("film.mp4");
        ParallelDownload.main(new String[] {server.target(), "films", "film.mp4", file.toString()});
        assertThat(file).hasBinaryContent(film);
        assertThat(lines()).last().isEqualTo("9000000 of 9000000 bytes");
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void digestComputesTheChecksum() throws Exception {
        Digest.main(new String[] {server.target(), "films", "film.mp4"});
        byte[] expected = MessageDigest.getInstance("SHA-256").digest(film);
        assertThat(lines()).containsExactly(HexFormat.of().formatHex(expected));
    }
}
