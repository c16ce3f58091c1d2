package io.rangestream.app.contract;

import io.rangestream.app.wire.ComparedResponse;

import java.io.IOException;

/** A client of one protocol. The contract suite sends each case through every client. */
interface EndpointClient extends AutoCloseable {
    ComparedResponse ask(ContractRequest asked) throws IOException;

    @Override
    void close() throws IOException;
}
