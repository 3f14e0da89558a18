package io.brume.control.api.ec2;

import io.brume.common.aws.Fault;

/** AWS's answers that several nouns give. */
final class Faults {
    private Faults() {}

    static Fault missing(String parameter) {
        return Fault.invalid(
                "MissingParameter", "The request must contain the parameter " + parameter);
    }

    static Fault invalidValue(String message) {
        return Fault.invalid("InvalidParameterValue", message);
    }

    static Fault noDefaultVpc() {
        return Fault.absent("VPCIdNotSpecified", "No default VPC for this user");
    }

    /** What Brume does not offer of an operation that it does. */
    static Fault unsupported(String what) {
        return Fault.unsupported("UnsupportedOperation", what + " is not supported.");
    }
}
