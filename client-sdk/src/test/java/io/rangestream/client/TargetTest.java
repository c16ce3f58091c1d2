package io.rangestream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The targets that a client accepts, and the messages for others. */
final class TargetTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:8080",
                "localhost:1",
                "films.example:65535",
                "[::1]:8080",
                "[fe80::1%eth0]:8080",
                // gRPC adds the default port: 443, or 80 for plaintext.
                "films.example",
                "localhost",
                "[::1]",
                "dns:films.example:443",
                "dns:///films.example:443",
                "dns:///films.example",
                "dns://8.8.8.8/films.example:443"
            })
    void acceptsTargetsOfGrpc(String target) {
        RangeStreamClient.builder(target).plaintext().build().close();
    }

    /** gRPC checks in build() whether this machine has a transport for it. */
    @ParameterizedTest
    @ValueSource(strings = {"unix:/run/films.sock", "unix:///run/films.sock"})
    void acceptsSchemesOfGrpcsResolvers(String target) {
        assertThat(RangeStreamClient.builder(target)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "http://127.0.0.1:8080",
                "HTTP://127.0.0.1:8080/",
                "https://films.example",
                "grpc://films.example:443",
                "grpcs://films.example:443/objects",
                "xyz://films.example:443",
                "films.example:443/objects",
                "films.example/objects",
                "films.example:443?x=1",
                "films.example:443#x",
                " films.example:443",
                "films.example:443 ",
                "films example:443",
                "films.example:443\n",
                "[]",
                "::1",
                "::1:8080",
                "films.example:",
                ":8080",
                "films.example:0",
                "films.example:65536",
                "films.example:99999999999",
                "films.example:http",
                "films.example:-1",
                "user@films.example:443",
                "http://user@films.example:443",
                "//films.example:443",
                "/run/films.sock",
                "dns:",
                "unix:"
            })
    void rejectsOtherTargetsAndNamesTheExpectedForm(String target) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RangeStreamClient.builder(target))
                .satisfies(
                        e ->
                                assertThat(e.getMessage())
                                        .startsWith("target \"" + target.replace('\n', ' ') + "\" ")
                                        .containsPattern("as in \"[^ \"]+:[0-9]+\"")
                                        .contains("dns:///")
                                        .hasLineCount(1));
    }

    @Test
    void messageForUrlContainsItsHostAndPort() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RangeStreamClient.builder("http://films.example:8080/x"))
                .withMessage(
                        "target \"http://films.example:8080/x\" is a URL; write host and port, as"
                                + " in \"films.example:8080\", or a gRPC target, as in"
                                + " \"dns:///films.example:443\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://me:secret@films.example:443", "me:secret@films.example:443"})
    void messageDoesNotContainPassword(String target) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RangeStreamClient.builder(target))
                .withMessageContaining("me:***@films.example:443")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
    }
}
