package io.brume.control.api;

import io.brume.common.aws.Api;
import io.brume.common.aws.Wire;
import io.brume.common.aws.sigv4.Dialect;
import io.brume.common.aws.sigv4.Realm;
import java.util.List;
import java.util.Set;

/**
 * What a signature must be scoped to at each service. Immutable.
 *
 * @param region the cloud's own
 */
record Realms(String region) {
    /** Services without a region, whose clients sign for {@code us-east-1} wherever they are. */
    private static final Set<String> GLOBAL =
            Set.of("iam", "sts", "route53", "cloudfront", "organizations", "account");

    private static final String GLOBAL_REGION = "us-east-1";

    Realm of(Api api, Wire wire) {
        var regions =
                GLOBAL.contains(api.signingName()) && !region.equals(GLOBAL_REGION)
                        ? List.of(region, GLOBAL_REGION)
                        : List.of(region);
        return new Realm(dialect(api, wire), List.of(api.signingName()), regions);
    }

    static Dialect dialect(Api api, Wire wire) {
        return switch (wire) {
            case EC2_QUERY -> Dialect.EC2;
            case AWS_QUERY -> Dialect.QUERY;
            case REST_XML -> api.signingName().equals("s3") ? Dialect.S3 : Dialect.QUERY;
            case REST_JSON -> Dialect.REST_JSON;
            case AWS_JSON_1_0, AWS_JSON_1_1, RPC_V2_CBOR -> Dialect.JSON;
        };
    }
}
