package io.rangestream.app.clients;

import static io.rangestream.testkit.process.ToolRun.output;
import static io.rangestream.testkit.tool.ExternalTool.NBDCOPY;
import static io.rangestream.testkit.tool.ExternalTool.NBDKIT;
import static io.rangestream.testkit.tool.ExternalTool.QEMU_IMG;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** QEMU and nbdkit read an object as a disk image. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
final class BlockDeviceClientsIT {
    // A multiple of the 512-byte sector, and not a power of two.
    private static final int LENGTH = 512 * 12_345;

    private RangestreamProcess server;
    private Path disk;
    @TempDir private Path folder;

    @BeforeAll
    void start(@TempDir Path objects) throws IOException {
        byte[] content = new byte[LENGTH];
        new SplittableRandom(7).nextBytes(content);
        disk = Files.write(objects.resolve("disk.raw"), content);
        server = RangestreamProcess.start("--directory", "disks=" + objects);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    @RequiresTool(QEMU_IMG)
    void qemuImgConvertsARawImage() throws Exception {
        Path copy = folder.resolve("copy.raw");
        output(QEMU_IMG, "convert", "-O", "raw", image("raw", "disk.raw"), copy.toString());
        assertThat(copy).hasSameBinaryContentAs(disk);
    }

    @Test
    @RequiresTool(QEMU_IMG)
    void qemuImgReadsAQcow2Image() throws Exception {
        Path qcow2 = disk.resolveSibling("disk.qcow2");
        output(QEMU_IMG, "convert", "-f", "raw", "-O", "qcow2", disk.toString(), qcow2.toString());
        Path copy = folder.resolve("copy-of-qcow2.raw");
        output(QEMU_IMG, "convert", "-O", "raw", image("qcow2", "disk.qcow2"), copy.toString());
        assertThat(copy).hasSameBinaryContentAs(disk);
    }

    @Test
    @RequiresTool({NBDKIT, NBDCOPY})
    void nbdkitServesItAsABlockDevice() throws Exception {
        Path copy = folder.resolve("copy-of-nbd");
        output(
                NBDKIT,
                "-U",
                "-",
                "curl",
                "url=" + url("disk.raw"),
                "--run",
                NBDCOPY.require() + " \"$uri\" " + copy);
        assertThat(copy).hasSameBinaryContentAs(disk);
    }

    private String image(String format, String key) {
        return "json:{\"driver\":\"%s\",\"file\":{\"driver\":\"http\",\"url\":\"%s\"}}"
                .formatted(format, url(key));
    }

    private String url(String key) {
        return server.uri() + "/objects/disks/" + key;
    }
}
