package io.brume.control.api.sts;

import io.brume.control.api.CallContext;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityRequest;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

/**
 * STS, as AWS's own client interface has it. Thread-safe; called inside a {@link CallContext},
 * which holds all that it answers.
 */
public final class StsService implements StsClient {
    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {
        // Holds nothing.
    }

    @Override
    public GetCallerIdentityResponse getCallerIdentity(GetCallerIdentityRequest request) {
        CallContext call = CallContext.current();
        return GetCallerIdentityResponse.builder()
                .account(call.account().value())
                .arn(call.principalArn())
                .userId(call.userId())
                .build();
    }
}
