package io.rangestream.client;

import static io.rangestream.client.ScriptedObject.BUCKET;
import static io.rangestream.client.ScriptedObject.KEY;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;

import io.grpc.Status;
import io.rangestream.client.ScriptedServer.Answer;
import io.rangestream.v1.ObjectMetadata;
import io.rangestream.v1.ReadRangeRequest;
import io.rangestream.v1.ReadRangeResponse;
import io.rangestream.v1.StatObjectResponse;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Pinning a reader to one version, for each kind of store. */
final class PinTest {
    private static final int LENGTH = 100;
    private static final ScriptedObject OBJECT = ScriptedObject.ofLength(LENGTH);
    private static final ObjectMetadata STRONG = OBJECT.metadata();
    private static final ObjectMetadata WEAK = STRONG.toBuilder().setEtag("W/\"v1\"").build();
    private static final ObjectMetadata NONE = STRONG.toBuilder().clearEtag().build();

    @Test
    void sendsStrongTagAndVersion() throws IOException {
        ReadRangeRequest request = requestFor(STRONG.toBuilder().setVersionId("7").build(), null);
        assertThat(request.getIfMatch()).isEqualTo("\"v1\"");
        assertThat(request.getVersionId()).isEqualTo("7");
    }

    @Test
    void sendsVersionButNotWeakTag() throws IOException {
        ReadRangeRequest request = requestFor(WEAK.toBuilder().setVersionId("7").build(), null);
        assertThat(request.hasIfMatch()).isFalse();
        assertThat(request.getVersionId()).isEqualTo("7");
    }

    @Test
    void doesNotSendMalformedTag() throws IOException {
        for (String etag : new String[] {"", "\"", "v1", "\"a\"b\"", "\"a", "a\""}) {
            ReadRangeRequest request = requestFor(STRONG.toBuilder().setEtag(etag).build(), null);
            assertThat(request.hasIfMatch()).as(etag).isFalse();
        }
    }

    @Test
    void keepsRequestedVersionIfTheServerNamesNone() throws IOException {
        assertThat(requestFor(STRONG, "7").getVersionId()).isEqualTo("7");
    }

    @Test
    void rejectsMetadataOfAnotherVersion() {
        assertThatThrownBy(() -> requestFor(STRONG.toBuilder().setVersionId("8").build(), "7"))
                .isInstanceOf(DataLossException.class);
    }

    @Test
    void comparesLengthTagAndDateWithoutStrongTagAndVersion() throws IOException {
        Timestamp later = Timestamp.newBuilder().setSeconds(1_700_000_001).build();
        for (ObjectMetadata opened : new ObjectMetadata[] {WEAK, NONE}) {
            assertThat(read(opened, opened)).hasSize(LENGTH);
            assertChanged(opened, opened.toBuilder().setCompleteLength(LENGTH + 1).build());
            assertChanged(opened, opened.toBuilder().setEtag("W/\"v2\"").build());
            assertChanged(opened, opened.toBuilder().setLastModified(later).build());
            assertChanged(opened, opened.toBuilder().clearLastModified().build());
        }
    }

    @Test
    void strongTagIdentifiesBytesOfAnyDate() throws IOException {
        assertThat(read(STRONG, STRONG.toBuilder().clearLastModified().build())).hasSize(LENGTH);
    }

    @Test
    void rejectsHeaderOfAnotherVersion() {
        assertChanged(
                WEAK.toBuilder().setVersionId("7").build(),
                WEAK.toBuilder().setVersionId("8").build());
    }

    @Test
    void reportsTheCurrentTag() throws IOException {
        try (ScriptedServer server = new ScriptedServer(OBJECT);
                RangeStreamClient client = server.client();
                ObjectReader reader = client.open(BUCKET, KEY)) {
            server.read =
                    request ->
                            Answer.failing(
                                    List.of(),
                                    ScriptedServer.failure(
                                            Status.Code.FAILED_PRECONDITION, "ETAG_MISMATCH"));
            assertThatThrownBy(() -> reader.stream().read())
                    .isInstanceOf(ObjectChangedException.class);
        }
    }

    private static void assertChanged(ObjectMetadata opened, ObjectMetadata served) {
        assertThatThrownBy(() -> read(opened, served))
                .isInstanceOfSatisfying(
                        ObjectChangedException.class, e -> assertThat(e.position()).hasValue(0));
    }

    private static byte[] read(ObjectMetadata opened, ObjectMetadata served) throws IOException {
        try (ScriptedServer server = new ScriptedServer(OBJECT.with(opened));
                RangeStreamClient client = server.client();
                ObjectReader reader = client.open(BUCKET, KEY)) {
            server.read =
                    request -> {
                        List<ReadRangeResponse> parts = OBJECT.parts(request);
                        parts.set(0, ScriptedObject.header(served, 0, LENGTH - 1));
                        return Answer.complete(parts.iterator());
                    };
            try (InputStream in = reader.stream()) {
                return in.readAllBytes();
            }
        }
    }

    private static ReadRangeRequest requestFor(ObjectMetadata opened, @Nullable String versionId)
            throws IOException {
        try (ScriptedServer server = new ScriptedServer(OBJECT.with(opened));
                RangeStreamClient client = server.client()) {
            server.stat = request -> StatObjectResponse.newBuilder().setMetadata(opened).build();
            ObjectRef object = ObjectRef.of(BUCKET, KEY);
            try (ObjectReader reader =
                            client.open(
                                    versionId == null ? object : object.withVersion(versionId));
                    InputStream in = reader.stream()) {
                assertThat(in.readAllBytes()).hasSize(LENGTH);
            }
            return server.reads.get(0);
        }
    }
}
