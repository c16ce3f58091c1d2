package io.rangestream.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rangestream.stream.InvalidRequestException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectRequestParserTest {
    /** {@code versionId} is the spelling of S3; both names mean the same. */
    @ParameterizedTest
    @CsvSource({
        "version-id=a, a",
        "versionId=a, a",
        "version-id=a%20b+c, a b+c",
        "x=1&version-id=null&y=2, null",
        "versionid=b&version-id=a, a",
        "version_id=b&versionId=a, a",
    })
    void readsVersionByEitherName(String query, String versionId) {
        assertThat(ObjectRequestParser.versionId(query)).contains(versionId);
    }

    @ParameterizedTest
    @CsvSource({"''", "x=1", "versionid=a", "version_id=a", "Version-Id=a", "VERSIONID=a"})
    void ignoresOtherSpellingsOfVersion(String query) {
        assertThat(ObjectRequestParser.versionId(query)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "version-id, version-id is empty or repeated",
        "version-id=, version-id is empty or repeated",
        "versionId=, versionId is empty or repeated",
        "version-id=a&version-id=a, version-id is empty or repeated",
        "version-id=a&version-id=b, version-id is empty or repeated",
        "versionId=a&versionId=b, versionId is empty or repeated",
        "version-id=a&versionId=a, version-id is empty or repeated",
        "version-id=%61&versionId=a, version-id is empty or repeated",
        "version-id=a&versionId=a&versionId=b, versionId is empty or repeated",
        "version-id=a&versionId=b, version-id and versionId have different values",
        "versionId=b&version-id=a, version-id and versionId have different values",
        "version-id=a&versionId=, versionId is empty or repeated",
        "version-id=%ff, version-id has a bad percent escape or is not UTF-8",
        "versionId=%4, versionId has a bad percent escape or is not UTF-8",
        "version-id=a&versionId=%4, versionId has a bad percent escape or is not UTF-8",
    })
    void rejectsEmptyRepeatedOrContradictoryVersion(String query, String detail) {
        assertThatThrownBy(() -> ObjectRequestParser.versionId(query))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(detail);
    }

    @Test
    void requestWithoutQueryHasNoVersion() {
        assertThat(ObjectRequestParser.versionId(null)).isEmpty();
    }
}
