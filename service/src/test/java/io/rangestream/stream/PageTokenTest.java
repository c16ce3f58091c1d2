package io.rangestream.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Optional;

class PageTokenTest {
    private static final String SCOPE = "bucket\0prefix\0/";
    private static final String ALL_LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ %";

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a/b", "k\u0000", "\u00E9\u4E2D\uD83C\uDFAC", "a+b c%20&="})
    void continuationRoundTrips(String continuation) {
        String token = PageToken.write(SCOPE, Optional.of(continuation));
        assertThat(token).isNotEmpty().matches("[A-Za-z0-9_-]+");
        assertThat(PageToken.read(SCOPE, token)).contains(continuation);
    }

    @Test
    void emptyTokenMeansNoContinuation() {
        assertThat(PageToken.write(SCOPE, Optional.empty())).isEmpty();
        assertThat(PageToken.read(SCOPE, "")).isEmpty();
    }

    @Test
    void detectsEveryOneCharacterChange() {
        for (String continuation : new String[] {"abc/def", "abc/de", "abc/d", ""}) {
            String token = PageToken.write(SCOPE, Optional.of(continuation));
            for (int i = 0; i < token.length(); i++) {
                assertInvalid(SCOPE, token.substring(0, i) + token.substring(i + 1));
                for (int letter = 0; letter < ALL_LETTERS.length(); letter++) {
                    char c = ALL_LETTERS.charAt(letter);
                    assertInvalid(SCOPE, token.substring(0, i) + c + token.substring(i));
                    if (c != token.charAt(i)) {
                        assertInvalid(SCOPE, token.substring(0, i) + c + token.substring(i + 1));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"A", "AAAA", "AAAAA", "AAAAAAAA", "not a token", "\u00E9", "====", "*"})
    void rejectsMalformedTokens(String token) {
        assertInvalid(SCOPE, token);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "bucket", "other\0prefix\0/", "bucket\0other\0/", "bucket\0prefix\0"})
    void rejectsTokenOfAnotherRequest(String scope) {
        assertInvalid(scope, PageToken.write(SCOPE, Optional.of("abc")));
    }

    private static void assertInvalid(String scope, String token) {
        if (token.isEmpty()) {
            return;
        }
        assertThatThrownBy(() -> PageToken.read(scope, token))
                .as(token)
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e ->
                                assertThat(e.violations())
                                        .singleElement()
                                        .extracting(InvalidRequestException.Violation::field)
                                        .isEqualTo("page_token"));
    }
}
