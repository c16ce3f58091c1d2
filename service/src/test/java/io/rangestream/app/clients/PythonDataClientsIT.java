package io.rangestream.app.clients;

import static io.rangestream.testkit.process.ToolRun.output;
import static io.rangestream.testkit.tool.ExternalTool.PYTHON_DATA;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import io.rangestream.testkit.process.RangestreamProcess;
import io.rangestream.testkit.tool.RequiresTool;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** rasterio (GDAL), DuckDB and Rust's object_store, through their Python packages. */
@RequiresTool(PYTHON_DATA)
final class PythonDataClientsIT {
    private static final String PROGRAM =
            Path.of("src", "test", "python", "data_clients.py").toAbsolutePath().toString();

    @Test
    void readTablesRastersAndRanges(@TempDir Path objects) throws Exception {
        output(PYTHON_DATA, PROGRAM, "make", objects.toString());
        try (RangestreamProcess server =
                RangestreamProcess.start("--directory", "data=" + objects)) {
            JsonObject results = read(server);
            assertThat(results.get("raster").getAsLong()).isEqualTo(1003L * 2048 + 504);
            // The count and the sum of every hundredth of 200,000 rows, from row 7.
            assertThat(results.get("table").toString()).isEqualTo("[2000,199914000]");
            assertThat(results.get("size").getAsLong()).isEqualTo(3_000_000);
            assertThat(results.get("parts").toString()).isEqualTo("[[5,6,7,8],[32,33,34,35]]");
            // PROPFIND (WebDAV) gets a 405. object_store would retry a 501 eleven times.
            assertThat(results.get("list").getAsString()).contains("PROPFIND").contains("405");
            // A log line is written shortly after its response.
            Awaitility.await("the line of the one PROPFIND")
                    .untilAsserted(
                            () ->
                                    assertThat(server.printed().lines())
                                            .filteredOn(line -> line.contains("PROPFIND"))
                                            .hasSize(1));
        }
    }

    private static JsonObject read(RangestreamProcess server) throws Exception {
        String printed = output(PYTHON_DATA, PROGRAM, "read", server.uri() + "/objects/data");
        return JsonParser.parseString(printed.lines().toList().getLast()).getAsJsonObject();
    }
}
