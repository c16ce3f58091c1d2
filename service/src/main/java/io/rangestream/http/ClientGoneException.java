package io.rangestream.http;

/**
 * The response can't be written or the request can't be read any more: the client has disconnected,
 * or the transport has ended the response, for example because the client took no bytes.
 */
final class ClientGoneException extends RuntimeException {
    ClientGoneException(Throwable cause) {
        super("the client's connection or stream has ended", cause);
    }
}
