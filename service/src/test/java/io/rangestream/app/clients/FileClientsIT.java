package io.rangestream.app.clients;

import static io.rangestream.testkit.process.ToolRun.output;
import static io.rangestream.testkit.tool.ExternalTool.APT_GET;
import static io.rangestream.testkit.tool.ExternalTool.DPKG_DEB;
import static io.rangestream.testkit.tool.ExternalTool.GIT;
import static io.rangestream.testkit.tool.ExternalTool.LFTP;
import static io.rangestream.testkit.tool.ExternalTool.ZSYNC;
import static io.rangestream.testkit.tool.ExternalTool.ZSYNCMAKE;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.app.Digests;
import io.rangestream.app.RequestLines;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** zsync, lftp, apt and git read from a folder that the server serves. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
final class FileClientsIT {
    private static final int LENGTH = 8_000_000;
    private static final int EDITS = 40;
    private static final int EDIT_BYTES = 3_000;
    private static final int RESUME_AT = 3_000_001;
    private static final String ARCHIVE = "probe_1.0_all.deb";

    private RangestreamProcess server;
    private Path objects;
    private byte[] old;
    private byte[] current;
    @TempDir private Path folder;

    @BeforeAll
    void start(@TempDir Path served) throws IOException {
        objects = served;
        SplittableRandom random = new SplittableRandom(13);
        old = new byte[LENGTH];
        random.nextBytes(old);
        current = old.clone();
        byte[] edit = new byte[EDIT_BYTES];
        for (int i = 0; i < EDITS; i++) {
            random.nextBytes(edit);
            System.arraycopy(edit, 0, current, random.nextInt(LENGTH - EDIT_BYTES), EDIT_BYTES);
        }
        Files.write(objects.resolve("image"), current);
        server = RangestreamProcess.start("--directory", "files=" + objects);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    /** zsync requests up to twenty ranges at once and fails if the response is not multipart. */
    @Test
    @RequiresTool({ZSYNC, ZSYNCMAKE})
    void zsyncReadsOnlyTheBlocksThatDiffer() throws Exception {
        Path image = objects.resolve("image");
        output(
                ZSYNCMAKE,
                "-u",
                url("image"),
                "-o",
                objects.resolve("image.zsync").toString(),
                image.toString());
        Path seed = Files.write(folder.resolve("seed"), old);
        Path copy = folder.resolve("zsync-copy");
        output(ZSYNC, "-q", "-i", seed.toString(), "-o", copy.toString(), url("image.zsync"));
        assertThat(copy).hasSameBinaryContentAs(image);
        RequestLines.of(server, "image")
                .forEach(line -> assertThat(line.get("status").getAsString()).isEqualTo("206"));
    }

    @Test
    @RequiresTool(LFTP)
    void lftpReadsInFourParts() throws Exception {
        Path copy = folder.resolve("lftp-parts");
        lftp("pget -n 4 " + url("image") + " -o " + copy);
        assertThat(copy).hasBinaryContent(current);
    }

    @Test
    @RequiresTool(LFTP)
    void lftpResumes() throws Exception {
        Path copy = Files.write(folder.resolve("lftp-resumed"), Arrays.copyOf(current, RESUME_AT));
        lftp("get -c " + url("image") + " -o " + copy);
        assertThat(copy).hasBinaryContent(current);
    }

    private static void lftp(String command) throws Exception {
        output(LFTP, "--norc", "-e", "set net:max-retries 1; " + command + "; exit");
    }

    /** apt sends the partial file's modification time as If-Range. */
    @Test
    @RequiresTool({APT_GET, DPKG_DEB})
    void aptResumesAPackage() throws Exception {
        Path pool = Files.createDirectories(objects.resolve("debian/pool"));
        Path archive = buildPackage(pool);
        Path root = aptRoot();
        apt(root, "update");
        Path partial = root.resolve("cache/archives/partial").resolve(ARCHIVE);
        Files.write(partial, Arrays.copyOf(Files.readAllBytes(archive), RESUME_AT));
        Files.setLastModifiedTime(partial, Files.getLastModifiedTime(archive));
        apt(root, "-y", "--download-only", "install", "probe");
        assertThat(root.resolve("cache/archives").resolve(ARCHIVE)).hasSameBinaryContentAs(archive);
        // A log line is written shortly after its response.
        Awaitility.await("the line of the resumed download")
                .untilAsserted(
                        () ->
                                assertThat(
                                                RequestLines.firstPositions(
                                                        server, "debian/pool/" + ARCHIVE))
                                        .containsExactly((long) RESUME_AT));
    }

    private Path buildPackage(Path pool) throws Exception {
        Path tree = folder.resolve("package");
        Path control = Files.createDirectories(tree.resolve("DEBIAN")).resolve("control");
        String fields =
                """
                Package: probe
                Version: 1.0
                Architecture: all
                Maintainer: rangestream <rangestream@example.com>
                Description: a package to download
                """;
        Files.writeString(control, fields);
        Path content = Files.createDirectories(tree.resolve("usr/share/probe")).resolve("content");
        Files.write(content, current);
        Path archive = pool.resolve(ARCHIVE);
        output(DPKG_DEB, "-Znone", "--root-owner-group", "-b", tree.toString(), archive.toString());
        // A Last-Modified date within the current second is not a strong validator, so that
        // If-Range would not match.
        Files.setLastModifiedTime(archive, FileTime.from(Instant.parse("2026-01-02T03:04:05Z")));
        Path index = objects.resolve("debian/dists/stable/main/binary-all/Packages");
        Files.createDirectories(index.getParent());
        Files.writeString(
                index,
                fields
                        + "Filename: pool/"
                        + ARCHIVE
                        + "\nSize: "
                        + Files.size(archive)
                        + "\nSHA256: "
                        + Digests.sha256Hex(Files.readAllBytes(archive))
                        + "\n");
        return archive;
    }

    private Path aptRoot() throws IOException {
        Path root = folder.resolve("apt");
        for (String name : new String[] {"state/lists/partial", "cache/archives/partial", "etc"}) {
            Files.createDirectories(root.resolve(name));
        }
        Files.createFile(root.resolve("state/status"));
        Files.writeString(
                root.resolve("etc/sources.list"),
                "deb [trusted=yes arch=all] " + url("debian") + " stable main\n");
        return root;
    }

    private static void apt(Path root, String... arguments) throws Exception {
        String[] settings = {
            "-o", "Dir::Etc::sourcelist=" + root.resolve("etc/sources.list"),
            "-o", "Dir::Etc::sourceparts=-",
            "-o", "Dir::State=" + root.resolve("state"),
            "-o", "Dir::State::status=" + root.resolve("state/status"),
            "-o", "Dir::Cache=" + root.resolve("cache"),
            // The user _apt cannot read the test's folder.
            "-o", "APT::Sandbox::User=" + System.getProperty("user.name"),
            "-o", "Debug::NoLocking=1"
        };
        output(
                APT_GET,
                Stream.concat(Stream.of(settings), Stream.of(arguments)).toArray(String[]::new));
    }

    /**
     * Git's "dumb" HTTP protocol reads plain files. Some of them are missing, and the first request
     * has a query string.
     */
    @Test
    @RequiresTool(GIT)
    void gitClonesOverTheDumbProtocol() throws Exception {
        Path work = folder.resolve("work");
        Path bare = objects.resolve("repository.git");
        output(GIT, "init", "-q", "-b", "main", work.toString());
        for (int i = 0; i < 3; i++) {
            Files.writeString(work.resolve("file" + i), "content " + i + "\n");
            git(work, "add", ".");
            git(work, "commit", "-q", "-m", "commit " + i);
        }
        output(GIT, "clone", "-q", "--bare", work.toString(), bare.toString());
        output(GIT, "-C", bare.toString(), "repack", "-adq");
        output(GIT, "-C", bare.toString(), "update-server-info");
        Path clone = folder.resolve("clone");
        output(GIT, "clone", "-q", url("repository.git"), clone.toString());
        assertThat(output(GIT, "-C", clone.toString(), "log", "--format=%s"))
                .isEqualTo("commit 2\ncommit 1\ncommit 0\n");
        output(GIT, "-C", clone.toString(), "fsck", "--strict");
    }

    private static void git(Path work, String... arguments) throws Exception {
        String[] identity = {
            "-C", work.toString(), "-c", "user.name=test", "-c", "user.email=test@example.com"
        };
        output(
                GIT,
                Stream.concat(Stream.of(identity), Stream.of(arguments)).toArray(String[]::new));
    }

    private String url(String key) {
        return server.uri() + "/objects/files/" + key;
    }
}
