package io.rangestream.app.page;

import io.rangestream.app.S3Config;
import io.rangestream.testkit.Covers;
import io.rangestream.testkit.minio.MinioServer;
import io.rangestream.testkit.minio.RequiresMinio;
import io.rangestream.testkit.minio.TestBucket;
import io.rangestream.testkit.process.RangestreamProcess;
import io.rangestream.testkit.tool.ExternalTool;
import io.rangestream.testkit.tool.RequiresTool;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The page of the packaged program in a real browser, with a folder and with a real MinIO as the
 * store.
 */
@RequiresTool(ExternalTool.CHROMIUM)
final class PageIT {
    private static final String FILM = "timecode.mp4";
    private static final Path FILMS = Path.of("demo", "films");

    @TempDir private Path folder;

    @Test
    @Covers("chromium-video-hls-js")
    void playsAndSeeksFromAFolder() {
        try (RangestreamProcess server = RangestreamProcess.start("--directory", "demo=" + FILMS);
                PageScenario page = scenario(server)) {
            page.playsAndSeeks("demo", FILM);
            page.opensLink("demo", FILM);
            page.reportsMissingFilm("demo");
            page.isAccessible("demo", FILM);
        }
    }

    @Test
    @RequiresMinio
    void playsAndSeeksFromMinio() throws IOException {
        try (TestBucket bucket = MinioServer.shared().createBucket()) {
            bucket.put(
                    FILM,
                    Files.readAllBytes(FILMS.resolve(FILM)),
                    fields -> fields.contentType("video/mp4"));
            Path config = S3Config.write(folder, "films", bucket.storeConfig());
            try (RangestreamProcess server =
                            RangestreamProcess.start("--config", config.toString());
                    PageScenario page = scenario(server)) {
                page.playsAndSeeks("films", FILM);
            }
        }
    }

    private static PageScenario scenario(RangestreamProcess server) {
        return new PageScenario(server.uri().toString(), ExternalTool.CHROMIUM.require());
    }
}
