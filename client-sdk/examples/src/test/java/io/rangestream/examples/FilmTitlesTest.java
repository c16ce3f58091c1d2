package io.rangestream.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.rangestream.client.NotFoundException;
import io.rangestream.client.RangeStreamClient;
import io.rangestream.testkit.FakeFailure;
import io.rangestream.testkit.FakeRangeStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Tests code that uses the SDK with the fake server of the test kit. */
final class FilmTitlesTest {
    private FakeRangeStream server;
    private RangeStreamClient client;
    private FilmTitles titles;

    @BeforeEach
    void start() {
        server = FakeRangeStream.start();
        server.put("films", "metropolis.mp4", bytes("Metropolis      and the film"));
        client = RangeStreamClient.builder(server.target()).plaintext().build();
        titles = new FilmTitles(client);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void readsTheTitleByOneCall() throws IOException {
        assertThat(titles.title("metropolis.mp4")).isEqualTo("Metropolis");
        assertThat(server.calls()).containsExactly("ReadRange");
    }

    @Test
    void survivesTheRestartOfTheServer() throws IOException {
        server.failNext(FakeFailure.of(Status.Code.UNAVAILABLE, "DRAINING").afterBytes(5));
        assertThat(titles.title("metropolis.mp4")).isEqualTo("Metropolis");
        assertThat(server.calls()).containsExactly("ReadRange", "ReadRange");
    }

    @Test
    void readsTheNewTitleOfReplacedFilm() throws IOException {
        server.failNext(FakeFailure.of(Status.Code.ABORTED, "OBJECT_CHANGED").afterBytes(5));
        assertThat(titles.title("metropolis.mp4")).isEqualTo("Metropolis");
    }

    @Test
    void reportsMissingFilm() {
        assertThatThrownBy(() -> titles.title("none")).isInstanceOf(NotFoundException.class);
    }
}
