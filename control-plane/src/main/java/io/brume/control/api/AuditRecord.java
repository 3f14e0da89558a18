package io.brume.control.api;

import java.time.Duration;
import java.time.Instant;

/**
 * What happened in one call. Holds no parameters: neither secrets nor user data can be in it.
 *
 * @param account the caller's account; empty when the call was not authenticated, as the next two
 * @param service AWS's name of the service; empty when it could not be told, as the operation
 * @param code {@code OK} or AWS's error code
 * @param status the HTTP status
 */
public record AuditRecord(
        Instant time,
        String requestId,
        String account,
        String principalArn,
        String accessKeyId,
        String sourceIp,
        String region,
        String service,
        String operation,
        String code,
        int status,
        Duration duration) {}
