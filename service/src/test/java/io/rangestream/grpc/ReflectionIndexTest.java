package io.rangestream.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorDetailsProto;

import io.grpc.Status.Code;
import io.grpc.reflection.v1.ExtensionRequest;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.rangestream.v1.RangeStreamServiceProto;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

final class ReflectionIndexTest {
    private static final String OURS = "rangestream/v1/range_stream_service.proto";
    private static final String FIELD_OPTIONS = "google.protobuf.FieldOptions";
    private static final int FIELD_BEHAVIOR = 1052;

    private final ReflectionIndex index =
            new ReflectionIndex(
                    List.of("first", "second"),
                    List.of(
                            RangeStreamServiceProto.getDescriptor(),
                            ErrorDetailsProto.getDescriptor()));

    private static ServerReflectionRequest.Builder request() {
        return ServerReflectionRequest.newBuilder();
    }

    private static String fileName(ServerReflectionResponse response)
            throws InvalidProtocolBufferException {
        return FileDescriptorProto.parseFrom(
                        response.getFileDescriptorResponse().getFileDescriptorProto(0))
                .getName();
    }

    @Test
    void listsServices() {
        ServerReflectionRequest request = request().setHost("a").setListServices("").build();
        ServerReflectionResponse response = index.respond(request);
        assertThat(response.getListServicesResponse().getServiceList())
                .extracting(ServiceResponse::getName)
                .containsExactly("first", "second");
        assertThat(response.getOriginalRequest()).isEqualTo(request);
        assertThat(response.getValidHost()).isEqualTo("a");
    }

    @ParameterizedTest
    @CsvSource({
        "rangestream.v1.RangeStreamService, " + OURS,
        "rangestream.v1.RangeStreamService.ReadRange, " + OURS,
        "rangestream.v1.DataChunk, " + OURS,
        "rangestream.v1.ChecksumType, " + OURS,
        "google.rpc.ErrorInfo, google/rpc/error_details.proto",
        "google.rpc.BadRequest.FieldViolation, google/rpc/error_details.proto",
        "google.rpc.Status, google/rpc/status.proto",
        "google.protobuf.Timestamp, google/protobuf/timestamp.proto",
        "google.api.field_behavior, google/api/field_behavior.proto"
    })
    void findsSymbolsOfFilesAndOfTheirImports(String symbol, String file)
            throws InvalidProtocolBufferException {
        ServerReflectionResponse response =
                index.respond(request().setFileContainingSymbol(symbol).build());
        assertThat(fileName(response)).isEqualTo(file);
    }

    @ParameterizedTest
    @CsvSource({OURS, "google/rpc/error_details.proto", "google/protobuf/descriptor.proto"})
    void findsFilesByName(String name) throws InvalidProtocolBufferException {
        ServerReflectionResponse response =
                index.respond(request().setFileByFilename(name).build());
        assertThat(fileName(response)).isEqualTo(name);
    }

    @Test
    void findsExtensions() throws InvalidProtocolBufferException {
        ExtensionRequest extension =
                ExtensionRequest.newBuilder()
                        .setContainingType(FIELD_OPTIONS)
                        .setExtensionNumber(FIELD_BEHAVIOR)
                        .build();
        assertThat(fileName(index.respond(request().setFileContainingExtension(extension).build())))
                .isEqualTo("google/api/field_behavior.proto");
        ServerReflectionResponse numbers =
                index.respond(request().setAllExtensionNumbersOfType(FIELD_OPTIONS).build());
        assertThat(numbers.getAllExtensionNumbersResponse().getBaseTypeName())
                .isEqualTo(FIELD_OPTIONS);
        assertThat(numbers.getAllExtensionNumbersResponse().getExtensionNumberList())
                .containsExactly(FIELD_BEHAVIOR);
    }

    @Test
    void unknownNamesAreNotFound() {
        List<ServerReflectionRequest> requests =
                List.of(
                        request().setFileContainingSymbol("google.rpc.Nothing").build(),
                        request().setFileByFilename("nothing.proto").build(),
                        request().setAllExtensionNumbersOfType("google.rpc.Nothing").build(),
                        request()
                                .setFileContainingExtension(
                                        ExtensionRequest.newBuilder()
                                                .setContainingType(FIELD_OPTIONS)
                                                .setExtensionNumber(1))
                                .build());
        assertThat(requests)
                .extracting(request -> index.respond(request).getErrorResponse().getErrorCode())
                .containsOnly(Code.NOT_FOUND.value());
    }

    @Test
    void rejectsEmptyRequest() {
        assertThat(index.respond(request().build()).getErrorResponse().getErrorCode())
                .isEqualTo(Code.INVALID_ARGUMENT.value());
    }
}
