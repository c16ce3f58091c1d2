package io.rangestream.grpc;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;

import io.grpc.Status;
import io.grpc.reflection.v1.ErrorResponse;
import io.grpc.reflection.v1.ExtensionNumberResponse;
import io.grpc.reflection.v1.ExtensionRequest;
import io.grpc.reflection.v1.FileDescriptorResponse;
import io.grpc.reflection.v1.ListServiceResponse;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Proto files by name, symbol and extension, with all files that they import. Immutable after
 * construction, so that any number of calls may use it.
 */
final class ReflectionIndex {
    private final List<String> services;
    private final Map<String, FileDescriptor> byName = new HashMap<>();
    private final Map<String, FileDescriptor> bySymbol = new HashMap<>();

    /** By the extended message and the field number. */
    private final Map<String, Map<Integer, FileDescriptor>> byExtension = new HashMap<>();

    /**
     * Indexes files.
     *
     * @param services the full names to list
     * @param files their imports are added
     */
    ReflectionIndex(List<String> services, List<FileDescriptor> files) {
        this.services = services;
        files.forEach(this::add);
    }

    private void add(FileDescriptor file) {
        if (byName.putIfAbsent(file.getName(), file) != null) {
            return;
        }
        for (ServiceDescriptor service : file.getServices()) {
            bySymbol.put(service.getFullName(), file);
            for (MethodDescriptor method : service.getMethods()) {
                bySymbol.put(method.getFullName(), file);
            }
        }
        file.getMessageTypes().forEach(this::add);
        file.getEnumTypes().forEach(this::add);
        file.getExtensions().forEach(this::add);
        file.getDependencies().forEach(this::add);
    }

    private void add(Descriptor type) {
        bySymbol.put(type.getFullName(), type.getFile());
        type.getNestedTypes().forEach(this::add);
        type.getEnumTypes().forEach(this::add);
        type.getExtensions().forEach(this::add);
    }

    private void add(EnumDescriptor type) {
        bySymbol.put(type.getFullName(), type.getFile());
    }

    private void add(FieldDescriptor extension) {
        bySymbol.put(extension.getFullName(), extension.getFile());
        byExtension
                .computeIfAbsent(extension.getContainingType().getFullName(), _ -> new TreeMap<>())
                .put(extension.getNumber(), extension.getFile());
    }

    /** The response to one request; a name that is not indexed gives the error NOT_FOUND. */
    ServerReflectionResponse respond(ServerReflectionRequest request) {
        ServerReflectionResponse.Builder response =
                ServerReflectionResponse.newBuilder()
                        .setValidHost(request.getHost())
                        .setOriginalRequest(request);
        switch (request.getMessageRequestCase()) {
            case LIST_SERVICES -> response.setListServicesResponse(listServices());
            case FILE_BY_FILENAME -> setFile(response, byName.get(request.getFileByFilename()));
            case FILE_CONTAINING_SYMBOL ->
                    setFile(response, bySymbol.get(request.getFileContainingSymbol()));
            case FILE_CONTAINING_EXTENSION -> {
                ExtensionRequest extension = request.getFileContainingExtension();
                setFile(
                        response,
                        extensions(extension.getContainingType())
                                .get(extension.getExtensionNumber()));
            }
            case ALL_EXTENSION_NUMBERS_OF_TYPE -> setExtensionNumbers(response, request);
            case MESSAGEREQUEST_NOT_SET ->
                    setError(response, Status.Code.INVALID_ARGUMENT, "the request is empty");
        }
        return response.build();
    }

    private ListServiceResponse listServices() {
        ListServiceResponse.Builder list = ListServiceResponse.newBuilder();
        services.forEach(name -> list.addService(ServiceResponse.newBuilder().setName(name)));
        return list.build();
    }

    private Map<Integer, FileDescriptor> extensions(String type) {
        return byExtension.getOrDefault(type, Map.of());
    }

    private void setExtensionNumbers(
            ServerReflectionResponse.Builder response, ServerReflectionRequest request) {
        String type = request.getAllExtensionNumbersOfType();
        if (bySymbol.containsKey(type)) {
            response.setAllExtensionNumbersResponse(
                    ExtensionNumberResponse.newBuilder()
                            .setBaseTypeName(type)
                            .addAllExtensionNumber(extensions(type).keySet()));
        } else {
            setError(response, Status.Code.NOT_FOUND, "not found");
        }
    }

    private static void setFile(
            ServerReflectionResponse.Builder response, @Nullable FileDescriptor file) {
        if (file == null) {
            setError(response, Status.Code.NOT_FOUND, "not found");
        } else {
            response.setFileDescriptorResponse(
                    FileDescriptorResponse.newBuilder()
                            .addFileDescriptorProto(file.toProto().toByteString()));
        }
    }

    private static void setError(
            ServerReflectionResponse.Builder response, Status.Code code, String message) {
        response.setErrorResponse(
                ErrorResponse.newBuilder().setErrorCode(code.value()).setErrorMessage(message));
    }
}
