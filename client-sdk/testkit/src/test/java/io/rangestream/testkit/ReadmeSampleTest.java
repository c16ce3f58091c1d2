package io.rangestream.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.Status;
import io.rangestream.client.ByteRange;
import io.rangestream.client.RangeStreamClient;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The test kit's sample in client-sdk/README.md: the lines between the two marks. */
final class ReadmeSampleTest {
    @Test
    void sampleWorks() throws IOException {
        // sample:start
        try (FakeRangeStream server = FakeRangeStream.start()) {
            server.put("demo", "hello.txt", "Hello, world".getBytes(UTF_8));
            server.failNext(FakeFailure.of(Status.Code.UNAVAILABLE, "DRAINING").afterBytes(5));
            try (RangeStreamClient client =
                            RangeStreamClient.builder(server.target()).plaintext().build();
                    InputStream in = client.read("demo", "hello.txt", ByteRange.whole())) {
                assertEquals("Hello, world", new String(in.readAllBytes(), UTF_8));
            }
            assertEquals(List.of("ReadRange", "ReadRange"), server.calls());
        }
        // sample:end
    }
}
