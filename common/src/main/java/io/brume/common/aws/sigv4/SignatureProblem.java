package io.brume.common.aws.sigv4;

import io.brume.common.aws.Fault;

/**
 * Why a signature was refused, with the code and status of each {@link Dialect}.
 *
 * <p>Sources: the <i>Common Errors</i> page of each service's reference, EC2's error codes and S3's
 * list of error codes.
 */
enum SignatureProblem {
    MISSING(
            "MissingAuthenticationToken 403",
            "MissingAuthenticationToken 403",
            "MissingAuthenticationTokenException 400",
            "AccessDenied 403"),
    INCOMPLETE(
            "IncompleteSignature 400",
            "IncompleteSignature 400",
            "IncompleteSignatureException 400",
            "AuthorizationHeaderMalformed 400"),
    BAD_QUERY_PARAMETERS(
            "IncompleteSignature 400",
            "IncompleteSignature 400",
            "IncompleteSignatureException 400",
            "AuthorizationQueryParametersError 400"),
    UNSUPPORTED(
            "IncompleteSignature 400",
            "IncompleteSignature 400",
            "IncompleteSignatureException 400",
            "InvalidRequest 400"),
    UNKNOWN_KEY(
            "InvalidClientTokenId 403",
            "AuthFailure 401",
            "UnrecognizedClientException 400",
            "InvalidAccessKeyId 403"),
    BAD_TOKEN(
            "InvalidClientTokenId 403",
            "AuthFailure 401",
            "UnrecognizedClientException 400",
            "InvalidToken 400"),
    EXPIRED_TOKEN(
            "ExpiredToken 403",
            "RequestExpired 400",
            "ExpiredTokenException 400",
            "ExpiredToken 400"),
    SCOPE(
            "SignatureDoesNotMatch 403",
            "AuthFailure 401",
            "InvalidSignatureException 400",
            "AuthorizationHeaderMalformed 400"),
    SKEWED(
            "SignatureDoesNotMatch 403",
            "RequestExpired 400",
            "InvalidSignatureException 400",
            "RequestTimeTooSkewed 403"),
    PRESIGN_EXPIRED(
            "RequestExpired 400",
            "RequestExpired 400",
            "InvalidSignatureException 400",
            "AccessDenied 403"),
    UNSIGNED_HEADERS(
            "SignatureDoesNotMatch 403",
            "AuthFailure 401",
            "InvalidSignatureException 400",
            "AccessDenied 403"),
    MISMATCH(
            "SignatureDoesNotMatch 403",
            "AuthFailure 401",
            "InvalidSignatureException 400",
            "SignatureDoesNotMatch 403"),
    PAYLOAD_HASH(
            "SignatureDoesNotMatch 403",
            "AuthFailure 401",
            "InvalidSignatureException 400",
            "InvalidArgument 400"),
    PAYLOAD_MISMATCH(
            "SignatureDoesNotMatch 403",
            "AuthFailure 401",
            "InvalidSignatureException 400",
            "XAmzContentSHA256Mismatch 400");

    /** The sentence that AWS's services send for a wrong signature. */
    static final String DOES_NOT_MATCH =
            "The request signature we calculated does not match the signature you provided. Check"
                    + " your AWS Secret Access Key and signing method. Consult the service"
                    + " documentation for details.";

    private final String query;
    private final String ec2;
    private final String json;
    private final String s3;

    SignatureProblem(String query, String ec2, String json, String s3) {
        this.query = query;
        this.ec2 = ec2;
        this.json = json;
        this.s3 = s3;
    }

    Fault in(Dialect dialect, String message) {
        var entry =
                switch (dialect) {
                    case QUERY -> query;
                    case EC2 -> ec2;
                    case JSON, REST_JSON -> json;
                    case S3 -> s3;
                };
        int space = entry.indexOf(' ');
        int status =
                dialect == Dialect.REST_JSON ? 403 : Integer.parseInt(entry.substring(space + 1));
        var category = status == 400 ? Fault.Category.INVALID : Fault.Category.DENIED;
        return Fault.of(category, entry.substring(0, space), message).withStatus(status);
    }
}
