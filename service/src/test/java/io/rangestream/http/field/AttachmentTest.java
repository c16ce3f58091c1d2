package io.rangestream.http.field;

import static org.assertj.core.api.Assertions.assertThat;

import io.rangestream.testkit.Covers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** File names from any client, in one field value that no name can end. */
class AttachmentTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    film.mp4      | film.mp4      | film.mp4
                    a b.txt       | a b.txt       | a%20b.txt
                    naïve.txt     | na_ve.txt     | na%C3%AFve.txt
                    日本.mp4      | __.mp4        | %E6%97%A5%E6%9C%AC.mp4
                    🎬.mp4        | _.mp4         | %F0%9F%8E%AC.mp4
                    say "hi".txt  | say _hi_.txt  | say%20%22hi%22.txt
                    100%25.txt    | 100_25.txt    | 100%2525.txt
                    ../../etc/x   | ....etcx      | ....etcx
                    a\\b          | ab            | ab
                    it's;x=1      | it's;x=1      | it%27s%3Bx%3D1
                    """)
    @Covers("download")
    void writesAsciiAndExtendedName(String name, String ascii, String encoded) {
        assertThat(Attachment.headerValue(name))
                .isEqualTo("attachment; filename=\"" + ascii + "\"; filename*=UTF-8''" + encoded);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "/", ".", "..", "\u0000\u001f\u007f", "\u202e", "\u2028"})
    void replacesUnusableNameByDefault(String name) {
        assertThat(Attachment.headerValue(name))
                .isEqualTo("attachment; filename=\"download\"; filename*=UTF-8''download");
    }

    @Test
    @Covers("download")
    void dropsControlAndDirectionCharacters() {
        String field = Attachment.headerValue("a\r\nSet-Cookie: x=1\u202egpj.exe");
        assertThat(field).doesNotContain("\r", "\n", "\u202e").contains("aSet-Cookie: x=1gpj.exe");
    }

    @Test
    void cutsNameTo255BytesBetweenCharacters() {
        String long256 = "a" + "\u00e9".repeat(200);
        assertThat(Attachment.headerValue(long256))
                .contains("filename=\"a" + "_".repeat(127) + "\"")
                .endsWith("a" + "%C3%A9".repeat(127));
    }

    @ParameterizedTest
    @CsvSource({"film.mp4,film.mp4", "a/b/c.txt,c.txt", "a/b/,b", "a//,a", "/x,x", "/,''"})
    void defaultNameIsLastSegmentOfKey(String key, String name) {
        assertThat(Attachment.nameOf(key)).isEqualTo(name);
    }
}
