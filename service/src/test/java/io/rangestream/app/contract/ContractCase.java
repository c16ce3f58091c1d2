package io.rangestream.app.contract;

import io.rangestream.app.wire.ComparedResponse;

import java.util.Optional;

/**
 * One case of the contract suite.
 *
 * @param expected response of every protocol; only of HTTP if there is a difference
 */
public record ContractCase(
        String name,
        ContractRequest asked,
        ComparedResponse expected,
        Optional<EndpointDifference> difference) {

    public ContractCase(String name, ContractRequest asked, ComparedResponse expected) {
        this(name, asked, expected, Optional.empty());
    }

    public ContractCase(
            String name,
            ContractRequest asked,
            ComparedResponse expected,
            EndpointDifference difference) {
        this(name, asked, expected, Optional.of(difference));
    }

    ComparedResponse expectedOverGrpc() {
        return difference.map(row -> row.overGrpc(expected)).orElse(expected);
    }

    @Override
    public String toString() {
        return name;
    }
}
