package io.rangestream.http.uri;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryParametersTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "versionId=a | a",
                "versionId=a%20b+c | a%20b+c",
                "versionId=a=b | a=b",
                "x=1&versionId=a&y=2 | a",
                "&&versionId=a&& | a",
                "versionId=a?b | a?b",
                "versionId=a;versionId=b | a;versionId=b",
            })
    void returnsRawValue(String query, String value) {
        assertThat(QueryParameters.all(query, "versionId")).containsExactly(value);
    }

    @ParameterizedTest
    @CsvSource({"versionId", "versionId=", "x&versionId", "versionId&x", "=x&versionId=&y"})
    void nameWithoutValueHasEmptyValue(String query) {
        assertThat(QueryParameters.all(query, "versionId")).containsExactly("");
    }

    @ParameterizedTest
    @CsvSource({
        "''",
        "x=1",
        "versionid=a",
        "VersionId=a",
        "xversionId=a",
        "versionIdx=a",
        "x=versionId",
        "' versionId=a'",
        "version%49d=a",
        "&",
        "=",
        "=versionId",
    })
    void ignoresOtherNames(String query) {
        assertThat(QueryParameters.all(query, "versionId")).isEmpty();
    }

    @Test
    void returnsRepeatedValuesInOrder() {
        assertThat(QueryParameters.all("v=2&v=1&v&w=3&v=2", "v"))
                .containsExactly("2", "1", "", "2");
        assertThat(QueryParameters.all(null, "v")).isEmpty();
    }
}
