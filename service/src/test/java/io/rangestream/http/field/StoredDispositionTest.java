package io.rangestream.http.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.rangestream.testkit.Covers;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

class StoredDispositionTest {
    private static final String RESUME =
            "attachment; filename=\"r_sum_.pdf\"; filename*=UTF-8''r%C3%A9sum%C3%A9.pdf";

    private static String utf8AsLatin1(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    static Stream<Arguments> values() {
        return Stream.of(
                arguments("attachment; filename=\"a.pdf\"", "attachment; filename=\"a.pdf\""),
                arguments("inline", "inline"),
                arguments(
                        "attachment; filename*=UTF-8''r%C3%A9.pdf",
                        "attachment; filename*=UTF-8''r%C3%A9.pdf"),
                arguments(utf8AsLatin1("attachment; filename=\"r\u00e9sum\u00e9.pdf\""), RESUME),
                arguments("attachment; filename=\"r\u00e9sum\u00e9.pdf\"", RESUME),
                arguments(utf8AsLatin1("attachment; filename=r\u00e9sum\u00e9.pdf"), RESUME),
                arguments(
                        utf8AsLatin1("Inline;FileName = \"\u2713\\\"x;y.txt\" ; size=3"),
                        "Inline; filename=\"__x;y.txt\"; filename*=UTF-8''%E2%9C%93%22x%3By.txt"),
                arguments(
                        utf8AsLatin1(
                                "attachment; filename=\"\u00e9\"; filename*=UTF-8''%C3%A9.pdf"),
                        "attachment; filename*=UTF-8''%C3%A9.pdf"),
                arguments("=?UTF-8?Q?attachment;_filename=3D\"r=C3=A9sum=C3=A9.pdf\"?=", RESUME),
                arguments("attachment; filename=\"=?utf-8?B?csOpc3Vtw6kucGRm?=\"", RESUME),
                arguments(
                        "attachment; filename=\"=?utf-8?Q?r=C3=A9?= =?utf-8?q?sum=C3=A9.pdf?=\"",
                        RESUME),
                arguments("attachment; filename=\"=?iso-8859-1?Q?r=E9sum=E9.pdf?=\"", RESUME),
                arguments(
                        utf8AsLatin1("attachment; filename=\"../\u00e9/\u202Ex.pdf\""),
                        "attachment; filename=\".._x.pdf\"; filename*=UTF-8''..%C3%A9x.pdf"),
                arguments(utf8AsLatin1("attachment; \u00e9=1"), "attachment"));
    }

    @ParameterizedTest
    @MethodSource("values")
    @Covers("stored-file-name-beyond")
    void rewritesNameInAsciiAndExtendedForm(String stored, String sent) {
        assertThat(StoredDisposition.sendable(stored)).contains(sent);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\u00e9",
                "\u00e9; filename=\"a\"",
                "attachment; filename=\"\u00e9\r\nSet-Cookie: a=b\"",
                "attachment; filename=\"\u00e9\u0000\"",
                "attachment\t\u00e9"
            })
    void dropsMalformedDisposition(String stored) {
        assertThat(StoredDisposition.sendable(stored)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=?UTF-8?Q?attachment;_filename=3D\"a=0D=0ASet-Cookie:_x\"?=",
                "attachment; filename=\"=?utf-8?B?DQpYOiB5?=\"",
                "attachment; filename=\"=?no-such?Q?a=E9?=\"",
                "attachment; filename=\"=?utf-8?B?***?=\"",
                "attachment; filename=\"=?utf-8?Q?=?=\"",
                "attachment; filename=\"unterminated =?utf-8?Q?=C3=A9?="
            })
    void neverSendsValueThatCouldEndField(String stored) {
        assertThat(StoredDisposition.sendable(stored))
                .hasValueSatisfying(
                        sent -> assertThat(RepresentationFields.isSendable(sent)).isTrue());
    }
}
