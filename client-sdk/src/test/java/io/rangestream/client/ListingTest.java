package io.rangestream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.Timestamp;

import io.grpc.Status;
import io.rangestream.v1.Bucket;
import io.rangestream.v1.ListBucketsResponse;
import io.rangestream.v1.ListObjectsResponse;
import io.rangestream.v1.ListedObject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

final class ListingTest {
    private ScriptedServer server;
    private RangeStreamClient client;

    @BeforeEach
    void open() throws IOException {
        server = new ScriptedServer(ScriptedObject.ofLength(1));
        client = server.client();
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void requestsPagesOnDemand() {
        server.list =
                request ->
                        switch (request.getPageToken()) {
                            case "" -> page("t1", "a", "b");
                            case "t1" -> page("t2");
                            case "t2" -> page("", "c");
                            default -> throw Status.INVALID_ARGUMENT.asRuntimeException();
                        };
        try (Stream<io.rangestream.client.ListedObject> objects = client.list("demo")) {
            assertThat(server.lists).isEmpty();
            assertThat(objects.limit(2).map(ListEntry::name)).containsExactly("a", "b");
            assertThat(server.lists).hasSize(1);
        }
        assertThat(client.list("demo").map(ListEntry::name)).containsExactly("a", "b", "c");
        assertThat(server.lists).hasSize(4).allMatch(r -> r.getBucket().equals("demo"));
    }

    @Test
    void returnsPropertiesOfObjects() {
        server.list =
                request ->
                        ListObjectsResponse.newBuilder()
                                .addObjects(
                                        ListedObject.newBuilder()
                                                .setKey("x")
                                                .setCompleteLength(5_000_000_000L)
                                                .setEtag("\"e\"")
                                                .setLastModified(
                                                        Timestamp.newBuilder().setSeconds(9)))
                                .addObjects(ListedObject.newBuilder().setKey("y"))
                                .build();
        List<io.rangestream.client.ListedObject> objects = client.list("demo", "pre").toList();
        assertThat(objects.get(0).completeLength()).isEqualTo(5_000_000_000L);
        assertThat(objects.get(0).etag()).hasValue("\"e\"");
        assertThat(objects.get(0).lastModified()).hasValue(Instant.ofEpochSecond(9));
        assertThat(objects.get(1).etag()).isEmpty();
        assertThat(objects.get(1).lastModified()).isEmpty();
        assertThat(server.lists.get(0).getPrefix()).isEqualTo("pre");
    }

    @Test
    void mergesObjectsAndPrefixesInOrder() {
        server.list =
                request ->
                        page("", "a", "c", "\uFFFD").toBuilder()
                                .addCommonPrefixes("a/")
                                .addCommonPrefixes("b/")
                                .addCommonPrefixes("\uD83C\uDFAC/")
                                .build();
        assertThat(client.list("demo", "", "/"))
                .extracting(ListEntry::name)
                .as("beyond the first plane comes last in UTF-8, not in UTF-16")
                .containsExactly("a", "a/", "b/", "c", "\uFFFD", "\uD83C\uDFAC/");
        assertThat(client.list("demo", "", "/").filter(CommonPrefix.class::isInstance)).hasSize(3);
        assertThat(server.lists.get(0).getDelimiter()).isEqualTo("/");
    }

    @Test
    void listsNamesOfBuckets() {
        server.buckets =
                request ->
                        ListBucketsResponse.newBuilder()
                                .addBuckets(
                                        Bucket.newBuilder()
                                                .setName(
                                                        request.getPageToken().isEmpty()
                                                                ? "one"
                                                                : "two"))
                                .setNextPageToken(request.getPageToken().isEmpty() ? "t" : "")
                                .build();
        assertThat(client.buckets()).containsExactly("one", "two");
    }

    @Test
    void wrapsFailureInUncheckedException() {
        server.list =
                request -> {
                    throw ScriptedServer.failure(Status.Code.NOT_FOUND, "BUCKET_NOT_FOUND");
                };
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> client.list("nowhere").toList())
                .havingCause()
                .isInstanceOfSatisfying(
                        NotFoundException.class,
                        e -> {
                            assertThat(e.bucket()).hasValue("nowhere");
                            assertThat(e.key()).isEmpty();
                        });
    }

    @Test
    void rejectsRepeatedPageToken() {
        server.list = request -> page("again", "a");
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> client.list("demo").toList())
                .withCauseInstanceOf(DataLossException.class);
    }

    @Test
    void rejectsNegativeLength() {
        server.list =
                request ->
                        ListObjectsResponse.newBuilder()
                                .addObjects(ListedObject.newBuilder().setCompleteLength(-1))
                                .build();
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> client.list("demo").toList())
                .withCauseInstanceOf(DataLossException.class);
    }

    private static ListObjectsResponse page(String nextPageToken, String... keys) {
        ListObjectsResponse.Builder page =
                ListObjectsResponse.newBuilder().setNextPageToken(nextPageToken);
        for (String key : keys) {
            page.addObjects(ListedObject.newBuilder().setKey(key));
        }
        return page.build();
    }
}
