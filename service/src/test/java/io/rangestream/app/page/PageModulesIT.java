package io.rangestream.app.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.impl.driver.Driver;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Runs the tests of the page's JavaScript modules in {@code web/src/test/js}. They run on the
 * Node.js that comes with Playwright, so that a build machine needs no Node.js.
 */
class PageModulesIT {
    @Test
    void javaScriptTestsOfThePagePass() throws IOException, InterruptedException {
        Map<String, String> environment = Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        // Driver exposes the path of its Node.js only in the command line that it builds.
        List<String> driver =
                Driver.ensureDriverInstalled(environment, false).createProcessBuilder().command();
        Path web = Path.of(System.getProperty("rangestream.root")).resolve("web");

        Process node =
                new ProcessBuilder(driver.getFirst(), "--test", "src/test/js/*.test.js")
                        .directory(web.toFile())
                        .redirectErrorStream(true)
                        .start();
        String report = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(node.waitFor()).as(report).isZero();
        assertThat(report).as("something ran").containsPattern("pass [1-9]");
    }
}
