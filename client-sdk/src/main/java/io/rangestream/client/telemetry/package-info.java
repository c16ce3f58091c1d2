/**
 * OpenTelemetry for the SDK. The classes of this package need {@code io.grpc:grpc-opentelemetry},
 * which is not a dependency of the SDK.
 */
@NullMarked
package io.rangestream.client.telemetry;

import org.jspecify.annotations.NullMarked;
