package io.rangestream.store.s3;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The error codes of S3 and compatible stores that concern this server's credentials, account,
 * clock or region instead of an object, each with the action for the operator. Used to classify
 * error responses. The set is fixed, because the codes are metric labels.
 */
final class CredentialCodes {
    /** No credentials could be loaded, so no request was sent. */
    static final String NOT_LOADED = "CredentialsNotLoaded";

    /** A 401 without a code. */
    static final String UNAUTHORIZED = "Unauthorized";

    /** A 301 or 307 without a code. */
    static final String REDIRECT = "PermanentRedirect";

    private static final Map<String, String> ADVICE = advice();

    private CredentialCodes() {}

    private static Map<String, String> advice() {
        Map<String, String> advice = new TreeMap<>();
        put(
                advice,
                "Check access-key-id: the store does not know this key.",
                "InvalidAccessKeyId",
                "InvalidAccessKeyID",
                "InvalidClientTokenId",
                "UnrecognizedClientException",
                "XMinioInvalidAccessKey",
                "XMinioAccessKeyDisabled");
        put(
                advice,
                "Check secret-access-key, and that no proxy changes signed requests.",
                "SignatureDoesNotMatch",
                "InvalidSignature",
                "InvalidSignatureException",
                "IncompleteSignature",
                "SignatureVersionNotSupported");
        put(
                advice,
                "Set this machine's clock: it differs from the store's by more than 15 minutes.",
                "RequestTimeTooSkewed",
                "RequestExpired",
                "RequestInTheFuture");
        put(
                advice,
                "Renew the session token, or use a source of credentials that renews itself.",
                "ExpiredToken",
                "ExpiredTokenException",
                "TokenRefreshRequired");
        put(
                advice,
                "Check session-token: it must belong to the access key and to this store.",
                "InvalidToken",
                "InvalidTokenId",
                "InvalidSecurity",
                "CredentialsNotSupported");
        put(
                advice,
                "Ask the store's operator: the account is closed, unpaid or not activated.",
                "AccountProblem",
                "AllAccessDisabled",
                "NotSignedUp",
                "OptInRequired",
                "InvalidPayer",
                "UserSuspended",
                "UserDisable",
                "UserProjectAccountProblem");
        put(
                advice,
                "Set region and endpoint to those of the bucket.",
                REDIRECT,
                "TemporaryRedirect",
                "Redirect",
                "AuthorizationHeaderMalformed",
                "IllegalLocationConstraintException",
                "IncorrectEndpoint",
                "InvalidRegion",
                "InvalidLocationConstraint");
        put(
                advice,
                "Set request-payer: requester, if this account is to pay for the requests.",
                "UserProjectMissing",
                "UserProjectInvalid",
                "RequesterPaysRequired");
        put(
                advice,
                "Configure credentials: the store needs a signed request.",
                UNAUTHORIZED,
                "MissingSecurityHeader",
                "MissingAuthenticationToken",
                "MissingSecurityElement",
                "InvalidCredentials",
                "AuthenticationRequired",
                "LoginRequired",
                "AuthorizationQueryParametersError");
        put(
                advice,
                "Configure credentials: the chain found none, or a role can't be assumed.",
                NOT_LOADED);
        return Map.copyOf(advice);
    }

    private static void put(Map<String, String> advice, String sentence, String... codes) {
        for (String code : codes) {
            advice.put(code, sentence);
        }
    }

    /** The action for the operator; empty if the code does not concern credentials. */
    static Optional<String> advice(String code) {
        return Optional.ofNullable(ADVICE.get(code));
    }
}
