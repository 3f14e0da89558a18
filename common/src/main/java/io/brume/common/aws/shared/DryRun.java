package io.brume.common.aws.shared;

import io.brume.common.aws.Fault;
import io.brume.common.aws.RequestMembers;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/**
 * EC2's {@code DryRun}: a request that is checked like any other and then not carried out. The
 * checks come first, so that a dry run of a request that would fail answers why. Stateless.
 */
public final class DryRun {
    private DryRun() {}

    /**
     * To be called once everything is checked and before anything is changed.
     *
     * @param dryRun the request's own member
     * @throws Fault {@code DryRunOperation} (412) when the request is a dry run
     */
    public static void stopHere(@Nullable Boolean dryRun) {
        if (Boolean.TRUE.equals(dryRun)) {
            throw Fault.conflict(
                            "DryRunOperation",
                            "Request would have succeeded, but DryRun flag is set.")
                    .withStatus(412);
        }
    }

    /** As {@link #stopHere(Boolean)}, for any request; one without the member is never dry. */
    public static void stopHere(SdkPojo request) {
        stopHere(RequestMembers.isTrue(request, "DryRun"));
    }
}
