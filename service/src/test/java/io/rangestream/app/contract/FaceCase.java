package io.rangestream.app.contract;

import io.rangestream.app.wire.Answer;

import java.util.Optional;

/**
 * One case of the contract suite.
 *
 * @param expected response of every protocol; only of HTTP if there is a difference
 */
public record FaceCase(
        String name, Asked asked, Answer expected, Optional<FaceDifference> difference) {

    public FaceCase(String name, Asked asked, Answer expected) {
        this(name, asked, expected, Optional.empty());
    }

    public FaceCase(String name, Asked asked, Answer expected, FaceDifference difference) {
        this(name, asked, expected, Optional.of(difference));
    }

    Answer expectedOverGrpc() {
        return difference.map(row -> row.overGrpc(expected)).orElse(expected);
    }

    @Override
    public String toString() {
        return name;
    }
}
